#include "layer_load.h"

#include <math.h>

#include "relif/memory.h"
#include "relif/partition.h"
#include "relif/slab.h"

static const double stage_cost = 6e-9;   /* s, a layer: counting and the like */
static const double word_cost = 2e-9;    /* s, a word of masks to be listed */
static const double list_cost = 2e-9;    /* s, a spike in it */
static const double copy_cost = 0.2e-9;  /* s, a spike that is listed already */
static const double visit_cost = 10e-9;  /* s, a tile's arrivals, from lists */
static const double block_cost = 4.5e-9; /* s, charge, fire, reset of a block, */
static const double lane_cost = 6e-9;    /* s, and of each 64 neurons */
static const double row_cost = 0.7e-9;   /* s, a weight row of a block, */
static const double near_cost = 2.4e-9;  /* s, and each 64 weights, from a core's cache */
static const double far_cost = 4.8e-9;   /* s, or from further away */
static const double pool_cost = 3.5e-9;  /* s, one spike through max pooling */

static const double exchange_cost = 10e-9; /* s, one spike packed and unpacked */
static const double message_cost = 0.1e-6; /* s, a message's share of a step */

static const double near_weights = 512 << 10; /* bytes of a block, at most */

/* Rows or columns of the input under a kernel, in the mean of all places that it has. */
static double mean_covered(int size, int out_size, int kernel, int stride, int padding)
{
    double sum = 0;
    for (int o = 0; o < out_size; o++)
        sum += relif_range_size(relif_range_window(o * stride - padding, kernel, size));
    return sum / out_size;
}

/* What of a field is no padding, in the mean. */
static double inside(const relif_layer *layer)
{
    return mean_covered(layer->in.height, layer->out.height, layer->kernel_height,
                        layer->stride, layer->padding) /
           layer->kernel_height *
           mean_covered(layer->in.width, layer->out.width, layer->kernel_width,
                        layer->stride, layer->padding) /
           layer->kernel_width;
}

struct layer_load *layer_loads_create(const relif_network *network, double input_density)
{
    struct layer_load *loads = relif_calloc((size_t)network->n_layers, sizeof *loads);
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        const bool listed = l > 0 && layer->kind == RELIF_LAYER_LINEAR;
        loads[l] =
            (struct layer_load){.layer = layer,
                                .density = l > 0 ? RELIF_USUAL_DENSITY : input_density,
                                .inside = inside(layer),
                                .listed = listed};
        if (listed) loads[l - 1].lists = true;
    }
    return loads;
}

static int inputs_of(const struct layer_load *load, relif_range range)
{
    return relif_range_size(relif_partition_receptive_range(load->layer, range));
}

/* Seconds per step to list the spikes of some neurons. */
static double listing_cost(int n_neurons, double density)
{
    return n_neurons * (density * list_cost + word_cost / RELIF_WORD_BITS);
}

/* Seconds per step for what arrives: for every part of a linear layer the same. */
static double arrival_cost(const struct layer_load *load, relif_range range)
{
    if (!relif_layer_spikes(load->layer)) return 0;
    const int inputs = inputs_of(load, range);
    return load->listed ? visit_cost + inputs * load->density * copy_cost
                        : listing_cost(inputs, load->density);
}

/* Seconds per step to deliver it and to integrate. */
static double neuron_cost(const struct layer_load *load, relif_range range)
{
    const relif_layer *layer = load->layer;
    const int channels = layer->out.channels, size = relif_range_size(range);
    if (!relif_layer_spikes(layer))
        return load->density * inputs_of(load, range) * pool_cost;
    const bool one_position = layer_is_one_position(layer);
    const int fitting = RELIF_BLOCK_LANES / channels;
    const int tile = one_position || fitting < 1  ? 1
                     : fitting < layer->out.width ? fitting
                                                  : layer->out.width;
    const double tiles = one_position ? 1 : (double)size / (tile * channels);
    const double lanes = one_position ? size : tile * channels;
    const double blocks = ceil(lanes / RELIF_BLOCK_LANES);
    const int inputs = layer->kind == RELIF_LAYER_AVG_POOL2D ? 1 : layer->in.channels;
    const double field = (double)layer->kernel_height * inputs *
                         (layer->kernel_width + (tile - 1) * layer->stride);
    const double bytes = sizeof(float) * field * fmin(lanes, RELIF_BLOCK_LANES);
    const double rows = load->density * field * load->inside, busy = 1 - exp(-rows);
    const double weights = bytes > near_weights ? far_cost : near_cost;
    const double full =
        ceil(lanes / RELIF_PAD_LANES) * RELIF_PAD_LANES / RELIF_BLOCK_LANES;
    return tiles * (busy * (one_position ? 0 : visit_cost) +
                    blocks * (busy * block_cost + rows * row_cost) +
                    full * (busy * lane_cost + rows * weights));
}

double layer_load_neurons(const struct layer_load *load, relif_range range)
{
    const int n_listed = load->lists ? relif_range_size(range) : 0;
    return neuron_cost(load, range) + listing_cost(n_listed, RELIF_USUAL_DENSITY);
}

double layer_load_range(const struct layer_load *load, relif_range range)
{
    return stage_cost + arrival_cost(load, range) + layer_load_neurons(load, range);
}

double layer_load_exchange(const struct layer_load *load, int n_inputs)
{
    return n_inputs * load->density * exchange_cost + (n_inputs > 0 ? message_cost : 0);
}
