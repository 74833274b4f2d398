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
#include "chunk_grid.h"
#include "durable.h"
#include "relif/memory.h"
#include "relif/seal.h"

enum {
    PACKERS = 64, /* more ranks would only wait for root's disk */
    DEFLATE_LEVEL = 4
};

typedef struct packing {
    const relif_archive *archive;
    const relif_written *written; /* [n_written] what all ranks wrote */
    const relif_context *ranks;   /* those who pack; root is the archive's */
    hid_t from;                   /* the part file, serial, read-only */
    hid_t to;                     /* root: the copy */
    unsigned char *plain, *work;  /* one chunk: as it is, shuffled */
    unsigned char *packed;        /* one chunk, deflated */
    unsigned char *gathered;      /* root: those of all ranks */
    int *sizes, *offsets;         /* [ranks] bytes of each rank's chunk, their sums */
    uint64_t sum;                 /* checksum of what this rank read of the array */
} packing;

static bool is_root(const packing *pack)
{
    return relif_context_is_root(pack->ranks);
}

static void shuffle(const unsigned char *plain, size_t numbers, size_t number_bytes,
                    unsigned char *shuffled)
{
    for (size_t b = 0; b < number_bytes; b++)
        for (size_t i = 0; i < numbers; i++)
            shuffled[b * numbers + i] = plain[i * number_bytes + b];
}

/* Bytes of the packed chunk, negative if it cannot be read. */
static int pack_chunk(packing *pack, hid_t from, const relif_array *array,
                      const relif_chunk_grid *grid, int64_t number)
{
    int64_t first[RELIF_ARRAY_MAX_RANK], size[RELIF_ARRAY_MAX_RANK];
    relif_chunk_grid_box(grid, number, first, size);
    memset(pack->plain, 0, grid->chunk_bytes);
    if (relif_h5_read_corner(from, relif_h5_stored_type(array->type), first, size,
                             grid->chunk, pack->plain) < 0)
        return -1;
    pack->sum += relif_archive_box_sum(array, first, size, grid->chunk, pack->plain);
    shuffle(pack->plain, grid->chunk_bytes / grid->number_bytes, grid->number_bytes,
            pack->work);
    uLongf bytes = compressBound((uLong)grid->chunk_bytes);
    if (compress2(pack->packed, &bytes, pack->work, (uLong)grid->chunk_bytes,
                  DEFLATE_LEVEL) != Z_OK)
        return -1;
    return (int)bytes;
}

/* Root: the chunks of one round, in order. */
static relif_err write_chunks(packing *pack, hid_t array, const relif_chunk_grid *grid,
                              int64_t first_chunk, int64_t bytes)
{
    char reason[RELIF_H5_REASON];
    relif_err err = relif_durable_check_space(pack->archive->path, bytes);
    for (int r = 0; err == RELIF_OK && r < pack->ranks->size; r++) {
        int64_t first[RELIF_ARRAY_MAX_RANK], size[RELIF_ARRAY_MAX_RANK];
        hsize_t offset[RELIF_ARRAY_MAX_RANK] = {0};
        if (first_chunk + r >= grid->total) break;
        relif_chunk_grid_box(grid, first_chunk + r, first, size);
        for (int d = 0; d < grid->rank; d++) offset[d] = (hsize_t)first[d];
        if (H5Dwrite_chunk(array, H5P_DEFAULT, 0, offset, (size_t)pack->sizes[r],
                           pack->gathered + pack->offsets[r]) < 0)
            err = relif_fail(RELIF_ERR_FILE, "a chunk cannot be written (%s)",
                             relif_h5_reason(reason));
    }
    return err;
}

