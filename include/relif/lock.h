/**
 * The right to write an output, which one job at a time has.
 *
 *     relif_lock *lock = NULL;
 *     err = relif_lock_take(ctx, log, "out.h5", &lock);    refused while another has it
 *     ...
 *     relif_lock_release(lock);
 *
 * Root locks <output>.lock by the kernel (fcntl), on cluster file systems for all nodes,
 * and writes into it who it is. The lock ends with its process, however that ends: a lock
 * file that is left behind by a killed job or a node that failed stops nobody. A job that
 * is started again while processes of its first start are still alive (as Slurm may do
 * when a node fails) waits a minute for their end before it is refused. On a file system
 * without locks a log line says so.
 */
#ifndef RELIF_LOCK_H
#define RELIF_LOCK_H

#include <stdbool.h>

#include "relif/context.h"
#include "relif/log.h"

typedef struct relif_lock relif_lock;

/** RELIF_ERR_EXISTS, saying who has the lock, or RELIF_ERR_FILE. Collective on ctx.
 * Caller releases. */
relif_err relif_lock_take(const relif_context *ctx, relif_log *log, const char *output,
                          relif_lock **lock);

/** There is a lock file: a job has the lock, or was killed while it had it. It is the
 * last of a job's files to go. Collective on ctx. */
bool relif_lock_exists(const relif_context *ctx, const char *output);

/** Give it back and remove the file. NULL is allowed. Not collective. */
void relif_lock_release(relif_lock *lock);

#endif
