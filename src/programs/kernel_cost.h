/*
 * The cost of a layer's kernel on random spikes: of a visit to a tile, and of each lane.
 *
 * A narrow part of a layer costs more than its share: which spikes arrive has to be found
 * out for it as for the whole. Private to src/programs.
 */
#ifndef RELIF_PROGRAMS_KERNEL_COST_H
#define RELIF_PROGRAMS_KERNEL_COST_H

#include "relif/mapping.h"
#include "relif/network.h"

struct kernel_probe {
    const relif_network *network;
    const relif_mapping *mapping;
    int layer;
    int n_images; /* at a time */
    int steps;    /* of a stretch, at most RELIF_STRETCH_STEPS */
    double density;
};

struct kernel_cost {
    double whole;       /* s of an image and step, all tiles and lanes */
    double visit, lane; /* s of an image and step: a tile costs visit + pitch * lane */
};

/* Takes some milliseconds. Not collective. */
struct kernel_cost kernel_cost_measure(const struct kernel_probe *probe);

#endif
