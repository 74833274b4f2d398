/*
 * Writing. The part file holds every array contiguous and unpacked, so that any box is
 * one plain collective transfer, however it lies; packing is the commit's work, once a
 * chunk.
 */
#include "relif/archive.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_file.h"
#include "durable.h"
#include "relif/memory.h"

/* MPI-IO counts bytes in int: rows of a box go out in rounds of about this size. */
enum { ROUND_BYTES = 256 << 20, STATUS_INPUT_OUTPUT = 74 };

relif_err relif_archive_say(const relif_archive *archive, relif_err err)
{
    if (err == RELIF_OK) return err;
    return relif_fail(err, "%s archive '%s': %s", archive->part ? "write" : "read",
                      archive->path, relif_error_sentence());
}

relif_err relif_archive_give_up(const relif_archive *archive, const char *what)
{
    char reason[RELIF_H5_REASON];
    const relif_err err = relif_fail(RELIF_ERR_FILE, "at %s: HDF5 failed (%s)", what,
                                     relif_h5_reason(reason));
    relif_archive_say(archive, err);
    fprintf(stderr, "relif: %s\n", relif_error_sentence());
    fflush(stderr);
    MPI_Abort(archive->ctx->comm, STATUS_INPUT_OUTPUT);
    return err;
}

relif_archive *relif_archive_make(const relif_context *ctx, const char *path,
                                  bool replace)
{
    relif_archive *made = relif_calloc(1, sizeof *made);
    made->ctx = ctx;
    made->path = relif_strdup(path);
    made->part = relif_durable_name(path, ".part");
    made->file = H5I_INVALID_HID;
    made->replace = replace;
    return made;
}

void relif_archive_release(relif_archive *archive)
{
    for (int i = 0; i < archive->n_written; i++) free(archive->written[i].path);
    for (int i = 0; i < archive->n_late; i++) {
        free(archive->late[i].path);
        free(archive->late[i].name);
    }
    free(archive->written);
    free(archive->late);
    free(archive->saved_paths);
    free(archive->saved_boxes);
    free(archive->saved_sums);
    free(archive->path);
    free(archive->part);
    free(archive);
}

relif_err relif_archive_check_space(const relif_archive *archive, int64_t bytes)
{
    relif_err err = RELIF_OK;
    if (relif_context_is_root(archive->ctx))
        err = relif_archive_say(archive, relif_durable_check_space(archive->path, bytes));
    return relif_agree(archive->ctx, err);
}

relif_err relif_archive_create(const relif_context *ctx, const char *path,
                               const char *kind, bool replace, relif_archive **archive)
{
    relif_archive *made = relif_archive_make(ctx, path, replace);
    relif_err err = RELIF_OK;
    *archive = NULL;
    if (relif_context_is_root(ctx)) {
        err = relif_durable_begin(path, made->part, replace);
        if (err == RELIF_OK && (err = relif_durable_check_space(path, 0)) != RELIF_OK)
            unlink(made->part);
        relif_archive_say(made, err);
    }
    err = relif_agree(ctx, err);
    if (err != RELIF_OK) {
        relif_archive_release(made);
        return err;
    }
    made->file = relif_h5_create(made->part, ctx->comm, 0);
    if (made->file < 0) err = relif_archive_give_up(made, "create");
    if (err == RELIF_OK)
        err = relif_archive_set_text(made, "/", "format", "relif-archive");
    if (err == RELIF_OK)
        err = relif_archive_set_int(made, "/", "version", RELIF_ARCHIVE_VERSION);
    if (err == RELIF_OK) err = relif_archive_set_text(made, "/", "kind", kind);
    *archive = made;
    return err;
}

static relif_err open_owner(relif_archive *archive, const char *path, hid_t *object)
{
    assert(archive->part && archive->file >= 0 && !archive->kept);
    return relif_archive_say(archive, relif_h5_open_object(archive->file, path, object));
}

relif_err relif_archive_set_text(relif_archive *archive, const char *path,
                                 const char *name, const char *value)
{
    hid_t object;
    relif_err err = open_owner(archive, path, &object);
    if (err == RELIF_OK && relif_h5_put_text(object, name, value) < 0)
        err = relif_archive_give_up(archive, name);
    relif_h5_close(&object);
    return err;
}

static void add_late(relif_archive *archive, const char *path, const char *name,
                     int64_t value)
{
    archive->late =
        relif_realloc(archive->late, (size_t)archive->n_late + 1, sizeof *archive->late);
    archive->late[archive->n_late++] =
        (relif_late_int){relif_strdup(path), relif_strdup(name), value};
}

