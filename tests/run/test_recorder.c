#include "relif/recorder.h"

#include "check.h"
#include "network_samples.h"
#include "random_partition.h"
#include "relif/reference.h"

enum { IMAGES = 5, BATCH = 2, FIRST_IMAGE = 40, LAST_LAYER = 5 };

static const relif_context *world;
static const relif_coding coding = {.dt = 0.01, .coding_time = 0.25, .coding_range = 40};

/* A recorded run of IMAGES images that begin at FIRST_IMAGE, and what it should give. */
typedef struct recording {
    relif_network *network;
    relif_partition *partition;
    relif_recorder *recorder;
    relif_reference *references[IMAGES];
    relif_pooling_mode pooling;
} recording;

/* A batch again for the shorter coding times, if each needs its own simulation. */
static void simulate_shorter(relif_simulation *shorter,
                             const relif_record_request *request, int n,
                             const relif_pixel_source *source)
{
    for (int c = request->n_coding_times - 1; request->coding_apart && c >= 0; c--) {
        relif_simulation_set_steps(shorter, request->coding_steps[c]);
        relif_simulation_load(shorter, n, source);
        relif_simulation_run(shorter);
    }
}

/* Runs all images in batches, the last of them not full. */
static void simulate(recording *made, const relif_mapping *mapping,
                     const relif_record_request *request, const float *pixels)
{
    const int size = relif_shape_size(made->network->input);
    relif_clock clock = {{0}};
    relif_simulation_setup setup = {.group = world,
                                    .network = made->network,
                                    .mapping = mapping,
                                    .coding = &coding,
                                    .partition = made->partition,
                                    .pooling = made->pooling,
                                    .images_in_flight = BATCH,
                                    .exchange_interval = 3,
                                    .observer = relif_recorder_observer(made->recorder),
                                    .clock = &clock};
    relif_simulation *simulation = relif_simulation_create(&setup);
    setup.observer = relif_recorder_coding_observer(made->recorder);
    relif_simulation *shorter = relif_simulation_create(&setup);
    for (int i = 0; i < IMAGES; i += BATCH) {
        const int n = IMAGES - i < BATCH ? IMAGES - i : BATCH;
        relif_recorder_expect(made->recorder, FIRST_IMAGE + i, n);
        const relif_pixel_array images = {pixels + i * size, size};
        const relif_pixel_source source = relif_pixel_array_source(&images);
        relif_simulation_load(simulation, n, &source);
        relif_simulation_run(simulation);
        simulate_shorter(shorter, request, n, &source);
        relif_recorder_take(made->recorder, simulation, n);
    }
    relif_simulation_destroy(simulation);
    relif_simulation_destroy(shorter);
}

static recording record_with(relif_pooling_mode pooling, double g_l,
                             const relif_record_request *request, uint64_t cuts)
{
    recording made = {.network = every_kind_network(), .pooling = pooling};
    relif_neuron_options neuron = relif_neuron_options_default();
    neuron.g_l = g_l;
    const int size = relif_shape_size(made.network->input);
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(made.network, &coding, &neuron, &mapping) == RELIF_OK);
    float *pixels = relif_calloc((size_t)(IMAGES * size), sizeof *pixels);
    for (int i = 0; i < IMAGES; i++) {
        random_image(6, i, size, pixels + i * size);
        made.references[i] = relif_reference_run(made.network, mapping, &coding, pooling,
                                                 pixels + i * size);
    }
    made.partition = random_partition(made.network, world->size, cuts);
    made.recorder = relif_recorder_create(world, made.network, made.partition,
                                          relif_coding_steps(&coding), request);
    relif_recorder_begin(made.recorder, 1); /* forgotten by the next */
    relif_recorder_begin(made.recorder, IMAGES);
    simulate(&made, mapping, request, pixels);
    free(pixels);
    relif_mapping_destroy(mapping);
    return made;
}

static recording record(const relif_record_request *request, uint64_t cuts)
{
    return record_with(RELIF_POOLING_WINDOW, 0, request, cuts);
}

static void discard(recording *made)
{
    for (int i = 0; i < IMAGES; i++) relif_reference_destroy(made->references[i]);
    relif_recorder_destroy(made->recorder);
    relif_partition_destroy(made->partition);
    relif_network_destroy(made->network);
}

/* The potential after the last step; max pooling has none and gives 0. */
static float last_potential(const relif_reference *reference, int layer, int neuron)
{
    const relif_reference_layer *values = &reference->layers[layer];
    if (!values->potential) return 0;
    return values->potential[(reference->steps - 1) * values->size + neuron];
}

