/** Inside of a relif_sweep_table. */
#ifndef RELIF_SWEEP_ROWS_H
#define RELIF_SWEEP_ROWS_H

#include "relif/sweep_table.h"

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
};

/** "/sweep/<text>" with the dots of a key as _, "/sweep/layers/<layer>/<text>". */
typedef struct relif_sweep_path {
    char text[256];
} relif_sweep_path;

relif_sweep_path relif_sweep_path_of(const char *layer, const char *text);

#endif
