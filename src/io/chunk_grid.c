#include "chunk_grid.h"

enum { CHUNK_BYTES = 256 << 10 };

relif_chunk_grid relif_chunk_grid_make(const relif_array *array)
{
    relif_chunk_grid grid = {.rank = array->rank, .total = 1};
    grid.number_bytes = (size_t)relif_array_type_size(array->type);
    int64_t row = (int64_t)grid.number_bytes;
    bool whole = true;
    for (int d = 0; d < array->rank; d++) grid.total *= array->dims[d] > 0;
    if (!grid.total) return grid;
    for (int d = array->rank - 1; d >= 0; d--) {
        const int64_t size = array->dims[d];
        int64_t most = CHUNK_BYTES / row > 1 ? CHUNK_BYTES / row : 1;
        if (!whole) most = 1;
        if (whole && d > 0 && size * row <= RELIF_CHUNK_LARGEST) most = size;
        grid.dims[d] = size;
        grid.chunk[d] = size < most ? size : most;
        whole = whole && grid.chunk[d] == size;
        row *= grid.chunk[d];
        grid.count[d] = (size + grid.chunk[d] - 1) / grid.chunk[d];
        grid.total *= grid.count[d];
    }
    grid.chunk_bytes = (size_t)row;
    return grid;
}

void relif_chunk_grid_box(const relif_chunk_grid *grid, int64_t number,
                          int64_t first[RELIF_ARRAY_MAX_RANK],
                          int64_t size[RELIF_ARRAY_MAX_RANK])
{
    for (int d = grid->rank - 1; d >= 0; d--) {
        first[d] = number % grid->count[d] * grid->chunk[d];
        number /= grid->count[d];
        const int64_t left = grid->dims[d] - first[d];
        size[d] = left < grid->chunk[d] ? left : grid->chunk[d];
    }
}
