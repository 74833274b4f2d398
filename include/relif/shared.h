/**
 * Memory that the ranks of a node share.
 *
 *     relif_context *node = relif_context_split_node(world);
 *     relif_shared *shared = relif_shared_create(node, n_bytes);
 *     if (relif_shared_fills(shared)) fill(relif_shared_bytes(shared));
 *     relif_shared_publish(shared);                              there for all
 *     relif_shared_destroy(shared);
 *
 * It is an MPI-3 shared window. Where none can be made, or for a rank alone, every rank
 * has memory of its own and fills it: the calling sequence is the same.
 */
#ifndef RELIF_SHARED_H
#define RELIF_SHARED_H

#include "relif/context.h"
#include "relif/network.h"

typedef struct relif_shared relif_shared;

/**
 * The same n_bytes on every rank, aligned for vectors; not zeroed. Collective on node,
 * which is borrowed; NULL: memory of this rank alone, not collective. Caller destroys.
 */
relif_shared *relif_shared_create(const relif_context *node, size_t n_bytes);

/** Collective on node. NULL is allowed, on all ranks. */
void relif_shared_destroy(relif_shared *shared);

void *relif_shared_bytes(const relif_shared *shared);

/** This rank has to write it, before publish. */
bool relif_shared_fills(const relif_shared *shared);

/** The ranks see the same memory. */
bool relif_shared_is_common(const relif_shared *shared);

/** Order this rank's accesses before and after it; beside a message this makes what one
 * rank wrote visible to another. Not collective. */
void relif_shared_sync(const relif_shared *shared);

/** What was written is there for all. Collective on node. */
void relif_shared_publish(relif_shared *shared);

/**
 * Move the weights of a network, the same on every rank, to shared memory; biases stay.
 * Collective on node. Caller destroys the result after the network.
 */
relif_shared *relif_shared_weights(const relif_context *node, relif_network *network);

#endif
