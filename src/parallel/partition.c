/* Cuts of canonical ranges; what a range costs, layer_load.c says. */
#include "relif/partition.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layer_load.h"
#include "relif/memory.h"
#include "relif/slab.h"

/* What is cut. */
struct work {
    const relif_network *network;
    struct layer_load *loads; /* [n_layers] */
};

static int layer_size(const relif_network *network, int layer)
{
    return relif_shape_size(network->layers[layer].out);
}

static relif_range whole(const relif_layer *layer)
{
    return (relif_range){0, relif_shape_size(layer->out)};
}

static double layer_cost(const struct work *work, int l)
{
    const struct layer_load *load = &work->loads[l];
    return layer_load_range(load, whole(load->layer));
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
    if (positions == 1 && layer->out.channels >= RELIF_PAD_LANES * n_ranks)
        return RELIF_PAD_LANES;
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
    return layer_is_one_position(layer) &&
           layer->out.channels < RELIF_PAD_LANES * n_ranks;
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
        const struct layer_load *load = &work->loads[l];
        if (layer_is_one_position(load->layer) && !is_small(load->layer, n_ranks))
            divisible += layer_load_neurons(load, whole(load->layer));
    }
    level(divisible, loads, n_ranks, shares);
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        if (!is_small(layer, n_ranks))
            split_layer(layer, n_ranks, layer_is_one_position(layer) ? shares : even,
                        cuts_of(partition, l));
    }
    free(loads);
    return partition;
}

/* The end of the largest range of whole grains from first on that costs at most this. */
static int affordable(const struct layer_load *load, int n_ranks, int first, double most)
{
    const relif_layer *layer = load->layer;
    const int size = relif_shape_size(layer->out), unit = grain(layer, n_ranks);
    int low = first / unit, high = (size + unit - 1) / unit; /* low is affordable */
    while (low < high) {
        const int middle = low + (high - low + 1) / 2;
        const int end = middle * unit < size ? middle * unit : size;
        if (layer_load_range(load, (relif_range){first, end}) <= most)
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
        const struct layer_load *load = &work->loads[l];
        const int size = layer_size(work->network, l);
        int *cuts = cuts_of(partition, l), done = 0;
        for (int r = 0; r <= rank; r++) cuts[r] = 0;
        while (rank < n_ranks) {
            const int end = affordable(load, n_ranks, done, limit - filled);
            filled += end > done ? layer_load_range(load, (relif_range){done, end}) : 0;
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
            const struct layer_load *load = &work->loads[l];
            if (relif_range_size(mine) > 0) seconds += layer_load_range(load, mine);
            if (l == 0) continue;
            const relif_range before = relif_partition_range(partition, l - 1, r);
            const int foreign = relif_range_size(needed) -
                                relif_range_size(relif_range_intersect(needed, before));
            seconds += layer_load_exchange(load, foreign);
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
    work.loads = layer_loads_create(network, input_density);
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
