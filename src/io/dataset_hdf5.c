/*
 * HDF5 data sets: /images [N, C, H, W], uint8 or float32, and /labels [N], any integer
 * type. Read by root alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_formats.h"
#include "h5.h"
#include "relif/memory.h"

/* One array of the file, open. */
typedef struct stored_array {
    const char *file; /* its name */
    hid_t id;
    relif_array is;
} stored_array;

/* Put the file's name in front of an error's sentence. */
static relif_err say(const char *file, relif_err err)
{
    if (err == RELIF_OK) return err;
    return relif_fail(err, "read data set '%s': %s", file, relif_error_sentence());
}

static relif_err fail(const stored_array *array, const char *found)
{
    return relif_fail(RELIF_ERR_FORMAT, "read data set '%s': '%s' %s", array->file,
                      array->is.path, found);
}

static relif_err open_array(hid_t file, const char *name, int rank, stored_array *array)
{
    relif_err err = relif_h5_open_array(file, name, &array->id);
    if (err == RELIF_OK) err = relif_h5_describe_whole(array->id, &array->is);
    if (err == RELIF_OK && array->is.rank != rank)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' has %d dimensions, expected %s", name,
                         array->is.rank, rank == 4 ? "[N, C, H, W]" : "[N]");
    array->is.path = name;
    return say(array->file, err);
}

/* Reads count items of the first dimension, from first on, as numbers of a type. */
static relif_err read_items(const stored_array *array, int64_t first, int64_t count,
                            relif_array_type type, void *items)
{
    const int64_t offset[RELIF_ARRAY_MAX_RANK] = {first};
    int64_t size[RELIF_ARRAY_MAX_RANK];
    memcpy(size, array->is.dims, sizeof size);
    size[0] = count;
    if (relif_h5_read_box(array->id, relif_h5_stored_type(type), offset, size, items) >=
        0)
        return RELIF_OK;
    return fail(array, "cannot be read: damaged, or its filter is not installed");
}

static relif_err check_values(const stored_array *array, const relif_dataset *dataset,
                              int64_t first)
{
    const int64_t size = relif_shape_size(dataset->shape);
    for (int64_t i = 0; i < dataset->count * size; i++) {
        const long long image = first + i / size;
        if (!isfinite(dataset->values[i]) || dataset->values[i] < 0.0f)
            return relif_fail(RELIF_ERR_DATA,
                              "read data set '%s': a pixel of image number %lld is %g, "
                              "expected a finite value >= 0",
                              array->file, image, (double)dataset->values[i]);
    }
    return RELIF_OK;
}

static void interleave_all(const relif_dataset *dataset, char *images,
                           size_t element_size)
{
    if (dataset->shape.channels == 1) return;
    const size_t n_bytes = (size_t)relif_shape_size(dataset->shape) * element_size;
    char *planes = relif_calloc(n_bytes, 1);
    for (int64_t i = 0; i < dataset->count; i++) {
        char *image = images + (size_t)i * n_bytes;
        memcpy(planes, image, n_bytes);
        relif_dataset_interleave(dataset->shape, planes, image, element_size);
    }
    free(planes);
}

static relif_err read_images(const relif_dataset_options *options,
                             const stored_array *array, relif_dataset *dataset)
{
    const relif_array *is = &array->is;
    const size_t element_size = (size_t)relif_array_type_size(is->type);
    const bool is_byte = is->type == RELIF_ARRAY_U8;
    if (!is_byte && is->type != RELIF_ARRAY_F32)
        return fail(array, "has another type, expected uint8 or float32");
    relif_err err = relif_dataset_set_shape(dataset, array->file, (uint64_t)is->dims[1],
                                            (uint64_t)is->dims[2], (uint64_t)is->dims[3]);
    if (err == RELIF_OK)
        err = relif_dataset_choose(options, is->dims[0], &dataset->count);
    if (err != RELIF_OK) return err;
    void *images = relif_calloc(
        (size_t)dataset->count * (size_t)relif_shape_size(dataset->shape), element_size);
    dataset->bytes = is_byte ? images : NULL;
    dataset->values = is_byte ? NULL : images;
    err = read_items(array, options->first, dataset->count, is->type, images);
    if (err == RELIF_OK && !is_byte) err = check_values(array, dataset, options->first);
    if (err == RELIF_OK) interleave_all(dataset, images, element_size);
    return err;
}

static relif_err read_labels(const relif_dataset_options *options,
                             const stored_array *array, relif_dataset *dataset)
{
    const int64_t n_labels = array->is.dims[0];
    if (array->is.type == RELIF_ARRAY_F32 || array->is.type == RELIF_ARRAY_F64)
        return fail(array, "has another type, expected integers");
    int64_t *labels = relif_calloc((size_t)n_labels, sizeof *labels);
    relif_err err = read_items(array, 0, n_labels, RELIF_ARRAY_I64, labels);
    if (err == RELIF_OK)
        err = relif_dataset_take_labels(dataset, array->file, labels, n_labels,
                                        options->first, RELIF_DATASET_LARGEST_LABEL);
    free(labels);
    return err;
}

static relif_err read_arrays(const relif_dataset_options *options, hid_t file,
                             relif_dataset *dataset)
{
    const char *path = options->files[0];
    stored_array images = {.file = path, .id = H5I_INVALID_HID};
    stored_array labels = {.file = path, .id = H5I_INVALID_HID};
    relif_err err = open_array(file, "/images", 4, &images);
    if (err == RELIF_OK) err = open_array(file, "/labels", 1, &labels);
    if (err == RELIF_OK && images.is.dims[0] != labels.is.dims[0])
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': %lld images, but %lld labels", path,
                         (long long)images.is.dims[0], (long long)labels.is.dims[0]);
    if (err == RELIF_OK) err = read_images(options, &images, dataset);
    if (err == RELIF_OK) err = read_labels(options, &labels, dataset);
    relif_h5_close(&labels.id);
    relif_h5_close(&images.id);
    return err;
}

relif_err relif_dataset_read_hdf5(const relif_dataset_options *options,
                                  relif_digest *digest, relif_dataset *dataset)
{
    hid_t file = H5I_INVALID_HID;
    if (options->n_files != 1)
        return relif_fail(RELIF_ERR_CONFIG,
                          "read data set: %d files, expected one (hdf5)",
                          options->n_files);
    relif_err err = say(options->files[0], relif_h5_open(options->files[0], &file));
    if (err == RELIF_OK) err = read_arrays(options, file, dataset);
    relif_h5_close(&file);
    return err == RELIF_OK ? relif_digest_add_file(digest, options->files[0]) : err;
}
