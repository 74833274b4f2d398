/*
 * The canonical copy: groups, arrays and attributes in name order, chunks in ascending
 * order, each shuffled (byte b of all numbers, then byte b + 1) and deflated (zlib) on
 * its own. So the bytes depend on the content alone. The first ranks pack a chunk each,
 * root writes them in order with the serial driver.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "archive_file.h"
#include "durable.h"
#include "relif/memory.h"
#include "relif/seal.h"

enum {
    PACKERS = 64, /* more ranks would only wait for root's disk */
    CHUNK_BYTES = 256 << 10,
    LARGEST_ROW = 1 << 20,
    DEFLATE_LEVEL = 4
};

typedef struct packing {
    const char *path;            /* the archive's, for its file system */
    const relif_context *ranks;  /* those who pack; root is the archive's */
    hid_t from;                  /* the part file, serial, read-only */
    hid_t to;                    /* root: the copy */
    unsigned char *plain, *work; /* one chunk: as it is, shuffled */
    unsigned char *packed;       /* one chunk, deflated */
    unsigned char *gathered;     /* root: those of all ranks */
    int *sizes, *offsets;        /* [ranks] bytes of each rank's chunk, their sums */
} packing;

typedef struct chunk_grid {
    int rank;
    size_t number_bytes, chunk_bytes;
    int64_t dims[RELIF_ARRAY_MAX_RANK], chunk[RELIF_ARRAY_MAX_RANK];
    int64_t count[RELIF_ARRAY_MAX_RANK]; /* chunks in each dimension */
    int64_t total;
} chunk_grid;

static bool is_root(const packing *pack)
{
    return relif_context_is_root(pack->ranks);
}

/* Whole rows, about CHUNK_BYTES of them; only very long rows are split. An empty array
 * has no chunks. */
static chunk_grid make_grid(const relif_array *array)
{
    chunk_grid grid = {.rank = array->rank, .total = 1};
    grid.number_bytes = (size_t)relif_array_type_size(array->type);
    int64_t row = (int64_t)grid.number_bytes;
    bool whole = true;
    for (int d = 0; d < array->rank; d++) grid.total *= array->dims[d] > 0;
    if (!grid.total) return grid;
    for (int d = array->rank - 1; d >= 0; d--) {
        const int64_t size = array->dims[d];
        int64_t most = CHUNK_BYTES / row > 1 ? CHUNK_BYTES / row : 1;
        if (!whole) most = 1;
        if (whole && d > 0 && size * row <= LARGEST_ROW) most = size;
        grid.dims[d] = size;
        grid.chunk[d] = size < most ? size : most;
        whole = whole && grid.chunk[d] == size;
        row *= grid.chunk[d];
        grid.count[d] = (size + grid.chunk[d] - 1) / grid.chunk[d];
        grid.total *= grid.count[d];
    }
    grid.chunk_bytes = (size_t)row;
    return grid;
}

/* First element of a chunk, and how much of it lies inside the array. */
static void chunk_box(const chunk_grid *grid, int64_t number,
                      int64_t first[RELIF_ARRAY_MAX_RANK],
                      int64_t size[RELIF_ARRAY_MAX_RANK])
{
    for (int d = grid->rank - 1; d >= 0; d--) {
        first[d] = number % grid->count[d] * grid->chunk[d];
        number /= grid->count[d];
        const int64_t left = grid->dims[d] - first[d];
        size[d] = left < grid->chunk[d] ? left : grid->chunk[d];
    }
}

static void shuffle(const unsigned char *plain, size_t numbers, size_t number_bytes,
                    unsigned char *shuffled)
{
    for (size_t b = 0; b < number_bytes; b++)
        for (size_t i = 0; i < numbers; i++)
            shuffled[b * numbers + i] = plain[i * number_bytes + b];
}

/* Bytes of the packed chunk, negative if it cannot be read. */
static int pack_chunk(packing *pack, hid_t array, hid_t type, const chunk_grid *grid,
                      int64_t number)
{
    int64_t first[RELIF_ARRAY_MAX_RANK], size[RELIF_ARRAY_MAX_RANK];
    chunk_box(grid, number, first, size);
    memset(pack->plain, 0, grid->chunk_bytes);
    if (relif_h5_read_corner(array, type, first, size, grid->chunk, pack->plain) < 0)
        return -1;
    shuffle(pack->plain, grid->chunk_bytes / grid->number_bytes, grid->number_bytes,
            pack->work);
    uLongf bytes = compressBound((uLong)grid->chunk_bytes);
    if (compress2(pack->packed, &bytes, pack->work, (uLong)grid->chunk_bytes,
                  DEFLATE_LEVEL) != Z_OK)
        return -1;
    return (int)bytes;
}

