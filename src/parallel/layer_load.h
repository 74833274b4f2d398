/*
 * What it costs to compute a range of a layer, in seconds per step: the model by which
 * cuts are chosen (partition.c). Private to src/parallel.
 *
 *     struct layer_load *loads = layer_loads_create(network, input_density);
 *     double seconds = layer_load_range(&loads[l], range);
 *     free(loads);
 *
 * It goes by the shape and by how many of the inputs fire in a step: masks are looked
 * through, each spike is listed once (for a linear layer where it is fired), and its
 * weight row is added to every block of lanes whose field it lies in; where anything
 * arrives, a tile of positions is visited and its blocks are charged, fired and reset.
 * The costs are those of one core (AVX2, about 3 GHz, its other thread busy), fitted to
 * tests/bench/bench_kernel.
 */
#ifndef RELIF_PARALLEL_LAYER_LOAD_H
#define RELIF_PARALLEL_LAYER_LOAD_H

#include "relif/network.h"
#include "relif/spikes.h"

/* A layer, and what its inputs do. */
struct layer_load {
    const relif_layer *layer; /* borrowed */
    double density;           /* of inputs that fire in a step */
    double inside;            /* of a field that is no padding */
    bool listed;              /* its inputs are: it is linear, and not the first */
    bool lists;               /* it lists what it fires, for such a layer */
};

/* [n_layers]. How dense the input is, is known of the first layer alone. Caller frees. */
struct layer_load *layer_loads_create(const relif_network *network, double input_density);

/* Of a rank that owns the range. */
double layer_load_range(const struct layer_load *load, relif_range range);

/* Of that, what grows with the neurons: not what every rank does that owns any. */
double layer_load_neurons(const struct layer_load *load, relif_range range);

/* Of the sender and the receiver of what so many inputs fire. */
double layer_load_exchange(const struct layer_load *load, int n_inputs);

/* A layer without rows and columns. */
static inline bool layer_is_one_position(const relif_layer *layer)
{
    return layer->out.height * layer->out.width == 1;
}

#endif
