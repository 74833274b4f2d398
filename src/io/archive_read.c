/*
 * Reading: every rank opens the complete file by itself with the serial driver, so reads
 * are independent; only errors are agreed on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_file.h"
#include "durable.h"
#include "relif/memory.h"
#include "relif/seal.h"

static relif_err check_word(hid_t root, const char *name, const char *expected)
{
    char *found = NULL;
    relif_err err = relif_h5_get_text(root, name, &found);
    if (err == RELIF_OK && expected && strcmp(found, expected) != 0)
        err = relif_fail(RELIF_ERR_FORMAT, "its %s is '%s', expected '%s'", name, found,
                         expected);
    free(found);
    return err;
}

relif_err relif_archive_check_head(hid_t file, const char *kind)
{
    hid_t root = H5I_INVALID_HID;
    int64_t version = 0;
    relif_err err = relif_h5_open_object(file, "/", &root);
    if (err == RELIF_OK) err = check_word(root, "format", "relif-archive");
    if (err == RELIF_OK) err = relif_h5_get_ints(root, "version", 1, &version);
    if (err == RELIF_OK && version != RELIF_ARCHIVE_VERSION)
        err = relif_fail(RELIF_ERR_FORMAT, "its version is %lld, expected %d",
                         (long long)version, RELIF_ARCHIVE_VERSION);
    if (err == RELIF_OK) err = check_word(root, "kind", kind);
    relif_h5_close(&root);
    return err;
}

/* A part is no archive, even if it can be read: its run did not end. */
static relif_err check_finished(const char *path)
{
    static const char part[] = ".part";
    const size_t length = strlen(path), n = strlen(part);
    const bool there = access(path, F_OK) == 0;
    if (there && length > n && strcmp(path + length - n, part) == 0)
        return relif_fail(RELIF_ERR_FILE, "it belongs to a run that is unfinished; "
                                          "give the same command again");
    char *name = relif_durable_name(path, part);
    const bool unfinished = !there && access(name, F_OK) == 0;
    free(name);
    if (!unfinished) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "its run is unfinished, there is only its .part "
                                      "file; give the same command again");
}

relif_err relif_archive_open(const relif_context *ctx, const char *path, const char *kind,
                             relif_archive **archive)
{
    relif_archive *opened = relif_calloc(1, sizeof *opened);
    opened->ctx = ctx;
    opened->path = relif_strdup(path);
    opened->file = H5I_INVALID_HID;
    *archive = NULL;
    bool sealed = false;
    relif_err err = relif_agree(ctx, check_finished(path));
    if (err == RELIF_OK) err = relif_seal_check(ctx, path, &sealed);
    if (err == RELIF_OK) err = relif_h5_open(path, &opened->file);
    if (err == RELIF_OK) err = relif_archive_check_head(opened->file, kind);
    if (err == RELIF_OK && !sealed)
        err = relif_fail(RELIF_ERR_FORMAT, "it has no checksum in front of its data");
    err = relif_archive_agree(opened, err);
    if (err == RELIF_OK)
        *archive = opened;
    else
        relif_archive_close(opened);
    return err;
}

relif_err relif_archive_file_format(const relif_context *ctx, const char *path,
                                    char **format)
{
    hid_t file = H5I_INVALID_HID, root = H5I_INVALID_HID;
    *format = NULL;
    relif_err err = check_finished(path);
    if (err == RELIF_OK) err = relif_h5_open(path, &file);
    if (err == RELIF_OK) err = relif_h5_open_object(file, "/", &root);
    if (err == RELIF_OK) err = relif_h5_get_text(root, "format", format);
    if (err != RELIF_OK)
        err = relif_fail(err, "read '%s': %s", path, relif_error_sentence());
    relif_h5_close(&root);
    relif_h5_close(&file);
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) return err;
    free(*format);
    *format = NULL;
    return err;
}

relif_err relif_archive_check_tree(relif_archive *archive)
{
    return relif_archive_agree(archive, relif_h5_check_tree(archive->file));
}

relif_archive_node relif_archive_look(relif_archive *archive, const char *path)
{
    hid_t object = H5I_INVALID_HID;
    relif_archive_node node = RELIF_NODE_NONE;
    if (relif_h5_open_object(archive->file, path, &object) == RELIF_OK)
        node = H5Iget_type(object) == H5I_GROUP ? RELIF_NODE_GROUP : RELIF_NODE_ARRAY;
    if (node == RELIF_NODE_ARRAY) {
        hid_t type = H5Dget_type(object);
        if (H5Tget_class(type) == H5T_STRING) node = RELIF_NODE_NAMES;
        relif_h5_close(&type);
    }
    relif_h5_close(&object);
    return node;
}

