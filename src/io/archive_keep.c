/*
 * Part files that survive a kill. keep flushes all metadata, and from then on only values
 * are written, in place: HDF5 can open the file whenever the job is killed. What of the
 * values is there, the state says: for each array a box and the checksum of what is in
 * it, which every rank adds up from memory as it writes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_file.h"
#include "chunk_grid.h"
#include "durable.h"
#include "relif/memory.h"
#include "relif/text.h"

enum {
    MAX_RANK = RELIF_ARRAY_MAX_RANK,
    BOX = 2 * MAX_RANK /* numbers of a saved box: first, end */
};

relif_err relif_archive_keep(relif_archive *archive)
{
    const relif_err err = relif_archive_open_values(archive);
    archive->kept = err == RELIF_OK;
    return err;
}

relif_err relif_archive_save(relif_archive *archive, relif_state *state)
{
    assert(archive->kept);
    const relif_err err = relif_archive_sync(archive);
    if (err != RELIF_OK) return err;
    const size_t n = (size_t)archive->n_written;
    relif_written *all = relif_archive_gather(archive);
    relif_text paths = {0};
    free(archive->saved_paths);
    free(archive->saved_boxes);
    free(archive->saved_sums);
    archive->saved_boxes = relif_calloc(BOX * n, sizeof *archive->saved_boxes);
    archive->saved_sums = relif_calloc(n, sizeof *archive->saved_sums);
    for (size_t i = 0; i < n; i++) {
        relif_text_append(&paths, "%s\n", all[i].path);
        memcpy(archive->saved_boxes + i * BOX, all[i].first, sizeof all->first);
        memcpy(archive->saved_boxes + i * BOX + MAX_RANK, all[i].end, sizeof all->end);
        archive->saved_sums[i] = all[i].sum;
    }
    archive->saved_paths = paths.bytes;
    relif_state_put(state, "archive_paths", RELIF_ARRAY_U8, (int64_t)paths.length,
                    paths.bytes);
    relif_state_put(state, "archive_boxes", RELIF_ARRAY_I64, (int64_t)(BOX * n),
                    archive->saved_boxes);
    relif_state_put(state, "archive_sums", RELIF_ARRAY_U64, (int64_t)n,
                    archive->saved_sums);
    archive->saved = true;
    free(all);
    return RELIF_OK;
}

/* Entries of the archive as they were saved. */
static relif_err read_entries(relif_archive *archive, const relif_state *state)
{
    const int64_t length = relif_state_count(state, "archive_paths");
    const int64_t n = relif_state_count(state, "archive_sums");
    if (length < 0 || n < 0)
        return relif_fail(RELIF_ERR_FORMAT, "the checkpoint does not say what is in it");
    char *paths = relif_calloc((size_t)length + 1, 1), *rest = paths, *path;
    int64_t *boxes = relif_calloc(BOX * (size_t)n, sizeof *boxes);
    uint64_t *sums = relif_calloc((size_t)n, sizeof *sums);
    relif_err err =
        relif_state_get(state, "archive_paths", RELIF_ARRAY_U8, length, paths);
    if (err == RELIF_OK)
        err = relif_state_get(state, "archive_boxes", RELIF_ARRAY_I64, BOX * n, boxes);
    if (err == RELIF_OK)
        err = relif_state_get(state, "archive_sums", RELIF_ARRAY_U64, n, sums);
    while (err == RELIF_OK && (path = strtok_r(rest, "\n", &rest))) {
        const int i = archive->n_written;
        if (i == n) break;
        relif_written *entry =
            relif_archive_expect(archive, &(relif_array){.path = path});
        memcpy(entry->first, boxes + (size_t)i * BOX, sizeof entry->first);
        memcpy(entry->end, boxes + (size_t)i * BOX + MAX_RANK, sizeof entry->end);
        entry->sum = sums[i];
    }
    if (err == RELIF_OK && archive->n_written != n)
        err = relif_fail(RELIF_ERR_FORMAT, "the checkpoint does not say what is in it");
    free(paths);
    free(boxes);
    free(sums);
    return err;
}

