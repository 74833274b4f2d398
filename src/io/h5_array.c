#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expansion.h"
#include "h5.h"
#include "relif/memory.h"

/* Deflate packs at most about 1030 : 1. */
enum { LARGEST_PACKING = 2048 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "numbers are written to files as they are in memory");

hid_t relif_h5_stored_type(relif_array_type type)
{
    switch (type) {
    case RELIF_ARRAY_U8: return H5T_STD_U8LE;
    case RELIF_ARRAY_I32: return H5T_STD_I32LE;
    case RELIF_ARRAY_I64: return H5T_STD_I64LE;
    case RELIF_ARRAY_U64: return H5T_STD_U64LE;
    case RELIF_ARRAY_F32: return H5T_IEEE_F32LE;
    case RELIF_ARRAY_F64: return H5T_IEEE_F64LE;
    }
    return H5I_INVALID_HID;
}

static bool type_of(hid_t type, relif_array_type *found)
{
    const size_t size = H5Tget_size(type);
    const H5T_class_t class = H5Tget_class(type);
    if (class == H5T_FLOAT && size <= 8)
        *found = size <= 4 ? RELIF_ARRAY_F32 : RELIF_ARRAY_F64;
    else if (class != H5T_INTEGER || size > 8)
        return false;
    else if (H5Tget_sign(type) == H5T_SGN_NONE)
        *found = size == 1   ? RELIF_ARRAY_U8
                 : size <= 2 ? RELIF_ARRAY_I32
                 : size <= 4 ? RELIF_ARRAY_I64
                             : RELIF_ARRAY_U64;
    else
        *found = size <= 4 ? RELIF_ARRAY_I32 : RELIF_ARRAY_I64;
    return true;
}

/* How an array lies in its file. */
typedef struct storage {
    double claimed; /* bytes of all values */
    double chunk;   /* bytes of a chunk; of what is not chunked: claimed */
    double stored;  /* bytes in the file */
    double packing; /* largest factor from stored to claimed */
    double chunks;  /* that the shape asks for; 0: not chunked */
    hsize_t chunks_there;
} storage;

/* False if the library cannot say. */
static bool look_at_chunks(hid_t array, hid_t creation, const hsize_t *dims, int rank,
                           storage *found)
{
    hsize_t chunk[H5S_MAX_RANK] = {0};
    if (H5Pget_chunk(creation, H5S_MAX_RANK, chunk) != rank) return false;
    found->chunks = 1;
    for (int d = 0; d < rank; d++) {
        if (chunk[d] == 0) return false;
        found->chunk *= (double)chunk[d];
        found->chunks *= ceil((double)dims[d] / (double)chunk[d]);
    }
    if (H5Pget_nfilters(creation) > 0) found->packing = LARGEST_PACKING;
    hid_t space = H5Dget_space(array);
    const bool counted = H5Dget_num_chunks(array, space, &found->chunks_there) >= 0;
    relif_h5_close(&space);
    return counted;
}

static bool look_at_storage(hid_t array, const hsize_t *dims, int rank, size_t size,
                            storage *found)
{
    hid_t creation = H5Dget_create_plist(array);
    const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    *found = (storage){.claimed = (double)size, .chunk = (double)size, .packing = 1};
    found->stored = (double)H5Dget_storage_size(array);
    for (int d = 0; d < rank; d++) found->claimed *= (double)dims[d];
    bool known = creation >= 0;
    if (known && chunked && found->claimed > 0)
        known = look_at_chunks(array, creation, dims, rank, found);
    else
        found->chunk = found->claimed;
    relif_h5_close(&creation);
    return known;
}

/* A damaged or hostile file may claim more values than it holds, in all or in one chunk,
 * or leave chunks out. */
