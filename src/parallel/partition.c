/*
 * Cuts of canonical ranges. What a range of a layer costs per step is estimated from its
 * shape and from how many of its inputs fire in a step: masks are looked through, each
 * spike is listed once (for a linear layer where it is fired), and its weight row is
 * added to every block of lanes whose field it lies in; where anything arrives, a tile of
 * positions is visited and its blocks are charged, fired and reset. The costs are those
 * of one core (AVX2, about 3 GHz, its other thread busy), fitted to
 * tests/bench/bench_kernel.
 */
#include "relif/partition.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/slab.h"

static const double stage_cost = 6e-9;  /* s, a layer: counting and the like */
static const double word_cost = 2e-9;   /* s, a word of masks to be listed */
static const double list_cost = 2e-9;   /* s, a spike in it */
static const double copy_cost = 0.2e-9; /* s, a spike that is listed already */
static const double visit_cost =
    10e-9; /* s, the arrivals of a tile, from what is listed */
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

/* A layer, and what its inputs do. */
struct load {
    const relif_layer *layer;
    double density; /* of inputs that fire in a step */
    double inside;  /* of a field that is no padding */
    bool listed;    /* its inputs are: it is linear, and not the first */
    bool lists;     /* it lists what it fires, for such a layer */
};

/* What is cut. */
struct work {
    const relif_network *network;
    struct load *loads; /* [n_layers] */
};

/* How dense the input is, is known of the first layer alone. */
static struct load *find_loads(const relif_network *network, double input_density)
{
    struct load *loads = relif_calloc((size_t)network->n_layers, sizeof *loads);
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        const bool listed = l > 0 && layer->kind == RELIF_LAYER_LINEAR;
        loads[l] = (struct load){.layer = layer,
                                 .density = l > 0 ? RELIF_USUAL_DENSITY : input_density,
                                 .inside = inside(layer),
                                 .listed = listed};
        if (listed) loads[l - 1].lists = true;
    }
    return loads;
}

static int layer_size(const relif_network *network, int layer)
{
    return relif_shape_size(network->layers[layer].out);
}

/* Lanes that a block's width is a multiple of. */
enum { VECTOR = 16 };

static bool is_one_position(const relif_layer *layer)
{
    return layer->out.height * layer->out.width == 1;
}

static int inputs_of(const struct load *load, relif_range range)
{
    return relif_range_size(relif_partition_receptive_range(load->layer, range));
}

/* Seconds per step to list the spikes of some neurons. */
static double listing_cost(int n_neurons, double density)
{
    return n_neurons * (density * list_cost + word_cost / RELIF_WORD_BITS);
}

/* Seconds per step for what arrives: for every part of a linear layer the same. */
static double arrival_cost(const struct load *load, relif_range range)
{
    if (!relif_layer_spikes(load->layer)) return 0;
    const int inputs = inputs_of(load, range);
    return load->listed ? visit_cost + inputs * load->density * copy_cost
                        : listing_cost(inputs, load->density);
}

/* Seconds per step to deliver it and to integrate. */
static double neuron_cost(const struct load *load, relif_range range)
{
    const relif_layer *layer = load->layer;
    const int channels = layer->out.channels, size = relif_range_size(range);
    if (!relif_layer_spikes(layer))
        return load->density * inputs_of(load, range) * pool_cost;
    const bool one_position = is_one_position(layer);
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
    const double full = ceil(lanes / VECTOR) * VECTOR / RELIF_BLOCK_LANES;
    return tiles * (busy * (one_position ? 0 : visit_cost) +
                    blocks * (busy * block_cost + rows * row_cost) +
                    full * (busy * lane_cost + rows * weights));
}

/* Seconds per step that come with the neurons of a range. */
static double working_cost(const struct load *load, relif_range range)
{
    const int n_listed = load->lists ? relif_range_size(range) : 0;
    return neuron_cost(load, range) + listing_cost(n_listed, RELIF_USUAL_DENSITY);
}

static double range_cost(const struct load *load, relif_range range)
{
    return stage_cost + arrival_cost(load, range) + working_cost(load, range);
}

static relif_range whole(const relif_layer *layer)
{
    return (relif_range){0, relif_shape_size(layer->out)};
}

static double layer_cost(const struct work *work, int l)
{
    const struct load *load = &work->loads[l];
    return range_cost(load, whole(load->layer));
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
    if (positions == 1 && layer->out.channels >= VECTOR * n_ranks) return VECTOR;
    return 1;
}

