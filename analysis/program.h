/**
 * What every analysis program does around its work: MPI, the command line, the one
 * sentence of an error, the exit status.
 *
 *     static const char *output;
 *     const relif_program_option options[] = {{"--output", &output}};
 *     const relif_program program = {.name = "relif-accuracy", .help = help, ...};
 *     return relif_program_run(&program, argc, argv);
 *
 * Every rank returns 0 after success, 2 after a wrong command line, 1 after any other
 * error, which root prints on standard error.
 */
#ifndef RELIF_ANALYSIS_PROGRAM_H
#define RELIF_ANALYSIS_PROGRAM_H

#include <stdint.h>

#include "relif/context.h"

/** "--name VALUE" or "--name=VALUE"; *value stays as it is if the option is not given. */
typedef struct relif_program_option {
    const char *name;   /* with its dashes. Borrowed */
    const char **value; /* borrowed from argv */
} relif_program_option;

/** The arguments that are no options, in their order. */
typedef struct relif_program_archives {
    const char **paths; /* [count], borrowed from argv; the array is the program's */
    int count;
} relif_program_archives;

typedef struct relif_program {
    const char *name; /* "relif-accuracy" */
    const char *help; /* what --help prints */
    const relif_program_option *options;
    int n_options;
    const char **archive; /* the one argument that is no option; NULL: takes archives */
    relif_program_archives *archives; /* for a program that takes one or more */
    relif_err (*work)(const relif_context *ctx, void *settings); /* collective on ctx */
    void *settings;                                              /* passed to work */
} relif_program;

/** Run the program; the value main returns. Collective on MPI_COMM_WORLD. */
int relif_program_run(const relif_program *program, int argc, char **argv);

/** The whole number that text spells, or RELIF_ERR_USAGE naming the option. *value stays
 *  as it is if text is NULL. */
relif_err relif_program_number(const char *option, const char *text, int64_t *value);

#endif
