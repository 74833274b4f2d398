/*
 * Values. All ranks write them into arrays that are there, by the mpio driver; what root
 * alone writes while it makes the structure goes out serially with it. Room on the disk
 * is taken before a collective write, so that none fails halfway.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive_file.h"
#include "durable.h"

/* MPI-IO counts bytes in int: rows of a box go out in rounds of about this size. */
enum { ROUND_BYTES = 256 << 20, STATUS_INPUT_OUTPUT = 74 };

relif_err relif_archive_give_up(const relif_archive *archive, const char *what)
{
    const relif_err err = relif_archive_say(archive, relif_archive_failed_at(what));
    if (!archive->saved) unlink(archive->part);
    fprintf(stderr, "relif: %s\n", relif_error_sentence());
    fflush(stderr);
    MPI_Abort(archive->ctx->comm, STATUS_INPUT_OUTPUT);
    return err;
}

relif_err relif_archive_sync(const relif_archive *archive)
{
    relif_err err = RELIF_OK;
    if (archive->file >= 0) err = relif_h5_flush(archive->file);
    if (err != RELIF_OK) err = relif_archive_give_up(archive, "flush");
    return relif_agree(archive->ctx, err);
}

relif_err relif_archive_close_part(relif_archive *archive)
{
    const relif_err err = relif_archive_sync(archive);
    if (err == RELIF_OK) relif_h5_close(&archive->file);
    MPI_Barrier(archive->ctx->comm);
    return err;
}

relif_err relif_archive_open_structure(relif_archive *archive)
{
    if (!archive->shared) return RELIF_OK;
    relif_err err = relif_archive_close_part(archive);
    if (err != RELIF_OK) return err;
    archive->shared = false;
    if (relif_context_is_root(archive->ctx) &&
        (archive->file = relif_h5_reopen(archive->part, MPI_COMM_NULL)) < 0)
        err = relif_archive_failed_at("open");
    return relif_archive_agree(archive, err);
}

relif_err relif_archive_open_values(relif_archive *archive)
{
    if (archive->shared) return RELIF_OK;
    const relif_err err = relif_archive_close_part(archive);
    if (err != RELIF_OK) return err;
    archive->shared = true;
    archive->file = relif_h5_reopen(archive->part, archive->ctx->comm);
    return archive->file < 0 ? relif_archive_give_up(archive, "open") : RELIF_OK;
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

/* What the ranks write of an array, together. */
typedef struct extent {
    int64_t bytes, others;  /* of all ranks, of all but root */
    int64_t first_row, end; /* rows that hold it */
} extent;

static extent find_extent(const relif_context *ctx, int64_t bytes, int64_t row,
                          int64_t n_rows)
{
    int64_t sums[2] = {bytes, relif_context_is_root(ctx) ? 0 : bytes};
    int64_t ends[2] = {bytes ? -row : INT64_MIN, bytes ? row + n_rows : INT64_MIN};
    MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_INT64_T, MPI_SUM, ctx->comm);
    MPI_Allreduce(MPI_IN_PLACE, ends, 2, MPI_INT64_T, MPI_MAX, ctx->comm);
    return (extent){sums[0], sums[1], sums[0] ? -ends[0] : 0, ends[1]};
}

/* Root takes room for the rows, where the file system has them given out. */
static relif_err reserve(const relif_archive *archive, hid_t file_array,
                         const relif_array *array, const extent *all)
{
    relif_err err = RELIF_OK;
    if (relif_context_is_root(archive->ctx)) {
        int64_t row_bytes = relif_array_type_size(array->type);
        for (int d = 1; d < array->rank; d++) row_bytes *= array->dims[d];
        const int64_t bytes = (all->end - all->first_row) * row_bytes;
        const int64_t start = (int64_t)H5Dget_offset(file_array);
        const int part = open(archive->part, O_WRONLY);
        err = relif_durable_check_space(archive->path, all->bytes);
        if (err == RELIF_OK)
            err = relif_durable_reserve(part, start + all->first_row * row_bytes, bytes);
        if (part >= 0) close(part);
    }
    return relif_archive_agree(archive, err);
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

/* Root writes while it makes the structure. */
static relif_err write_serially(const relif_archive *archive, const relif_array *array,
                                const int64_t *offset, const int64_t *count,
                                const void *values)
{
    hid_t file_array = H5I_INVALID_HID;
    relif_err err = RELIF_OK;
    if (relif_context_is_root(archive->ctx)) {
        err = relif_h5_open_array(archive->file, array->path, &file_array);
        if (err == RELIF_OK &&
            relif_h5_write_box(file_array, relif_h5_stored_type(array->type), offset,
                               count, values, false) < 0)
            err = relif_archive_failed_at(array->path);
        relif_h5_close(&file_array);
    }
    return relif_archive_agree(archive, err);
}

static relif_err write_together(relif_archive *archive, const relif_array *array,
                                const int64_t *offset, const int64_t *count,
                                int64_t bytes, const extent *all, const void *values)
{
    hid_t file_array = H5I_INVALID_HID;
    relif_err err = relif_archive_open_values(archive);
    if (err != RELIF_OK) return err;
    err = relif_h5_open_array(archive->file, array->path, &file_array);
    err = relif_archive_agree(archive, err);
    if (err == RELIF_OK) err = reserve(archive, file_array, array, all);
    if (err == RELIF_OK &&
        write_rounds(archive, file_array, array, offset, count, bytes, values) < 0)
        err = relif_archive_give_up(archive, array->path);
    relif_h5_close(&file_array);
    return err;
}

relif_err relif_archive_write(relif_archive *archive, const char *path,
                              const int64_t *offset, const int64_t *count,
                              const void *values)
{
    assert(archive->part);
    const relif_written *entry = relif_archive_written(archive, path);
    int64_t bytes = 0;
    relif_err err = RELIF_OK;
    if (!entry)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' is missing", path);
    else if ((bytes = relif_archive_box_bytes(&entry->array, offset, count)) < 0)
        err = relif_fail(RELIF_ERR_DATA, "rank %d's box of '%s' is outside of the array",
                         archive->ctx->rank, path);
    err = relif_archive_agree(archive, err);
    if (err != RELIF_OK || !entry) return err;
    const extent all = find_extent(archive->ctx, bytes, offset[0], count[0]);
    if (all.bytes == 0) return RELIF_OK;
    err =
        all.others == 0 && !archive->shared
            ? write_serially(archive, &entry->array, offset, count, values)
            : write_together(archive, &entry->array, offset, count, bytes, &all, values);
    if (err == RELIF_OK && bytes > 0)
        relif_archive_note(archive, &entry->array, offset, count, values);
    return err;
}
