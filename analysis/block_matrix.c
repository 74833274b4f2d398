/*
 * Element (i, j) lies on the process of row (i / row_block) mod rows and column
 * (j / column_block) mod columns of the grid.
 */
#include "block_matrix.h"

#include <assert.h>
#include <stdlib.h>

#include "relif/memory.h"

/* Cpdgemr2d counts the bytes of its messages in int: so many numbers at a time. */
enum { MOST_DEALT = 1 << 25 };

relif_process_grid relif_process_grid_open(const relif_context *ctx, int rows,
                                           int columns)
{
    assert(rows * columns == ctx->size);
    const int handle = Csys2blacs_handle(ctx->comm);
    relif_process_grid grid = {.context = handle};
    Cblacs_gridinit(&grid.context, "Row", rows, columns);
    Cblacs_gridinfo(grid.context, &grid.rows, &grid.columns, &grid.row, &grid.column);
    Cfree_blacs_system_handle(handle); /* two of one communicator would be the same */
    return grid;
}

relif_process_grid relif_process_grid_open_square(const relif_context *ctx)
{
    int rows = 1;
    for (int r = 1; r * r <= ctx->size; r++)
        if (ctx->size % r == 0) rows = r;
    return relif_process_grid_open(ctx, rows, ctx->size / rows);
}

void relif_process_grid_close(relif_process_grid *grid)
{
    Cblacs_gridexit(grid->context);
    *grid = (relif_process_grid){0};
}

static int local_size(int n, int block, int process, int n_processes)
{
    const int first = 0;
    return numroc_(&n, &block, &process, &first, &n_processes);
}

int64_t relif_block_matrix_share(const relif_process_grid *grid, int m, int n,
                                 int row_block, int column_block)
{
    return (int64_t)local_size(m, row_block, grid->row, grid->rows) *
           local_size(n, column_block, grid->column, grid->columns);
}

relif_block_matrix relif_block_matrix_create(const relif_process_grid *grid, int m, int n,
                                             int row_block, int column_block)
{
    relif_block_matrix matrix = {.m = m, .n = n};
    matrix.local_m = local_size(m, row_block, grid->row, grid->rows);
    matrix.local_n = local_size(n, column_block, grid->column, grid->columns);
    const int first = 0, leading = matrix.local_m > 0 ? matrix.local_m : 1;
    int info = 0;
    descinit_(matrix.descriptor, &m, &n, &row_block, &column_block, &first, &first,
              &grid->context, &leading, &info);
    assert(info == 0);
    const size_t count = (size_t)matrix.local_m * (size_t)matrix.local_n;
    matrix.values = relif_calloc(count ? count : 1, sizeof *matrix.values);
    return matrix;
}

void relif_block_matrix_release(relif_block_matrix *matrix)
{
    free(matrix->values);
    *matrix = (relif_block_matrix){0};
}

void relif_block_matrix_deal(const relif_process_grid *grid,
                             const relif_block_matrix *from, relif_block_matrix *to)
{
    assert(from->m == to->m && from->n == to->n);
    const int columns = from->m > MOST_DEALT ? 1 : MOST_DEALT / (from->m ? from->m : 1);
    for (int64_t j = 0; j < from->n; j += columns) {
        const int left = from->n - (int)j;
        Cpdgemr2d(from->m, left < columns ? left : columns, from->values, 1, (int)j + 1,
                  from->descriptor, to->values, 1, (int)j + 1, to->descriptor,
                  grid->context);
    }
}
