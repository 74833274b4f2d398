#define _GNU_SOURCE /* memfd_create */

#include "h5.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "relif/memory.h"

/* Of what drivers say of a failed system call only the system's words, which come between
 * times and addresses. */
static herr_t take_first(unsigned depth, const H5E_error2_t *error, void *text)
{
    static const char before[] = "error message = '";
    if (depth != 0 || !error->desc) return 0;
    const char *words = strstr(error->desc, before);
    words = words ? words + strlen(before) : error->desc;
    const int length = words == error->desc ? -1 : (int)strcspn(words, "'");
    snprintf(text, RELIF_H5_REASON, "%.*s", length, words);
    return 0;
}

const char *relif_h5_reason(char text[RELIF_H5_REASON])
{
    snprintf(text, RELIF_H5_REASON, "no reason known");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, text);
    return text;
}

/* Readable at all, and an HDF5 file: what the user gets wrong most often. */
static relif_err check_readable(const char *path)
{
    struct stat status;
    const int descriptor = open(path, O_RDONLY);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        const int reason = errno;
        if (descriptor >= 0) close(descriptor);
        return relif_fail(RELIF_ERR_FILE, "%s", strerror(reason));
    }
    close(descriptor);
    if (!S_ISREG(status.st_mode))
        return relif_fail(RELIF_ERR_FILE, "it is not a regular file");
    if (H5Fis_hdf5(path) <= 0)
        return relif_fail(RELIF_ERR_FORMAT, "it is not an HDF5 file");
    return RELIF_OK;
}

/* Cluster file systems often have no locks; relif's own files are renamed when complete.
 */
static hid_t access_list(MPI_Comm comm)
{
    const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(list, false, true);
    H5Pset_fclose_degree(list, H5F_CLOSE_SEMI);
    if (comm != MPI_COMM_NULL) H5Pset_fapl_mpio(list, comm, MPI_INFO_NULL);
    return list;
}

relif_err relif_h5_open(const char *path, hid_t *file)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    *file = H5I_INVALID_HID;
    const relif_err err = check_readable(path);
    if (err != RELIF_OK) return err;
    const hid_t access = access_list(MPI_COMM_NULL);
    *file = H5Fopen(path, H5F_ACC_RDONLY, access);
    char reason[RELIF_H5_REASON];
    if (*file < 0) relif_h5_reason(reason);
    H5Pclose(access);
    if (*file >= 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT, "the HDF5 file is damaged or cut off (%s)",
                      reason);
}

/* What is written is written: an error comes from the call that writes, not from the one
 * that closes. */
static hid_t writing_list(MPI_Comm comm)
{
    const hid_t list = access_list(comm);
    H5Pset_sieve_buf_size(list, 0);
    return list;
}

hid_t relif_h5_create(const char *path, size_t user_block)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = writing_list(MPI_COMM_NULL), creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    H5Pset_obj_track_times(creation, false);
    H5Pset_userblock(creation, user_block);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    relif_h5_close(&creation);
    relif_h5_close(&access);
    return file;
}

hid_t relif_h5_reopen(const char *path, MPI_Comm comm)
{
    hid_t access = writing_list(comm);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
    relif_h5_close(&access);
    return file;
}

/* The file's own descriptor, -1 if its driver has none. */
static int descriptor_of(hid_t file)
{
    void *handle = NULL;
    const bool has = H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) >= 0 && handle;
    return has ? *(const int *)handle : -1;
}

relif_err relif_h5_finish(hid_t file)
{
    hsize_t bytes = 0;
    H5Fget_filesize(file, &bytes);
    const relif_err err = relif_durable_reserve(descriptor_of(file), 0, (int64_t)bytes);
    return err == RELIF_OK ? relif_h5_flush(file) : err;
}

relif_err relif_h5_flush(hid_t file)
{
    char reason[RELIF_H5_REASON];
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "not everything could be written (%s)",
                      relif_h5_reason(reason));
}

void relif_h5_close(hid_t *object)
{
    if (*object < 0) return;
    const hid_t errors = H5Eget_current_stack(); /* every call forgets the last error */
    H5Idec_ref(*object);
    *object = H5I_INVALID_HID;
    H5Eset_current_stack(errors);
}

void relif_h5_abandon(hid_t *file)
{
    const int nowhere = memfd_create("abandoned", 0);
    const int descriptor = *file < 0 ? -1 : descriptor_of(*file);
    if (nowhere >= 0 && descriptor >= 0) dup2(nowhere, descriptor);
    if (nowhere >= 0) close(nowhere);
    relif_h5_close(file);
}

/* One step of a path: the member, if a hard link leads to it. */
static relif_err open_member(hid_t parent, const char *name, const char *path,
                             hid_t *object)
{
    H5L_info_t link;
    if (H5Lexists(parent, name, H5P_DEFAULT) <= 0 ||
        H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0)
        return relif_fail(RELIF_ERR_FORMAT, "'%s' is missing", path);
    if (link.type != H5L_TYPE_HARD)
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s' is %s link, expected the data itself in this file", path,
                          link.type == H5L_TYPE_EXTERNAL ? "an external" : "a soft");
    char reason[RELIF_H5_REASON];
    *object = H5Oopen(parent, name, H5P_DEFAULT);
    if (*object >= 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be opened (%s)", path,
                      relif_h5_reason(reason));
}

