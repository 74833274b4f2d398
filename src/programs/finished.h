/* An output that exists: is it the finished archive of this very experiment? */
#ifndef RELIF_PROGRAMS_FINISHED_H
#define RELIF_PROGRAMS_FINISHED_H

#include "experiment.h"
#include "relif/lock.h"

/* All collective on the world. */

/* There is a file at path. */
bool finished_exists(const relif_context *world, const char *path);

/* *finished if the file is the archive of a kind made from this config; RELIF_ERR_EXISTS
 * if it is anything else. */
relif_err finished_check(const relif_context *world, const char *path, const char *kind,
                         const char *config, bool *finished);

/* RELIF_ERR_EXISTS unless it was made from the same data set and network, now loaded. */
relif_err finished_check_inputs(struct experiment *experiment);

/* Remove what a job that was killed just after it had completed the output left beside
 * it: its checkpoint, its part and its lock; nothing while another job is at work on it.
 * *lock is that of the output, or NULL, and is then taken if need be. Caller releases it.
 */
void finished_tidy(const struct experiment *experiment, const char *path,
                   relif_lock **lock);

/* The result table, from the archive as any reader would make it. */
relif_err finished_print(const relif_context *world, const char *path);

#endif