relif_err relif_archive_describe(relif_archive *archive, const char *path,
                                 relif_array *array)
{
    hid_t object = H5I_INVALID_HID;
    *array = (relif_array){.path = path};
    relif_err err = relif_h5_open_array(archive->file, path, &object);
    if (err == RELIF_OK) err = relif_h5_describe(object, array);
    relif_h5_close(&object);
    return relif_archive_agree(archive, err);
}

bool relif_archive_has(relif_archive *archive, const char *path)
{
    return relif_h5_exists(archive->file, path);
}

bool relif_archive_has_attribute(relif_archive *archive, const char *path,
                                 const char *name)
{
    hid_t object = H5I_INVALID_HID;
    const bool has = relif_h5_open_object(archive->file, path, &object) == RELIF_OK &&
                     relif_h5_has_attribute(object, name);
    relif_h5_close(&object);
    return has;
}

static relif_err read_box(hid_t file, const char *path, relif_array_type type,
                          const int64_t *offset, const int64_t *count, void *values)
{
    hid_t object = H5I_INVALID_HID;
    relif_array array = {0};
    char reason[RELIF_H5_REASON];
    relif_err err = relif_h5_open_array(file, path, &object);
    if (err == RELIF_OK) err = relif_h5_describe(object, &array);
    if (err == RELIF_OK && relif_archive_box_bytes(&array, offset, count) < 0)
        err = relif_fail(RELIF_ERR_DATA, "a box of '%s' is outside of the array", path);
    if (err == RELIF_OK &&
        relif_h5_read_box(object, relif_h5_stored_type(type), offset, count, values) < 0)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be read (%s)", path,
                         relif_h5_reason(reason));
    relif_h5_close(&object);
    return err;
}

relif_err relif_archive_read(relif_archive *archive, const char *path,
                             relif_array_type type, const int64_t *offset,
                             const int64_t *count, void *values)
{
    assert(!archive->part);
    return relif_archive_agree(
        archive, read_box(archive->file, path, type, offset, count, values));
}

relif_err relif_archive_get_text(relif_archive *archive, const char *path,
                                 const char *name, char **value)
{
    hid_t object = H5I_INVALID_HID;
    *value = NULL;
    relif_err err = relif_h5_open_object(archive->file, path, &object);
    if (err == RELIF_OK) err = relif_h5_get_text(object, name, value);
    relif_h5_close(&object);
    err = relif_archive_agree(archive, err);
    if (err == RELIF_OK) return err;
    free(*value);
    *value = NULL;
    return err;
}

relif_err relif_archive_get_int(relif_archive *archive, const char *path,
                                const char *name, int64_t *value)
{
    hid_t object = H5I_INVALID_HID;
    relif_err err = relif_h5_open_object(archive->file, path, &object);
    if (err == RELIF_OK) err = relif_h5_get_ints(object, name, 1, value);
    relif_h5_close(&object);
    return relif_archive_agree(archive, err);
}

relif_err relif_archive_get_double(relif_archive *archive, const char *path,
                                   const char *name, double *value)
{
    hid_t object = H5I_INVALID_HID;
    relif_err err = relif_h5_open_object(archive->file, path, &object);
    if (err == RELIF_OK) err = relif_h5_get_double(object, name, value);
    relif_h5_close(&object);
    return relif_archive_agree(archive, err);
}

/* On all ranks or on none. */
static relif_err agree_names(const relif_archive *archive, relif_err err, char ***names,
                             int *count)
{
    err = relif_archive_agree(archive, err);
    if (err == RELIF_OK) return err;
    relif_h5_free_names(*names, *count);
    *names = NULL;
    *count = 0;
    return err;
}

relif_err relif_archive_members(relif_archive *archive, const char *path, char ***names,
                                int *count)
{
    hid_t group = H5I_INVALID_HID;
    *names = NULL;
    *count = 0;
    relif_err err = relif_h5_open_object(archive->file, path, &group);
    if (err == RELIF_OK && H5Iget_type(group) != H5I_GROUP)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' is not a group", path);
    if (err == RELIF_OK) err = relif_h5_members(group, names, count);
    relif_h5_close(&group);
    return agree_names(archive, err, names, count);
}

relif_err relif_archive_read_names(relif_archive *archive, const char *path,
                                   char ***names, int *count)
{
    assert(!archive->part);
    hid_t array = H5I_INVALID_HID;
    *names = NULL;
    *count = 0;
    relif_err err = relif_h5_open_array(archive->file, path, &array);
    if (err == RELIF_OK) err = relif_h5_read_texts(array, path, names, count);
    relif_h5_close(&array);
    return agree_names(archive, err, names, count);
}
