#include "relif/context.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

static relif_context *adopt(MPI_Comm comm)
{
    relif_context *ctx = relif_calloc(1, sizeof *ctx);
    ctx->comm = comm;
    MPI_Comm_rank(comm, &ctx->rank);
    MPI_Comm_size(comm, &ctx->size);
    return ctx;
}

relif_context *relif_context_create(MPI_Comm comm)
{
    MPI_Comm copy;
    MPI_Comm_dup(comm, &copy);
    return adopt(copy);
}

relif_context *relif_context_split(const relif_context *ctx, int color)
{
    MPI_Comm part;
    MPI_Comm_split(ctx->comm, color, ctx->rank, &part);
    return adopt(part);
}

void relif_context_destroy(relif_context *ctx)
{
    if (!ctx) return;
    MPI_Comm_free(&ctx->comm);
    free(ctx);
}

relif_err relif_agree(const relif_context *ctx, relif_err err)
{
    const int mine = err == RELIF_OK ? INT_MAX : ctx->rank;
    int first;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, ctx->comm);
    if (first == INT_MAX) return RELIF_OK;
    struct {
        int code;
        char sentence[RELIF_SENTENCE_SIZE];
    } report = {.code = (int)err};
    if (ctx->rank == first)
        snprintf(report.sentence, sizeof report.sentence, "%s", relif_error_sentence());
    MPI_Bcast(&report, (int)sizeof report, MPI_BYTE, first, ctx->comm);
    return relif_fail((relif_err)report.code, "%s", report.sentence);
}

void relif_context_broadcast(const relif_context *ctx, void *bytes, size_t n_bytes)
{
    enum { PIECE = 1 << 30 };
    for (size_t done = 0; done < n_bytes; done += PIECE) {
        const size_t left = n_bytes - done;
        const int count = left < PIECE ? (int)left : PIECE;
        MPI_Bcast((char *)bytes + done, count, MPI_BYTE, 0, ctx->comm);
    }
}

void relif_context_broadcast_text(const relif_context *ctx, char **text)
{
    size_t n_bytes = relif_context_is_root(ctx) ? strlen(*text) + 1 : 0;
    relif_context_broadcast(ctx, &n_bytes, sizeof n_bytes);
    if (!relif_context_is_root(ctx)) *text = relif_calloc(n_bytes, 1);
    relif_context_broadcast(ctx, *text, n_bytes);
}

void relif_context_sum(const relif_context *ctx, double *values, int count)
{
    double *all = relif_calloc((size_t)count * (size_t)ctx->size, sizeof *all);
    MPI_Allgather(values, count, MPI_DOUBLE, all, count, MPI_DOUBLE, ctx->comm);
    for (int i = 0; i < count; i++) {
        values[i] = 0;
        for (int r = 0; r < ctx->size; r++)
            values[i] += all[(size_t)r * (size_t)count + (size_t)i];
    }
    free(all);
}
