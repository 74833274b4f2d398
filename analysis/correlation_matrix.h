/**
 * Pearson correlation of every vector of a set with every other, over all ranks.
 *
 *     relif_correlation_matrix *matrix = NULL;
 *     err = relif_correlation_matrix_create(ctx, &vectors, &matrix);
 *     n = relif_correlation_matrix_size(matrix);       without vectors of no variance
 *     err = relif_correlation_matrix_rows(matrix, &sink);    strips, to every rank
 *     relif_correlation_matrix_destroy(matrix);
 *
 * Entries: paper (16). The matrix is never in memory as a whole: only the vectors and one
 * strip of rows, both dealt to all ranks.
 */
#ifndef RELIF_ANALYSIS_CORRELATION_MATRIX_H
#define RELIF_ANALYSIS_CORRELATION_MATRIX_H

#include <stdint.h>

#include "relif/context.h"

/** The set: count vectors of length numbers. */
typedef struct relif_vectors {
    int64_t count, length;
    /** Vectors first .. first + n - 1 into values [n][length]; n may be 0. Collective. */
    relif_err (*read)(void *self, int64_t first, int64_t n, double *values);
    void *self;
} relif_vectors;

/** Where the rows go. */
typedef struct relif_row_sink {
    /** Rows first .. first + n - 1 of the matrix, [n][size]; n may be 0. Collective. */
    relif_err (*write)(void *self, int64_t first, int64_t n, const double *rows);
    void *self;
} relif_row_sink;

typedef struct relif_correlation_matrix relif_correlation_matrix;

/**
 * Read, standardise and deal the vectors. Each rank reads its own; memory 16 bytes a
 * number, divided by the ranks. RELIF_ERR_DATA if a number is not finite or the set is
 * too large. Collective on ctx. Caller destroys.
 */
relif_err relif_correlation_matrix_create(const relif_context *ctx,
                                          const relif_vectors *vectors,
                                          relif_correlation_matrix **matrix);

/** Rows of the matrix: vectors that have a variance. Not collective. */
int64_t relif_correlation_matrix_size(const relif_correlation_matrix *matrix);

/** [count] 1: vector i is part of the matrix, 0: it has no variance. Borrowed. */
const uint8_t *relif_correlation_matrix_kept(const relif_correlation_matrix *matrix);

/** Compute all rows, strip after strip. The diagonal is 1, nothing lies outside of -1
 * .. 1. The last bits may depend on the number of ranks. Collective. */
relif_err relif_correlation_matrix_rows(relif_correlation_matrix *matrix,
                                        const relif_row_sink *sink);

/** Collective. NULL is allowed. */
void relif_correlation_matrix_destroy(relif_correlation_matrix *matrix);

#endif
