/* Runs the fast, partitioned simulation and holds it to the reference: spike for spike,
 * bit for bit, and total for total. */
#ifndef RELIF_TESTS_HOLD_TO_REFERENCE_H
#define RELIF_TESTS_HOLD_TO_REFERENCE_H

#include "check.h"
#include "connectivity.h"
#include "random_network.h"
#include "random_partition.h"
#include "relif/reference.h"
#include "relif/simulation.h"

enum { HELD_IMAGES = 5 };

typedef struct scenario {
    relif_pooling_mode pooling;
    relif_neuron_options neuron;
    relif_scheme scheme;
    uint64_t cuts;            /* seed of random cuts; 0: cut by the scheme */
    int interval, look_every; /* look_every: steps between looks at potentials; 0: 1 */
    int in_flight;            /* 0: 2 */
} scenario;

/* What the observer saw, compared at once with the reference of the image. */
typedef struct witness {
    const relif_context *world;
    const relif_network *network;
    relif_mapping *mapping;
    relif_reference *references[HELD_IMAGES];
    int first_image; /* of the batch */
    int look_every;
    long spikes, wrong_spikes, wrong_potentials, wrong_counts, looks;
} witness;

static inline int look_every(void *self, int layer, int t)
{
    const witness *seen = self;
    (void)layer;
    return (t / seen->look_every + 1) * seen->look_every;
}

/* Spikes before a step. */
static inline int count_before(const relif_reference_layer *expected, int neuron, int t)
{
    int count = 0;
    for (int s = 0; s < t; s++) count += expected->spikes[s * expected->size + neuron];
    return count;
}

static inline void look_at(witness *seen, const relif_stretch *stretch,
                           const relif_reference_layer *expected, int neuron)
{
    const int end = stretch->first + stretch->fired.steps;
    const int at = (end - 1) * expected->size + neuron;
    seen->looks++;
    seen->wrong_counts += relif_counter_value(stretch->counter, stretch->image, neuron) !=
                          count_before(expected, neuron, end);
    if (!stretch->lif) return;
    const float v = relif_lif_potential(stretch->lif, stretch->image, neuron);
    seen->wrong_potentials += memcmp(&v, &expected->potential[at], sizeof v) != 0;
}

static inline void watch_stretch(void *self, const relif_stretch *stretch)
{
    witness *seen = self;
    const relif_reference_layer *expected =
        &seen->references[seen->first_image + stretch->image]->layers[stretch->layer];
    const relif_range owned = stretch->fired.range;
    const int end = stretch->first + stretch->fired.steps;
    for (int n = owned.first; n < owned.end; n++) {
        for (int s = 0; s < stretch->fired.steps; s++) {
            const relif_word *mask = relif_raster_mask(&stretch->fired, 0, s);
            const int at = (stretch->first + s) * expected->size + n;
            const bool fired = relif_spikes_test(mask, owned, n);
            seen->spikes += fired;
            seen->wrong_spikes += fired != (expected->spikes[at] != 0);
        }
        if (end % seen->look_every == 0) look_at(seen, stretch, expected, n);
    }
}

/* Counts of a batch of n images, of what is owned here. */
static inline void hold_counts(const witness *seen, const relif_simulation *simulation,
                               int n)
{
    for (int l = 0; l < seen->network->n_layers; l++) {
        const relif_range range = relif_simulation_range(simulation, l);
        const size_t size = (size_t)relif_range_size(range);
        int32_t *counts = relif_calloc(size, sizeof *counts);
        for (int i = 0; i < n; i++) {
            const int *expected =
                seen->references[seen->first_image + i]->layers[l].counts;
            relif_simulation_counts(simulation, l, i, counts);
            CHECK(memcmp(counts, expected + range.first, size * sizeof *counts) == 0);
        }
        free(counts);
    }
}

/* Spikes, operations and saturated neurons of a layer in one image. */
static inline void add_expected(const witness *seen, int image, int l, double totals[3])
{
    const relif_reference *reference = seen->references[image];
    const relif_layer *layer = &seen->network->layers[l];
    const relif_reference_layer *from = l ? &reference->layers[l - 1] : &reference->input;
    const relif_reference_layer *to = &reference->layers[l];
    for (int o = 0; o < to->size; o++) {
        totals[0] += to->counts[o];
        if (!relif_layer_spikes(layer)) continue;
        for (int i = 0; i < from->size; i++)
            if (connects(layer, o, i)) totals[1] += from->counts[i];
        const size_t last = (size_t)(reference->steps - 1) * (size_t)to->size + (size_t)o;
        totals[2] += to->counts[o] == reference->steps ||
                     to->potential[last] >= (float)seen->mapping->layers[l].v_th;
    }
}

