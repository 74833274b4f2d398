/*
 * With z = (x - mean x) / |x - mean x| as columns of Z, the matrix is Z^T Z (paper (16)).
 * Two grids of the same ranks: on the line each rank owns whole vectors, for reading,
 * and whole rows of a strip, for writing (the rows of a symmetric matrix are its
 * columns); on the square ScaLAPACK multiplies.
 */
#include "correlation_matrix.h"

#include <cblas.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "block_matrix.h"
#include "relif/memory.h"

enum { BLOCK = 32, STRIP_NUMBERS = 1 << 24 /* of a rank, 128 MB */ };

struct relif_correlation_matrix {
    const relif_context *ctx;
    relif_process_grid line, square;
    relif_block_matrix z; /* on the square */
    int count, length;
    uint8_t *kept;   /* [count] */
    int64_t *before; /* [count + 1] kept vectors in front of each */
};

/* Consecutive parts of n, one a rank; the last ones may be empty. */
static int share_of(const relif_context *ctx, int n)
{
    const int64_t share = ((int64_t)n + ctx->size - 1) / ctx->size;
    return share > 0 ? (int)share : 1;
}

static relif_err check_size(const relif_correlation_matrix *matrix,
                            const relif_vectors *vectors)
{
    const double on_line = (double)vectors->length *
                           ((double)vectors->count / (double)matrix->ctx->size + 1);
    const double on_square = ((double)vectors->length / matrix->square.rows + BLOCK) *
                             ((double)vectors->count / matrix->square.columns + BLOCK);
    const double most = INT_MAX;
    if (vectors->count < most - 2 * BLOCK && vectors->length < most - 2 * BLOCK &&
        on_line < most && on_square < most)
        return RELIF_OK;
    return relif_fail(RELIF_ERR_DATA,
                      "%lld series of %lld numbers are too many for %d ranks: ScaLAPACK "
                      "takes at most 2^31 numbers a rank",
                      (long long)vectors->count, (long long)vectors->length,
                      matrix->ctx->size);
}

/* x becomes z; false if all its numbers are equal. */
static bool standardise(double *x, int n)
{
    double sum = 0, squares = 0;
    bool varies = false;
    for (int i = 0; i < n; i++) {
        sum += x[i];
        varies = varies || x[i] != x[0];
    }
    for (int i = 0; i < n; i++) {
        x[i] -= sum / n;
        squares += x[i] * x[i];
    }
    varies = varies && squares > 0;
    for (int i = 0; i < n; i++) x[i] = varies ? x[i] / sqrt(squares) : 0;
    return varies;
}

static relif_err standardise_mine(const relif_block_matrix *mine, int64_t first,
                                  uint8_t *kept)
{
    const size_t length = (size_t)mine->m;
    for (int v = 0; v < mine->local_n; v++) {
        double *x = mine->values + (size_t)v * length;
        for (size_t i = 0; i < length; i++)
            if (!isfinite(x[i]))
                return relif_fail(RELIF_ERR_DATA,
                                  "series %lld holds a number that is not finite",
                                  (long long)first + v);
        kept[v] = standardise(x, mine->m);
    }
    return RELIF_OK;
}

static void gather_kept(relif_correlation_matrix *matrix, const uint8_t *mine, int share)
{
    const relif_context *ctx = matrix->ctx;
    uint8_t *all = relif_calloc((size_t)share * (size_t)ctx->size, 1);
    MPI_Allgather(mine, share, MPI_UINT8_T, all, share, MPI_UINT8_T, ctx->comm);
    for (int v = 0; v < matrix->count; v++) {
        matrix->kept[v] = all[v];
        matrix->before[v + 1] = matrix->before[v] + all[v];
    }
    free(all);
}

static relif_err read_vectors(relif_correlation_matrix *matrix,
                              const relif_vectors *vectors)
{
    const relif_context *ctx = matrix->ctx;
    const int share = share_of(ctx, matrix->count);
    relif_block_matrix mine = relif_block_matrix_create(
        &matrix->line, matrix->length, matrix->count, matrix->length, share);
    uint8_t *kept = relif_calloc((size_t)share, 1);
    const int64_t first = mine.local_n ? (int64_t)ctx->rank * share : 0;
    relif_err err = vectors->read(vectors->self, first, mine.local_n, mine.values);
    if (err == RELIF_OK) err = relif_agree(ctx, standardise_mine(&mine, first, kept));
    if (err == RELIF_OK) {
        gather_kept(matrix, kept, share);
        matrix->z = relif_block_matrix_create(&matrix->square, matrix->length,
                                              matrix->count, BLOCK, BLOCK);
        relif_block_matrix_deal(&matrix->line, &mine, &matrix->z);
    }
    free(kept);
    relif_block_matrix_release(&mine);
    return err;
}

