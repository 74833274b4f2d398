/**
 * The archive: named arrays and texts in one HDF5 file, written by all ranks,
 * the same bytes for any number of them.
 *
 *     relif_archive *archive = NULL;
 *     err = relif_archive_create(ctx, "out.h5", "run", false, &archive);
 *     relif_archive_set_text(archive, "/", "config", config_text);
 *     relif_array counts = {.path = "/layers/fc1/spike_counts",
 *                           .type = RELIF_ARRAY_I32,
 *                           .rank = 2,
 *                           .dims = {10000, 600},
 *                           .units = "spikes",
 *                           .description = "..."};
 *     err = relif_archive_declare(archive, &counts);
 *     err = relif_archive_write(archive, counts.path, offset, count, values);
 *     err = relif_archive_commit(archive);     only now does out.h5 exist
 *     relif_archive_close(archive);
 *
 * Arrays are written collectively to "<path>.part", unpacked, in any boxes; commit
 * copies them chunked, shuffled and deflated in canonical order (which makes the bytes
 * independent of who wrote what when), seals the result with a checksum, syncs it to disk
 * and renames it: a reader never sees half an archive, nor a damaged one. The part file
 * needs the arrays' full size on disk, less what is never written.
 *
 * Every call that takes an archive is collective on its context unless it says
 * otherwise; errors are agreed on, so all ranks return the same. Where HDF5 fails
 * in a way after which it is unusable (a flush, a write of all ranks), the job is
 * aborted after printing the sentence. Changing between arrays and attributes on one
 * side and values on the other opens the part file anew: declare first, then write.
 */
#ifndef RELIF_ARCHIVE_H
#define RELIF_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/array_type.h"
#include "relif/context.h"
#include "relif/state.h"

enum { RELIF_ARRAY_MAX_RANK = 4 };

typedef struct relif_array {
    const char *path; /* absolute, groups are made as needed. Borrowed */
    relif_array_type type;
    int rank;
    int64_t dims[RELIF_ARRAY_MAX_RANK];
    const char *units;       /* "Hz", "mV", "1" for pure numbers. Borrowed */
    const char *description; /* one sentence. Borrowed */
} relif_array;

typedef struct relif_archive relif_archive;

/**
 * Begin an archive. kind ("run", "accuracy", ...) is stored beside format =
 * "relif-archive" and version = 2. Fails at once (RELIF_ERR_EXISTS,
 * RELIF_ERR_FILE) if path exists and replace is false, or if the folder is
 * missing or not writable.
 */
relif_err relif_archive_create(const relif_context *ctx, const char *path,
                               const char *kind, bool replace, relif_archive **archive);

/** Attributes of a group or array that exists ("/" is the root). Same value on
 * every rank. */
relif_err relif_archive_set_text(relif_archive *archive, const char *path,
                                 const char *name, const char *value);
relif_err relif_archive_set_int(relif_archive *archive, const char *path,
                                const char *name, int64_t value);
relif_err relif_archive_set_double(relif_archive *archive, const char *path,
                                   const char *name, double value);

/** Add an array, filled with 0 until written. Same spec on every rank. */
relif_err relif_archive_declare(relif_archive *archive, const relif_array *array);

/** Add an array of dims[0] rows at most, how many is known later. */
relif_err relif_archive_declare_at_most(relif_archive *archive, const relif_array *array);

/** Of such an array: only the first n rows are archived. Not collective, same on every
 * rank. */
void relif_archive_shorten(relif_archive *archive, const char *path, int64_t n);

/** Add an array of strings (names of layers, classes). Same values on every
 * rank. */
relif_err relif_archive_write_names(relif_archive *archive, const char *path,
                                    const char *const *names, int count,
                                    const char *description);

/**
 * Write this rank's box of an array: offset[rank], count[rank], values in C
 * order. A rank with nothing to write passes a count of 0 in the first
 * dimension. Every number is written once at most, by one rank. Before writing,
 * room for it is taken on the disk (RELIF_ERR_FILE if there is none).
 */
