/**
 * The fixed parts of a batch, dealt to ranks, and the sum of their gradients.
 *
 *     relif_shards *shards = relif_shards_create(ctx, 4, n_values);
 *     for (int s = relif_shards_first(shards); s < relif_shards_end(shards); s++) {
 *         compute(s, relif_shards_buffer(shards, s));
 *         relif_shards_submit(shards, s);
 *     }
 *     const float *sum = relif_shards_sum(shards);
 *     relif_shards_destroy(shards);
 *
 * Shards are added in their order, ((0 + 1) + 2) + ..., so the sum has the same bits on
 * any number of ranks. Shard s belongs to rank s * ranks / shards; with more ranks than
 * shards some have none, and take part in the sum all the same.
 */
#ifndef RELIF_SHARDS_H
#define RELIF_SHARDS_H

#include <stdint.h>

#include "relif/context.h"

typedef struct relif_shards relif_shards;

/** n_values at most INT_MAX. ctx is borrowed. Not collective. Caller destroys. */
relif_shards *relif_shards_create(const relif_context *ctx, int n_shards,
                                  int64_t n_values);
void relif_shards_destroy(relif_shards *shards);

/** This rank's shards: first <= s < end. */
int relif_shards_first(const relif_shards *shards);
int relif_shards_end(const relif_shards *shards);

/** Where the values of one of this rank's shards go: [n_values], to be overwritten whole.
 */
float *relif_shards_buffer(relif_shards *shards, int shard);

/** The buffer of that shard is complete. In ascending order of this rank's shards. Begins
 * to send; does not wait. */
void relif_shards_submit(relif_shards *shards, int shard);

/**
 * The sum over all shards: [n_values], the same on every rank. Borrowed until the next
 * call. Collective on ctx. Each rank adds one slice of the vector: it receives that slice
 * of every other rank's shards and sends the sum of it to everyone.
 */
const float *relif_shards_sum(relif_shards *shards);

#endif