/* Root: the chunks of one round, in order. */
static relif_err write_chunks(packing *pack, hid_t array, const chunk_grid *grid,
                              int64_t first_chunk, int64_t bytes)
{
    char reason[RELIF_H5_REASON];
    relif_err err = relif_durable_check_space(pack->path, bytes);
    for (int r = 0; err == RELIF_OK && r < pack->ranks->size; r++) {
        int64_t first[RELIF_ARRAY_MAX_RANK], size[RELIF_ARRAY_MAX_RANK];
        hsize_t offset[RELIF_ARRAY_MAX_RANK] = {0};
        if (first_chunk + r >= grid->total) break;
        chunk_box(grid, first_chunk + r, first, size);
        for (int d = 0; d < grid->rank; d++) offset[d] = (hsize_t)first[d];
        if (H5Dwrite_chunk(array, H5P_DEFAULT, 0, offset, (size_t)pack->sizes[r],
                           pack->gathered + pack->offsets[r]) < 0)
            err = relif_fail(RELIF_ERR_FILE, "a chunk cannot be written (%s)",
                             relif_h5_reason(reason));
    }
    return err;
}

/* A rank that failed says so by a negative size; then all leave in the same round. */
static relif_err pack_chunks(packing *pack, hid_t from, hid_t to, hid_t type,
                             const chunk_grid *grid)
{
    relif_err err = RELIF_OK;
    const int n_ranks = pack->ranks->size;
    for (int64_t first = 0; first < grid->total; first += n_ranks) {
        const int64_t mine = first + pack->ranks->rank;
        int bytes = 0;
        if (err == RELIF_OK && mine < grid->total) {
            bytes = pack_chunk(pack, from, type, grid, mine);
            if (bytes < 0) err = relif_fail(RELIF_ERR_FILE, "a chunk cannot be packed");
        }
        if (err != RELIF_OK) bytes = -1;
        MPI_Allgather(&bytes, 1, MPI_INT, pack->sizes, 1, MPI_INT, pack->ranks->comm);
        int sum = 0;
        bool failed = false;
        for (int r = 0; r < n_ranks; r++) {
            failed = failed || pack->sizes[r] < 0;
            pack->offsets[r] = sum;
            sum += pack->sizes[r];
        }
        if (failed) break;
        MPI_Gatherv(pack->packed, bytes, MPI_BYTE, pack->gathered, pack->sizes,
                    pack->offsets, MPI_BYTE, 0, pack->ranks->comm);
        if (is_root(pack)) err = write_chunks(pack, to, grid, first, sum);
    }
    return relif_agree(pack->ranks, err);
}

/* Root: names, and arrays without numbers, stay as they are. */
static herr_t copy_plain(packing *pack, hid_t from, const char *path)
{
    hid_t type = H5Dget_type(from), space = H5Dget_space(from);
    hsize_t sizes[H5S_MAX_RANK] = {0};
    int64_t dims[RELIF_ARRAY_MAX_RANK] = {0}, origin[RELIF_ARRAY_MAX_RANK] = {0};
    const int rank = H5Sget_simple_extent_dims(space, sizes, NULL);
    size_t bytes = H5Tget_size(type);
    for (int d = 0; d < rank && d < RELIF_ARRAY_MAX_RANK; d++) {
        dims[d] = (int64_t)sizes[d];
        bytes *= sizes[d];
    }
    char *values = relif_calloc(bytes, 1);
    hid_t to = relif_h5_create_array(pack->to, path, type, rank, dims, NULL, 0);
    herr_t done = to < 0 ? -1 : relif_h5_read_box(from, type, origin, dims, values);
    if (done >= 0) done = relif_h5_write_box(to, type, origin, dims, values, false);
    if (done >= 0) done = relif_h5_copy_attributes(from, to);
    relif_h5_close(&to);
    relif_h5_close(&space);
    relif_h5_close(&type);
    free(values);
    return done;
}

static relif_err copy_array(packing *pack, hid_t from, const char *path)
{
    relif_array array = {0};
    char reason[RELIF_H5_REASON];
    relif_err err = RELIF_OK;
    chunk_grid grid = {0};
    if (relif_h5_describe(from, &array) == RELIF_OK) grid = make_grid(&array);
    const bool plain = grid.total == 0;
    const hid_t type = relif_h5_stored_type(array.type);
    hid_t to = H5I_INVALID_HID;
    if (is_root(pack) && plain && copy_plain(pack, from, path) < 0)
        err = relif_fail(RELIF_ERR_FILE, "'%s' cannot be copied (%s)", path,
                         relif_h5_reason(reason));
    if (is_root(pack) && !plain) {
        to = relif_h5_create_array(pack->to, path, type, array.rank, array.dims,
                                   grid.chunk, DEFLATE_LEVEL);
        if (to < 0 || relif_h5_copy_attributes(from, to) < 0)
            err = relif_fail(RELIF_ERR_FILE, "'%s' cannot be created (%s)", path,
                             relif_h5_reason(reason));
    }
    err = relif_agree(pack->ranks, err);
    if (err == RELIF_OK && !plain) err = pack_chunks(pack, from, to, type, &grid);
    relif_h5_close(&to);
    return err;
}

