/*
 * Cuts of canonical ranges. The cost of a layer per step is estimated from its shape: a
 * visit of every position, an update of every neuron, and a spike of 2 % of the inputs.
 */
#include "relif/partition.h"

#include <assert.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

static const double density = 0.02;        /* spikes per input neuron and step */
static const double position_cost = 15e-9; /* s, listing of a receptive field */
static const double neuron_cost = 0.2e-9;  /* s, charge, fire, reset */
static const double synapse_cost = 0.1e-9; /* s, one synaptic operation */
static const double spike_cost = 4e-9;     /* s, one spike through max pooling */

static int layer_size(const relif_network *network, int layer)
{
    return relif_shape_size(network->layers[layer].out);
}

static double layer_cost(const relif_layer *layer)
{
    const double positions = (double)layer->out.height * layer->out.width;
    const double inputs = relif_shape_size(layer->in);
    if (!relif_layer_spikes(layer)) return inputs * density * spike_cost;
    const double fan_in =
        (double)layer->kernel_height * layer->kernel_width *
        (layer->kind == RELIF_LAYER_AVG_POOL2D ? 1 : layer->in.channels);
    const double neurons = positions * layer->out.channels;
    return positions * position_cost +
           neurons * (neuron_cost + fan_in * density * synapse_cost);
}

static relif_partition *empty_partition(const relif_network *network, int n_ranks)
{
    relif_partition *partition = relif_calloc(1, sizeof *partition);
    partition->n_ranks = n_ranks;
    partition->n_layers = network->n_layers;
    partition->cuts =
        relif_calloc((size_t)network->n_layers * (size_t)(n_ranks + 1), sizeof(int));
    return partition;
}

static int *cuts_of(const relif_partition *partition, int layer)
{
    return partition->cuts + (size_t)layer * (size_t)(partition->n_ranks + 1);
}

/* Cuts are cheapest between positions, then between whole vectors of channels. */
static int grain(const relif_layer *layer, int n_ranks)
{
    const int positions = layer->out.height * layer->out.width;
    if (positions >= n_ranks) return layer->out.channels;
    if (positions == 1 && layer->out.channels >= 16 * n_ranks) return 16;
    return 1;
}

static void split_layer(const relif_layer *layer, int n_ranks, int *cuts)
{
    const int size = relif_shape_size(layer->out), unit = grain(layer, n_ranks);
    const int units = (size + unit - 1) / unit;
    assert(n_ranks > 0);
    for (int r = 0; r <= n_ranks; r++) {
        const int64_t cut = (int64_t)units * r / n_ranks * unit;
        cuts[r] = cut < size ? (int)cut : size;
    }
}

static relif_partition *split(const relif_network *network, int n_ranks)
{
    relif_partition *partition = empty_partition(network, n_ranks);
    for (int l = 0; l < network->n_layers; l++)
        split_layer(&network->layers[l], n_ranks, cuts_of(partition, l));
    return partition;
}

/* The layers of a rank fit under a limit: greedy filling needs at most n_ranks ranks. */
static bool fits(const relif_network *network, int n_ranks, double limit, int *owner)
{
    double load = 0;
    int rank = 0;
    for (int l = 0; l < network->n_layers; l++) {
        const double cost = layer_cost(&network->layers[l]);
        if (load > 0 && load + cost > limit) {
            rank++;
            load = 0;
        }
        load += cost;
        if (rank >= n_ranks || load > limit) return false;
        owner[l] = rank;
    }
    return true;
}

/* Whole layers to ranks; the best limit is the sum of some run of layers, so try them
 * all. */
static relif_partition *pipeline(const relif_network *network, int n_ranks)
{
    const int n = network->n_layers;
    int *owner = relif_calloc((size_t)n, sizeof *owner);
    double best = DBL_MAX;
    for (int first = 0; first < n; first++) {
        double sum = 0;
        for (int l = first; l < n; l++) {
            sum += layer_cost(&network->layers[l]);
            if (sum < best && fits(network, n_ranks, sum, owner)) best = sum;
        }
    }
    fits(network, n_ranks, best, owner);
    relif_partition *partition = empty_partition(network, n_ranks);
    for (int l = 0; l < n; l++)
        for (int r = 0; r <= n_ranks; r++)
            cuts_of(partition, l)[r] = r > owner[l] ? layer_size(network, l) : 0;
    free(owner);
    return partition;
}

/* The load of the busiest rank, with the messages it has to send and receive. */
static double predicted_time(const relif_network *network,
                             const relif_partition *partition)
{
    const double message_cost = 2e-6;
    double worst = 0;
    for (int r = 0; r < partition->n_ranks; r++) {
        double load = 0;
        for (int l = 0; l < network->n_layers; l++) {
            const relif_range mine = relif_partition_range(partition, l, r);
            const relif_range needed = relif_partition_needs(partition, network, l, r);
            load += layer_cost(&network->layers[l]) * relif_range_size(mine) /
                    layer_size(network, l);
            if (l == 0) continue;
            const relif_range before = relif_partition_range(partition, l - 1, r);
            const int foreign = relif_range_size(needed) -
                                relif_range_size(relif_range_intersect(needed, before));
            load += foreign * density * spike_cost + (foreign > 0 ? message_cost : 0);
        }
        if (load > worst) worst = load;
    }
    return worst;
}

