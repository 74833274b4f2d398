/**
 * Checkpoints: the state of an unfinished computation in a file beside its output, from
 * which the same command goes on.
 *
 *     const relif_checkpoint_identity identity = {.kind = "training", .config = text};
 *     relif_state *state = NULL;
 *     err = relif_checkpoint_read(ctx, log, output, &identity, &state);
 *     if (err == RELIF_OK && state) err = restore(state);     otherwise begin anew
 *     ...
 *     err = relif_checkpoint_write(ctx, output, &identity, state);    now and then
 *     ...
 *     relif_checkpoint_remove(ctx, output);                   when output is complete
 *
 * Two generations are kept: <output>.checkpoint and <output>.checkpoint.old. A file is
 * written under another name, synced and renamed, and ends with the SHA-256 of all that
 * is before it: a killed job, a full disk or a flipped bit costs one generation at most.
 *
 * All functions are collective on ctx; errors are agreed on.
 */
#ifndef RELIF_CHECKPOINT_H
#define RELIF_CHECKPOINT_H

#include "relif/context.h"
#include "relif/log.h"
#include "relif/state.h"

/** What a checkpoint belongs to; the version of relif is added. Borrowed. */
typedef struct relif_checkpoint_identity {
    const char *kind;           /* "run", "training", ... */
    const char *config;         /* everything in the config that decides the result */
    const char *network_digest; /* NULL: does not depend on one */
    const char *dataset_digest; /* NULL: does not depend on one */
} relif_checkpoint_identity;

/**
 * Write root's state; what others pass is not looked at and may be NULL. RELIF_ERR_FILE,
 * naming the file, if it cannot be written: then the earlier generations are as they
 * were.
 */
relif_err relif_checkpoint_write(const relif_context *ctx, const char *output,
                                 const relif_checkpoint_identity *identity,
                                 const relif_state *state);

/**
 * Read the newest sound checkpoint, on every rank: *state is NULL if there is none. A
 * damaged one is named in a log line, and the older one taken. RELIF_ERR_EXISTS if it
 * belongs to something else: the sentence says whether kind, version, config (and which
 * line), network or data set differ. Caller destroys the state.
 */
relif_err relif_checkpoint_read(const relif_context *ctx, relif_log *log,
                                const char *output,
                                const relif_checkpoint_identity *identity,
                                relif_state **state);

/** Remove all generations of an output, and what a killed job may have left of one. */
void relif_checkpoint_remove(const relif_context *ctx, const char *output);

#endif