static relif_err copy_group(packing *pack, hid_t from, const char *path)
{
    relif_err err = RELIF_OK;
    char **names = NULL;
    int count = 0;
    if (is_root(pack)) {
        hid_t to = relif_h5_make_group(pack->to, path);
        if (to < 0 || relif_h5_copy_attributes(from, to) < 0)
            err = relif_fail(RELIF_ERR_FILE, "'%s' cannot be copied", path);
        relif_h5_close(&to);
    }
    if (err == RELIF_OK) err = relif_h5_members(from, &names, &count);
    err = relif_agree(pack->ranks, err);
    for (int i = 0; err == RELIF_OK && i < count; i++) {
        char *member = relif_h5_join(path, names[i]);
        hid_t object = H5I_INVALID_HID;
        err = relif_h5_open_object(pack->from, member, &object);
        err = relif_agree(pack->ranks, err);
        if (err == RELIF_OK)
            err = H5Iget_type(object) == H5I_GROUP ? copy_group(pack, object, member)
                                                   : copy_array(pack, object, member);
        relif_h5_close(&object);
        free(member);
    }
    relif_h5_free_names(names, count);
    return err;
}

/* Packs from part into copy; collective on ranks. */
static relif_err make_copy(const relif_archive *archive, const relif_context *ranks,
                           const char *copy)
{
    const size_t n = (size_t)ranks->size, chunk = LARGEST_ROW,
                 packed = compressBound(LARGEST_ROW);
    packing pack = {.path = archive->path, .ranks = ranks, .to = H5I_INVALID_HID};
    hid_t root = H5I_INVALID_HID;
    pack.plain = relif_calloc(chunk, 1);
    pack.work = relif_calloc(chunk, 1);
    pack.packed = relif_calloc(packed, 1);
    pack.sizes = relif_calloc(n, sizeof *pack.sizes);
    pack.offsets = relif_calloc(n, sizeof *pack.offsets);
    char reason[RELIF_H5_REASON];
    relif_err err = relif_h5_open(archive->part, &pack.from);
    if (err == RELIF_OK) err = relif_h5_open_object(pack.from, "/", &root);
    if (err == RELIF_OK && is_root(&pack)) {
        pack.gathered = relif_calloc(n, packed);
        pack.to = relif_h5_create(copy, MPI_COMM_NULL);
        if (pack.to < 0)
            err = relif_fail(RELIF_ERR_FILE, "its copy cannot be created (%s)",
                             relif_h5_reason(reason));
    }
    err = relif_agree(ranks, err);
    if (err == RELIF_OK) err = copy_group(&pack, root, "/");
    if (err == RELIF_OK && is_root(&pack)) err = relif_h5_flush(pack.to);
    relif_h5_close(&root);
    relif_h5_close(&pack.from);
    relif_h5_close(&pack.to);
    free(pack.plain);
    free(pack.work);
    free(pack.packed);
    free(pack.gathered);
    free(pack.sizes);
    free(pack.offsets);
    return err;
}

/* Root: the copy is sealed and becomes the archive. */
static relif_err publish(const relif_archive *archive, const char *copy)
{
    if (!archive->replace && access(archive->path, F_OK) == 0)
        return relif_fail(RELIF_ERR_EXISTS, "the file exists by now");
    relif_err err = relif_seal_put(copy);
    if (err == RELIF_OK) err = relif_durable_publish(copy, archive->path);
    if (err == RELIF_OK) unlink(archive->part);
    return err;
}

relif_err relif_archive_commit(relif_archive *archive)
{
    const relif_context *ctx = archive->ctx;
    /* A parallel flush that meets a full disk hangs: look before. */
    relif_err err = relif_archive_check_space(archive, 0);
    if (err != RELIF_OK) return err;
    if (relif_h5_flush(archive->file) != RELIF_OK)
        return relif_archive_give_up(archive, "flush");
    relif_h5_close(&archive->file);
    MPI_Barrier(ctx->comm);
    char *copy = relif_durable_name(archive->part, "2");
    const bool packs = ctx->rank < PACKERS;
    relif_context *ranks = relif_context_split(ctx, packs ? 0 : 1);
    err = packs ? make_copy(archive, ranks, copy) : RELIF_OK;
    relif_context_destroy(ranks);
    if (relif_context_is_root(ctx)) {
        if (err == RELIF_OK) err = publish(archive, copy);
        if (err != RELIF_OK) unlink(copy);
    }
    free(copy);
    err = relif_agree(ctx, relif_archive_say(archive, err));
    archive->complete = err == RELIF_OK;
    return err;
}
