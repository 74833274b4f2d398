/**
 * Two pictures of numbers side by side, each with its own scale: ReLU outputs and spike
 * counts of the same neurons.
 */
#ifndef RELIF_ANALYSIS_HEAT_PAIR_H
#define RELIF_ANALYSIS_HEAT_PAIR_H

#include <stdint.h>

#include "relif/error.h"

/** Tiles of equal size, row after row; a dense layer is one tile. */
typedef struct relif_heat_tiles {
    int across, down;  /* tiles */
    int width, height; /* of a tile in cells */
} relif_heat_tiles;

typedef struct relif_heat_panel {
    const char *title;    /* with the unit of the colours */
    const double *values; /* [down * height][across * width]; NAN is as white as 0 */
} relif_heat_panel;

/** Draw <folder>/<name>.png and .svg. Not collective. */
relif_err relif_heat_pair_draw(const char *folder, const char *name,
                               const relif_heat_tiles *tiles,
                               const relif_heat_panel panels[2]);

#endif
