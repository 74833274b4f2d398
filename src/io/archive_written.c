/* What each rank wrote of each array: a box around it, and the checksum of it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "archive_file.h"
#include "relif/checksum.h"
#include "relif/memory.h"

enum { MAX_RANK = RELIF_ARRAY_MAX_RANK };

relif_written *relif_archive_written(const relif_archive *archive, const char *path)
{
    for (int i = 0; i < archive->n_written; i++)
        if (strcmp(archive->written[i].path, path) == 0) return &archive->written[i];
    return NULL;
}

relif_written *relif_archive_expect(relif_archive *archive, const relif_array *array)
{
    archive->written = relif_realloc(archive->written, (size_t)archive->n_written + 1,
                                     sizeof *archive->written);
    relif_written *entry = &archive->written[archive->n_written++];
    *entry = (relif_written){.path = relif_strdup(array->path), .rows = -1};
    entry->array = (relif_array){.type = array->type, .rank = array->rank};
    entry->array.path = entry->path;
    for (int d = 0; d < MAX_RANK; d++) {
        entry->array.dims[d] = array->dims[d];
        entry->first[d] = INT64_MAX;
    }
    return entry;
}

void relif_archive_shorten(relif_archive *archive, const char *path, int64_t n)
{
    relif_written *entry = relif_archive_written(archive, path);
    assert(entry);
    entry->rows = n;
}

uint64_t relif_archive_box_sum(const relif_array *array, const int64_t *offset,
                               const int64_t *count, const int64_t *block,
                               const void *values)
{
    const int last = array->rank - 1;
    const int64_t size = relif_array_type_size(array->type);
    int64_t runs = 1;
    uint64_t sum = 0;
    for (int d = 0; d < last; d++) runs *= count[d];
    for (int64_t r = 0; r < runs; r++) {
        int64_t place = 0, at = 0, stride = 1, in_block = 1, rest = r;
        int64_t index[MAX_RANK] = {0};
        for (int d = last - 1; d >= 0; d--) {
            index[d] = rest % count[d];
            rest /= count[d];
        }
        for (int d = last; d >= 0; d--) {
            place += (offset[d] + index[d]) * stride;
            at += index[d] * in_block;
            stride *= array->dims[d];
            in_block *= block[d];
        }
        sum += relif_checksum(array->type, place, count[last],
                              (const char *)values + at * size);
    }
    return sum;
}

void relif_archive_note(relif_archive *archive, const relif_array *array,
                        const int64_t *offset, const int64_t *count, const void *values)
{
    relif_written *entry = relif_archive_written(archive, array->path);
    if (!entry) return; /* names */
    entry->sum += relif_archive_box_sum(array, offset, count, count, values);
    for (int d = 0; d < array->rank; d++) {
        if (offset[d] < entry->first[d]) entry->first[d] = offset[d];
        if (offset[d] + count[d] > entry->end[d]) entry->end[d] = offset[d] + count[d];
    }
}

relif_written *relif_archive_gather(const relif_archive *archive)
{
    const size_t n = (size_t)archive->n_written;
    const MPI_Comm comm = archive->ctx->comm;
    relif_written *all = relif_calloc(n, sizeof *all);
    int64_t *first = relif_calloc(n * 2 * MAX_RANK, sizeof *first),
            *end = first + MAX_RANK * n;
    uint64_t *sums = relif_calloc(n, sizeof *sums);
    for (size_t i = 0; i < n; i++) {
        memcpy(first + i * MAX_RANK, archive->written[i].first, sizeof all->first);
        memcpy(end + i * MAX_RANK, archive->written[i].end, sizeof all->end);
        sums[i] = archive->written[i].sum;
    }
    MPI_Allreduce(MPI_IN_PLACE, first, (int)(MAX_RANK * n), MPI_INT64_T, MPI_MIN, comm);
    MPI_Allreduce(MPI_IN_PLACE, end, (int)(MAX_RANK * n), MPI_INT64_T, MPI_MAX, comm);
    MPI_Allreduce(MPI_IN_PLACE, sums, (int)n, MPI_UINT64_T, MPI_SUM, comm);
    for (size_t i = 0; i < n; i++) {
        all[i] = archive->written[i];
        memcpy(all[i].first, first + i * MAX_RANK, sizeof all->first);
        memcpy(all[i].end, end + i * MAX_RANK, sizeof all->end);
        all[i].sum = sums[i];
    }
    free(first);
    free(sums);
    return all;
}
