/*
 * sum[i] = ((shard 0 [i] + shard 1 [i]) + shard 2 [i]) + ...
 *
 * A rank's share of this is a list of pieces. Rank 0 has the first shards, the beginning
 * of the sum, and adds them up to one piece; every other rank has a piece for each shard.
 */
#include "relif/shards.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_shards {
    const relif_context *ctx; /* borrowed */
    int n_shards;
    int64_t n_values;
    float **pieces;  /* [pieces of this rank][n_values] */
    float *scratch;  /* [n_values], rank 0: a shard before it is added */
    float *received; /* [pieces of other ranks][this rank's slice], in order */
    float *sum;      /* [n_values] */
    int *slice_count, *slice_begin; /* [ranks] */
    MPI_Request *requests;          /* [n_requests in use] */
    int n_requests;
};

/* First shard of a rank: the least s with s * ranks / shards >= rank. */
static int first_shard(const relif_shards *shards, int rank)
{
    const int64_t ranks = shards->ctx->size;
    return (int)(((int64_t)rank * shards->n_shards + ranks - 1) / ranks);
}

static int count_pieces(const relif_shards *shards, int rank)
{
    const int count = first_shard(shards, rank + 1) - first_shard(shards, rank);
    return rank == 0 ? 1 : count;
}

int relif_shards_first(const relif_shards *shards)
{
    return first_shard(shards, shards->ctx->rank);
}

int relif_shards_end(const relif_shards *shards)
{
    return first_shard(shards, shards->ctx->rank + 1);
}

static void cut_slices(relif_shards *shards)
{
    const int ranks = shards->ctx->size;
    shards->slice_count = relif_calloc((size_t)ranks, sizeof(int));
    shards->slice_begin = relif_calloc((size_t)ranks, sizeof(int));
    for (int r = 0; r < ranks; r++) {
        const int begin = (int)(shards->n_values * r / ranks);
        const int end = (int)(shards->n_values * (r + 1) / ranks);
        shards->slice_begin[r] = begin;
        shards->slice_count[r] = end - begin;
    }
}

relif_shards *relif_shards_create(const relif_context *ctx, int n_shards,
                                  int64_t n_values)
{
    relif_shards *shards = relif_calloc(1, sizeof *shards);
    shards->ctx = ctx;
    shards->n_shards = n_shards;
    shards->n_values = n_values;
    cut_slices(shards);
    const size_t size = (size_t)n_values, ranks = (size_t)ctx->size;
    const size_t mine = (size_t)count_pieces(shards, ctx->rank);
    size_t all = 0;
    for (int r = 0; r < ctx->size; r++) all += (size_t)count_pieces(shards, r);
    shards->pieces = relif_calloc(mine, sizeof *shards->pieces);
    for (size_t p = 0; p < mine; p++)
        shards->pieces[p] = relif_calloc_aligned(size, sizeof(float));
    if (ctx->rank == 0) shards->scratch = relif_calloc_aligned(size, sizeof(float));
    const size_t slice = (size_t)shards->slice_count[ctx->rank];
    shards->received = relif_calloc_aligned((all - mine) * slice, sizeof(float));
    shards->sum = relif_calloc_aligned(size, sizeof(float));
    shards->requests = relif_calloc(mine * (ranks - 1) + all - mine, sizeof(MPI_Request));
    return shards;
}

void relif_shards_destroy(relif_shards *shards)
{
    if (!shards) return;
    const int mine = count_pieces(shards, shards->ctx->rank);
    for (int p = 0; p < mine; p++) free(shards->pieces[p]);
    free(shards->pieces);
    free(shards->scratch);
    free(shards->received);
    free(shards->sum);
    free(shards->slice_count);
    free(shards->slice_begin);
    free(shards->requests);
    free(shards);
}

float *relif_shards_buffer(relif_shards *shards, int shard)
{
    if (shards->ctx->rank == 0) return shard == 0 ? shards->pieces[0] : shards->scratch;
    return shards->pieces[shard - relif_shards_first(shards)];
}

static void add(int64_t count, const float *restrict values, float *restrict sum)
{
    for (int64_t i = 0; i < count; i++) sum[i] += values[i];
}

static void send_piece(relif_shards *shards, const float *piece)
{
    const relif_context *ctx = shards->ctx;
    for (int r = 0; r < ctx->size; r++)
        if (r != ctx->rank)
            MPI_Isend(piece + shards->slice_begin[r], shards->slice_count[r], MPI_FLOAT,
                      r, 0, ctx->comm, &shards->requests[shards->n_requests++]);
}

void relif_shards_submit(relif_shards *shards, int shard)
{
    if (shards->ctx->rank != 0) {
        send_piece(shards, relif_shards_buffer(shards, shard));
        return;
    }
    if (shard > 0) add(shards->n_values, shards->scratch, shards->pieces[0]);
    if (shard == relif_shards_end(shards) - 1) send_piece(shards, shards->pieces[0]);
}

static void receive_slices(relif_shards *shards)
{
    const relif_context *ctx = shards->ctx;
    const int count = shards->slice_count[ctx->rank];
    float *to = shards->received;
    for (int r = 0; r < ctx->size; r++)
        for (int p = 0; r != ctx->rank && p < count_pieces(shards, r); p++, to += count)
            MPI_Irecv(to, count, MPI_FLOAT, r, 0, ctx->comm,
                      &shards->requests[shards->n_requests++]);
    MPI_Waitall(shards->n_requests, shards->requests, MPI_STATUSES_IGNORE);
    shards->n_requests = 0;
}

/* Add this rank's slice of all pieces, in order. */
static void add_slice(relif_shards *shards)
{
    const int me = shards->ctx->rank, count = shards->slice_count[me];
    const int begin = shards->slice_begin[me];
    float *sum = shards->sum + begin;
    const float *received = shards->received;
    for (int r = 0; r < shards->ctx->size; r++)
        for (int p = 0; p < count_pieces(shards, r); p++) {
            const float *piece = r == me ? shards->pieces[p] + begin : received;
            if (r != me) received += count;
            if (r == 0)
                memcpy(sum, piece, (size_t)count * sizeof *sum);
            else
                add(count, piece, sum);
        }
}

const float *relif_shards_sum(relif_shards *shards)
{
    receive_slices(shards);
    add_slice(shards);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, shards->sum, shards->slice_count,
                   shards->slice_begin, MPI_FLOAT, shards->ctx->comm);
    return shards->sum;
}
