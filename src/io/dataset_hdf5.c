/*
 * HDF5 data sets: /images [N, C, H, W], uint8 or float32, and /labels [N], any integer
 * type.
 *
 * Read by root alone. What the file says about sizes is held against the bytes it stores;
 * nothing is followed into other files (links, external storage, virtual data sets).
 */
#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dataset_formats.h"
#include "relif/memory.h"

/* deflate makes at most 1032 bytes of one; a claim beyond this factor is not data */
enum { MOST_DIMENSIONS = 4, MOST_EXPANSION = 1100 };

/* One array of the file, open. */
typedef struct stored_array {
    const char *path, *name;
    hid_t id;
    int n_dimensions;
    hsize_t dimensions[MOST_DIMENSIONS];
    H5T_class_t type_class;
    size_t element_size;
    bool is_signed;
} stored_array;

static relif_err fail(const stored_array *array, const char *found)
{
    return relif_fail(RELIF_ERR_FORMAT, "read data set '%s': '%s' %s", array->path,
                      array->name, found);
}

static relif_err check_link(hid_t file, const stored_array *array)
{
    H5L_info_t link;
    if (H5Lexists(file, array->name, H5P_DEFAULT) <= 0)
        return fail(array, "is missing, expected '/images' and '/labels'");
    if (H5Lget_info(file, array->name, &link, H5P_DEFAULT) < 0)
        return fail(array, "cannot be read");
    if (link.type != H5L_TYPE_HARD)
        return fail(array, "is a link to another place, expected the data itself");
    return RELIF_OK;
}

static relif_err read_type(stored_array *array)
{
    const hid_t type = H5Dget_type(array->id);
    if (type < 0) return fail(array, "cannot be read");
    array->type_class = H5Tget_class(type);
    array->element_size = H5Tget_size(type);
    array->is_signed =
        array->type_class == H5T_INTEGER && H5Tget_sign(type) != H5T_SGN_NONE;
    H5Tclose(type);
    return RELIF_OK;
}

static relif_err read_dimensions(stored_array *array, int expected)
{
    relif_err err = RELIF_OK;
    const hid_t space = H5Dget_space(array->id);
    array->n_dimensions = H5Sget_simple_extent_ndims(space);
    if (array->n_dimensions != expected)
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': '%s' has %d dimensions, expected %s",
                         array->path, array->name, array->n_dimensions,
                         expected == 4 ? "[N, C, H, W]" : "[N]");
    else
        H5Sget_simple_extent_dims(space, array->dimensions, NULL);
    if (space >= 0) H5Sclose(space);
    return err;
}

/* The bytes that the dimensions claim; false if they do not fit 63 bits. */
static bool claimed_bytes(const stored_array *array, uint64_t *bytes)
{
    *bytes = array->element_size;
    for (int d = 0; d < array->n_dimensions; d++)
        if (__builtin_mul_overflow(*bytes, (uint64_t)array->dimensions[d], bytes))
            return false;
    return *bytes <= INT64_MAX;
}

/* Every chunk of the array is there: none was left out when the file was written. */
static bool all_chunks(const stored_array *array, hid_t list)
{
    hsize_t chunk[MOST_DIMENSIONS], n_there = 0, n_expected = 1;
    if (H5Pget_chunk(list, MOST_DIMENSIONS, chunk) != array->n_dimensions) return false;
    for (int d = 0; d < array->n_dimensions; d++)
        n_expected *=
            array->dimensions[d] / chunk[d] + (array->dimensions[d] % chunk[d] != 0);
    const hid_t space = H5Dget_space(array->id);
    const bool counted = H5Dget_num_chunks(array->id, space, &n_there) >= 0;
    if (space >= 0) H5Sclose(space);
    return counted && n_there == n_expected;
}

static relif_err check_stored(const stored_array *array, hid_t list, bool chunked)
{
    uint64_t claimed = 0;
    const bool filtered = H5Pget_nfilters(list) > 0;
    const uint64_t stored = H5Dget_storage_size(array->id);
    const uint64_t expansion = filtered ? MOST_EXPANSION : 1;
    if (!claimed_bytes(array, &claimed) || claimed / expansion > stored ||
        (chunked && !all_chunks(array, list)))
        return relif_fail(RELIF_ERR_FORMAT,
                          "read data set '%s': '%s' does not store what its dimensions "
                          "say: %llu bytes%s, first dimension %llu",
                          array->path, array->name, (unsigned long long)stored,
                          filtered ? " (compressed)" : "",
                          (unsigned long long)array->dimensions[0]);
    return RELIF_OK;
}

static relif_err check_layout(const stored_array *array)
{
    relif_err err = RELIF_OK;
    const hid_t list = H5Dget_create_plist(array->id);
    const H5D_layout_t layout = H5Pget_layout(list);
    if (list < 0 || layout < 0)
        err = fail(array, "cannot be read");
    else if (layout == H5D_VIRTUAL || H5Pget_external_count(list) != 0)
        err = fail(array, "is stored in other files, expected the data itself");
    else
        err = check_stored(array, list, layout == H5D_CHUNKED);
    if (list >= 0) H5Pclose(list);
    return err;
}

static relif_err open_array(hid_t file, stored_array *array, int n_dimensions)
{
    relif_err err = check_link(file, array);
    if (err != RELIF_OK) return err;
    array->id = H5Dopen2(file, array->name, H5P_DEFAULT);
    if (array->id < 0) return fail(array, "is not a dataset");
    err = read_type(array);
    if (err == RELIF_OK) err = read_dimensions(array, n_dimensions);
    if (err == RELIF_OK) err = check_layout(array);
    return err;
}

