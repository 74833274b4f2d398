/* /labels/{true,ann,snn} int32 [images], /labels/silent uint8 [images], attribute
 * n_outputs. */
#include "labels.h"

#include <stdlib.h>

#include "relif/memory.h"

enum { MOST_CLASSES = 4096 };

static relif_err read_size(relif_archive *archive, int64_t *n_images)
{
    const char *paths[] = {"/labels/true", "/labels/ann", "/labels/snn",
                           "/labels/silent"};
    for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
        relif_array array;
        const relif_err err = relif_archive_describe(archive, paths[p], &array);
        if (err != RELIF_OK) return err;
        if (p == 0) *n_images = array.dims[0];
        if (array.rank != 1 || array.dims[0] != *n_images)
            return relif_fail(
                RELIF_ERR_FORMAT,
                "'%s' of the archive does not hold one label for each of %lld "
                "images",
                paths[p], (long long)*n_images);
    }
    if (*n_images < 1) return relif_fail(RELIF_ERR_DATA, "the archive holds no images");
    return RELIF_OK;
}

/* Largest label of this rank, or an error for one that is no class. */
static relif_err largest_label(const int32_t *labels, int64_t n, const char *name,
                               int *largest)
{
    for (int64_t i = 0; i < n; i++) {
        if (labels[i] < 0 || labels[i] >= MOST_CLASSES)
            return relif_fail(RELIF_ERR_DATA,
                              "'/labels/%s' holds %d, expected a class from 0 to %d",
                              name, labels[i], MOST_CLASSES - 1);
        if (labels[i] > *largest) *largest = labels[i];
    }
    return RELIF_OK;
}

static relif_err count_classes(relif_archive *archive, relif_labels *labels)
{
    const relif_context *ctx = relif_archive_context(archive);
    int64_t n_outputs = 0;
    int largest = 0;
    relif_err err = relif_archive_get_int(archive, "/", "n_outputs", &n_outputs);
    if (err != RELIF_OK) return err;
    if (n_outputs < 1 || n_outputs > MOST_CLASSES)
        return relif_fail(RELIF_ERR_DATA,
                          "attribute n_outputs is %lld, expected 1 to %d classes",
                          (long long)n_outputs, MOST_CLASSES);
    err = largest_label(labels->truth, labels->count, "true", &largest);
    if (err == RELIF_OK) err = largest_label(labels->ann, labels->count, "ann", &largest);
    if (err == RELIF_OK) err = largest_label(labels->snn, labels->count, "snn", &largest);
    err = relif_agree(ctx, err);
    MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_INT, MPI_MAX, ctx->comm);
    labels->classes = largest < n_outputs ? (int)n_outputs : largest + 1;
    return err;
}

relif_err relif_labels_read(relif_archive *archive, relif_labels *labels)
{
    const relif_context *ctx = relif_archive_context(archive);
    *labels = (relif_labels){0};
    relif_err err = read_size(archive, &labels->n_images);
    if (err != RELIF_OK) return err;
    const int64_t n = labels->n_images;
    const int64_t first = n * ctx->rank / ctx->size;
    labels->count = n * (ctx->rank + 1) / ctx->size - first;
    const size_t count = (size_t)labels->count;
    labels->truth = relif_calloc(count, sizeof *labels->truth);
    labels->ann = relif_calloc(count, sizeof *labels->ann);
    labels->snn = relif_calloc(count, sizeof *labels->snn);
    labels->silent = relif_calloc(count, sizeof *labels->silent);
    const struct {
        const char *path;
        relif_array_type type;
        void *values;
    } arrays[] = {{"/labels/true", RELIF_ARRAY_I32, labels->truth},
                  {"/labels/ann", RELIF_ARRAY_I32, labels->ann},
                  {"/labels/snn", RELIF_ARRAY_I32, labels->snn},
                  {"/labels/silent", RELIF_ARRAY_U8, labels->silent}};
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++)
        err = relif_archive_read(archive, arrays[a].path, arrays[a].type, &first,
                                 &labels->count, arrays[a].values);
    if (err == RELIF_OK) err = count_classes(archive, labels);
    if (err != RELIF_OK) relif_labels_release(labels);
    return err;
}

void relif_labels_release(relif_labels *labels)
{
    free(labels->truth);
    free(labels->ann);
    free(labels->snn);
    free(labels->silent);
    *labels = (relif_labels){0};
}