/* A rank that failed says so by a negative size; then all leave in the same round. */
static relif_err pack_chunks(packing *pack, hid_t from, hid_t to,
                             const relif_array *array, const relif_chunk_grid *grid)
{
    relif_err err = RELIF_OK;
    const int n_ranks = pack->ranks->size;
    for (int64_t first = 0; first < grid->total; first += n_ranks) {
        const int64_t mine = first + pack->ranks->rank;
        int bytes = 0;
        if (err == RELIF_OK && mine < grid->total) {
            bytes = pack_chunk(pack, from, array, grid, mine);
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

/* Root: texts stay as they are. */
static herr_t copy_names(packing *pack, hid_t from, const char *path)
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
    hid_t to = relif_h5_create_packed(pack->to, path, type, rank, dims, NULL, 0);
    herr_t done = to < 0 ? -1 : relif_h5_read_box(from, type, origin, dims, values);
    if (done >= 0) done = relif_h5_write_box(to, type, origin, dims, values, false);
    if (done >= 0) done = relif_h5_copy_attributes(from, to);
    relif_h5_close(&to);
    relif_h5_close(&space);
    relif_h5_close(&type);
    free(values);
    return done;
}

/* The sum of what all ranks read is that of what all ranks wrote. */
static relif_err compare_sums(const packing *pack, const char *path)
{
    uint64_t sum = pack->sum;
    MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, pack->ranks->comm);
    for (int i = 0; i < pack->archive->n_written; i++)
        if (strcmp(pack->written[i].path, path) == 0 && pack->written[i].sum != sum)
            return relif_fail(RELIF_ERR_FILE,
                              "'%s' is damaged: its part file '%s' does not hold what "
                              "was written",
                              path, pack->archive->part);
    return RELIF_OK;
}

static relif_err copy_numbers(packing *pack, hid_t from, const char *path,
                              const relif_array *array)
{
    char reason[RELIF_H5_REASON];
    relif_err err = RELIF_OK;
    hid_t to = H5I_INVALID_HID;
    const relif_chunk_grid grid = relif_chunk_grid_make(array);
    const bool empty = grid.total == 0;
    if (is_root(pack)) {
        to = relif_h5_create_packed(pack->to, path, relif_h5_stored_type(array->type),
                                    array->rank, array->dims, empty ? NULL : grid.chunk,
                                    DEFLATE_LEVEL);
        if (to < 0 || relif_h5_copy_attributes(from, to) < 0)
            err = relif_fail(RELIF_ERR_FILE, "'%s' cannot be created (%s)", path,
                             relif_h5_reason(reason));
    }
    err = relif_agree(pack->ranks, err);
    pack->sum = 0;
    if (err == RELIF_OK && !empty) err = pack_chunks(pack, from, to, array, &grid);
    if (err == RELIF_OK) err = compare_sums(pack, path);
    relif_h5_close(&to);
    return err;
}

static relif_err copy_array(packing *pack, hid_t from, const char *path)
{
    relif_array array = {0};
    char reason[RELIF_H5_REASON];
    relif_err err = RELIF_OK;
    if (relif_h5_describe(from, &array) == RELIF_OK) {
        const relif_written *entry = relif_archive_written(pack->archive, path);
        if (entry && entry->rows >= 0) array.dims[0] = entry->rows;
        return copy_numbers(pack, from, path, &array);
    }
    if (is_root(pack) && copy_names(pack, from, path) < 0)
        err = relif_fail(RELIF_ERR_FILE, "'%s' cannot be copied (%s)", path,
                         relif_h5_reason(reason));
    return relif_agree(pack->ranks, err);
}

/* Root: the attributes of a group, with those that came late. */
static herr_t copy_group_attributes(const packing *pack, hid_t from, hid_t to,
                                    const char *path)
{
    const relif_archive *archive = pack->archive;
    herr_t done = relif_h5_copy_attributes(from, to);
    for (int i = 0; i < archive->n_late && done >= 0; i++)
        if (strcmp(archive->late[i].path, path) == 0)
            done =
                relif_h5_put_ints(to, archive->late[i].name, 0, &archive->late[i].value);
    return done;
}

static relif_err copy_group(packing *pack, hid_t from, const char *path)
{
    relif_err err = RELIF_OK;
    char **names = NULL;
    int count = 0;
    if (is_root(pack)) {
        hid_t to = relif_h5_make_group(pack->to, path);
        if (to < 0 || copy_group_attributes(pack, from, to, path) < 0)
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
static relif_err make_copy(const relif_archive *archive, const relif_written *written,
                           const relif_context *ranks, const char *copy)
{
    const size_t n = (size_t)ranks->size, chunk = RELIF_CHUNK_LARGEST,
                 packed = compressBound(RELIF_CHUNK_LARGEST);
    packing pack = {
        .archive = archive, .written = written, .ranks = ranks, .to = H5I_INVALID_HID};
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
        pack.to = relif_h5_create(copy, RELIF_SEAL_BLOCK);
        if (pack.to < 0)
            err = relif_fail(RELIF_ERR_FILE, "its copy cannot be created (%s)",
                             relif_h5_reason(reason));
    }
    err = relif_agree(ranks, err);
    if (err == RELIF_OK) err = copy_group(&pack, root, "/");
    if (err == RELIF_OK && is_root(&pack)) err = relif_h5_finish(pack.to);
    relif_h5_close(&root);
    relif_h5_close(&pack.from);
    if (err == RELIF_OK)
        relif_h5_close(&pack.to);
    else
        relif_h5_abandon(&pack.to);
    err = relif_agree(ranks, err);
    if (err == RELIF_OK) err = relif_seal_put(ranks, copy, "relif-archive");
    free(pack.plain);
    free(pack.work);
    free(pack.packed);
    free(pack.gathered);
    free(pack.sizes);
    free(pack.offsets);
    return err;
}

/* Root: the copy becomes the archive. */
static relif_err publish(const relif_archive *archive, const char *copy)
{
    if (!archive->replace && access(archive->path, F_OK) == 0)
        return relif_fail(RELIF_ERR_EXISTS, "the file exists by now");
    const relif_err err = relif_durable_publish(copy, archive->path);
    if (err == RELIF_OK) unlink(archive->part);
    return err;
}

relif_err relif_archive_commit(relif_archive *archive)
{
    const relif_context *ctx = archive->ctx;
    relif_err err = relif_archive_close_part(archive);
    if (err != RELIF_OK) return err;
    char *copy = relif_durable_name(archive->part, "2");
    const bool packs = ctx->rank < PACKERS;
    relif_context *ranks = relif_context_split(ctx, packs ? 0 : 1);
    relif_written *written = relif_archive_gather(archive);
    err = packs ? make_copy(archive, written, ranks, copy) : RELIF_OK;
    free(written);
    relif_context_destroy(ranks);
    if (relif_context_is_root(ctx)) {
        if (err == RELIF_OK) err = publish(archive, copy);
        if (err != RELIF_OK) unlink(copy);
    }
    free(copy);
    err = relif_archive_agree(archive, err);
    archive->complete = err == RELIF_OK;
    return err;
}