static void check_rows(const recording *made, int k, int layer)
{
    const relif_range owned = relif_partition_range(made->partition, layer, world->rank);
    const int32_t *counts = relif_recorder_counts(made->recorder, k);
    const float *potentials = relif_recorder_potentials(made->recorder, k);
    int wrong = 0;
    for (int i = 0; i < IMAGES; i++)
        for (int n = owned.first; n < owned.end; n++) {
            const relif_reference *expected = made->references[i];
            wrong += *counts++ != expected->layers[layer].counts[n];
            wrong += *potentials++ != last_potential(expected, layer, n);
        }
    CHECK(wrong == 0);
}

static void rows_hold_counts_and_potentials_of_owned_neurons(void)
{
    const int layers[] = {4, 0, 1}; /* any order; the second is max pooling */
    const relif_record_request request = {.n_layers = 3, .layers = layers};
    for (uint64_t cuts = 0; cuts < 3; cuts++) {
        recording made = record(&request, cuts);
        for (int k = 0; k < 3; k++) check_rows(&made, k, layers[k]);
        discard(&made);
    }
}

/* Spikes of a neuron in the first steps. */
static int32_t prefix(const relif_reference *reference, int layer, int neuron, int steps)
{
    const relif_reference_layer *values = &reference->layers[layer];
    int32_t count = 0;
    for (int t = 0; t < steps; t++) count += values->spikes[t * values->size + neuron];
    return count;
}

static float potential_at(const relif_reference *reference, int layer, int neuron,
                          int steps)
{
    const relif_reference_layer *values = &reference->layers[layer];
    if (!values->potential) return 0;
    return values->potential[(steps - 1) * values->size + neuron];
}

/* Rows, joined rows and joined outputs at coding time number c. */
static void check_coding_time(const recording *made, int k, int layer, int c, int steps)
{
    const relif_range owned = relif_partition_range(made->partition, layer, world->rank);
    const int size = relif_shape_size(made->network->layers[layer].out);
    const int start = c * IMAGES * relif_range_size(owned);
    const int32_t *counts = relif_recorder_coding_counts(made->recorder, k) + start;
    const float *potentials = relif_recorder_coding_potentials(made->recorder, k) + start;
    int32_t *all = relif_calloc((size_t)(IMAGES * size), sizeof *all);
    relif_recorder_coding_join(made->recorder, k, c, all);
    int wrong = 0;
    long spikes = 0;
    for (int i = 0; i < IMAGES; i++) {
        const relif_reference *expected = made->references[i];
        for (int n = owned.first; n < owned.end; n++) {
            wrong += *counts++ != prefix(expected, layer, n, steps);
            wrong += *potentials++ != potential_at(expected, layer, n, steps);
        }
        for (int n = 0; n < size; n++) {
            wrong += all[i * size + n] != prefix(expected, layer, n, steps);
            spikes += all[i * size + n];
        }
    }
    CHECK(wrong == 0);
    CHECK(spikes > 0 || steps == 1); /* silence would agree with anything */
    free(all);
}

static void check_coding_outputs(const recording *made, int c, int steps)
{
    int32_t counts[IMAGES][7];
    float potentials[IMAGES][7];
    relif_recorder_coding_outputs(made->recorder, c, counts[0], potentials[0]);
    for (int i = 0; i < IMAGES; i++)
        for (int n = 0; n < 7; n++) {
            const relif_reference *expected = made->references[i];
            CHECK(counts[i][n] == prefix(expected, LAST_LAYER, n, steps));
            CHECK(potentials[i][n] == potential_at(expected, LAST_LAYER, n, steps));
        }
}

static void shorter_coding_times_are_prefixes(void)
{
    const int layers[] = {4, 0, 1}; /* any order; the last is max pooling */
    const int steps[] = {1, 9, 10, 25};
    const relif_record_request request = {
        .n_layers = 3, .layers = layers, .n_coding_times = 4, .coding_steps = steps};
    for (uint64_t cuts = 0; cuts < 3; cuts++) {
        recording made = record_with(RELIF_POOLING_ONLINE, 0, &request, cuts);
        for (int c = 0; c < 4; c++) {
            for (int k = 0; k < 3; k++)
                check_coding_time(&made, k, layers[k], c, steps[c]);
            check_coding_outputs(&made, c, steps[c]);
        }
        discard(&made);
    }
}

