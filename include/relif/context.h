/**
 * Who takes part: a communicator, this rank's place in it, and how ranks agree.
 *
 *     relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
 *     err = relif_agree(ctx, read_my_part());   all ranks leave together, none hangs
 *     relif_context_destroy(ctx);
 *
 * MPI errors themselves are fatal by the communicator's handler.
 */
#ifndef RELIF_CONTEXT_H
#define RELIF_CONTEXT_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>

#include "relif/error.h"

typedef struct relif_context {
    MPI_Comm comm; /* owned: a duplicate, so messages never meet those of others */
    int rank, size;
} relif_context;

/** Duplicate comm. Collective on comm. Caller destroys. */
relif_context *relif_context_create(MPI_Comm comm);

/** Ranks of one color form a new context, in the order of their ranks. Collective on ctx.
 */
relif_context *relif_context_split(const relif_context *ctx, int color);

/** The ranks on the same node as this one, which can share memory. Collective on ctx. */
relif_context *relif_context_split_node(const relif_context *ctx);

/** Collective on ctx. NULL is allowed. */
void relif_context_destroy(relif_context *ctx);

/** This is the rank that speaks: 0. */
static inline bool relif_context_is_root(const relif_context *ctx)
{
    return ctx->rank == 0;
}

/**
 * Agree on an error: every rank returns RELIF_OK if all gave RELIF_OK, else the error of
 * the lowest failing rank, whose sentence becomes the sentence of all. Collective on ctx.
 */
relif_err relif_agree(const relif_context *ctx, relif_err err);

/** Root's bytes to everyone, of any size. Collective on ctx. */
void relif_context_broadcast(const relif_context *ctx, void *bytes, size_t n_bytes);

/** Root's string to everyone: others get a new string in *text, caller frees. Collective.
 */
void relif_context_broadcast_text(const relif_context *ctx, char **text);

/** Element-wise sum of doubles over all ranks, in place, added in rank order. Collective.
 */
void relif_context_sum(const relif_context *ctx, double *values, int count);

#endif
