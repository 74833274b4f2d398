/* The matrix of ScaLAPACK against plain sums, on any number of ranks. */
#include <mpi.h>

#include "check.h"
#include "correlation_matrix.h"
#include "relif/correlation.h"
#include "relif/memory.h"

static relif_context *ctx;

/* Vectors that every rank can make; those of one kind have no variance. */
typedef struct made_vectors {
    int length;
    int constant_every; /* vector v has no variance if v % constant_every == 0; 0: none */
    int broken;         /* this vector holds an infinity; -1: none */
} made_vectors;

static void make_vector(const made_vectors *made, int v, double *x)
{
    const bool constant = made->constant_every && v % made->constant_every == 0;
    for (int i = 0; i < made->length; i++)
        x[i] = constant ? 0.1 * (v + 1) : sin(1.0 + 7.3 * v + 0.61 * i * (1 + v % 5)) + 3;
    if (v == made->broken) x[made->length - 1] = INFINITY;
}

static relif_err read_made(void *self, int64_t first, int64_t n, double *values)
{
    const made_vectors *made = self;
    for (int64_t v = 0; v < n; v++)
        make_vector(made, (int)(first + v), values + v * made->length);
    return RELIF_OK;
}

/* All rows on every rank. */
typedef struct collected {
    int64_t size, rows;
    double *matrix; /* [size][size], NAN where nothing was written */
} collected;

static relif_err collect(void *self, int64_t first, int64_t n, const double *rows)
{
    collected *all = self;
    CHECK(first >= 0 && n >= 0 && first + n <= all->size);
    for (int r = 0; r < ctx->size; r++) {
        int64_t place[] = {first, n};
        MPI_Bcast(place, 2, MPI_INT64_T, r, ctx->comm);
        double *to = all->matrix + place[0] * all->size;
        if (r == ctx->rank && n) memcpy(to, rows, (size_t)(n * all->size) * sizeof *rows);
        MPI_Bcast(to, (int)(place[1] * all->size), MPI_DOUBLE, r, ctx->comm);
        all->rows += place[1];
    }
    return RELIF_OK;
}

static void check_against_plain_sums(made_vectors made, int count)
{
    const relif_vectors vectors = {count, made.length, read_made, &made};
    relif_correlation_matrix *matrix = NULL;
    CHECK(relif_correlation_matrix_create(ctx, &vectors, &matrix) == RELIF_OK);
    if (!matrix) return;
    collected all = {.size = relif_correlation_matrix_size(matrix)};
    const size_t numbers = (size_t)(all.size * all.size);
    all.matrix = relif_calloc(numbers + 1, sizeof *all.matrix);
    for (size_t i = 0; i < numbers; i++) all.matrix[i] = (double)NAN;
    const relif_row_sink sink = {collect, &all};
    CHECK(relif_correlation_matrix_rows(matrix, &sink) == RELIF_OK);
    CHECK(all.rows == all.size);

    const uint8_t *kept = relif_correlation_matrix_kept(matrix);
    double *x = relif_calloc(2 * (size_t)made.length, sizeof *x), *y = x + made.length;
    int64_t row = 0;
    for (int a = 0; a < count; a++) {
        const bool constant = made.constant_every && a % made.constant_every == 0;
        CHECK(kept[a] == (made.length > 1 && !constant));
        if (!kept[a]) continue;
        int64_t column = 0;
        make_vector(&made, a, x);
        for (int b = 0; b < count; b++) {
            if (!kept[b]) continue;
            make_vector(&made, b, y);
            CHECK_NEAR(all.matrix[row * all.size + column],
                       relif_correlation(x, y, made.length), 1e-12);
            column++;
        }
        CHECK(column == all.size && all.matrix[row * all.size + row] == 1);
        row++;
    }
    CHECK(row == all.size);
    free(x);
    free(all.matrix);
    relif_correlation_matrix_destroy(matrix);
}

static void every_entry_agrees_with_plain_sums(void)
{
    check_against_plain_sums((made_vectors){.length = 77, .broken = -1}, 150);
}

static void more_numbers_than_vectors_and_the_other_way_round(void)
{
    check_against_plain_sums((made_vectors){.length = 700, .broken = -1}, 5);
    check_against_plain_sums((made_vectors){.length = 3, .broken = -1}, 201);
}

static void vectors_without_variance_are_left_out(void)
{
    check_against_plain_sums(
        (made_vectors){.length = 40, .constant_every = 3, .broken = -1}, 100);
    check_against_plain_sums(
        (made_vectors){.length = 33, .constant_every = 2, .broken = -1}, 7);
}

static void all_vectors_without_variance_give_an_empty_matrix(void)
{
    check_against_plain_sums(
        (made_vectors){.length = 20, .constant_every = 1, .broken = -1}, 9);
    check_against_plain_sums((made_vectors){.length = 1, .broken = -1}, 64);
}

static void ranks_without_a_vector_take_part(void)
{
    check_against_plain_sums((made_vectors){.length = 50, .broken = -1}, 1);
    check_against_plain_sums((made_vectors){.length = 2, .broken = -1}, 2);
}

static void a_number_that_is_not_finite_is_an_error_on_every_rank(void)
{
    made_vectors made = {.length = 10, .broken = 11};
    const relif_vectors vectors = {12, made.length, read_made, &made};
    relif_correlation_matrix *matrix = NULL;
    CHECK(relif_correlation_matrix_create(ctx, &vectors, &matrix) == RELIF_ERR_DATA);
    CHECK(!matrix);
    CHECK_TEXT(relif_error_sentence(), "series 11 holds a number that is not finite");
}

static void more_numbers_than_scalapack_counts_are_refused(void)
{
    made_vectors made = {.length = 1 << 20, .broken = -1};
    const relif_vectors vectors = {(int64_t)1 << 20, made.length, read_made, &made};
    relif_correlation_matrix *matrix = NULL;
    CHECK(relif_correlation_matrix_create(ctx, &vectors, &matrix) == RELIF_ERR_DATA);
    CHECK_TEXT(relif_error_sentence(), "are too many for");
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    RUN(every_entry_agrees_with_plain_sums);
    RUN(more_numbers_than_vectors_and_the_other_way_round);
    RUN(vectors_without_variance_are_left_out);
    RUN(all_vectors_without_variance_give_an_empty_matrix);
    RUN(ranks_without_a_vector_take_part);
    RUN(a_number_that_is_not_finite_is_an_error_on_every_rank);
    RUN(more_numbers_than_scalapack_counts_are_refused);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
