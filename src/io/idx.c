/*
 * IDX, the format of MNIST, plain, gzip or xz. Numbers are big-endian, 32 bits:
 *     images: magic 0x00000803, count, rows, columns, then count * rows * columns bytes
 *     labels: magic 0x00000801, count, then count bytes
 */
#include <stdlib.h>
#include <string.h>

#include "byte_stream.h"
#include "dataset_formats.h"
#include "relif/memory.h"

enum { IMAGES_MAGIC = 0x00000803, LABELS_MAGIC = 0x00000801, MOST_DIMENSIONS = 3 };

/* One kind of IDX file: what its header must be. */
typedef struct idx_kind {
    uint32_t magic;
    int n_dimensions;
    const char *name;
} idx_kind;

/* What one IDX file holds. */
typedef struct idx_file {
    uint32_t dimensions[MOST_DIMENSIONS];
    uint8_t *bytes; /* [product of the dimensions] */
} idx_file;

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

static relif_err read_header(relif_byte_stream *stream, const char *path,
                             const idx_kind *kind, idx_file *file)
{
    uint8_t header[4 * (1 + MOST_DIMENSIONS)];
    const size_t n_bytes = 4 * (1 + (size_t)kind->n_dimensions);
    size_t n_read = 0;
    relif_err err = relif_byte_stream_read(stream, header, n_bytes, &n_read);
    if (err != RELIF_OK) return err;
    if (n_read >= 4 && big_endian(header) != kind->magic)
        return relif_fail(
            RELIF_ERR_FORMAT,
            "read data set '%s': magic number 0x%08x, expected 0x%08x (IDX %s)", path,
            big_endian(header), kind->magic, kind->name);
    if (n_read < n_bytes)
        return relif_fail(RELIF_ERR_FORMAT,
                          "read data set '%s': %zu bytes, expected a header of %zu bytes "
                          "(IDX %s)",
                          path, n_read, n_bytes, kind->name);
    for (size_t d = 0; d < (size_t)kind->n_dimensions; d++)
        file->dimensions[d] = big_endian(header + 4 * (d + 1));
    return RELIF_OK;
}

/* Reads exactly what the header claims; what is allocated follows what comes. */
static relif_err read_body(relif_byte_stream *stream, const char *path,
                           const idx_kind *kind, uint64_t item_size, idx_file *file)
{
    const uint64_t claimed = file->dimensions[0] * item_size; /* < 2^32 * 2^31 */
    uint64_t n_bytes = 0;
    uint8_t more;
    size_t n_more = 0;
    relif_err err = relif_byte_stream_take(stream, claimed, &file->bytes, &n_bytes);
    if (err != RELIF_OK) return err;
    if (n_bytes < claimed)
        return relif_fail(
            RELIF_ERR_FORMAT,
            "read data set '%s': %llu bytes of %s, expected %llu (the header "
            "says %u)",
            path, (unsigned long long)n_bytes, kind->name, (unsigned long long)claimed,
            file->dimensions[0]);
    err = relif_byte_stream_read(stream, &more, 1, &n_more);
    if (err == RELIF_OK && n_more > 0)
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': more than the %llu bytes of %s that its "
                         "header says",
                         path, (unsigned long long)claimed, kind->name);
    return err;
}

static relif_err read_images(const char *path, relif_digest *digest,
                             relif_dataset *dataset, idx_file *file)
{
    const idx_kind kind = {IMAGES_MAGIC, 3, "images"};
    relif_byte_stream *stream = NULL;
    relif_err err = relif_byte_stream_open(path, digest, &stream);
    if (err == RELIF_OK) err = read_header(stream, path, &kind, file);
    if (err == RELIF_OK)
        err = relif_dataset_set_shape(dataset, path, 1, file->dimensions[1],
                                      file->dimensions[2]);
    if (err == RELIF_OK)
        err = read_body(stream, path, &kind, (uint64_t)relif_shape_size(dataset->shape),
                        file);
    relif_byte_stream_close(stream);
    return err;
}

static relif_err read_labels(const char *path, relif_digest *digest, idx_file *file)
{
    const idx_kind kind = {LABELS_MAGIC, 1, "labels"};
    relif_byte_stream *stream = NULL;
    relif_err err = relif_byte_stream_open(path, digest, &stream);
    if (err == RELIF_OK) err = read_header(stream, path, &kind, file);
    if (err == RELIF_OK) err = read_body(stream, path, &kind, 1, file);
    relif_byte_stream_close(stream);
    return err;
}

static relif_err take_labels(const relif_dataset_options *options, const idx_file *file,
                             relif_dataset *dataset)
{
    const int64_t n_labels = file->dimensions[0];
    int64_t *labels = relif_calloc((size_t)n_labels, sizeof *labels);
    for (int64_t i = 0; i < n_labels; i++) labels[i] = file->bytes[i];
    relif_err err =
        relif_dataset_take_labels(dataset, options->labels, labels, n_labels,
                                  options->first, RELIF_DATASET_LARGEST_LABEL);
    free(labels);
    return err;
}

/* The chosen images to the front of the array, which shrinks to them. */
static void take_images(const relif_dataset_options *options, idx_file *file,
                        relif_dataset *dataset)
{
    const size_t size = (size_t)relif_shape_size(dataset->shape);
    const size_t n_bytes = (size_t)dataset->count * size;
    memmove(file->bytes, file->bytes + (size_t)options->first * size, n_bytes);
    dataset->bytes = relif_realloc(file->bytes, n_bytes, 1);
    file->bytes = NULL;
}

relif_err relif_dataset_read_idx(const relif_dataset_options *options,
                                 relif_digest *digest, relif_dataset *dataset)
{
    idx_file images = {0}, labels = {0};
    if (options->n_files != 1 || !options->labels)
        return relif_fail(
            RELIF_ERR_CONFIG,
            "read data set: %d images files and %s labels file, expected one "
            "of each (idx)",
            options->n_files, options->labels ? "a" : "no");
    relif_err err = read_images(options->files[0], digest, dataset, &images);
    if (err == RELIF_OK) err = read_labels(options->labels, digest, &labels);
    if (err == RELIF_OK && images.dimensions[0] != labels.dimensions[0])
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': %u images, but %u labels in '%s'",
                         options->files[0], images.dimensions[0], labels.dimensions[0],
                         options->labels);
    if (err == RELIF_OK)
        err = relif_dataset_choose(options, images.dimensions[0], &dataset->count);
    if (err == RELIF_OK) err = take_labels(options, &labels, dataset);
    if (err == RELIF_OK) take_images(options, &images, dataset);
    free(images.bytes);
    free(labels.bytes);
    return err;
}
