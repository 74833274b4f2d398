/**
 * A column-major matrix dealt to the ranks in blocks, as ScaLAPACK wants it.
 *
 *     relif_process_grid grid = relif_process_grid_open(ctx, rows, columns);
 *     relif_block_matrix a = relif_block_matrix_create(&grid, m, n, 32, 32);
 *     relif_block_matrix_release(&a);
 *     relif_process_grid_close(&grid);
 */
#ifndef RELIF_ANALYSIS_BLOCK_MATRIX_H
#define RELIF_ANALYSIS_BLOCK_MATRIX_H

#include <stdint.h>

#include "relif/context.h"
#include "scalapack.h"

/** All ranks of a context, rank = row x columns + column. */
typedef struct relif_process_grid {
    int context; /* of BLACS */
    int rows, columns;
    int row, column; /* of this rank */
} relif_process_grid;

typedef struct relif_block_matrix {
    int descriptor[SCALAPACK_DESCRIPTOR];
    int m, n;
    int local_m, local_n; /* of this rank, may be 0 */
    double *values;       /* [local_n][local_m], column by column. Owned */
} relif_block_matrix;

/** rows x columns must be the number of ranks. Collective on ctx. Caller closes. */
relif_process_grid relif_process_grid_open(const relif_context *ctx, int rows,
                                           int columns);
/** The grid that is closest to a square. Collective on ctx. Caller closes. */
relif_process_grid relif_process_grid_open_square(const relif_context *ctx);
/** Collective. */
void relif_process_grid_close(relif_process_grid *grid);

/** Numbers that this rank would hold; more than INT_MAX are too many for ScaLAPACK. Not
 *  collective. */
int64_t relif_block_matrix_share(const relif_process_grid *grid, int m, int n,
                                 int row_block, int column_block);

/** Zeros. Not collective. Caller releases. */
relif_block_matrix relif_block_matrix_create(const relif_process_grid *grid, int m, int n,
                                             int row_block, int column_block);
void relif_block_matrix_release(relif_block_matrix *matrix);

/** Copy all numbers of from into to, dealt in another way. Collective on the grid's
 * ranks, which are those of both matrices. */
void relif_block_matrix_deal(const relif_process_grid *grid,
                             const relif_block_matrix *from, relif_block_matrix *to);

#endif
