/* counts[reference * classes + predicted]: images of class reference predicted as that.
 */
#include "confusion.h"

#include <assert.h>
#include <stdlib.h>

#include "relif/memory.h"

enum { LARGEST_PRINTED = 32 };

relif_confusion relif_confusion_create(int classes, const int32_t *reference,
                                       const int32_t *predicted, int64_t n)
{
    const size_t width = (size_t)classes;
    relif_confusion matrix = {.classes = classes};
    matrix.counts = relif_calloc(width * width, sizeof *matrix.counts);
    for (int64_t i = 0; i < n; i++) {
        assert(reference[i] >= 0 && reference[i] < classes);
        assert(predicted[i] >= 0 && predicted[i] < classes);
        matrix.counts[(size_t)reference[i] * width + (size_t)predicted[i]]++;
    }
    return matrix;
}

void relif_confusion_release(relif_confusion *matrix)
{
    free(matrix->counts);
    *matrix = (relif_confusion){0};
}

void relif_confusion_sum(const relif_context *ctx, relif_confusion *matrix)
{
    MPI_Allreduce(MPI_IN_PLACE, matrix->counts, matrix->classes * matrix->classes,
                  MPI_INT64_T, MPI_SUM, ctx->comm);
}

static int64_t count_at(const relif_confusion *matrix, int reference, int predicted)
{
    return matrix
        ->counts[(size_t)reference * (size_t)matrix->classes + (size_t)predicted];
}

int64_t relif_confusion_equal(const relif_confusion *matrix)
{
    int64_t sum = 0;
    for (int c = 0; c < matrix->classes; c++) sum += count_at(matrix, c, c);
    return sum;
}

int64_t relif_confusion_row(const relif_confusion *matrix, int reference)
{
    int64_t sum = 0;
    for (int p = 0; p < matrix->classes; p++) sum += count_at(matrix, reference, p);
    return sum;
}

int64_t relif_confusion_total(const relif_confusion *matrix)
{
    int64_t sum = 0;
    for (int r = 0; r < matrix->classes; r++) sum += relif_confusion_row(matrix, r);
    return sum;
}

/* Characters that the widest number of the table takes. */
static int column_width(const relif_confusion *matrix)
{
    int64_t most = matrix->classes;
    for (int r = 0; r < matrix->classes; r++)
        if (relif_confusion_row(matrix, r) > most) most = relif_confusion_row(matrix, r);
    return snprintf(NULL, 0, "%lld", (long long)most);
}

void relif_confusion_print(const relif_confusion *matrix, const char *title,
                           const char *rows, const char *columns, FILE *out)
{
    enum { MARGIN = 12 };
    fprintf(out, "\n%s (rows: %s, columns: %s)\n", title, rows, columns);
    if (matrix->classes > LARGEST_PRINTED) {
        fprintf(out, "  %d classes: see the output file\n", matrix->classes);
        return;
    }
    const int width = column_width(matrix) + 1;
    fprintf(out, "%*s ", MARGIN, "class");
    for (int p = 0; p < matrix->classes; p++) fprintf(out, "%*d", width, p);
    fprintf(out, " | %*s\n", width > 5 ? width : 5, "total");
    for (int r = 0; r < matrix->classes; r++) {
        fprintf(out, "%*d ", MARGIN, r);
        for (int p = 0; p < matrix->classes; p++)
            fprintf(out, "%*lld", width, (long long)count_at(matrix, r, p));
        fprintf(out, " | %*lld\n", width > 5 ? width : 5,
                (long long)relif_confusion_row(matrix, r));
    }
}
