/**
 * An array, or a box of one, cut into pieces of whole rows; private to src/io.
 *
 *     const relif_chunk_grid grid = relif_chunk_grid_make(&array);
 *     for (int64_t number = 0; number < grid.total; number++)
 *         relif_chunk_grid_box(&grid, number, first, size);
 */
#ifndef RELIF_IO_CHUNK_GRID_H
#define RELIF_IO_CHUNK_GRID_H

#include "relif/archive.h"

enum { RELIF_CHUNK_LARGEST = 1 << 20 }; /* bytes */

typedef struct relif_chunk_grid {
    int rank;
    size_t number_bytes, chunk_bytes;
    int64_t dims[RELIF_ARRAY_MAX_RANK], chunk[RELIF_ARRAY_MAX_RANK];
    int64_t count[RELIF_ARRAY_MAX_RANK]; /* chunks in each dimension */
    int64_t total;
} relif_chunk_grid;

/** Whole rows, about 256 KiB of them; only very long rows are split. An empty array has
 * no chunks. */
relif_chunk_grid relif_chunk_grid_make(const relif_array *array);

/** First element of a chunk, and how much of it lies inside the array. */
void relif_chunk_grid_box(const relif_chunk_grid *grid, int64_t number,
                          int64_t first[RELIF_ARRAY_MAX_RANK],
                          int64_t size[RELIF_ARRAY_MAX_RANK]);

#endif