relif_err relif_archive_set_int(relif_archive *archive, const char *path,
                                const char *name, int64_t value)
{
    hid_t object;
    if (archive->kept) {
        add_late(archive, path, name, value);
        return RELIF_OK;
    }
    relif_err err = open_owner(archive, path, &object);
    if (err == RELIF_OK && relif_h5_put_ints(object, name, 0, &value) < 0)
        err = relif_archive_give_up(archive, name);
    relif_h5_close(&object);
    return err;
}

relif_err relif_archive_set_double(relif_archive *archive, const char *path,
                                   const char *name, double value)
{
    hid_t object;
    relif_err err = open_owner(archive, path, &object);
    if (err == RELIF_OK && relif_h5_put_double(object, name, value) < 0)
        err = relif_archive_give_up(archive, name);
    relif_h5_close(&object);
    return err;
}

/* A new object at an absolute path; its groups are made. */
static relif_err make_place(relif_archive *archive, const char *path)
{
    assert(archive->part && archive->file >= 0 && !archive->kept);
    const char *last = strrchr(path, '/');
    if (path[0] != '/' || !last[1])
        return relif_fail(RELIF_ERR_FORMAT,
                          "write archive '%s': '%s' is not an absolute path",
                          archive->path, path);
    if (relif_h5_exists(archive->file, path))
        return relif_fail(RELIF_ERR_FORMAT, "write archive '%s': '%s' is there already",
                          archive->path, path);
    char *above = relif_strdup(path);
    above[last - path] = '\0';
    hid_t group = relif_h5_make_group(archive->file, above);
    free(above);
    if (group < 0) return relif_archive_give_up(archive, path);
    relif_h5_close(&group);
    return RELIF_OK;
}

/* Bytes of a shape, negative if it is no shape. */
static int64_t shape_bytes(const relif_array *array)
{
    int64_t bytes = relif_array_type_size(array->type);
    if (array->rank < 1 || array->rank > RELIF_ARRAY_MAX_RANK) return -1;
    for (int d = 0; d < array->rank; d++)
        if (array->dims[d] < 0 || (bytes && array->dims[d] > INT64_MAX / 2 / bytes))
            return -1;
        else
            bytes *= array->dims[d];
    return bytes;
}

/* bytes: what must be free on the file system. */
static relif_err declare(relif_archive *archive, const relif_array *array, int64_t bytes)
{
    relif_err err = relif_archive_check_space(archive, bytes);
    if (err == RELIF_OK) err = make_place(archive, array->path);
    if (err != RELIF_OK) return err;
    hid_t made = relif_h5_create_array(archive->file, array->path,
                                       relif_h5_stored_type(array->type), array->rank,
                                       array->dims, NULL, 0);
    if (made < 0 || relif_h5_put_text(made, "units", array->units) < 0 ||
        relif_h5_put_text(made, "description", array->description) < 0)
        err = relif_archive_give_up(archive, array->path);
    relif_h5_close(&made);
    relif_archive_expect(archive, array->path);
    return err;
}

static relif_err refuse_shape(const relif_archive *archive, const relif_array *array)
{
    return relif_fail(RELIF_ERR_FORMAT,
                      "write archive '%s': '%s' has an impossible shape", archive->path,
                      array->path);
}

relif_err relif_archive_declare(relif_archive *archive, const relif_array *array)
{
    const int64_t bytes = shape_bytes(array);
    return bytes < 0 ? refuse_shape(archive, array) : declare(archive, array, bytes);
}

/* What is never written takes no room on the disk. */
relif_err relif_archive_declare_at_most(relif_archive *archive, const relif_array *array)
{
    return shape_bytes(array) < 0 ? refuse_shape(archive, array)
                                  : declare(archive, array, 0);
}

relif_err relif_archive_write_names(relif_archive *archive, const char *path,
                                    const char *const *names, int count,
                                    const char *description)
{
    relif_err err = make_place(archive, path);
    if (err != RELIF_OK) return err;
    size_t length = 1;
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) > length) length = strlen(names[i]);
    char *bytes = relif_calloc((size_t)count, length);
    for (int i = 0; i < count; i++)
        memcpy(bytes + (size_t)i * length, names[i], strlen(names[i]));
    hid_t type = relif_h5_text_type(length);
    const int64_t size = count, origin = 0;
    const int64_t mine = relif_context_is_root(archive->ctx) ? size : 0;
    hid_t made = relif_h5_create_array(archive->file, path, type, 1, &size, NULL, 0);
    if (made < 0 || relif_h5_put_text(made, "description", description) < 0 ||
        relif_h5_write_box(made, type, &origin, &mine, bytes, true) < 0)
        err = relif_archive_give_up(archive, path);
    relif_h5_close(&made);
    relif_h5_close(&type);
    free(bytes);
    return err;
}

