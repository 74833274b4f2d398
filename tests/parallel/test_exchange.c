#include "relif/exchange.h"

#include "check.h"
#include "network_samples.h"
#include "random_partition.h"
#include "random_spikes.h"
#include "spike_lists.h"

enum { IMAGES = 3, INTERVAL = 4, TICKS = 7 };

static const relif_context *world, *node;

typedef struct setting {
    const relif_network *network;
    const relif_partition *partition;
    const relif_context *node; /* NULL: no shared memory */
    double density;
    bool uneven; /* some layers are silent in some ticks, some blocks are short */
} setting;

/* Spikes of a whole layer in a tick; every rank can draw those of all ranks. */
static void draw(const setting *s, int tick, int layer, int mask, uint8_t *bytes)
{
    const int size = relif_shape_size(s->network->layers[layer].out);
    relif_random random =
        relif_random_stream((uint64_t)(tick * 100 + layer), (uint64_t)mask);
    for (int i = 0; i < size; i++) bytes[i] = relif_random_uniform(&random) < s->density;
}

static int steps_of(const setting *s, int tick, int layer)
{
    return s->uneven ? (tick + layer) % (INTERVAL + 1) : INTERVAL;
}

static int images_of(const setting *s, int tick, int layer)
{
    return s->uneven ? (tick + 2 * layer) % IMAGES + 1 : IMAGES;
}

static relif_range owned(const setting *s, int layer)
{
    return relif_partition_range(s->partition, layer, world->rank);
}

/* What the next layer needs here; nothing follows the last. */
static relif_range needed(const setting *s, int layer)
{
    if (layer + 1 == s->network->n_layers) return (relif_range){0, 0};
    return relif_partition_needs(s->partition, s->network, layer + 1, world->rank);
}

/* The spikes of a layer are exchanged as lists. */
static bool goes_as_lists(const setting *s, int layer)
{
    return layer + 1 < s->network->n_layers &&
           relif_partition_lists(s->partition, s->network, layer + 1);
}

/* The spikes of a tick; caller frees them. */
static relif_parcel make_parcel(const setting *s, int tick, int layer)
{
    const int masks = INTERVAL * IMAGES;
    const int n_images = images_of(s, tick, layer), steps = steps_of(s, tick, layer);
    const size_t words = (size_t)relif_spikes_words(owned(s, layer));
    relif_word *out = relif_calloc((size_t)masks * words, sizeof *out);
    uint8_t *bytes =
        relif_calloc((size_t)relif_shape_size(s->network->layers[layer].out), 1);
    for (int m = 0; m < masks; m++) {
        draw(s, tick, layer, m, bytes);
        for (int i = owned(s, layer).first; i < owned(s, layer).end; i++)
            if (bytes[i]) relif_spikes_set(out + (size_t)m * words, owned(s, layer), i);
    }
    free(bytes);
    relif_parcel parcel = {.out = relif_raster_of(owned(s, layer), out, n_images, steps)};
    if (goes_as_lists(s, layer)) {
        parcel.in =
            make_lists(s->partition, layer, world->rank,
                       relif_shape_size(s->network->layers[layer].out), &parcel.out);
    } else {
        relif_word *in = relif_calloc(
            (size_t)(masks * relif_spikes_words(needed(s, layer))), sizeof *in);
        parcel.in = relif_raster_of(needed(s, layer), in, n_images, steps);
    }
    return parcel;
}

static void free_parcel(const relif_parcel *parcel)
{
    free(parcel->out.masks);
    free(parcel->in.masks);
    if (parcel->in.lists) free_lists(&parcel->in);
}

/* In the lists that are there afterwards: all spikes, wherever they are owned. */
static void check_lists(const setting *s, int tick, int layer, const relif_raster *in)
{
    const int size = relif_range_size(in->range);
    relif_word *mask = empty_mask(in->range);
    uint8_t *bytes = relif_calloc((size_t)size, 1);
    int wrong = 0;
    for (int m = 0; m < in->steps * in->n_images; m++) {
        memset(mask, 0, (size_t)relif_spikes_words(in->range) * sizeof *mask);
        draw(s, tick, layer, m, bytes);
        mask_of_lists(in, m / in->steps, m % in->steps, mask);
        wrong += wrong_spikes(mask, in->range, bytes);
    }
    CHECK(wrong == 0);
    free(mask);
    free(bytes);
}

