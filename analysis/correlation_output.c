#include "correlation_output.h"

#include <stdio.h>
#include <stdlib.h>

#include "output.h"
#include "relif/memory.h"

enum { PATH_SIZE = 64 };

/* Rows on their way from the computation to the file. */
typedef struct row_writer {
    relif_archive *output;
    relif_log *log;
    const char *path;
    int64_t size, done;
} row_writer;

static relif_err write_rows(void *self, int64_t first, int64_t n, const double *rows)
{
    row_writer *writer = self;
    const int64_t offset[] = {first, 0}, count[] = {n, writer->size};
    const relif_err err =
        relif_archive_write(writer->output, writer->path, offset, count, rows);
    int64_t all = n;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT64_T, MPI_SUM,
                  relif_archive_context(writer->output)->comm);
    writer->done += all;
    relif_progress_update(writer->log, writer->done);
    return err;
}

const char *relif_correlation_output_group(relif_over over)
{
    return over == RELIF_OVER_IMAGES ? "/over_images" : "/over_neurons";
}

static relif_err write_matrix(relif_archive *output, relif_over over, relif_log *log,
                              relif_correlation_matrix *matrix)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/matrix", relif_correlation_output_group(over));
    const int64_t size = relif_correlation_matrix_size(matrix);
    const relif_array array = {.path = path,
                               .type = RELIF_ARRAY_F64,
                               .rank = 2,
                               .dims = {size, size},
                               .units = "1",
                               .description =
                                   "Pearson correlation of the kept series, first "
                                   "ReLU outputs, then spike counts"};
    row_writer writer = {.output = output, .log = log, .path = path, .size = size};
    const relif_row_sink sink = {write_rows, &writer};
    relif_err err = relif_archive_declare(output, &array);
    if (err != RELIF_OK || size == 0) return err;
    relif_progress_begin(
        log, over == RELIF_OVER_IMAGES ? "correlate images" : "correlate neurons", "rows",
        size);
    err = relif_correlation_matrix_rows(matrix, &sink);
    if (err == RELIF_OK) relif_progress_end(log);
    return err;
}

/* The indices of the series that are kept (or not). */
static relif_err write_indices(relif_archive *output, const char *group, const char *name,
                               const char *description, const uint8_t *kept,
                               uint8_t wanted, int64_t n_series)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", group, name);
    int64_t *indices = relif_calloc((size_t)n_series, sizeof *indices), count = 0;
    for (int64_t i = 0; i < n_series; i++)
        if (kept[i] == wanted) indices[count++] = i;
    const relif_array array = {.path = path,
                               .type = RELIF_ARRAY_I64,
                               .rank = 1,
                               .dims = {count},
                               .units = "1",
                               .description = description};
    const relif_err err = relif_output_write(output, &array, indices);
    free(indices);
    return err;
}

static relif_err write_facts(relif_archive *output, const char *group,
                             const relif_layer_vectors *set, const uint8_t *kept)
{
    const int64_t half = relif_layer_vectors_half(set);
    int64_t relu = 0;
    for (int64_t i = 0; i < half; i++) relu += kept[i];
    relif_err err = write_indices(
        output, group, "kept", "Series that are rows of the matrix", kept, 1, 2 * half);
    if (err == RELIF_OK)
        err = write_indices(output, group, "excluded",
                            "Series left out because they have no variance", kept, 0,
                            2 * half);
    if (err == RELIF_OK) err = relif_archive_set_int(output, group, "half", half);
    if (err == RELIF_OK) err = relif_archive_set_int(output, group, "relu_series", relu);
    if (err == RELIF_OK)
        err = relif_archive_set_int(output, group, "first_image", set->first_image);
    if (err == RELIF_OK)
        err = relif_archive_set_int(output, group, "n_images", set->n_images);
    return err;
}

relif_err relif_correlation_output_matrix(relif_archive *output, relif_layer_vectors *set,
                                          relif_log *log, int64_t *size)
{
    const char *group = relif_correlation_output_group(set->over);
    const relif_vectors vectors = relif_layer_vectors_of(set);
    relif_correlation_matrix *matrix = NULL;
    relif_err err =
        relif_correlation_matrix_create(relif_archive_context(output), &vectors, &matrix);
    if (err != RELIF_OK) {
        return relif_fail(err, "correlate layer '%s' %s: %s", set->layer->name,
                          set->over == RELIF_OVER_IMAGES ? "over images" : "over neurons",
                          relif_error_sentence());
    }
    *size = relif_correlation_matrix_size(matrix);
    err = write_matrix(output, set->over, log, matrix);
    if (err == RELIF_OK)
        err = write_facts(output, group, set, relif_correlation_matrix_kept(matrix));
    relif_correlation_matrix_destroy(matrix);
    return err;
}

relif_err relif_correlation_output_images(relif_archive *output,
                                          const relif_image_correlation *found)
{
    const relif_array array = {
        .path = "/per_image",
        .type = RELIF_ARRAY_F64,
        .rank = 1,
        .dims = {found->n_images},
        .units = "1",
        .description = "Pearson correlation of spike counts with ReLU outputs over the "
                       "neurons of the layer; NaN where one of them has no variance"};
    relif_err err = relif_output_write(output, &array, found->values);
    if (err == RELIF_OK)
        err = relif_archive_set_double(output, "/per_image", "mean", found->mean);
    if (err == RELIF_OK)
        err = relif_archive_set_double(output, "/per_image", "min", found->min);
    if (err == RELIF_OK)
        err = relif_archive_set_double(output, "/per_image", "max", found->max);
    if (err == RELIF_OK)
        err = relif_archive_set_int(output, "/per_image", "undefined", found->undefined);
    return err;
}
