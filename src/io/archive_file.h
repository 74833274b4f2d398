/**
 * An open archive; private to src/io.
 */
#ifndef RELIF_IO_ARCHIVE_FILE_H
#define RELIF_IO_ARCHIVE_FILE_H

#include "h5.h"
#include "relif/archive.h"

enum { RELIF_ARCHIVE_VERSION = 2 }; /* 1 had no seal */

/** What this rank (or, gathered, all ranks) wrote of an array. */
typedef struct relif_written {
    char *path;                          /* owned */
    relif_array array;                   /* type and shape; its path is borrowed */
    int64_t first[RELIF_ARRAY_MAX_RANK]; /* a box around all numbers written */
    int64_t end[RELIF_ARRAY_MAX_RANK];   /* end[0] 0: none */
    uint64_t sum;                        /* checksum of the numbers */
    int64_t rows;                        /* to archive; -1: all */
} relif_written;

/** An attribute that is set when the part file takes no more. */
typedef struct relif_late_int {
    char *path, *name; /* owned */
    int64_t value;
} relif_late_int;

struct relif_archive {
    const relif_context *ctx; /* borrowed */
    char *path;
    char *part;    /* what is written to; NULL for reading */
    hid_t file;    /* for reading: serial. For writing: if shared, by the mpio driver;
                      otherwise root's alone, serial */
    bool shared;   /* values can be written together, the structure stays as it is */
    bool replace;  /* commit may replace path */
    bool complete; /* path is there, part is gone */
    bool kept;     /* only values are written to part */
    bool saved;    /* a state says what is in part: it stays */
    int n_written, n_late;
    relif_written *written; /* [n_written] of each array, as declared */
    relif_late_int *late;   /* [n_late] */
    char *saved_paths;      /* what the last save put into a state */
    int64_t *saved_boxes;
    uint64_t *saved_sums;
};

/** An archive to be written, without a file. */
relif_archive *relif_archive_make(const relif_context *ctx, const char *path,
                                  bool replace);

/** Free all but the file. */
void relif_archive_release(relif_archive *archive);

/** The entry of an array, NULL if there is none. */
relif_written *relif_archive_written(const relif_archive *archive, const char *path);

/** A new entry, of nothing written; of the array its path, type and shape count. */
relif_written *relif_archive_expect(relif_archive *archive, const relif_array *array);

/** Add a box that this rank wrote. */
void relif_archive_note(relif_archive *archive, const relif_array *array,
                        const int64_t *offset, const int64_t *count, const void *values);

/** Checksum of a box that lies in the corner of a block[rank] of memory. */
uint64_t relif_archive_box_sum(const relif_array *array, const int64_t *offset,
                               const int64_t *count, const int64_t *block,
                               const void *values);

/** What all ranks wrote: [n_written], their paths borrowed. Collective, caller frees. */
relif_written *relif_archive_gather(const relif_archive *archive);

/** head of src/io/archive_read.c: format, version, kind (NULL: any). */
relif_err relif_archive_check_head(hid_t file, const char *kind);

/** Put "write archive 'x': " or "read archive 'x': " in front of an error's sentence. */
relif_err relif_archive_say(const relif_archive *archive, relif_err err);

/** The same, and the ranks agree on it. Collective. */
relif_err relif_archive_agree(const relif_archive *archive, relif_err err);

/** The error of a failed HDF5 call, for one rank. */
relif_err relif_archive_failed_at(const char *what);

/** After a failed call inside parallel HDF5 or a failed flush: print the sentence and
 * abort the job. */
relif_err relif_archive_give_up(const relif_archive *archive, const char *what);

/** All that was written is on its way to the disk. Collective. */
relif_err relif_archive_sync(const relif_archive *archive);

/** Sync and close the part file: every rank is done with it before any opens it anew.
 * Collective. */
relif_err relif_archive_close_part(relif_archive *archive);

/** Hand the part file to root, which adds to its structure, or to all ranks, for values.
 * Collective; nothing if it is so already. */
relif_err relif_archive_open_structure(relif_archive *archive);
relif_err relif_archive_open_values(relif_archive *archive);

/** Bytes of a box, negative if it does not lie inside the array. */
int64_t relif_archive_box_bytes(const relif_array *array, const int64_t *offset,
                                const int64_t *count);

#endif
