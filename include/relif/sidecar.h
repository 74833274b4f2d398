/**
 * The sidecar: what differs from run to run, as JSON beside the archive
 * ("<archive>.run.json").
 *
 *     relif_sidecar sidecar = {.archive = "out.h5", ...};
 *     err = relif_sidecar_write(world, &sidecar);
 *
 * Command line, config with its execution, hosts, ranks, dates, timings per phase, peak
 * memory, throughput. None of it is in the archive, whose bytes depend on config and
 * input alone.
 */
#ifndef RELIF_SIDECAR_H
#define RELIF_SIDECAR_H

#include <stdint.h>

#include "relif/clock.h"
#include "relif/context.h"

typedef struct relif_sidecar {
    const char *archive; /* path; strings are borrowed and the same on every rank */
    int argc;
    char **argv;
    const char *config; /* complete, with execution */
    const char *network_digest, *dataset_digest;
    const char *scheme;
    const char *kernel; /* instruction set of the spiking kernel */
    int replicas, group_size;
    double start_time;       /* s since 1970 */
    double simulate_seconds; /* wall time of the simulation alone, the slowest rank's */
    int64_t images, synaptic_operations;
    int64_t bytes_sent, messages_sent; /* spikes exchanged by this rank */
    const relif_clock *clock;          /* of this rank */
} relif_sidecar;

/**
 * Gather what each rank knows and write the file on root, by ".part" and rename.
 * Collective on ctx. RELIF_ERR_FILE if it cannot be written.
 */
relif_err relif_sidecar_write(const relif_context *ctx, const relif_sidecar *sidecar);

/**
 * The command that made an archive, as a line for a shell, from the archive's sidecar;
 * NULL if there is none, or one of another archive: config is the archive's. Not
 * collective. Caller frees.
 */
char *relif_sidecar_command(const char *archive, const char *config);

/** Largest resident memory of this process so far, in bytes. */
int64_t relif_sidecar_peak_memory(void);

#endif
