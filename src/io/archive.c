/*
 * Writing. The part file holds every array contiguous and unpacked, so that any box is
 * one plain collective transfer, however it lies; packing is the commit's work, once a
 * chunk.
 *
 * Parallel HDF5 that meets a full disk while it writes metadata never returns. So root
 * alone makes groups, arrays and attributes, by the serial driver, and all ranks have the
 * file open only for values (archive_values.c).
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

relif_err relif_archive_say(const relif_archive *archive, relif_err err)
{
    if (err == RELIF_OK) return err;
    return relif_fail(err, "%s archive '%s': %s", archive->part ? "write" : "read",
                      archive->path, relif_error_sentence());
}

relif_err relif_archive_failed_at(const char *what)
{
    char reason[RELIF_H5_REASON];
    return relif_fail(RELIF_ERR_FILE, "at %s: HDF5 failed (%s)", what,
                      relif_h5_reason(reason));
}

relif_err relif_archive_agree(const relif_archive *archive, relif_err err)
{
    return relif_agree(archive->ctx, relif_archive_say(archive, err));
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
    }
    err = relif_archive_agree(made, err);
    if (err != RELIF_OK) {
        relif_archive_release(made);
        return err;
    }
    if (relif_context_is_root(ctx) && (made->file = relif_h5_create(made->part, 0)) < 0)
        err = relif_archive_failed_at("create");
    err = relif_archive_agree(made, err);
    if (err == RELIF_OK)
        err = relif_archive_set_text(made, "/", "format", "relif-archive");
    if (err == RELIF_OK)
        err = relif_archive_set_int(made, "/", "version", RELIF_ARCHIVE_VERSION);
    if (err == RELIF_OK) err = relif_archive_set_text(made, "/", "kind", kind);
    if (err == RELIF_OK)
        *archive = made;
    else
        relif_archive_close(made);
    return err;
}

/* Root has the group or array whose attribute is set. */
static relif_err open_owner(relif_archive *archive, const char *path, hid_t *owner)
{
    assert(archive->part && !archive->kept);
    *owner = H5I_INVALID_HID;
    const relif_err err = relif_archive_open_structure(archive);
    if (err != RELIF_OK || !relif_context_is_root(archive->ctx)) return err;
    return relif_h5_open_object(archive->file, path, owner);
}

static relif_err close_owner(const relif_archive *archive, const char *name,
                             relif_err err, herr_t done, hid_t *owner)
{
    if (done < 0) err = relif_archive_failed_at(name);
    relif_h5_close(owner);
    return relif_archive_agree(archive, err);
}

relif_err relif_archive_set_text(relif_archive *archive, const char *path,
                                 const char *name, const char *value)
{
    hid_t owner;
    const relif_err err = open_owner(archive, path, &owner);
    const herr_t done = owner < 0 ? 0 : relif_h5_put_text(owner, name, value);
    return close_owner(archive, name, err, done, &owner);
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
    hid_t owner;
    if (archive->kept) {
        add_late(archive, path, name, value);
        return RELIF_OK;
    }
    const relif_err err = open_owner(archive, path, &owner);
    const herr_t done = owner < 0 ? 0 : relif_h5_put_ints(owner, name, 0, &value);
    return close_owner(archive, name, err, done, &owner);
}

relif_err relif_archive_set_double(relif_archive *archive, const char *path,
                                   const char *name, double value)
{
    hid_t owner;
    const relif_err err = open_owner(archive, path, &owner);
    const herr_t done = owner < 0 ? 0 : relif_h5_put_double(owner, name, value);
    return close_owner(archive, name, err, done, &owner);
}

/* Root: room for a new object at an absolute path; its groups are made. */
static relif_err make_place(const relif_archive *archive, const char *path)
{
    const char *last = strrchr(path, '/');
    if (path[0] != '/' || !last[1])
        return relif_fail(RELIF_ERR_FORMAT, "'%s' is not an absolute path", path);
    if (relif_h5_exists(archive->file, path))
        return relif_fail(RELIF_ERR_FORMAT, "'%s' is there already", path);
    char *above = relif_strdup(path);
    above[last - path] = '\0';
    hid_t group = relif_h5_make_group(archive->file, above);
    free(above);
    if (group < 0) return relif_archive_failed_at(path);
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

/* Root. */
static relif_err make_array(const relif_archive *archive, const relif_array *array)
{
    relif_err err = make_place(archive, array->path);
    if (err != RELIF_OK) return err;
    hid_t made = relif_h5_create_array(archive->file, array->path,
                                       relif_h5_stored_type(array->type), array->rank,
                                       array->dims);
    if (made < 0 || relif_h5_put_text(made, "units", array->units) < 0 ||
        relif_h5_put_text(made, "description", array->description) < 0)
        err = relif_archive_failed_at(array->path);
    relif_h5_close(&made);
    return err;
}

/* bytes: what must be free on the file system. */
static relif_err declare(relif_archive *archive, const relif_array *array, int64_t bytes)
{
    assert(archive->part && !archive->kept);
    relif_err err = relif_archive_open_structure(archive);
    if (err == RELIF_OK && relif_context_is_root(archive->ctx)) {
        err = relif_durable_check_space(archive->path, bytes);
        if (err == RELIF_OK) err = make_array(archive, array);
    }
    err = relif_archive_agree(archive, err);
    if (err == RELIF_OK) relif_archive_expect(archive, array);
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

/* Root. */
static relif_err make_names(const relif_archive *archive, const char *path,
                            const char *const *names, int count, const char *description)
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
    hid_t made = relif_h5_create_array(archive->file, path, type, 1, &size);
    if (made < 0 || relif_h5_put_text(made, "description", description) < 0 ||
        relif_h5_write_box(made, type, &origin, &size, bytes, false) < 0)
        err = relif_archive_failed_at(path);
    relif_h5_close(&made);
    relif_h5_close(&type);
    free(bytes);
    return err;
}

relif_err relif_archive_write_names(relif_archive *archive, const char *path,
                                    const char *const *names, int count,
                                    const char *description)
{
    assert(archive->part && !archive->kept);
    relif_err err = relif_archive_open_structure(archive);
    if (err == RELIF_OK && relif_context_is_root(archive->ctx))
        err = make_names(archive, path, names, count, description);
    return relif_archive_agree(archive, err);
}

void relif_archive_close(relif_archive *archive)
{
    if (!archive) return;
    const bool discard = archive->part && !archive->complete && !archive->saved;
    if (discard && !archive->shared) relif_h5_abandon(&archive->file);
    if (archive->part) MPI_Barrier(archive->ctx->comm);
    relif_h5_close(&archive->file);
    if (discard && relif_context_is_root(archive->ctx)) unlink(archive->part);
    relif_archive_release(archive);
}

const relif_context *relif_archive_context(const relif_archive *archive)
{
    return archive->ctx;
}
