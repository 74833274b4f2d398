/**
 * Stopping early and in time: a request to end (SIGTERM, SIGUSR1, a time limit), the
 * agreement of all ranks on it, and when it is time to save what has been done.
 *
 *     relif_stop *stop = relif_stop_create(world, &options);
 *     for (each step) {
 *         ...
 *         const bool end = relif_stop_agreed(stop);        on every rank, every step
 *         if (relif_stop_save_due(stop)) {
 *             err = save();
 *             relif_stop_saved(stop);
 *         }
 *         if (end) return relif_stop_fail(stop, output);
 *     }
 *     relif_stop_destroy(stop);
 *
 * Ranks agree by one small all-reduce about every twentieth of a second, however short
 * the steps are. A rank that got SIGTERM ends 20 s later in any case: who sends it will
 * send SIGKILL next, and the rank it waits for may be gone.
 */
#ifndef RELIF_STOP_H
#define RELIF_STOP_H

#include <stdbool.h>

#include "relif/context.h"

typedef struct relif_stop_options {
    double max_time;   /* s from create to a stop; 0: no limit */
    double save_every; /* s between saves; 0: at every chance */
} relif_stop_options;

typedef struct relif_stop relif_stop;

/** Catch SIGTERM and SIGUSR1 from now on. ctx is borrowed. Caller destroys. */
relif_stop *relif_stop_create(const relif_context *ctx,
                              const relif_stop_options *options);

/** The same request for the ranks of a group, which agree among themselves. NULL of NULL.
 */
relif_stop *relif_stop_of_group(const relif_stop *stop, const relif_context *group);

/** NULL is allowed. The signals stay caught. */
void relif_stop_destroy(relif_stop *stop);

/**
 * All ranks of ctx are to end at this step. Collective on ctx (though not each call
 * communicates): every rank asks equally often. Once true it stays true. NULL: never.
 */
bool relif_stop_agreed(relif_stop *stop);

/** The same, and every call communicates: for rare and long steps. */
bool relif_stop_agreed_now(relif_stop *stop);

/** As of the last agreement: the time since the last save is over, or all are to end.
 * Not collective, the same on every rank of ctx. NULL: never. */
bool relif_stop_save_due(const relif_stop *stop);

/** Seconds between saves; INFINITY of NULL. */
double relif_stop_save_every(const relif_stop *stop);

/** Begin to count the time to the next save. Not collective; every rank calls. */
void relif_stop_saved(relif_stop *stop);

/** The error of a stop that was agreed on, RELIF_ERR_INTERRUPTED: what asked for it, and
 * that the same command goes on from the checkpoint of output. Not collective. */
relif_err relif_stop_fail(const relif_stop *stop, const char *output);

#endif
