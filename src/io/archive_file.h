/**
 * An open archive; private to src/io/archive*.c.
 */
#ifndef RELIF_IO_ARCHIVE_FILE_H
#define RELIF_IO_ARCHIVE_FILE_H

#include "h5.h"
#include "relif/archive.h"

enum { RELIF_ARCHIVE_VERSION = 2 }; /* 1 had no seal */

struct relif_archive {
    const relif_context *ctx; /* borrowed */
    char *path;
    char *part;    /* what is written to; NULL for reading */
    hid_t file;    /* by the mpio driver for writing, serial for reading */
    bool replace;  /* commit may replace path */
    bool complete; /* path is there, part is gone */
};

/** Put "write archive 'x': " or "read archive 'x': " in front of an error's sentence. */
relif_err relif_archive_say(const relif_archive *archive, relif_err err);

/** After a failed call inside parallel HDF5: print the sentence and abort the job. */
relif_err relif_archive_give_up(const relif_archive *archive, const char *what);

/** bytes more fit on the file system. Collective: root looks, all get its error. */
relif_err relif_archive_check_space(const relif_archive *archive, int64_t bytes);

/** Bytes of a box, negative if it does not lie inside the array. */
int64_t relif_archive_box_bytes(const relif_array *array, const int64_t *offset,
                                const int64_t *count);

#endif