relif_err relif_correlation_matrix_create(const relif_context *ctx,
                                          const relif_vectors *vectors,
                                          relif_correlation_matrix **matrix)
{
    relif_correlation_matrix *made = relif_calloc(1, sizeof *made);
    openblas_set_num_threads(1); /* the ranks share the work already */
    made->ctx = ctx;
    made->line = relif_process_grid_open(ctx, 1, ctx->size);
    made->square = relif_process_grid_open_square(ctx);
    relif_err err = check_size(made, vectors);
    if (err == RELIF_OK) {
        made->count = (int)vectors->count;
        made->length = (int)vectors->length;
        made->kept = relif_calloc((size_t)made->count + 1, sizeof *made->kept);
        made->before = relif_calloc((size_t)made->count + 1, sizeof *made->before);
        err = read_vectors(made, vectors);
    }
    if (err != RELIF_OK) {
        relif_correlation_matrix_destroy(made);
        made = NULL;
    }
    *matrix = made;
    return err;
}

int64_t relif_correlation_matrix_size(const relif_correlation_matrix *matrix)
{
    return matrix->before[matrix->count];
}

const uint8_t *relif_correlation_matrix_kept(const relif_correlation_matrix *matrix)
{
    return matrix->kept;
}

/* Columns first .. first + n - 1 of Z^T Z, on the line. */
static relif_block_matrix multiply(const relif_correlation_matrix *matrix, int first,
                                   int n)
{
    const double one = 1, zero = 0;
    const int origin = 1, column = first + 1;
    const relif_block_matrix *z = &matrix->z;
    relif_block_matrix product =
        relif_block_matrix_create(&matrix->square, matrix->count, n, BLOCK, BLOCK);
    pdgemm_("T", "N", &matrix->count, &n, &matrix->length, &one, z->values, &origin,
            &origin, z->descriptor, z->values, &origin, &column, z->descriptor, &zero,
            product.values, &origin, &origin, product.descriptor);
    relif_block_matrix mine = relif_block_matrix_create(
        &matrix->line, matrix->count, n, matrix->count, share_of(matrix->ctx, n));
    relif_block_matrix_deal(&matrix->line, &product, &mine);
    relif_block_matrix_release(&product);
    return mine;
}

/* Only kept vectors remain, packed to the front, free of rounding outside of the range.
 * Returns the number of rows. */
static int64_t pack_rows(const relif_correlation_matrix *matrix, int first,
                         relif_block_matrix *mine)
{
    const size_t count = (size_t)matrix->count;
    double *next = mine->values;
    int64_t rows = 0;
    for (int r = 0; r < mine->local_n; r++) {
        if (!matrix->kept[first + r]) continue;
        const double *row = mine->values + (size_t)r * count;
        rows++;
        for (int v = 0; v < matrix->count; v++)
            if (matrix->kept[v]) *next++ = v == first + r ? 1 : fmax(-1, fmin(1, row[v]));
    }
    return rows;
}

relif_err relif_correlation_matrix_rows(relif_correlation_matrix *matrix,
                                        const relif_row_sink *sink)
{
    const int64_t all = (int64_t)STRIP_NUMBERS * matrix->ctx->size;
    int64_t height = matrix->count ? all / matrix->count / BLOCK * BLOCK : 1;
    if (height < BLOCK) height = BLOCK;
    relif_err err = RELIF_OK;
    for (int64_t from = 0; from < matrix->count && err == RELIF_OK; from += height) {
        const int left = matrix->count - (int)from;
        const int n = left < height ? left : (int)height;
        relif_block_matrix mine = multiply(matrix, (int)from, n);
        const int first = mine.local_n
                              ? (int)from + matrix->ctx->rank * share_of(matrix->ctx, n)
                              : matrix->count;
        const int64_t rows = pack_rows(matrix, first, &mine);
        err =
            sink->write(sink->self, rows ? matrix->before[first] : 0, rows, mine.values);
        relif_block_matrix_release(&mine);
    }
    return err;
}

void relif_correlation_matrix_destroy(relif_correlation_matrix *matrix)
{
    if (!matrix) return;
    relif_block_matrix_release(&matrix->z);
    relif_process_grid_close(&matrix->square);
    relif_process_grid_close(&matrix->line);
    free(matrix->kept);
    free(matrix->before);
    free(matrix);
}