/* Trains of one layer and image: owned chosen neurons, all steps; potentials if kept. */
static void check_trains(const recording *made, int k, int layer, int i, int image,
                         bool kept)
{
    const relif_reference *reference = made->references[image];
    const relif_reference_layer *expected = &reference->layers[layer];
    const relif_raster spikes = relif_recorder_train_spikes(made->recorder, k, i);
    const float *potentials = relif_recorder_train_potentials(made->recorder, k, i);
    const relif_range mine = relif_recorder_train_range(made->recorder, k);
    int n, wrong = 0;
    const int *neurons = relif_recorder_train_neurons(made->recorder, k, &n);
    CHECK(spikes.masks != NULL && mine.end <= n);
    CHECK((potentials != NULL) == (expected->potential != NULL && kept));
    for (int e = mine.first; spikes.masks && e < mine.end; e++)
        for (int t = 0; t < reference->steps; t++) {
            const int at = t * expected->size + neurons[e];
            wrong += relif_spikes_test(relif_raster_mask(&spikes, 0, t), spikes.range,
                                       neurons[e]) != expected->spikes[at];
            if (potentials) wrong += *potentials++ != expected->potential[at];
        }
    CHECK(wrong == 0);
}

/* References of a shorter coding time in the place of the whole one's. */
static void shorten_references(recording *made, int steps)
{
    const relif_neuron_options neuron = relif_neuron_options_default();
    const relif_coding shorter = {coding.dt, steps * coding.dt, coding.coding_range};
    const int size = relif_shape_size(made->network->input);
    float *pixels = relif_calloc((size_t)size, sizeof *pixels);
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(made->network, &shorter, &neuron, &mapping) == RELIF_OK);
    for (int i = 0; i < IMAGES; i++) {
        random_image(6, i, size, pixels);
        relif_reference_destroy(made->references[i]);
        made->references[i] =
            relif_reference_run(made->network, mapping, &shorter, made->pooling, pixels);
    }
    relif_mapping_destroy(mapping);
    free(pixels);
}

/* The winners of a window pooling depend on the coding time; the whole one's stay. */
static void coding_times_apart_have_winners_of_their_own(void)
{
    const int layers[] = {4, 0, 1}, steps[] = {1, 9, 17, 25};
    const int64_t images[] = {FIRST_IMAGE + 3};
    const relif_record_request request = {.n_layers = 3,
                                          .layers = layers,
                                          .n_coding_times = 4,
                                          .coding_steps = steps,
                                          .coding_apart = true,
                                          .n_train_layers = 1,
                                          .train_layers = layers,
                                          .n_train_images = 1,
                                          .train_images = images};
    for (uint64_t cuts = 0; cuts < 3; cuts++) {
        recording made = record(&request, cuts);
        for (int k = 0; k < 3; k++) check_rows(&made, k, layers[k]);
        check_trains(&made, 0, layers[0], 0, 3, request.train_potentials);
        for (int c = 3; c >= 0; c--) {
            shorten_references(&made, steps[c]);
            for (int k = 0; k < 3; k++)
                check_coding_time(&made, k, layers[k], c, steps[c]);
            check_coding_outputs(&made, c, steps[c]);
        }
        discard(&made);
    }
}

/* Owned neurons of recorded layer number k and coding time number c. */
static void check_sums(const recording *made, int k, int layer, int c, int steps)
{
    const relif_range owned = relif_partition_range(made->partition, layer, world->rank);
    const double *sums = relif_recorder_coding_sums(made->recorder, k) +
                         c * IMAGES * relif_range_size(owned);
    int wrong = 0;
    for (int i = 0; i < IMAGES; i++)
        for (int n = owned.first; n < owned.end; n++) {
            double expected = 0;
            for (int t = 1; t <= steps; t++)
                expected += (double)potential_at(made->references[i], layer, n, t);
            wrong += *sums++ != expected;
        }
    CHECK(wrong == 0);
}

static void potentials_of_leaky_layers_are_summed_up(void)
{
    const int layers[] = {4, 0}, steps[] = {1, 9, 25};
    const relif_record_request request = {
        .n_layers = 2, .layers = layers, .n_coding_times = 3, .coding_steps = steps};
    for (uint64_t cuts = 0; cuts < 3; cuts++) {
        recording made = record_with(RELIF_POOLING_ONLINE, 1.5, &request, cuts);
        for (int c = 0; c < 3; c++)
            for (int k = 0; k < 2; k++) check_sums(&made, k, layers[k], c, steps[c]);
        discard(&made);
    }
}