/* Reads count items of the first dimension, from first on. */
static relif_err read_items(const stored_array *array, int64_t first, int64_t count,
                            hid_t memory_type, void *items)
{
    hsize_t start[MOST_DIMENSIONS] = {(hsize_t)first}, size[MOST_DIMENSIONS];
    memcpy(size, array->dimensions, sizeof size);
    size[0] = (hsize_t)count;
    const hid_t in_file = H5Dget_space(array->id);
    const hid_t in_memory = H5Screate_simple(array->n_dimensions, size, NULL);
    const bool done =
        H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
        H5Dread(array->id, memory_type, in_memory, in_file, H5P_DEFAULT, items) >= 0;
    if (in_memory >= 0) H5Sclose(in_memory);
    if (in_file >= 0) H5Sclose(in_file);
    return done ? RELIF_OK
                : fail(array, "cannot be read: damaged, or its filter is not installed");
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
                              array->path, image, (double)dataset->values[i]);
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
    const bool is_byte =
        array->type_class == H5T_INTEGER && array->element_size == 1 && !array->is_signed;
    const bool is_float = array->type_class == H5T_FLOAT && array->element_size == 4;
    if (!is_byte && !is_float)
        return fail(array, "has another type, expected uint8 or float32");
    relif_err err = relif_dataset_set_shape(dataset, array->path, array->dimensions[1],
                                            array->dimensions[2], array->dimensions[3]);
    if (err == RELIF_OK)
        err =
            relif_dataset_choose(options, (int64_t)array->dimensions[0], &dataset->count);
    if (err != RELIF_OK) return err;
    const size_t n_pixels =
        (size_t)dataset->count * (size_t)relif_shape_size(dataset->shape);
    void *images = relif_calloc(n_pixels, array->element_size);
    dataset->bytes = is_byte ? images : NULL;
    dataset->values = is_float ? images : NULL;
    err = read_items(array, options->first, dataset->count,
                     is_byte ? H5T_NATIVE_UINT8 : H5T_NATIVE_FLOAT, images);
    if (err == RELIF_OK && is_float) err = check_values(array, dataset, options->first);
    if (err == RELIF_OK) interleave_all(dataset, images, array->element_size);
    return err;
}

static relif_err read_labels(const relif_dataset_options *options,
                             const stored_array *array, relif_dataset *dataset)
{
    if (array->type_class != H5T_INTEGER)
        return fail(array, "has another type, expected integers");
    const int64_t n_labels = (int64_t)array->dimensions[0];
    int64_t *labels = relif_calloc((size_t)n_labels, sizeof *labels);
    relif_err err = read_items(array, 0, n_labels, H5T_NATIVE_INT64, labels);
    if (err == RELIF_OK)
        err = relif_dataset_take_labels(dataset, array->path, labels, n_labels,
                                        options->first, RELIF_DATASET_LARGEST_LABEL);
    free(labels);
    return err;
}

static relif_err read_arrays(const relif_dataset_options *options, hid_t file,
                             relif_dataset *dataset)
{
    const char *path = options->files[0];
    stored_array images = {.path = path, .name = "/images", .id = -1};
    stored_array labels = {.path = path, .name = "/labels", .id = -1};
    relif_err err = open_array(file, &images, 4);
    if (err == RELIF_OK) err = open_array(file, &labels, 1);
    if (err == RELIF_OK && images.dimensions[0] != labels.dimensions[0])
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': %llu images, but %llu labels", path,
                         (unsigned long long)images.dimensions[0],
                         (unsigned long long)labels.dimensions[0]);
    if (err == RELIF_OK) err = read_images(options, &images, dataset);
    if (err == RELIF_OK) err = read_labels(options, &labels, dataset);
    if (labels.id >= 0) H5Dclose(labels.id);
    if (images.id >= 0) H5Dclose(images.id);
    return err;
}

static relif_err read_file(const relif_dataset_options *options, relif_dataset *dataset)
{
    const char *path = options->files[0];
    if (H5Fis_hdf5(path) == 0)
        return relif_fail(RELIF_ERR_FORMAT, "read data set '%s': not an HDF5 file", path);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        return relif_fail(
            RELIF_ERR_FORMAT,
            "read data set '%s': HDF5 cannot open it: truncated, damaged, or "
            "another program is writing it",
            path);
    relif_err err = read_arrays(options, file, dataset);
    H5Fclose(file);
    return err;
}

relif_err relif_dataset_read_hdf5(const relif_dataset_options *options,
                                  relif_digest *digest, relif_dataset *dataset)
{
    relif_err err = RELIF_OK;
    if (options->n_files != 1)
        return relif_fail(RELIF_ERR_CONFIG,
                          "read data set: %d files, expected one (hdf5)",
                          options->n_files);
    if (access(options->files[0], R_OK) != 0)
        return relif_fail(RELIF_ERR_FILE, "read data set '%s': %s", options->files[0],
                          strerror(errno));
    err = relif_digest_add_file(digest, options->files[0], 0);
    if (err != RELIF_OK) return err;
    H5E_BEGIN_TRY
    {
        err = read_file(options, dataset);
    }
    H5E_END_TRY
    return err;
}