/* Checksum of this rank's share of a box of an open array. */
static relif_err sum_share(const relif_context *ctx, hid_t object,
                           const relif_array *array, const relif_written *entry,
                           uint64_t *sum)
{
    relif_array box = *array;
    for (int d = 0; d < array->rank; d++) box.dims[d] = entry->end[d] - entry->first[d];
    const relif_chunk_grid grid = relif_chunk_grid_make(&box);
    char *values = relif_calloc(grid.chunk_bytes, 1), reason[RELIF_H5_REASON];
    relif_err err = RELIF_OK;
    for (int64_t p = ctx->rank; p < grid.total && err == RELIF_OK; p += ctx->size) {
        int64_t first[MAX_RANK], size[MAX_RANK];
        relif_chunk_grid_box(&grid, p, first, size);
        for (int d = 0; d < array->rank; d++) first[d] += entry->first[d];
        if (relif_h5_read_box(object, relif_h5_stored_type(array->type), first, size,
                              values) < 0)
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be read (%s)", entry->path,
                             relif_h5_reason(reason));
        else
            *sum += relif_archive_box_sum(array, first, size, size, values);
    }
    free(values);
    return err;
}

/* Fills in the array's type and shape. */
static relif_err check_entry(const relif_context *ctx, hid_t file, relif_written *entry)
{
    relif_array *array = &entry->array;
    hid_t object = H5I_INVALID_HID;
    uint64_t sum = 0;
    relif_err err = relif_h5_open_array(file, entry->path, &object);
    if (err == RELIF_OK) err = relif_h5_describe(object, array);
    for (int d = 0; d < array->rank && err == RELIF_OK; d++)
        if (entry->end[0] > 0 && (entry->first[d] < 0 || entry->end[d] > array->dims[d] ||
                                  entry->first[d] >= entry->end[d]))
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' has another shape", entry->path);
    if (err == RELIF_OK && entry->end[0] > 0)
        err = sum_share(ctx, object, array, entry, &sum);
    relif_h5_close(&object);
    err = relif_agree(ctx, err);
    MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, ctx->comm);
    if (err == RELIF_OK && sum != entry->sum)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' does not hold what was written",
                         entry->path);
    return err;
}

/* Every rank reads by the serial driver: a damaged file is refused before it is written
 * to. */
static relif_err check_part(relif_archive *archive, const char *kind)
{
    hid_t file = H5I_INVALID_HID;
    relif_err err = relif_h5_open(archive->part, &file);
    if (err == RELIF_OK) err = relif_archive_check_head(file, kind);
    err = relif_agree(archive->ctx, err);
    for (int i = 0; i < archive->n_written && err == RELIF_OK; i++)
        err = check_entry(archive->ctx, file, &archive->written[i]);
    relif_h5_close(&file);
    return err;
}

/* Root alone speaks for what was written before. */
static void leave_to_root(relif_archive *archive)
{
    for (int i = 0; i < archive->n_written && !relif_context_is_root(archive->ctx); i++) {
        relif_written *entry = &archive->written[i];
        entry->sum = 0;
        for (int d = 0; d < MAX_RANK; d++) {
            entry->first[d] = INT64_MAX;
            entry->end[d] = 0;
        }
    }
}

static relif_err check_output(const relif_archive *archive)
{
    relif_err err = RELIF_OK;
    if (relif_context_is_root(archive->ctx) && !archive->replace &&
        access(archive->path, F_OK) == 0)
        err = relif_fail(RELIF_ERR_EXISTS, "the file exists");
    return relif_archive_agree(archive, err);
}

relif_err relif_archive_resume(const relif_context *ctx, const char *path,
                               const char *kind, bool replace, const relif_state *state,
                               relif_archive **archive)
{
    relif_archive *resumed = relif_archive_make(ctx, path, replace);
    *archive = NULL;
    resumed->kept = resumed->saved = resumed->shared = true;
    relif_err err = check_output(resumed);
    if (err == RELIF_OK) {
        err = read_entries(resumed, state);
        if (err == RELIF_OK) err = check_part(resumed, kind);
        if (err != RELIF_OK)
            err = relif_fail(err, "go on with '%s': %s", resumed->part,
                             relif_error_sentence());
        err = relif_agree(ctx, err);
    }
    if (err == RELIF_OK) {
        leave_to_root(resumed);
        resumed->file = relif_h5_reopen(resumed->part, ctx->comm);
        if (resumed->file < 0) err = relif_archive_give_up(resumed, "open");
    }
    if (err == RELIF_OK)
        *archive = resumed;
    else
        relif_archive_release(resumed);
    return err;
}

void relif_archive_forget(const relif_context *ctx, const char *path)
{
    if (!relif_context_is_root(ctx)) return;
    char *part = relif_durable_name(path, ".part");
    unlink(part);
    free(part);
}
