/*
 * The command line of a command of relif: its options, read and explained.
 *
 *     const unsigned allowed = COMMAND_OPTION(SET) | COMMAND_OPTION(FORCE);
 *     err = command_line_read(&line, "run", allowed, argc, argv);
 *     ...
 *     command_line_release(&line);
 *
 * Private to src/programs. Not collective: all ranks have the same command line.
 */
#ifndef RELIF_PROGRAMS_COMMAND_LINE_H
#define RELIF_PROGRAMS_COMMAND_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "relif/error.h"
#include "relif/sidecar.h"
#include "relif/stop.h"

/* code, name, its value (NULL: none), what it does */
#define COMMAND_OPTION_LIST(X)                                                           \
    X(SET, "set", "KEY=VALUE",                                                           \
      "replace a key of the config; VALUE is YAML; may be repeated")                     \
    X(PRINT_CONFIG, "print-config", NULL,                                                \
      "print the complete config, every default included, and stop")                     \
    X(HELP_CONFIG, "help-config", NULL, "print the list of all config keys and stop")    \
    X(FORCE, "force", NULL, "begin anew, and replace an output that exists")             \
    X(OUTPUT, "output", "FILE", "the file to write")                                     \
    X(VERIFY, "verify", NULL, "compute the digests of an archive and its inputs again")  \
    X(IMAGES, "images", "N", "use the first N images only")                              \
    X(LIST, "list", NULL, "print the points and stop")                                   \
    X(TASK, "task", "I/N",                                                               \
      "only share I = 1 ... N of the points, into a part that\n"                         \
      "collect joins; slurm: what SLURM_ARRAY_TASK_ID says")                             \
    X(MAX_TIME, "max-time", "T",                                                         \
      "end early after T (seconds, MM:SS, HH:MM:SS or\n"                                 \
      "D-HH:MM:SS) with status 85, as after SIGTERM and SIGUSR1;\n"                      \
      "the same command goes on from there")                                             \
    X(CHECKPOINT_EVERY, "checkpoint-every", "S", "seconds between checkpoints; 60")      \
    X(REMOVE_PARTS, "remove-parts", NULL, "remove the parts when they are joined")       \
    X(RANKS, "ranks", "LIST",                                                            \
      "numbers of ranks, separated by commas; A..B doubles from A\n"                     \
      "to B; 1..4096, as far as there is work")                                          \
    X(SPEED, "speed", "X",                                                               \
      "synaptic operations/s of a core of another machine on this\n"                     \
      "network; measured here")                                                          \
    X(LATENCY, "latency", "S",                                                           \
      "seconds until a message arrives; 2e-6, or measured if there\n"                    \
      "are two ranks or more")                                                           \
    X(BANDWIDTH, "bandwidth", "X", "bytes/s that a rank sends; 1e9, or measured")        \
    X(NODE_RANKS, "node-ranks", "N",                                                     \
      "ranks of a node, which share memory; as many as this machine\n"                   \
      "has processors")                                                                  \
    X(CSV, "csv", NULL, "a table for scripts, in bytes and seconds")                     \
    X(MESSAGES, "messages", "FILE",                                                      \
      "write who sends how much to whom in a tick, for a simulator\n"                    \
      "of networks; of the last number of ranks")                                        \
    X(QUIET, "quiet", NULL, "no progress")                                               \
    X(HELP, "help", NULL, "this text")

enum command_option {
#define COMMAND_OPTION_CODE(code, name, value, text) COMMAND_OPTION_##code,
    COMMAND_OPTION_LIST(COMMAND_OPTION_CODE)
#undef COMMAND_OPTION_CODE
};

/* A set of options has one bit for each. */
#define COMMAND_OPTION(code) (1U << COMMAND_OPTION_##code)

/* Strings are borrowed from argv. */
typedef struct command_line {
    const char *file;       /* the one operand: a config or a relif file */
    const char **overrides; /* --set, [n_overrides]; owned */
    int n_overrides;
    bool help, force, quiet, print_config, help_config, verify;
    int64_t images;     /* --images, 0: all */
    const char *output; /* --output, NULL: not given */
    const char *task;   /* --task, NULL: not given */
    bool list, remove_parts, csv;
    const char *ranks;                /* --ranks, NULL: not given */
    const char *messages;             /* --messages, NULL: not given */
    double speed, latency, bandwidth; /* 0: not given */
    int64_t node_ranks;               /* --node-ranks, 0: not given */
    relif_stop_options stop;          /* --max-time, --checkpoint-every */
    relif_invocation invocation;      /* as given, for the sidecar */
    const char *config; /* the text of the config, NULL: file names it. For rerun */
} command_line;

/* Read relif COMMAND [options] [FILE]. RELIF_ERR_USAGE: an option that is not in allowed,
 * a value that cannot be, two files. Released by the caller also after an error. */
relif_err command_line_read(command_line *line, const char *command, unsigned allowed,
                            int argc, char **argv);
void command_line_release(command_line *line);

/* One paragraph an option. */
void command_line_print_options(FILE *out, unsigned allowed);

#endif