relif_err relif_h5_open_object(hid_t file, const char *path, hid_t *object)
{
    relif_err err = RELIF_OK;
    char *copy = relif_strdup(path), *rest = copy, *name;
    hid_t at = H5Oopen(file, "/", H5P_DEFAULT);
    while (err == RELIF_OK && (name = strtok_r(rest, "/", &rest))) {
        hid_t next = H5I_INVALID_HID;
        if (H5Iget_type(at) != H5I_GROUP)
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' is missing", path);
        else
            err = open_member(at, name, path, &next);
        relif_h5_close(&at);
        at = next;
    }
    free(copy);
    if (err == RELIF_OK && at < 0)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be opened", path);
    *object = at;
    return err;
}

static bool stored_elsewhere(hid_t array)
{
    hid_t creation = H5Dget_create_plist(array);
    const bool elsewhere = creation < 0 || H5Pget_external_count(creation) != 0 ||
                           H5Pget_layout(creation) == H5D_VIRTUAL;
    relif_h5_close(&creation);
    return elsewhere;
}

relif_err relif_h5_open_array(hid_t file, const char *path, hid_t *array)
{
    relif_err err = relif_h5_open_object(file, path, array);
    if (err != RELIF_OK) return err;
    if (H5Iget_type(*array) != H5I_DATASET)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' is not an array", path);
    else if (stored_elsewhere(*array))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "'%s' keeps its values in another file, expected them in this "
                         "file",
                         path);
    if (err != RELIF_OK) relif_h5_close(array);
    return err;
}

bool relif_h5_exists(hid_t file, const char *path)
{
    hid_t object = H5I_INVALID_HID;
    const bool exists = relif_h5_open_object(file, path, &object) == RELIF_OK;
    relif_h5_close(&object);
    return exists;
}

hid_t relif_h5_make_group(hid_t file, const char *path)
{
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(creation, false);
    char *copy = relif_strdup(path), *rest = copy, *name;
    hid_t group = H5Gopen2(file, "/", H5P_DEFAULT);
    while (group >= 0 && (name = strtok_r(rest, "/", &rest))) {
        const hid_t next =
            H5Lexists(group, name, H5P_DEFAULT) > 0
                ? H5Gopen2(group, name, H5P_DEFAULT)
                : H5Gcreate2(group, name, H5P_DEFAULT, creation, H5P_DEFAULT);
        relif_h5_close(&group);
        group = next;
    }
    free(copy);
    relif_h5_close(&creation);
    return group;
}

char *relif_h5_join(const char *group, const char *member)
{
    const size_t size = strlen(group) + strlen(member) + 2;
    char *path = relif_calloc(size, 1);
    const bool root = strcmp(group, "/") == 0;
    snprintf(path, size, "%s/%s", root ? "" : group, member);
    return path;
}

relif_err relif_h5_members(hid_t group, char ***names, int *count)
{
    H5G_info_t info;
    *names = NULL;
    *count = 0;
    if (H5Iget_type(group) != H5I_GROUP || H5Gget_info(group, &info) < 0)
        return relif_fail(RELIF_ERR_FORMAT, "it is not a group that can be listed");
    for (hsize_t i = 0; i < info.nlinks; i++) {
        const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC,
                                                  i, NULL, 0, H5P_DEFAULT);
        if (length < 0) {
            relif_h5_free_names(*names, *count);
            *names = NULL;
            *count = 0;
            return relif_fail(RELIF_ERR_FORMAT, "a group's members cannot be listed");
        }
        char *name = relif_calloc((size_t)length + 1, 1);
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                           (size_t)length + 1, H5P_DEFAULT);
        *names = relif_realloc(*names, (size_t)*count + 1, sizeof **names);
        (*names)[(*count)++] = name;
    }
    return RELIF_OK;
}

/* What a walk over a file has met. */
typedef struct census {
    int64_t links, objects;
    char elsewhere[RELIF_H5_REASON]; /* name of a link that is not a hard one */
} census;

static herr_t count_link(hid_t root, const char *name, const H5L_info_t *link, void *of)
{
    (void)root;
    census *met = of;
    met->links++;
    if (link->type != H5L_TYPE_HARD && !met->elsewhere[0])
        snprintf(met->elsewhere, sizeof met->elsewhere, "%s", name);
    return 0;
}

static herr_t count_object(hid_t root, const char *name, const H5O_info_t *object,
                           void *of)
{
    (void)root, (void)name, (void)object;
    ((census *)of)->objects++;
    return 0;
}

relif_err relif_h5_check_tree(hid_t file)
{
    census met = {0};
    if (H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, count_link, &met) < 0 ||
        H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, count_object, &met,
                  H5O_INFO_BASIC) < 0)
        return relif_fail(RELIF_ERR_FORMAT, "its groups cannot be listed");
    if (met.elsewhere[0])
        return relif_fail(RELIF_ERR_FORMAT,
                          "'/%s' is a link to another place, expected the data itself in "
                          "this file",
                          met.elsewhere);
    if (met.links + 1 == met.objects) return RELIF_OK; /* the root has no link */
    return relif_fail(RELIF_ERR_FORMAT,
                      "its %lld groups and arrays have %lld links, expected one for each "
                      "but the root",
                      (long long)met.objects, (long long)met.links);
}

void relif_h5_free_names(char **names, int count)
{
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
}