/* Arrived: all spikes that are needed here and owned elsewhere, in the posted masks. */
static void check_masks(const setting *s, int tick, int layer, const relif_parcel *parcel)
{
    const relif_range range = needed(s, layer), mine = owned(s, layer);
    uint8_t *bytes =
        relif_calloc((size_t)relif_shape_size(s->network->layers[layer].out), 1);
    int wrong = 0;
    for (int m = 0; m < INTERVAL * IMAGES; m++) {
        draw(s, tick, layer, m, bytes);
        for (int i = mine.first; i < mine.end; i++) bytes[i] = 0;
        if (m >= parcel->in.steps * parcel->in.n_images)
            memset(bytes, 0, (size_t)relif_shape_size(s->network->layers[layer].out));
        wrong +=
            wrong_spikes(parcel->in.masks + m * relif_spikes_words(range), range, bytes);
    }
    CHECK(wrong == 0);
    free(bytes);
}

static void check_parcel(const setting *s, int tick, int layer,
                         const relif_parcel *parcel)
{
    if (!parcel->in.lists)
        check_masks(s, tick, layer, parcel);
    else if (relif_range_size(needed(s, layer)) > 0)
        check_lists(s, tick, layer, &parcel->in);
}

/* Posts every tick and completes it up to the given number of posts later. */
static void run_ticks(const setting *s, int outstanding)
{
    const int n = s->network->n_layers;
    relif_clock clock = {{0}};
    relif_exchange *exchange =
        relif_exchange_create(world, s->node, s->network, s->partition, IMAGES, INTERVAL);
    relif_parcel *parcels[TICKS];
    for (int tick = 0; tick < TICKS + outstanding; tick++) {
        if (tick < TICKS) {
            parcels[tick] = relif_calloc((size_t)n, sizeof(relif_parcel));
            for (int l = 0; l < n; l++) parcels[tick][l] = make_parcel(s, tick, l);
            relif_exchange_post(exchange, parcels[tick], &clock);
        }
        const int done = tick - outstanding + 1;
        if (done < 0 || done >= TICKS) continue;
        CHECK(relif_exchange_outstanding(exchange) ==
              (tick < TICKS ? outstanding : TICKS - done));
        relif_exchange_complete(exchange, &clock);
        for (int l = 0; l < n; l++) {
            check_parcel(s, done, l, &parcels[done][l]);
            free_parcel(&parcels[done][l]);
        }
        free(parcels[done]);
    }
    CHECK(relif_exchange_outstanding(exchange) == 0);
    relif_exchange_destroy(exchange);
}

static void hold_for_random_cuts(double density, bool uneven)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    for (int n = 0; n < 2; n++) {
        for (int seed = 0; seed < 4; seed++) {
            relif_partition *partition =
                random_partition(networks[n], world->size, (uint64_t)seed);
            setting s = {networks[n], partition, NULL, density, uneven};
            for (int way = 0; way < 2; way++, s.node = node)
                run_ticks(&s, 1 + (seed + way) % RELIF_EXCHANGE_OUTSTANDING);
            relif_partition_destroy(partition);
        }
        relif_network_destroy(networks[n]);
    }
}

static void dense_masks_arrive_as_they_were_sent(void)
{
    hold_for_random_cuts(0.7, false);
    hold_for_random_cuts(1, false);
}

static void sparse_lists_arrive_as_they_were_sent(void)
{
    hold_for_random_cuts(0.01, false);
    hold_for_random_cuts(0, false);
}

static void silent_layers_and_short_blocks_arrive_as_they_were_sent(void)
{
    hold_for_random_cuts(0.02, true);
    hold_for_random_cuts(0.3, true);
}