/* Cuts between grains, so that rank r gets its share. */
static void split_layer(const relif_layer *layer, int n_ranks, const double *shares,
                        int *cuts)
{
    const int size = relif_shape_size(layer->out), unit = grain(layer, n_ranks);
    const int units = (size + unit - 1) / unit;
    double before = 0;
    assert(n_ranks > 0);
    for (int r = 0; r < n_ranks; r++) {
        const int64_t cut = (int64_t)ceil(units * before - 0.5 - 1e-9) * unit;
        cuts[r] = cut < size ? (int)cut : size;
        before += shares[r];
    }
    cuts[n_ranks] = size;
}

/* All of a layer to one rank. */
static void give_layer(const relif_layer *layer, int n_ranks, int rank, int *cuts)
{
    for (int r = 0; r <= n_ranks; r++)
        cuts[r] = r > rank ? relif_shape_size(layer->out) : 0;
}

/* Not even a vector of neurons for each rank: all would do what one can do alone. */
static bool is_small(const relif_layer *layer, int n_ranks)
{
    return is_one_position(layer) && layer->out.channels < VECTOR * n_ranks;
}

/* Small layers go to the ranks with the least of them, the last one first. */
static void give_small_layers(const struct work *work, relif_partition *partition,
                              double *loads)
{
    const int n_ranks = partition->n_ranks;
    for (int l = work->network->n_layers - 1; l >= 0; l--) {
        const relif_layer *layer = &work->network->layers[l];
        int least = n_ranks - 1;
        if (!is_small(layer, n_ranks)) continue;
        for (int r = n_ranks - 1; r >= 0; r--)
            if (loads[r] < loads[least]) least = r;
        give_layer(layer, n_ranks, least, cuts_of(partition, l));
        loads[least] += layer_cost(work, l);
    }
}

/* Shares of work that with the loads come to the same for all ranks, as far as it goes.
 */
static void level(double work, const double *loads, int n_ranks, double *shares)
{
    double sum = work, left = 0;
    for (int r = 0; r < n_ranks; r++) sum += loads[r];
    for (int r = 0; r < n_ranks; r++) {
        const double missing = sum / n_ranks - loads[r];
        shares[r] = missing > 0 ? missing : 0;
        left += shares[r];
    }
    for (int r = 0; r < n_ranks; r++)
        shares[r] = left > 0 ? shares[r] / left : 1.0 / n_ranks;
}

/* Positions are dealt evenly, so that cuts of neighbouring layers meet; layers of one
 * position make up for the small ones. */
static relif_partition *split(const struct work *work, int n_ranks)
{
    const relif_network *network = work->network;
    relif_partition *partition = empty_partition(network, n_ranks);
    double *loads = relif_calloc(3 * (size_t)n_ranks, sizeof *loads);
    double *shares = loads + n_ranks, *even = shares + n_ranks;
    double divisible = 0;
    for (int r = 0; r < n_ranks; r++) even[r] = 1.0 / n_ranks;
    give_small_layers(work, partition, loads);
    for (int l = 0; l < network->n_layers; l++) {
        const struct load *load = &work->loads[l];
        if (is_one_position(load->layer) && !is_small(load->layer, n_ranks))
            divisible += working_cost(load, whole(load->layer));
    }
    level(divisible, loads, n_ranks, shares);
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        if (!is_small(layer, n_ranks))
            split_layer(layer, n_ranks, is_one_position(layer) ? shares : even,
                        cuts_of(partition, l));
    }
    free(loads);
    return partition;
}

/* The end of the largest range of whole grains from first on that costs at most this. */
static int affordable(const struct load *load, int n_ranks, int first, double most)
{
    const relif_layer *layer = load->layer;
    const int size = relif_shape_size(layer->out), unit = grain(layer, n_ranks);
    int low = first / unit, high = (size + unit - 1) / unit; /* low is affordable */
    while (low < high) {
        const int middle = low + (high - low + 1) / 2;
        const int end = middle * unit < size ? middle * unit : size;
        if (range_cost(load, (relif_range){first, end}) <= most)
            low = middle;
        else
            high = middle - 1;
    }
    return low * unit < size ? low * unit : size;
}