static relif_partition *faster(const relif_network *network, relif_partition *a,
                               relif_partition *b)
{
    const bool take_a = predicted_time(network, a) <= predicted_time(network, b);
    relif_partition_destroy(take_a ? b : a);
    return take_a ? a : b;
}

relif_err relif_partition_create(const relif_network *network, relif_scheme scheme,
                                 int n_ranks, relif_partition **partition)
{
    int largest = 0;
    for (int l = 0; l < network->n_layers; l++)
        if (layer_size(network, l) > largest) largest = layer_size(network, l);
    *partition = NULL;
    if (n_ranks > largest)
        return relif_fail(
            RELIF_ERR_PARTITION,
            "network '%s': %d ranks in a group, but its largest layer has only "
            "%d neurons; use fewer ranks or more replicas",
            network->name, n_ranks, largest);
    if (scheme == RELIF_SCHEME_SPLIT)
        *partition = split(network, n_ranks);
    else if (scheme == RELIF_SCHEME_PIPELINE)
        *partition = pipeline(network, n_ranks);
    else
        *partition = faster(network, split(network, n_ranks), pipeline(network, n_ranks));
    return RELIF_OK;
}

relif_partition *relif_partition_from_cuts(const relif_network *network, int n_ranks,
                                           const int *cuts)
{
    relif_partition *partition = empty_partition(network, n_ranks);
    memcpy(partition->cuts, cuts,
           (size_t)network->n_layers * (size_t)(n_ranks + 1) * sizeof(int));
    for (int l = 0; l < network->n_layers; l++) {
        const int *c = cuts_of(partition, l);
        assert(c[0] == 0 && c[n_ranks] == layer_size(network, l));
        for (int r = 0; r < n_ranks; r++) assert(c[r] <= c[r + 1]);
        (void)c;
    }
    return partition;
}

void relif_partition_destroy(relif_partition *partition)
{
    if (!partition) return;
    free(partition->cuts);
    free(partition);
}

relif_range relif_partition_range(const relif_partition *partition, int layer, int rank)
{
    const int *cuts = cuts_of(partition, layer);
    return (relif_range){cuts[rank], cuts[rank + 1]};
}

/* The input position nearest to a row and column, which may lie in the padding. */
static int nearest_position(const relif_layer *layer, int row, int column)
{
    const int last_row = layer->in.height - 1, last_column = layer->in.width - 1;
    row = row < 0 ? 0 : row > last_row ? last_row : row;
    column = column < 0 ? 0 : column > last_column ? last_column : column;
    return row * layer->in.width + column;
}

/* The first input neuron under the kernel of an output position. */
static int first_covered(const relif_layer *layer, int position)
{
    const int row = position / layer->out.width * layer->stride - layer->padding;
    const int column = position % layer->out.width * layer->stride - layer->padding;
    return nearest_position(layer, row, column) * layer->in.channels;
}

/* One past the last. */
static int end_covered(const relif_layer *layer, int position)
{
    const int row = position / layer->out.width * layer->stride - layer->padding;
    const int column = position % layer->out.width * layer->stride - layer->padding;
    const int last = nearest_position(layer, row + layer->kernel_height - 1,
                                      column + layer->kernel_width - 1);
    return (last + 1) * layer->in.channels;
}

/* Kernels of one row of positions begin ever later; only the row below can begin earlier,
 * where both are cut at the border. The same holds for the ends. */
relif_range relif_partition_receptive_range(const relif_layer *layer, relif_range out)
{
    if (out.end <= out.first) return (relif_range){0, 0};
    const int width = layer->out.width;
    const int first = out.first / layer->out.channels;
    const int last = (out.end - 1) / layer->out.channels;
    relif_range range = {first_covered(layer, first), end_covered(layer, last)};
    if (first / width == last / width) return range;
    const int below = first_covered(layer, (first / width + 1) * width);
    const int above = end_covered(layer, last / width * width - 1);
    if (below < range.first) range.first = below;
    if (above > range.end) range.end = above;
    return range;
}

relif_range relif_partition_needs(const relif_partition *partition,
                                  const relif_network *network, int layer, int rank)
{
    return relif_partition_receptive_range(&network->layers[layer],
                                           relif_partition_range(partition, layer, rank));
}

const char *relif_scheme_name(relif_scheme scheme)
{
    switch (scheme) {
#define RELIF_SCHEME_CASE(name, word)                                                    \
    case RELIF_SCHEME_##name: return word;
        RELIF_SCHEME_LIST(RELIF_SCHEME_CASE)
#undef RELIF_SCHEME_CASE
    case RELIF_N_SCHEMES: break;
    }
    return "unknown";
}
