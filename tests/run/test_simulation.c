/* The fast, partitioned path is held to the reference: spike for spike, bit for bit. */
#include "relif/simulation.h"

#include "check.h"
#include "network_samples.h"
#include "random_partition.h"
#include "relif/reference.h"

enum { IMAGES = 3, MAX_LAYERS = 8 };

static const relif_context *world;

/* What the observer saw, compared at once with the reference of the image. */
typedef struct witness {
    relif_reference *references[IMAGES];
    int first_image; /* of the batch */
    int look_every;  /* steps between looks at the potentials */
    long spikes, wrong_spikes, wrong_potentials, wrong_counts, looks;
} witness;

static int look(void *self, int layer, int t)
{
    const witness *seen = self;
    (void)layer;
    return (t / seen->look_every + 1) * seen->look_every;
}

/* Spikes before a step. */
static int count_before(const relif_reference_layer *expected, int neuron, int t)
{
    int count = 0;
    for (int s = 0; s < t; s++) count += expected->spikes[s * expected->size + neuron];
    return count;
}

static void look_at(witness *seen, const relif_stretch *stretch,
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

static void watch(void *self, const relif_stretch *stretch)
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

typedef struct scenario {
    relif_pooling_mode pooling;
    relif_neuron_options neuron;
    relif_scheme scheme;
    bool random_cuts;
    int interval, look_every;
} scenario;

static relif_partition *make_partition(const relif_network *network, const scenario *s)
{
    relif_partition *partition = NULL;
    if (s->random_cuts) return random_partition(network, world->size, 99);
    CHECK(relif_partition_create(network, s->scheme, world->size, &partition) ==
          RELIF_OK);
    return partition;
}

static void compare_counts(const relif_simulation *simulation,
                           const relif_network *network, const witness *seen, int n)
{
    for (int l = 0; l < network->n_layers; l++) {
        const relif_range range = relif_simulation_range(simulation, l);
        int32_t *counts = relif_calloc((size_t)relif_range_size(range), sizeof *counts);
        for (int i = 0; i < n; i++) {
            relif_simulation_counts(simulation, l, i, counts);
            const int *expected =
                seen->references[seen->first_image + i]->layers[l].counts;
            CHECK(memcmp(counts, expected + range.first,
                         (size_t)relif_range_size(range) * sizeof *counts) == 0);
        }
        free(counts);
    }
}

/* Runs IMAGES images in two batches, on all ranks as one group. */
static void hold_to_reference(const relif_network *network, scenario s)
{
    relif_coding coding = {.dt = 0.01, .coding_time = 0.37, .coding_range = 40};
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &coding, &s.neuron, &mapping) == RELIF_OK);
    if (!mapping) return;
    const size_t size = (size_t)relif_shape_size(network->input);
    float *pixels = relif_calloc(IMAGES * size, sizeof *pixels);
    witness seen = {.first_image = 0, .look_every = s.look_every ? s.look_every : 1};
    for (int i = 0; i < IMAGES; i++) {
        random_image(5, i, (int)size, pixels + (size_t)i * size);
        seen.references[i] = relif_reference_run(network, mapping, &coding, s.pooling,
                                                 pixels + (size_t)i * size);
    }
    relif_partition *partition = make_partition(network, &s);
    relif_clock clock = {{0}};
    relif_simulation *simulation = relif_simulation_create(
        &(relif_simulation_setup){.group = world,
                                  .network = network,
                                  .mapping = mapping,
                                  .coding = &coding,
                                  .partition = partition,
                                  .pooling = s.pooling,
                                  .images_in_flight = 2,
                                  .exchange_interval = s.interval,
                                  .observer = {watch, look, &seen},
                                  .clock = &clock});
    relif_simulation_run(simulation, 2, pixels);
    compare_counts(simulation, network, &seen, 2);
    seen.first_image = 2;
    relif_simulation_run(simulation, 1, pixels + 2 * size);
    compare_counts(simulation, network, &seen, 1);
    CHECK(seen.wrong_spikes == 0);
    CHECK(seen.wrong_potentials == 0);
    CHECK(seen.wrong_counts == 0);
    double totals[2] = {(double)seen.spikes, (double)seen.looks};
    relif_context_sum(world, totals, 2);
    CHECK(totals[0] > 100); /* a silent network would agree with anything */
    CHECK(totals[1] > 0);
    relif_simulation_destroy(simulation);
    relif_partition_destroy(partition);
    for (int i = 0; i < IMAGES; i++) relif_reference_destroy(seen.references[i]);
    relif_mapping_destroy(mapping);
    free(pixels);
}

