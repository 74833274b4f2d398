/** Inside of a relif_sweep_table. */
#ifndef RELIF_SWEEP_ROWS_H
#define RELIF_SWEEP_ROWS_H

#include "relif/sweep_table.h"
#include "sweep_columns.h"

struct relif_sweep_table {
    const relif_config_sweep *sweep;
    char *name, *config;
    char *network_digest, *dataset_digest; /* NULL: not known yet */
    int64_t n_points;
    int n_layers; /* 0: not known yet */
    char **layer_names;
    int64_t *neurons;    /* [n_layers] */
    bool *recorded;      /* [n_layers] */
    relif_summary *rows; /* [n_points] layers NULL: not done */
    int64_t *saved_points;
    uint64_t *saved_cells; /* what the last put_state put */
};

/** Bytes of a value of a column. */
enum { RELIF_SWEEP_CELL = 8 };

/** The value of a column at a point: in the row, or with a layer >= 0 in that of it. */
void *relif_sweep_cell(const relif_sweep_table *table, int64_t point, int layer,
                       const relif_sweep_column *column);

/** An empty row for a point, to be filled cell by cell. */
void relif_sweep_row_make(relif_sweep_table *table, int64_t point);

/** Points that are done, ascending: [*n], caller frees. */
int64_t *relif_sweep_done_points(const relif_sweep_table *table, int64_t *n);

/** "/sweep/<text>" with the dots of a key as _, "/sweep/layers/<layer>/<text>". */
typedef struct relif_sweep_path {
    char text[256];
} relif_sweep_path;

relif_sweep_path relif_sweep_path_of(const char *layer, const char *text);

#endif