/* Fills rank after rank up to a limit, layer after layer; false if something is left. */
static bool fill(const struct work *work, double limit, relif_partition *partition)
{
    const int n_ranks = partition->n_ranks;
    int rank = 0;
    double filled = 0;
    for (int l = 0; l < work->network->n_layers; l++) {
        const struct load *load = &work->loads[l];
        const int size = layer_size(work->network, l);
        int *cuts = cuts_of(partition, l), done = 0;
        for (int r = 0; r <= rank; r++) cuts[r] = 0;
        while (rank < n_ranks) {
            const int end = affordable(load, n_ranks, done, limit - filled);
            filled += end > done ? range_cost(load, (relif_range){done, end}) : 0;
            done = end;
            if (done == size) break;
            cuts[++rank] = done;
            filled = 0;
        }
        if (done < size) return false;
        for (int r = rank + 1; r <= n_ranks; r++) cuts[r] = size;
    }
    return true;
}

/* Layer after layer to ranks, the largest load as small as it can be. */
static relif_partition *pipeline(const struct work *work, int n_ranks)
{
    relif_partition *partition = empty_partition(work->network, n_ranks);
    double low = 0, high = 0;
    for (int l = 0; l < work->network->n_layers; l++) high += layer_cost(work, l);
    high *= 1 + 1e-9; /* sums round */
    for (int i = 0; i < 40; i++) {
        const double middle = (low + high) / 2;
        if (fill(work, middle, partition))
            high = middle;
        else
            low = middle;
    }
    const bool filled = fill(work, high, partition);
    assert(filled);
    (void)filled;
    return partition;
}

/* The load of the busiest rank, with the messages it has to send and receive. */
static double predicted_time(const struct work *work, const relif_partition *partition)
{
    const relif_network *network = work->network;
    double worst = 0;
    for (int r = 0; r < partition->n_ranks; r++) {
        double seconds = 0;
        for (int l = 0; l < network->n_layers; l++) {
            const relif_range mine = relif_partition_range(partition, l, r);
            const relif_range needed = relif_partition_needs(partition, network, l, r);
            const struct load *load = &work->loads[l];
            if (relif_range_size(mine) > 0) seconds += range_cost(load, mine);
            if (l == 0) continue;
            const relif_range before = relif_partition_range(partition, l - 1, r);
            const int foreign = relif_range_size(needed) -
                                relif_range_size(relif_range_intersect(needed, before));
            seconds += foreign * load->density * exchange_cost +
                       (foreign > 0 ? message_cost : 0);
        }
        if (seconds > worst) worst = seconds;
    }
    return worst;
}

static relif_partition *faster(const struct work *work, relif_partition *a,
                               relif_partition *b)
{
    const bool take_a = predicted_time(work, a) <= predicted_time(work, b);
    relif_partition_destroy(take_a ? b : a);
    return take_a ? a : b;
}

relif_err relif_partition_create(const relif_network *network, relif_scheme scheme,
                                 int n_ranks, double input_density,
                                 relif_partition **partition)
{
    struct work work = {.network = network};
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
    work.loads = find_loads(network, input_density);
    if (scheme == RELIF_SCHEME_SPLIT)
        *partition = split(&work, n_ranks);
    else if (scheme == RELIF_SCHEME_PIPELINE)
        *partition = pipeline(&work, n_ranks);
    else
        *partition = faster(&work, split(&work, n_ranks), pipeline(&work, n_ranks));
    free(work.loads);
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

bool relif_partition_crosses(const relif_partition *partition,
                             const relif_network *network, int layer)
{
    for (int r = 0; r < partition->n_ranks; r++) {
        const relif_range needed = relif_partition_needs(partition, network, layer, r);
        const relif_range here =
            relif_range_intersect(needed, relif_partition_range(partition, layer - 1, r));
        if (relif_range_size(here) < relif_range_size(needed)) return true;
    }
    return false;
}

bool relif_partition_lists(const relif_partition *partition, const relif_network *network,
                           int layer)
{
    const relif_layer *before = &network->layers[layer - 1];
    return network->layers[layer].kind == RELIF_LAYER_LINEAR &&
           relif_shape_size(before->out) <= UINT16_MAX + 1 &&
           relif_partition_crosses(partition, network, layer);
}

int relif_partition_owners_before(const relif_partition *partition, int layer, int rank)
{
    int n = 0;
    for (int r = 0; r < rank; r++)
        n += relif_range_size(relif_partition_range(partition, layer, r)) > 0;
    return n;
}
