/**
 * Files that appear complete or not at all; private to src/io.
 *
 *     err = relif_durable_begin(path, part, replace);    before hours of computing
 *     ... write path + ".part" ...
 *     err = relif_durable_publish(part, path);         sync, rename, sync the folder
 *
 * Not collective: one rank calls. Callers put the file's name in front of sentences.
 */
#ifndef RELIF_IO_DURABLE_H
#define RELIF_IO_DURABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/error.h"

/** path + suffix. Caller frees. */
char *relif_durable_name(const char *path, const char *suffix);

/** The folder of path exists and takes new files, and path is not taken: RELIF_ERR_EXISTS
 * unless replace, RELIF_ERR_FILE if it is no regular file. Leaves an empty part file. */
relif_err relif_durable_begin(const char *path, const char *part, bool replace);

/** At least bytes plus a reserve of 1 MiB are free where path is: RELIF_ERR_FILE. */
relif_err relif_durable_check_space(const char *path, int64_t bytes);

/** Take room on the disk for bytes of an open file from offset on, where its file system
 * gives that: writing them does not fail for want of it. RELIF_ERR_FILE. */
relif_err relif_durable_reserve(int descriptor, int64_t offset, int64_t bytes);

/** Sync part to disk, rename it to path, sync the folder. */
relif_err relif_durable_publish(const char *part, const char *path);

/** The same; what was path before is called old from then on. */
relif_err relif_durable_rotate(const char *part, const char *path, const char *old);

#endif