/* The totals of all images and ranks. */
static inline void hold_totals(const witness *seen, const relif_simulation *simulation)
{
    for (int l = 0; l < seen->network->n_layers; l++) {
        const relif_tally tally = relif_simulation_tally(simulation, l);
        double found[] = {(double)tally.spikes, (double)tally.operations,
                          (double)tally.saturated};
        double expected[] = {0, 0, 0};
        relif_context_sum(seen->world, found, 3);
        if (!relif_context_is_root(seen->world)) continue;
        for (int i = 0; i < HELD_IMAGES; i++) add_expected(seen, i, l, expected);
        CHECK(memcmp(found, expected, sizeof found) == 0);
    }
}

static inline void load_batch(relif_simulation *simulation, int n, const float *pixels,
                              size_t size)
{
    const relif_pixel_array images = {pixels, (int)size};
    const relif_pixel_source source = relif_pixel_array_source(&images);
    relif_simulation_load(simulation, n, &source);
}

static inline void run_batch(witness *seen, relif_simulation *simulation, int first,
                             int n)
{
    seen->first_image = first;
    relif_simulation_run(simulation);
    hold_counts(seen, simulation, n);
}

/* Each image in a batch of its own or of several; the next is loaded before one runs. */
static inline void run_batches(witness *seen, relif_simulation *simulation, int in_flight,
                               const float *pixels)
{
    const size_t size = (size_t)relif_shape_size(seen->network->input);
    int n = in_flight, next_n;
    load_batch(simulation, n, pixels, size);
    for (int first = 0; n > 0; first += n, n = next_n) {
        const int left = HELD_IMAGES - first - n;
        next_n = left < in_flight ? left : in_flight;
        if (next_n > 0)
            load_batch(simulation, next_n, pixels + (size_t)(first + n) * size, size);
        run_batch(seen, simulation, first, n);
    }
}

static inline relif_partition *scenario_partition(const relif_context *world,
                                                  const relif_network *network,
                                                  const scenario *s)
{
    relif_partition *partition = NULL;
    if (s->cuts) return random_partition(network, world->size, s->cuts);
    CHECK(relif_partition_create(network, s->scheme, world->size, RELIF_USUAL_DENSITY,
                                 &partition) == RELIF_OK);
    return partition;
}

/* Images in batches, on all ranks as one group. The spikes of all: a silent network
 * would agree with anything. Adds the neurons of each bias route to routes, if not NULL.
 */
static inline double hold_to_reference(const relif_context *world,
                                       const relif_network *network, scenario s,
                                       int routes[3])
{
    const relif_coding coding = {.dt = 0.01, .coding_time = 0.37, .coding_range = 40};
    const size_t size = (size_t)relif_shape_size(network->input);
    witness seen = {.world = world,
                    .network = network,
                    .look_every = s.look_every ? s.look_every : 1};
    relif_clock clock = {{0}};
    const int in_flight = s.in_flight ? s.in_flight : 2;
    CHECK(relif_mapping_create(network, &coding, &s.neuron, &seen.mapping) == RELIF_OK);
    if (!seen.mapping) return 0;
    for (int l = 0; routes && l < network->n_layers; l++)
        for (int n = 0; n < seen.mapping->layers[l].n_neurons; n++)
            routes[seen.mapping->layers[l].bias_route[n]]++;
    float *pixels = relif_calloc(HELD_IMAGES * size, sizeof *pixels);
    for (int i = 0; i < HELD_IMAGES; i++) {
        random_image(5, i, (int)size, pixels + (size_t)i * size);
        seen.references[i] = relif_reference_run(network, seen.mapping, &coding,
                                                 s.pooling, pixels + (size_t)i * size);
    }
    relif_partition *partition = scenario_partition(world, network, &s);
    relif_simulation *simulation = relif_simulation_create(
        &(relif_simulation_setup){.group = world,
                                  .network = network,
                                  .mapping = seen.mapping,
                                  .coding = &coding,
                                  .partition = partition,
                                  .pooling = s.pooling,
                                  .images_in_flight = in_flight,
                                  .exchange_interval = s.interval,
                                  .observer = {watch_stretch, look_every, &seen},
                                  .clock = &clock});
    run_batches(&seen, simulation, in_flight, pixels);
    hold_totals(&seen, simulation);
    CHECK(seen.wrong_spikes == 0);
    CHECK(seen.wrong_potentials == 0);
    CHECK(seen.wrong_counts == 0);
    double totals[2] = {(double)seen.spikes, (double)seen.looks};
    relif_context_sum(world, totals, 2);
    CHECK(totals[1] > 0);
    relif_simulation_destroy(simulation);
    relif_partition_destroy(partition);
    for (int i = 0; i < HELD_IMAGES; i++) relif_reference_destroy(seen.references[i]);
    relif_mapping_destroy(seen.mapping);
    free(pixels);
    return totals[0];
}

#endif