int64_t relif_archive_box_bytes(const relif_array *array, const int64_t *offset,
                                const int64_t *count)
{
    int64_t bytes = relif_array_type_size(array->type);
    for (int d = 0; d < array->rank; d++) {
        if (count[d] == 0) return 0;
        if (offset[d] < 0 || count[d] < 0 || offset[d] > array->dims[d] ||
            count[d] > array->dims[d] - offset[d])
            return -1;
        bytes *= count[d];
    }
    return bytes;
}

/* The box row by row, as many rows a round as a transfer takes; every rank goes through
 * the same number of rounds. */
static herr_t write_rounds(const relif_archive *archive, hid_t file_array,
                           const relif_array *array, const int64_t *offset,
                           const int64_t *count, int64_t bytes, const char *values)
{
    const int64_t row_bytes = bytes ? bytes / count[0] : 1;
    const int64_t rows = row_bytes < ROUND_BYTES ? ROUND_BYTES / row_bytes : 1;
    int64_t rounds = bytes ? (count[0] + rows - 1) / rows : 1;
    MPI_Allreduce(MPI_IN_PLACE, &rounds, 1, MPI_INT64_T, MPI_MAX, archive->ctx->comm);
    for (int64_t r = 0; r < rounds; r++) {
        int64_t first[RELIF_ARRAY_MAX_RANK] = {0}, size[RELIF_ARRAY_MAX_RANK] = {0};
        memcpy(first, offset, (size_t)array->rank * sizeof *first);
        memcpy(size, count, (size_t)array->rank * sizeof *size);
        const int64_t done = r * rows, left = bytes ? count[0] - done : 0;
        first[0] += done;
        size[0] = left < 0 ? 0 : left < rows ? left : rows;
        if (relif_h5_write_box(file_array, relif_h5_stored_type(array->type), first, size,
                               size[0] ? values + done * row_bytes : NULL, true) < 0)
            return -1;
    }
    return 0;
}

relif_err relif_archive_write(relif_archive *archive, const char *path,
                              const int64_t *offset, const int64_t *count,
                              const void *values)
{
    assert(archive->part && archive->file >= 0);
    relif_array array = {.path = path};
    hid_t file_array = H5I_INVALID_HID;
    int64_t bytes = 0, all = 0;
    relif_err err = relif_h5_open_array(archive->file, path, &file_array);
    if (err == RELIF_OK) err = relif_h5_describe(file_array, &array);
    if (err == RELIF_OK && (bytes = relif_archive_box_bytes(&array, offset, count)) < 0)
        err = relif_fail(RELIF_ERR_DATA, "rank %d's box of '%s' is outside of the array",
                         archive->ctx->rank, path);
    err = relif_agree(archive->ctx, relif_archive_say(archive, err));
    if (err == RELIF_OK) {
        MPI_Allreduce(&bytes, &all, 1, MPI_INT64_T, MPI_SUM, archive->ctx->comm);
        err = relif_archive_check_space(archive, all);
    }
    /* HDF5 fails on a write of nothing to an array of size 0. */
    if (err == RELIF_OK && all > 0 &&
        write_rounds(archive, file_array, &array, offset, count, bytes, values) < 0)
        err = relif_archive_give_up(archive, path);
    relif_h5_close(&file_array);
    if (err == RELIF_OK && bytes > 0)
        relif_archive_note(archive, &array, offset, count, values);
    return err;
}

void relif_archive_close(relif_archive *archive)
{
    if (!archive) return;
    const bool discard = archive->part && !archive->complete && !archive->saved &&
                         relif_context_is_root(archive->ctx);
    /* Closing writes what is still in memory: make room for it on a full file system. */
    if (discard && truncate(archive->part, 0) != 0) archive->complete = false;
    if (archive->part) MPI_Barrier(archive->ctx->comm);
    relif_h5_close(&archive->file);
    if (discard) unlink(archive->part);
    relif_archive_release(archive);
}

const relif_context *relif_archive_context(const relif_archive *archive)
{
    return archive->ctx;
}