static relif_err check_claim(hid_t array, const char *name, const hsize_t *dims, int rank,
                             size_t size)
{
    hid_t file = H5Iget_file_id(array);
    hsize_t file_bytes = 0;
    unsigned intent = H5F_ACC_RDONLY;
    storage found;
    H5Fget_filesize(file, &file_bytes);
    H5Fget_intent(file, &intent);
    relif_h5_close(&file);
    if (intent != H5F_ACC_RDONLY) return RELIF_OK; /* the file grows when it is flushed */
    if (!look_at_storage(array, dims, rank, size, &found))
        return relif_fail(RELIF_ERR_FORMAT, "'%s' is stored in a way that is damaged",
                          name);
    const double possible = found.stored * found.packing;
    if (found.stored > (double)file_bytes || found.claimed > possible ||
        found.chunk > possible)
        return relif_fail(
            RELIF_ERR_FORMAT,
            "'%s' claims %.0f bytes%s, but the file holds %.0f bytes for it", name,
            found.claimed > found.chunk ? found.claimed : found.chunk,
            found.chunk > found.claimed ? " in one chunk" : "", found.stored);
    if ((double)found.chunks_there != found.chunks)
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s' has %llu chunks of values, expected %.0f", name,
                          (unsigned long long)found.chunks_there, found.chunks);
    return RELIF_OK;
}

relif_err relif_h5_describe(hid_t array, relif_array *description)
{
    char name[RELIF_H5_REASON] = "";
    H5Iget_name(array, name, sizeof name);
    hsize_t dims[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(array), type = H5Dget_type(array);
    const int rank = H5Sget_simple_extent_dims(space, dims, NULL);
    const bool numbers = type_of(type, &description->type);
    const size_t size = H5Tget_size(type);
    relif_h5_close(&space);
    relif_h5_close(&type);
    if (!numbers)
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s' holds neither whole nor floating-point numbers", name);
    if (rank < 1 || rank > RELIF_ARRAY_MAX_RANK)
        return relif_fail(RELIF_ERR_FORMAT, "'%s' has %d dimensions, expected 1 to %d",
                          name, rank, RELIF_ARRAY_MAX_RANK);
    description->rank = rank;
    for (int d = 0; d < rank; d++) description->dims[d] = (int64_t)dims[d];
    return check_claim(array, name, dims, rank, size);
}

relif_err relif_h5_describe_whole(hid_t array, relif_array *description)
{
    const relif_err err = relif_h5_describe(array, description);
    if (err != RELIF_OK) return err;
    double bytes = relif_array_type_size(description->type);
    for (int d = 0; d < description->rank; d++) bytes *= (double)description->dims[d];
    const double stored = (double)H5Dget_storage_size(array);
    if (relif_expansion_is_sound(bytes, stored)) return RELIF_OK;
    char name[RELIF_H5_REASON] = "";
    H5Iget_name(array, name, sizeof name);
    return relif_fail(
        RELIF_ERR_FORMAT,
        "'%s' unpacks from %.0f bytes to %.0f, expected at most %d times as "
        "much",
        name, stored, bytes, RELIF_EXPANSION_LIMIT);
}

static hid_t create(hid_t file, const char *path, hid_t type, int rank,
                    const int64_t *dims, hid_t creation)
{
    hsize_t sizes[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < rank; d++) sizes[d] = (hsize_t)dims[d];
    hid_t space = H5Screate_simple(rank, sizes, NULL);
    const hid_t array =
        H5Dcreate2(file, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    relif_h5_close(&space);
    return array;
}

static hid_t contiguous_list(void)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(list, false);
    H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
    return list;
}

hid_t relif_h5_create_array(hid_t file, const char *path, hid_t type, int rank,
                            const int64_t *dims)
{
    hid_t list = contiguous_list();
    H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY);
    const hid_t array = create(file, path, type, rank, dims, list);
    relif_h5_close(&list);
    return array;
}

static hid_t packed_list(int rank, const int64_t *chunk, int level)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t sizes[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < rank; d++) sizes[d] = (hsize_t)chunk[d];
    H5Pset_obj_track_times(list, false);
    H5Pset_chunk(list, rank, sizes);
    H5Pset_shuffle(list);
    H5Pset_deflate(list, (unsigned)level);
    return list;
}

