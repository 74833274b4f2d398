/**
 * HDF5 as relif uses it; private to src/io, the only place with dataspaces and property
 * lists.
 *
 *     hid_t file = H5I_INVALID_HID, array = H5I_INVALID_HID;
 *     err = relif_h5_open(path, &file);
 *     if (err == RELIF_OK) err = relif_h5_open_array(file, "/labels", &array);
 *     ...
 *     relif_h5_close(&array);
 *     relif_h5_close(&file);
 *
 * Nothing here is collective unless it says so. Sentences name the object inside the
 * file; callers put the file's name in front. Only hard links are followed and only data
 * stored in the file itself is read, so a file cannot make relif read another one.
 * Creation lists have no time stamps and the library's 1.8 format, so equal content gives
 * equal bytes.
 */
#ifndef RELIF_IO_H5_H
#define RELIF_IO_H5_H

#include <hdf5.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "relif/archive.h"
#include "relif/error.h"

enum { RELIF_H5_REASON = 256 };

/** What the failed HDF5 call said first, into text; returns text. */
const char *relif_h5_reason(char text[RELIF_H5_REASON]);

/** Open for reading with the serial driver. */
relif_err relif_h5_open(const char *path, hid_t *file);

/** Create or truncate, with the serial driver. The first user_block bytes (0, 512, 1024,
 * 2048, ...) are left to the caller. Negative on failure. */
hid_t relif_h5_create(const char *path, size_t user_block);

/** Open an existing file for reading and writing; with a communicator other than
 * MPI_COMM_NULL by the mpio driver, collective on it. Negative on failure. */
hid_t relif_h5_reopen(const char *path, MPI_Comm comm);

/** Flush; what was written is complete only if this succeeds. The library cannot close a
 * file after it failed and crashes when it ends: abort then. */
relif_err relif_h5_flush(hid_t file);

/** Flush a file of the serial driver, all of which has room on the disk then: where that
 * is missing, the file can still be abandoned. */
relif_err relif_h5_finish(hid_t file);

/** Close a file, group, dataset, ... and make the handle invalid; invalid is allowed. */
void relif_h5_close(hid_t *object);

/** Close a file of the serial driver that is not wanted any more. What the library still
 * has to write goes to memory instead: where it fails to close a file it crashes later.
 */
void relif_h5_abandon(hid_t *file);

/** Open the group or array at an absolute path. RELIF_ERR_FORMAT if it is missing or is
 * reached by a link that is not a hard one. */
relif_err relif_h5_open_object(hid_t file, const char *path, hid_t *object);

/** The same, for arrays: refuses groups and data stored outside the file. */
relif_err relif_h5_open_array(hid_t file, const char *path, hid_t *array);

/** An object can be opened at path. */
bool relif_h5_exists(hid_t file, const char *path);

/** The file's objects form a tree: each is reached by one hard link, so that a walk over
 * its members ends. */
relif_err relif_h5_check_tree(hid_t file);

/** Open the group at path, making it and those above it as needed. Collective if the file
 * is. Negative on failure. */
hid_t relif_h5_make_group(hid_t file, const char *path);

/** group/member. Caller frees. */
char *relif_h5_join(const char *group, const char *member);

/** Names of a group's members in name order. Caller frees by relif_h5_free_names. */
relif_err relif_h5_members(hid_t group, char ***names, int *count);
void relif_h5_free_names(char **names, int count);

/** Numbers as they are stored: little-endian. Borrowed, predefined. */
hid_t relif_h5_stored_type(relif_array_type type);

/** Type and shape of an array; the smallest relif type that holds every value. Checks
 * that the file holds what the array claims: every chunk, and bytes enough for one chunk
 * and for all values. */
relif_err relif_h5_describe(hid_t array, relif_array *description);

/** The same for an array that is read at once: refuses what unpacks beyond all reason. */
relif_err relif_h5_describe_whole(hid_t array, relif_array *description);

/**
 * Create an array under an absolute path whose group exists: contiguous, with its place
 * in the file, so that writing values changes nothing else. It is not filled: what nobody
 * writes is a hole in the file, which reads as 0. Negative on failure.
 */
hid_t relif_h5_create_array(hid_t file, const char *path, hid_t type, int rank,
                            const int64_t *dims);

/** The same with chunk (one size a dimension): chunked, shuffled and deflated at that
 * level. With chunk NULL: contiguous, its place is found when it is written. */
hid_t relif_h5_create_packed(hid_t file, const char *path, hid_t type, int rank,
                             const int64_t *dims, const int64_t *chunk, int level);

/** Read the box offset[rank], count[rank]; a 0 in count means nothing. Negative on
 * failure. */
herr_t relif_h5_read_box(hid_t array, hid_t type, const int64_t *offset,
                         const int64_t *count, void *values);

/** Read a box into the corner of a block[rank] of memory, the rest of which stays. */
herr_t relif_h5_read_corner(hid_t array, hid_t type, const int64_t *offset,
                            const int64_t *count, const int64_t *block, void *values);

/** Write a box; collective if the file is, and then type is the array's own. */
herr_t relif_h5_write_box(hid_t array, hid_t type, const int64_t *offset,
                          const int64_t *count, const void *values, bool collective);

/** All texts of a one-dimensional array of texts of fixed length. Caller frees by
 * relif_h5_free_names. */
relif_err relif_h5_read_texts(hid_t array, const char *path, char ***texts, int *count);

/* Attributes: src/io/h5_attribute.c */

bool relif_h5_has_attribute(hid_t object, const char *name);

/** One text, fixed or variable length. Caller frees *value. */
relif_err relif_h5_get_text(hid_t object, const char *name, char **value);

/** count whole numbers of any integer type: a scalar or one-element array if count is 1,
 * else an array of exactly that length. */
relif_err relif_h5_get_ints(hid_t object, const char *name, int count, int64_t *values);

/** One number, whole or not. */
relif_err relif_h5_get_double(hid_t object, const char *name, double *value);

/** Set an attribute, replacing one of that name. Collective if the file is. Negative on
 * failure. Text is stored as UTF-8 of fixed length. count 0: one number, not an array. */
herr_t relif_h5_put_text(hid_t object, const char *name, const char *value);
herr_t relif_h5_put_ints(hid_t object, const char *name, int count,
                         const int64_t *values);
herr_t relif_h5_put_double(hid_t object, const char *name, double value);

/** Copy all attributes of one object to another, in name order. Negative on failure. */
herr_t relif_h5_copy_attributes(hid_t from, hid_t to);

/** A text type of fixed length >= 1, UTF-8. Caller closes. */
hid_t relif_h5_text_type(size_t length);

#endif
