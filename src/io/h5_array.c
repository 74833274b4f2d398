#include <limits.h>
#include <stdio.h>

#include "h5.h"

/* Deflate packs at most about 1030 : 1. */
enum { LARGEST_PACKING = 2048 };

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

/* A damaged or hostile file may claim more values than it can hold. */
static relif_err check_claim(hid_t array, const char *name, const hsize_t *dims, int rank,
                             size_t size)
{
    const hid_t creation = H5Dget_create_plist(array), file = H5Iget_file_id(array);
    const bool packed = H5Pget_layout(creation) == H5D_CHUNKED;
    const hsize_t stored = H5Dget_storage_size(array);
    hsize_t file_bytes = 0;
    H5Fget_filesize(file, &file_bytes);
    H5Pclose(creation);
    H5Fclose(file);
    double claimed = (double)size;
    for (int d = 0; d < rank; d++) claimed *= (double)dims[d];
    const double possible = (double)stored * (packed ? LARGEST_PACKING : 1);
    if (stored <= file_bytes && claimed <= possible) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT,
                      "'%s' claims %.0f bytes, but the file holds %llu bytes for it",
                      name, claimed, (unsigned long long)stored);
}

relif_err relif_h5_describe(hid_t array, relif_array *description)
{
    char name[RELIF_H5_REASON] = "";
    H5Iget_name(array, name, sizeof name);
    hsize_t dims[H5S_MAX_RANK] = {0};
    const hid_t space = H5Dget_space(array), type = H5Dget_type(array);
    const int rank = H5Sget_simple_extent_dims(space, dims, NULL);
    const bool numbers = type_of(type, &description->type);
    const size_t size = H5Tget_size(type);
    relif_h5_close(&(hid_t){space});
    relif_h5_close(&(hid_t){type});
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

static hid_t creation_list(int rank, const int64_t *chunk, int level)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(list, false);
    if (!chunk) {
        H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
        return list;
    }
    hsize_t sizes[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < rank; d++) sizes[d] = (hsize_t)chunk[d];
    H5Pset_chunk(list, rank, sizes);
    H5Pset_shuffle(list);
    H5Pset_deflate(list, (unsigned)level);
    return list;
}

hid_t relif_h5_create_array(hid_t file, const char *path, hid_t type, int rank,
                            const int64_t *dims, const int64_t *chunk, int level)
{
    hsize_t sizes[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < rank; d++) sizes[d] = (hsize_t)dims[d];
    const hid_t space = H5Screate_simple(rank, sizes, NULL);
    const hid_t creation = creation_list(rank, chunk, level);
    const hid_t array =
        H5Dcreate2(file, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Pclose(creation);
    relif_h5_close(&(hid_t){space});
    return array;
}

/* The box as a selection of the array and as a block of memory. */
static herr_t select_box(hid_t array, const int64_t *offset, const int64_t *count,
                         hid_t *in_file, hid_t *in_memory)
{
    hsize_t first[H5S_MAX_RANK] = {0}, sizes[H5S_MAX_RANK] = {0};
    *in_file = H5Dget_space(array);
    const int rank = H5Sget_simple_extent_ndims(*in_file);
    bool empty = false;
    for (int d = 0; d < rank; d++) {
        first[d] = (hsize_t)offset[d];
        sizes[d] = (hsize_t)count[d];
        empty = empty || count[d] == 0;
    }
    *in_memory = H5Screate_simple(rank, sizes, NULL);
    if (*in_file < 0 || *in_memory < 0) return -1;
    if (!empty)
        return H5Sselect_hyperslab(*in_file, H5S_SELECT_SET, first, NULL, sizes, NULL);
    return H5Sselect_none(*in_file) < 0 ? -1 : H5Sselect_none(*in_memory);
}

herr_t relif_h5_read_box(hid_t array, hid_t type, const int64_t *offset,
                         const int64_t *count, void *values)
{
    hid_t in_file, in_memory;
    char nothing = 0;
    herr_t done = select_box(array, offset, count, &in_file, &in_memory);
    if (done >= 0)
        done = H5Dread(array, type, in_memory, in_file, H5P_DEFAULT,
                       values ? values : &nothing);
    relif_h5_close(&in_memory);
    relif_h5_close(&in_file);
    return done;
}

herr_t relif_h5_write_box(hid_t array, hid_t type, const int64_t *offset,
                          const int64_t *count, const void *values, bool collective)
{
    hid_t in_file, in_memory;
    const char nothing = 0;
    const hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    herr_t done = select_box(array, offset, count, &in_file, &in_memory);
    if (collective && done >= 0) done = H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
    if (done >= 0)
        done = H5Dwrite(array, type, in_memory, in_file, transfer,
                        values ? values : &nothing);
    relif_h5_close(&in_memory);
    relif_h5_close(&in_file);
    H5Pclose(transfer);
    return done;
}