static const relif_neuron_options plain = {.v_th = 1, .c_m = 1};

static void both_poolings_and_all_schemes_equal_the_reference(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const relif_scheme schemes[] = {RELIF_SCHEME_SPLIT, RELIF_SCHEME_PIPELINE,
                                    RELIF_SCHEME_AUTO};
    for (int n = 0; n < COUNT(networks); n++)
        for (int s = 0; s < COUNT(schemes); s++)
            for (int p = 0; p < RELIF_N_POOLING_MODES; p++)
                hold_to_reference(networks[n],
                                  (scenario){.pooling = (relif_pooling_mode)p,
                                             .neuron = plain,
                                             .scheme = schemes[s],
                                             .interval = 1});
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

static void uneven_cuts_and_long_intervals_equal_the_reference(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const int intervals[] = {1, 5, 37, 100};
    for (int n = 0; n < COUNT(networks); n++)
        for (int i = 0; i < COUNT(intervals); i++)
            hold_to_reference(networks[n], (scenario){.pooling = RELIF_POOLING_WINDOW,
                                                      .neuron = plain,
                                                      .random_cuts = true,
                                                      .interval = intervals[i]});
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

static void leak_bias_reset_threshold_and_start_equal_the_reference(void)
{
    relif_network *network = every_kind_network();
    const relif_neuron_options options[] = {
        {.reset = RELIF_RESET_ZERO, .v_th = 1, .c_m = 1},
        {.v_th = 1, .c_m = 1, .g_l = 3},
        {.reset = RELIF_RESET_ZERO, .v_th = 0.5, .c_m = 1, .g_l = 1.5},
        {.v_th = 0.7, .c_m = 1.3, .v_init = 0.35},
        {.v_th = 1, .c_m = 0.9, .g_l = 0.5, .bias = RELIF_BIAS_CURRENT, .v_init = 2.5},
    };
    for (int o = 0; o < COUNT(options); o++)
        hold_to_reference(network, (scenario){.pooling = RELIF_POOLING_ONLINE,
                                              .neuron = options[o],
                                              .random_cuts = o % 2 == 0,
                                              .scheme = RELIF_SCHEME_SPLIT,
                                              .interval = 2});
    relif_network_destroy(network);
}

/* 37 steps: in one go, and cut where the observer looks. */
static void stretches_of_any_length_equal_the_reference(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const relif_neuron_options leaky = {.v_th = 1, .c_m = 1, .g_l = 2};
    const int looks[] = {37, 10, 3};
    for (int n = 0; n < COUNT(networks); n++)
        for (int p = 0; p < RELIF_N_POOLING_MODES; p++)
            for (int i = 0; i < COUNT(looks); i++)
                hold_to_reference(networks[n],
                                  (scenario){.pooling = (relif_pooling_mode)p,
                                             .neuron = i == 1 ? leaky : plain,
                                             .interval = 20,
                                             .look_every = looks[i]});
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

static void a_rank_without_neurons_takes_part(void)
{
    const random_layer tiny[] = {{RELIF_LAYER_LINEAR, 24, 0, 0, 0, 0},
                                 {RELIF_LAYER_LINEAR, 2, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 4, 5}, COUNT(tiny), tiny);
    hold_to_reference(
        network,
        (scenario){.neuron = plain, .scheme = RELIF_SCHEME_SPLIT, .interval = 1});
    hold_to_reference(
        network,
        (scenario){.neuron = plain, .scheme = RELIF_SCHEME_PIPELINE, .interval = 3});
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(both_poolings_and_all_schemes_equal_the_reference);
    RUN(uneven_cuts_and_long_intervals_equal_the_reference);
    RUN(leak_bias_reset_threshold_and_start_equal_the_reference);
    RUN(stretches_of_any_length_equal_the_reference);
    RUN(a_rank_without_neurons_takes_part);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
