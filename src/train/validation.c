#include "relif/validation.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_validation {
    const relif_context *ctx; /* borrowed, as are set and bp */
    const relif_image_set *set;
    relif_backpropagation *bp;
    int size;             /* of an image */
    int n_pieces, piece;  /* pieces of the set, images of each (the last may have less) */
    int64_t *indices;     /* [piece] */
    float *images;        /* [piece][size] */
    uint8_t *labels;      /* [piece] */
    relif_tally *tallies; /* [n_pieces] this rank's, zeros for the others' */
    int next;             /* the first piece that nobody has looked at */
};

relif_validation *relif_validation_create(const relif_context *ctx,
                                          const relif_image_set *set,
                                          relif_backpropagation *bp)
{
    relif_validation *validation = relif_calloc(1, sizeof *validation);
    const int piece = relif_backpropagation_images(bp);
    const int size = relif_backpropagation_image_size(bp);
    validation->ctx = ctx;
    validation->set = set;
    validation->bp = bp;
    validation->size = size;
    validation->piece = piece;
    validation->n_pieces = (int)((set->count + piece - 1) / piece);
    validation->indices = relif_calloc((size_t)piece, sizeof *validation->indices);
    validation->images =
        relif_calloc_aligned((size_t)piece * (size_t)size, sizeof *validation->images);
    validation->labels = relif_calloc((size_t)piece, sizeof *validation->labels);
    validation->tallies =
        relif_calloc((size_t)validation->n_pieces, sizeof *validation->tallies);
    return validation;
}

void relif_validation_destroy(relif_validation *validation)
{
    if (!validation) return;
    free(validation->indices);
    free(validation->images);
    free(validation->labels);
    free(validation->tallies);
    free(validation);
}

static void run_piece(relif_validation *validation, const float *values, int p)
{
    const int64_t first = (int64_t)p * validation->piece;
    const int64_t left = validation->set->count - first;
    const int n = left < validation->piece ? (int)left : validation->piece;
    for (int i = 0; i < n; i++) validation->indices[i] = first + i;
    relif_image_set_read(validation->set, validation->indices, n, validation->size,
                         validation->images, validation->labels);
    validation->tallies[p] = relif_backpropagation_tally(
        validation->bp, values, validation->images, validation->labels, n);
}

bool relif_validation_advance(relif_validation *validation, const float *values)
{
    if (validation->next >= validation->n_pieces) return false;
    const int mine = validation->next + validation->ctx->rank;
    if (mine < validation->n_pieces) run_piece(validation, values, mine);
    validation->next += validation->ctx->size;
    return true;
}

relif_tally relif_validation_end(relif_validation *validation)
{
    const int n = validation->n_pieces;
    const relif_tally sum = relif_tally_sum(validation->ctx, validation->tallies, n);
    memset(validation->tallies, 0, (size_t)n * sizeof *validation->tallies);
    validation->next = 0;
    return sum;
}