static void outputs_are_joined_on_every_rank(void)
{
    const relif_record_request nothing = {0};
    for (uint64_t cuts = 0; cuts < 3; cuts++) {
        recording made = record(&nothing, cuts);
        int32_t counts[IMAGES][7];
        float potentials[IMAGES][7];
        relif_recorder_outputs(made.recorder, counts[0], potentials[0]);
        long spikes = 0;
        for (int i = 0; i < IMAGES; i++)
            for (int n = 0; n < 7; n++) {
                const relif_reference *expected = made.references[i];
                CHECK(counts[i][n] == expected->layers[LAST_LAYER].counts[n]);
                CHECK(potentials[i][n] == last_potential(expected, LAST_LAYER, n));
                spikes += counts[i][n];
            }
        CHECK(spikes > 0); /* silence would agree with anything */
        discard(&made);
    }
}

static void trains_hold_every_step_of_the_chosen_neurons(void)
{
    const int layers[] = {0, 1, LAST_LAYER}, neurons[] = {0, 3, 7, 99, 1500};
    const int64_t images[] = {FIRST_IMAGE + 1, FIRST_IMAGE + 4, FIRST_IMAGE + IMAGES};
    const int expected[] = {5, 4, 2}; /* that the layers have; the last has 7 neurons */
    relif_record_request request = {.n_train_layers = 3,
                                    .train_layers = layers,
                                    .n_train_images = 3,
                                    .train_images = images,
                                    .n_train_neurons = 5,
                                    .train_neurons = neurons};
    for (uint64_t cuts = 0; cuts < 6; cuts++) {
        request.train_potentials = cuts >= 3;
        recording made = record(&request, cuts % 3);
        for (int k = 0; k < 3; k++) {
            int n;
            const int *chosen = relif_recorder_train_neurons(made.recorder, k, &n);
            CHECK(n == expected[k] &&
                  memcmp(chosen, neurons, (size_t)n * sizeof *chosen) == 0);
            check_trains(&made, k, layers[k], 0, 1, request.train_potentials);
            check_trains(&made, k, layers[k], 1, 4, request.train_potentials);
            CHECK(relif_recorder_train_spikes(made.recorder, k, 2).masks == NULL);
            CHECK(relif_recorder_train_potentials(made.recorder, k, 2) == NULL);
        }
        discard(&made);
    }
}

static void no_chosen_neurons_means_all_of_them(void)
{
    const int layers[] = {4};
    const int64_t images[] = {FIRST_IMAGE};
    const relif_record_request request = {.n_train_layers = 1,
                                          .train_layers = layers,
                                          .n_train_images = 1,
                                          .train_images = images};
    recording made = record(&request, 1);
    const relif_range owned = relif_partition_range(made.partition, 4, world->rank);
    const relif_range mine = relif_recorder_train_range(made.recorder, 0);
    int n;
    relif_recorder_train_neurons(made.recorder, 0, &n);
    CHECK(n == 90);
    CHECK(relif_range_size(mine) == relif_range_size(owned));
    CHECK(relif_range_size(owned) == 0 || mine.first == owned.first);
    check_trains(&made, 0, 4, 0, 0, request.train_potentials);
    discard(&made);
}

static void every_chosen_neuron_is_on_one_rank(void)
{
    const int layers[] = {2}, neurons[] = {1, 5, 70, 71, 300, 2000};
    const int64_t images[] = {FIRST_IMAGE};
    const relif_record_request request = {.n_train_layers = 1,
                                          .train_layers = layers,
                                          .n_train_images = 1,
                                          .train_images = images,
                                          .n_train_neurons = 6,
                                          .train_neurons = neurons};
    recording made = record(&request, 2);
    const relif_range mine = relif_recorder_train_range(made.recorder, 0);
    double owners[6] = {0};
    for (int e = mine.first; e < mine.end; e++) owners[e] = 1;
    relif_context_sum(world, owners, 6);
    int n;
    relif_recorder_train_neurons(made.recorder, 0, &n);
    for (int e = 0; e < 6; e++) CHECK(owners[e] == (e < n ? 1 : 0));
    discard(&made);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(rows_hold_counts_and_potentials_of_owned_neurons);
    RUN(shorter_coding_times_are_prefixes);
    RUN(coding_times_apart_have_winners_of_their_own);
    RUN(potentials_of_leaky_layers_are_summed_up);
    RUN(outputs_are_joined_on_every_rank);
    RUN(trains_hold_every_step_of_the_chosen_neurons);
    RUN(no_chosen_neurons_means_all_of_them);
    RUN(every_chosen_neuron_is_on_one_rank);
    relif_recorder_destroy(NULL);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
