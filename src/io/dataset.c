/* A data set on every rank: root reads or draws it, the ranks agree, root's goes to all.
 */
#include "relif/dataset.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_formats.h"
#include "relif/digits.h"
#include "relif/memory.h"

relif_dataset_options relif_dataset_options_default(void)
{
    return (relif_dataset_options){.format = RELIF_DATASET_IDX, .seed = 1};
}

void relif_dataset_destroy(relif_dataset *dataset)
{
    if (!dataset) return;
    free(dataset->bytes);
    free(dataset->values);
    free(dataset->labels);
    free(dataset);
}

relif_err relif_dataset_draw(const relif_dataset_options *options, relif_digest *digest,
                             relif_dataset *dataset)
{
    enum { PIXELS = RELIF_DIGITS_SIDE * RELIF_DIGITS_SIDE };
    const int64_t first = options->first, count = options->count;
    if (first < 0 || count < 1 || count > INT64_MAX / PIXELS || first > INT64_MAX - count)
        return relif_fail(RELIF_ERR_DATA,
                          "draw data set: %lld images from number %lld on are asked for, "
                          "expected a number >= 0 and at least one image",
                          (long long)count, (long long)first);
    dataset->shape = (relif_shape){1, RELIF_DIGITS_SIDE, RELIF_DIGITS_SIDE};
    dataset->count = count;
    dataset->n_classes = RELIF_DIGITS_CLASSES;
    dataset->bytes = relif_calloc((size_t)count, PIXELS);
    dataset->labels = relif_calloc((size_t)count, 1);
    for (int64_t i = 0; i < count; i++)
        dataset->labels[i] = (uint8_t)relif_digits_draw(
            options->seed, first + i, dataset->bytes + (size_t)i * PIXELS);
    relif_digest_add(digest, dataset->bytes, (size_t)count * PIXELS);
    return RELIF_OK;
}

static relif_err read_format(const relif_dataset_options *options, relif_digest *digest,
                             relif_dataset *dataset)
{
    switch (options->format) {
    case RELIF_DATASET_IDX: return relif_dataset_read_idx(options, digest, dataset);
    case RELIF_DATASET_CIFAR10:
        return relif_dataset_read_cifar10(options, digest, dataset);
    case RELIF_DATASET_HDF5: return relif_dataset_read_hdf5(options, digest, dataset);
    case RELIF_DATASET_SYNTHETIC: return relif_dataset_draw(options, digest, dataset);
    case RELIF_N_DATASET_FORMATS: break;
    }
    return relif_fail(RELIF_ERR_CONFIG, "read data set: format number %d is not known",
                      (int)options->format);
}

static relif_err read_on_root(const relif_dataset_options *options,
                              relif_dataset *dataset)
{
    relif_digest *digest = relif_digest_create();
    relif_err err = read_format(options, digest, dataset);
    relif_digest_finish(digest, dataset->digest);
    return err;
}

/* Collective: root's data set to the empty ones of the others. */
static void share(const relif_context *ctx, relif_dataset *dataset)
{
    relif_dataset facts = *dataset;
    bool is_float = dataset->values != NULL;
    relif_context_broadcast(ctx, &facts, sizeof facts);
    relif_context_broadcast(ctx, &is_float, sizeof is_float);
    const size_t n_images = (size_t)facts.count;
    const size_t n_pixels = n_images * (size_t)relif_shape_size(facts.shape);
    if (!relif_context_is_root(ctx)) {
        *dataset = facts;
        dataset->labels = relif_calloc(n_images, 1);
        dataset->bytes = is_float ? NULL : relif_calloc(n_pixels, 1);
        dataset->values = is_float ? relif_calloc(n_pixels, sizeof(float)) : NULL;
    }
    relif_context_broadcast(ctx, dataset->labels, n_images);
    if (is_float)
        relif_context_broadcast(ctx, dataset->values, n_pixels * sizeof(float));
    else
        relif_context_broadcast(ctx, dataset->bytes, n_pixels);
}

relif_err relif_dataset_read(const relif_context *ctx,
                             const relif_dataset_options *options,
                             relif_dataset **dataset)
{
    relif_dataset *made = relif_calloc(1, sizeof *made);
    relif_err err = relif_context_is_root(ctx) ? read_on_root(options, made) : RELIF_OK;
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) {
        share(ctx, made);
    } else {
        relif_dataset_destroy(made);
        made = NULL;
    }
    *dataset = made;
    return err;
}

void relif_dataset_image(const relif_dataset *dataset, int64_t i, float *pixels)
{
    const size_t size = (size_t)relif_shape_size(dataset->shape);
    const size_t start = (size_t)i * size;
    if (dataset->values)
        memcpy(pixels, dataset->values + start, size * sizeof *pixels);
    else
        for (size_t p = 0; p < size; p++)
            pixels[p] = (float)dataset->bytes[start + p] / 255.0f;
}

const char *relif_dataset_format_name(relif_dataset_format format)
{
    switch (format) {
#define RELIF_DATASET_FORMAT_CASE(name, word)                                            \
    case RELIF_DATASET_##name: return word;
        RELIF_DATASET_FORMAT_LIST(RELIF_DATASET_FORMAT_CASE)
#undef RELIF_DATASET_FORMAT_CASE
    case RELIF_N_DATASET_FORMATS: break;
    }
    return "unknown";
}