relif_err relif_archive_write(relif_archive *archive, const char *path,
                              const int64_t *offset, const int64_t *count,
                              const void *values);

/** Complete the archive: canonical copy, sync to disk, rename. RELIF_ERR_FILE if an array
 * of the part file no longer holds what was written. */
relif_err relif_archive_commit(relif_archive *archive);

/**
 * Unfinished archives that survive a kill. Once all arrays are declared:
 *
 *     err = relif_archive_keep(archive);         no more arrays
 *     ... write ...
 *     err = relif_archive_save(archive, state);  sync; state says what is written so far
 *     ... into a checkpoint, killed, read from it ...
 *     err = relif_archive_resume(ctx, path, "run", replace, state, &archive);
 *
 * After keep, whole-number attributes can still be set: they stay in memory until commit.
 */
relif_err relif_archive_keep(relif_archive *archive);

/** Adds arrays named "archive_..." whose values belong to the archive, until the next
 * save. The same on every rank. */
relif_err relif_archive_save(relif_archive *archive, relif_state *state);

/** Take up the part file of path where state was saved; what was written later counts as
 * not written. RELIF_ERR_FORMAT, naming the part file, if it is missing or does not hold
 * what the state says (ranks share the reading). */
relif_err relif_archive_resume(const relif_context *ctx, const char *path,
                               const char *kind, bool replace, const relif_state *state,
                               relif_archive **archive);

/** Remove the part file of an output, if there is one. Root's work. */
void relif_archive_forget(const relif_context *ctx, const char *path);

/** Open for reading: checks every byte against the archive's checksum (ranks share the
 * work), format and version. kind may be NULL for any. */
relif_err relif_archive_open(const relif_context *ctx, const char *path, const char *kind,
                             relif_archive **archive);

/** Shape and type of an array; units and description are NULL. RELIF_ERR_FORMAT
 * if missing. */
relif_err relif_archive_describe(relif_archive *archive, const char *path,
                                 relif_array *array);

/** Every group and array is there once, in this file: no links to other places, no
 * circles. For those who walk over all members. */
relif_err relif_archive_check_tree(relif_archive *archive);

/* What stands at a path. */
typedef enum relif_archive_node {
    RELIF_NODE_NONE,
    RELIF_NODE_GROUP,
    RELIF_NODE_ARRAY, /* of numbers */
    RELIF_NODE_NAMES  /* of texts */
} relif_archive_node;

relif_archive_node relif_archive_look(relif_archive *archive, const char *path);

/** The format that a file names ("relif-archive", "relif-network"): a new string, caller
 * frees. */
relif_err relif_archive_file_format(const relif_context *ctx, const char *path,
                                    char **format);

/** An array, group or attribute exists. */
bool relif_archive_has(relif_archive *archive, const char *path);
bool relif_archive_has_attribute(relif_archive *archive, const char *path,
                                 const char *name);

/** Read this rank's box (converted to type if the file's type differs). Empty
 * boxes allowed. */
relif_err relif_archive_read(relif_archive *archive, const char *path,
                             relif_array_type type, const int64_t *offset,
                             const int64_t *count, void *values);

/** Attributes; *value is a new string, caller frees. */
relif_err relif_archive_get_text(relif_archive *archive, const char *path,
                                 const char *name, char **value);
relif_err relif_archive_get_int(relif_archive *archive, const char *path,
                                const char *name, int64_t *value);
relif_err relif_archive_get_double(relif_archive *archive, const char *path,
                                   const char *name, double *value);

/** Names written by relif_archive_write_names; caller frees each and the array. */
relif_err relif_archive_read_names(relif_archive *archive, const char *path,
                                   char ***names, int *count);

/** Names of the members of a group in name order; caller frees each and the
 * array. */
relif_err relif_archive_members(relif_archive *archive, const char *path, char ***names,
                                int *count);

/** Close; an archive that was neither committed nor saved leaves nothing behind. NULL is
 * allowed. */
void relif_archive_close(relif_archive *archive);

/** The context the archive was opened on. Borrowed. Not collective. */
const relif_context *relif_archive_context(const relif_archive *archive);

#endif
