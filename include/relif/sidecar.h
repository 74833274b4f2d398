/**
 * The sidecar: where an archive comes from and what differs from run to run, as JSON
 * beside it ("<archive>.run.json").
 *
 *     relif_sidecar sidecar = {.archive = "out.h5", ...};
 *     err = relif_sidecar_write(world, &sidecar);
 *
 * Command line and folder, config with its execution, build and libraries, hosts, ranks,
 * Slurm job, dates, timings per phase, peak memory, SHA-256 of the inputs and of the
 * archive. None of it is in the archive, whose bytes depend on config and input alone.
 */
#ifndef RELIF_SIDECAR_H
#define RELIF_SIDECAR_H

#include <stdint.h>

#include "relif/clock.h"
#include "relif/context.h"
#include "relif/digest.h"

/** The command line, and when it began. Borrowed. */
typedef struct relif_invocation {
    int argc;
    char **argv;
    double start_time; /* s since 1970 */
} relif_invocation;

/** Of the process that runs, begun now. */
relif_invocation relif_invocation_of(int argc, char **argv);

/** What went in: files, or for n_files 0 what was drawn as the config says. */
typedef struct relif_input {
    const char *what; /* "network", "dataset", ... */
    int n_files;
    const char *const *files;
    const char *digest; /* SHA-256 of the files' bytes, one after the other */
} relif_input;

/** How an archive's simulation went. */
typedef struct relif_sidecar_simulation {
    const char *scheme;
    const char *kernel; /* instruction set of the spiking kernel */
    int replicas, group_size;
    double seconds; /* wall time of the simulation alone, the slowest rank's */
    int64_t images, synaptic_operations;
    int64_t bytes_sent, messages_sent; /* spikes exchanged by this rank */
} relif_sidecar_simulation;

typedef struct relif_sidecar {
    const char *archive; /* path, finished; strings are the same on every rank */
    relif_invocation invocation;
    const char *task;   /* "1/3": a share of a sweep; NULL */
    const char *config; /* complete, with execution; NULL */
    const relif_input *inputs;
    int n_inputs;
    const relif_sidecar_simulation *simulation; /* NULL: there was none */
    const relif_clock *clock;                   /* of this rank; NULL */
    bool scalapack;                             /* was used */
} relif_sidecar;

/**
 * Gather what each rank knows and write the file on root, by ".part" and rename. Reads
 * the archive once. Collective on ctx. RELIF_ERR_FILE if it cannot be read or written.
 */
relif_err relif_sidecar_write(const relif_context *ctx, const relif_sidecar *sidecar);

/**
 * The command that made an archive, as a line for a shell, from the archive's sidecar;
 * NULL if there is none, or one of another archive: config is the archive's. Not
 * collective. Caller frees.
 */
char *relif_sidecar_command(const char *archive, const char *config);

/** "<archive>.run.json". Caller frees. */
char *relif_sidecar_path(const char *archive);

/** Largest resident memory of this process so far, in bytes. */
int64_t relif_sidecar_peak_memory(void);

#endif
