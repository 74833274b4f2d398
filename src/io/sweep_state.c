/* Points that are done, in a state: their numbers, and the cells of their rows one after
 * the other, those of the point first and then those of each layer. */
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "sweep_rows.h"

static int64_t cells_of_row(const relif_sweep_table *table)
{
    int n, n_layer;
    relif_sweep_columns(&n);
    relif_sweep_layer_columns(&n_layer);
    return n + (int64_t)table->n_layers * n_layer;
}

/* Copies a row to or from cells. */
static void copy_row(relif_sweep_table *table, int64_t point, uint64_t *cells,
                     bool to_cells)
{
    for (int l = -1; l < table->n_layers; l++) {
        int n;
        const relif_sweep_column *columns =
            l < 0 ? relif_sweep_columns(&n) : relif_sweep_layer_columns(&n);
        for (int c = 0; c < n; c++, cells++) {
            void *cell = relif_sweep_cell(table, point, l, &columns[c]);
            memcpy(to_cells ? (void *)cells : cell, to_cells ? cell : cells,
                   RELIF_SWEEP_CELL);
        }
    }
}

void relif_sweep_table_put_state(relif_sweep_table *table, relif_state *state)
{
    int64_t n;
    const int64_t row = cells_of_row(table);
    free(table->saved_points);
    free(table->saved_cells);
    table->saved_points = relif_sweep_done_points(table, &n);
    table->saved_cells = relif_calloc((size_t)(n * row), sizeof *table->saved_cells);
    for (int64_t i = 0; i < n; i++)
        copy_row(table, table->saved_points[i], table->saved_cells + i * row, true);
    relif_state_put(state, "points", RELIF_ARRAY_I64, n, table->saved_points);
    relif_state_put(state, "cells", RELIF_ARRAY_U64, n * row, table->saved_cells);
}

relif_err relif_sweep_table_get_state(relif_sweep_table *table, const relif_state *state)
{
    const int64_t n = relif_state_count(state, "points"), row = cells_of_row(table);
    if (n < 0 || n > table->n_points)
        return relif_fail(RELIF_ERR_FORMAT, "array 'points' is missing or too long");
    int64_t *points = relif_calloc((size_t)n, sizeof *points);
    uint64_t *cells = relif_calloc((size_t)(n * row), sizeof *cells);
    relif_err err = relif_state_get(state, "points", RELIF_ARRAY_I64, n, points);
    if (err == RELIF_OK)
        err = relif_state_get(state, "cells", RELIF_ARRAY_U64, n * row, cells);
    for (int64_t i = 0; i < n && err == RELIF_OK; i++) {
        if (points[i] < 0 || points[i] >= table->n_points) {
            err = relif_fail(RELIF_ERR_FORMAT, "there is no point %lld",
                             (long long)points[i]);
            break;
        }
        relif_sweep_row_make(table, points[i]);
        copy_row(table, points[i], cells + i * row, false);
    }
    free(points);
    free(cells);
    return err;
}