/* More than 65536 neurons: ids need 4 bytes. */
static void a_very_wide_layer_arrives_as_it_was_sent(void)
{
    const random_layer layers[] = {{RELIF_LAYER_MAX_POOL2D, 0, 1, 1, 0, 0},
                                   {RELIF_LAYER_AVG_POOL2D, 0, 5, 5, 0, 0}};
    relif_network *network = random_network(1, (relif_shape){7, 110, 100}, 2, layers);
    const int n = world->size, size = relif_shape_size(network->input);
    int *cuts = relif_calloc(2 * (size_t)(n + 1), sizeof *cuts);
    for (int r = 1; r <= n; r++) {
        cuts[r] = size;                           /* the first rank owns layer 0 */
        cuts[n + 1 + r] = r == n ? size / 25 : 0; /* the last rank owns layer 1 */
    }
    relif_partition *partition = relif_partition_from_cuts(network, n, cuts);
    for (int d = 0; d < 2; d++) {
        const setting s = {network, partition, node, d ? 0.5 : 0.001, false};
        run_ticks(&s, 2);
    }
    relif_partition_destroy(partition);
    relif_network_destroy(network);
    free(cuts);
}

/* Bytes that this rank sends in one tick of that density. */
static int64_t bytes_of(const relif_network *network, const relif_partition *partition,
                        const relif_context *sharing, double density, int64_t *messages)
{
    const setting s = {network, partition, sharing, density, false};
    relif_clock clock = {{0}};
    relif_exchange *exchange =
        relif_exchange_create(world, sharing, network, partition, IMAGES, INTERVAL);
    relif_parcel parcels[8];
    int64_t bytes = 0;
    for (int l = 0; l < network->n_layers; l++) parcels[l] = make_parcel(&s, 0, l);
    relif_exchange_post(exchange, parcels, &clock);
    relif_exchange_complete(exchange, &clock);
    relif_exchange_volume(exchange, &bytes, messages);
    for (int l = 0; l < network->n_layers; l++) free_parcel(&parcels[l]);
    relif_exchange_destroy(exchange);
    return bytes;
}

/* Every rank needs all spikes of the first layer: as masks, or as lists. */
static void check_bytes(random_layer last, bool lists)
{
    const random_layer layers[] = {{RELIF_LAYER_MAX_POOL2D, 0, 1, 1, 0, 0}, last};
    relif_network *network = random_network(1, (relif_shape){8, 20, 20}, 2, layers);
    relif_partition *partition = NULL;
    CHECK(relif_partition_create(network, RELIF_SCHEME_SPLIT, world->size,
                                 RELIF_USUAL_DENSITY, &partition) == RELIF_OK);
    int64_t messages = -1;
    const int64_t silent = bytes_of(network, partition, NULL, 0, &messages);
    CHECK(messages == world->size - 1);
    const int64_t sparse = bytes_of(network, partition, NULL, 0.005, &messages);
    const int64_t dense = bytes_of(network, partition, NULL, 0.5, &messages);
    const int64_t full = bytes_of(network, partition, NULL, 1, &messages);
    CHECK(messages == world->size - 1);
    CHECK(silent < sparse && sparse < dense && dense <= full);
    CHECK(silent % (int64_t)sizeof(uint32_t) == 0);
    const int64_t shared = bytes_of(network, partition, node, 0, &messages);
    CHECK(messages == world->size - 1);
    if (lists) {
        CHECK(shared == silent);
        CHECK(bytes_of(network, partition, node, 0.005, &messages) == sparse);
    } else {
        CHECK(shared <= full && shared % (int64_t)sizeof(relif_word) == 0);
    }
    CHECK(bytes_of(network, partition, node, 1, &messages) == (lists ? full : shared));
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

static void few_spikes_cost_few_bytes_and_many_at_most_a_bit_each(void)
{
    check_bytes((random_layer){RELIF_LAYER_CONV2D, 128, 20, 1, 0, 0}, false);
    check_bytes((random_layer){RELIF_LAYER_LINEAR, 128, 0, 0, 0, 0}, true);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_context *sharing = relif_context_split_node(ctx);
    world = ctx;
    node = sharing;
    RUN(dense_masks_arrive_as_they_were_sent);
    RUN(sparse_lists_arrive_as_they_were_sent);
    RUN(silent_layers_and_short_blocks_arrive_as_they_were_sent);
    RUN(a_very_wide_layer_arrives_as_it_was_sent);
    RUN(few_spikes_cost_few_bytes_and_many_at_most_a_bit_each);
    relif_exchange_destroy(NULL);
    relif_context_destroy(sharing);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