hid_t relif_h5_create_packed(hid_t file, const char *path, hid_t type, int rank,
                             const int64_t *dims, const int64_t *chunk, int level)
{
    hid_t list = chunk ? packed_list(rank, chunk, level) : contiguous_list();
    const hid_t array = create(file, path, type, rank, dims, list);
    relif_h5_close(&list);
    return array;
}

/* The box as a selection of the array and as the corner of a block of memory. */
static herr_t select_box(hid_t array, const int64_t *offset, const int64_t *count,
                         const int64_t *block, hid_t *in_file, hid_t *in_memory)
{
    hsize_t first[H5S_MAX_RANK] = {0}, sizes[H5S_MAX_RANK] = {0};
    hsize_t corner[H5S_MAX_RANK] = {0}, whole[H5S_MAX_RANK] = {0};
    *in_file = H5Dget_space(array);
    const int rank = H5Sget_simple_extent_ndims(*in_file);
    bool empty = false;
    for (int d = 0; d < rank; d++) {
        first[d] = (hsize_t)offset[d];
        sizes[d] = (hsize_t)count[d];
        whole[d] = (hsize_t)block[d];
        empty = empty || count[d] == 0;
    }
    *in_memory = H5Screate_simple(rank, whole, NULL);
    if (*in_file < 0 || *in_memory < 0) return -1;
    if (empty) return H5Sselect_none(*in_file) < 0 ? -1 : H5Sselect_none(*in_memory);
    if (H5Sselect_hyperslab(*in_file, H5S_SELECT_SET, first, NULL, sizes, NULL) < 0)
        return -1;
    return H5Sselect_hyperslab(*in_memory, H5S_SELECT_SET, corner, NULL, sizes, NULL);
}

herr_t relif_h5_read_corner(hid_t array, hid_t type, const int64_t *offset,
                            const int64_t *count, const int64_t *block, void *values)
{
    hid_t in_file, in_memory;
    char nothing = 0;
    herr_t done = select_box(array, offset, count, block, &in_file, &in_memory);
    if (done >= 0)
        done = H5Dread(array, type, in_memory, in_file, H5P_DEFAULT,
                       values ? values : &nothing);
    relif_h5_close(&in_memory);
    relif_h5_close(&in_file);
    return done;
}

herr_t relif_h5_read_box(hid_t array, hid_t type, const int64_t *offset,
                         const int64_t *count, void *values)
{
    return relif_h5_read_corner(array, type, offset, count, count, values);
}

herr_t relif_h5_write_box(hid_t array, hid_t type, const int64_t *offset,
                          const int64_t *count, const void *values, bool collective)
{
    hid_t in_file, in_memory;
    const char nothing = 0;
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    herr_t done = select_box(array, offset, count, count, &in_file, &in_memory);
    if (collective && done >= 0) done = H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
    if (done >= 0)
        done = H5Dwrite(array, type, in_memory, in_file, transfer,
                        values ? values : &nothing);
    relif_h5_close(&in_memory);
    relif_h5_close(&in_file);
    relif_h5_close(&transfer);
    return done;
}

relif_err relif_h5_read_texts(hid_t array, const char *path, char ***texts, int *count)
{
    hsize_t size[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(array), type = H5Dget_type(array);
    const int rank = H5Sget_simple_extent_dims(space, size, NULL);
    const size_t length = H5Tget_size(type);
    relif_err err = RELIF_OK;
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0 || rank != 1 ||
        size[0] > INT_MAX)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' is not a list of names", path);
    else
        err = check_claim(array, path, size, rank, length);
    if (err == RELIF_OK) {
        char *bytes = relif_calloc(size[0], length);
        if (H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0)
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be read", path);
        *count = err == RELIF_OK ? (int)size[0] : 0;
        *texts = relif_calloc((size_t)*count, sizeof **texts);
        for (int i = 0; i < *count; i++) {
            (*texts)[i] = relif_calloc(length + 1, 1);
            memcpy((*texts)[i], bytes + (size_t)i * length, length);
        }
        free(bytes);
    }
    relif_h5_close(&type);
    relif_h5_close(&space);
    return err;
}
