#include "relif/lif.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "random_spikes.h"

enum {
    STEPS = 15,
    IMAGES = 2,
    MAX_NEURONS = 16 * 130,
    MASK_WORDS = MAX_NEURONS / 64 + 2
};

/* What a kernel did: every spike mask, and the potentials after each stretch. */
typedef struct kernel_trace {
    float potentials[STEPS][IMAGES][MAX_NEURONS];
    relif_word masks[IMAGES][STEPS][MASK_WORDS];
    long spikes;
} kernel_trace;

static const relif_neuron_options every_option[] = {
    {.v_th = 1, .c_m = 1},
    {.v_th = 1, .c_m = 1, .g_l = 3},
    {.v_th = 0.7, .c_m = 1.3, .reset = RELIF_RESET_ZERO},
    {.v_th = 0.5, .c_m = 0.9, .v_init = 1.7, .bias = RELIF_BIAS_CURRENT},
    {.v_th = 1, .c_m = 1, .v_init = 2.5},
};

static relif_mapping *map(const relif_network *network,
                          const relif_neuron_options *options)
{
    const relif_coding coding = {.dt = 0.01, .coding_time = 1, .coding_range = 40};
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &coding, options, &mapping) == RELIF_OK);
    return mapping;
}

/* After the stretch that ends before step end. */
static void record(const relif_lif *lif, int end, kernel_trace *trace)
{
    const relif_range owned = lif->synapse->slab.owned;
    int wrong = 0;
    for (int image = 0; image < IMAGES; image++) {
        float *potentials = trace->potentials[end - 1][image] + owned.first;
        relif_lif_potentials(lif, image, potentials);
        for (int n = owned.first; n < owned.end; n++)
            wrong += memcmp(&potentials[n - owned.first],
                            &(float){relif_lif_potential(lif, image, n)},
                            sizeof *potentials) != 0;
    }
    CHECK(wrong == 0);
}

/* The same random spikes for every kernel and stretch; two steps are silent. */
static relif_raster make_input(relif_range range)
{
    relif_random random = relif_random_stream(8, 0);
    const relif_raster input = relif_raster_of(
        range,
        relif_calloc(IMAGES * relif_raster_words(range, STEPS), sizeof(relif_word)),
        IMAGES, STEPS);
    for (int t = 0; t < STEPS; t++)
        for (int image = 0; image < IMAGES; image++)
            if (t != 6 && t != STEPS - 1)
                random_spikes(&random, t % 3 ? 0.2 : 0.05, range,
                              relif_raster_mask(&input, image, t));
    return input;
}

/* The first image, then the others. */
static void run_images(relif_lif *lif, relif_arrivals *arrivals,
                       const relif_raster *input, const relif_raster *fired)
{
    const int ends[] = {0, 1, IMAGES};
    for (int part = 0; part < 2; part++) {
        const relif_raster in = relif_raster_images(input, ends[part], ends[part + 1]);
        const relif_raster out = relif_raster_images(fired, ends[part], ends[part + 1]);
        relif_lif_run(lif, arrivals, &in, &out);
    }
}

/* How a layer is run. */
typedef struct run_way {
    const char *kernel;
    int stretch;
    int part_taps; /* weights in parts of so many rows, 0: as the layer asks for */
    bool at_once;  /* all stretches in one call */
} run_way;

static void run_steps(relif_lif *lif, const run_way *way, kernel_trace *trace)
{
    const int call = way->at_once ? STEPS : way->stretch;
    const relif_synapse *synapse = lif->synapse;
    const relif_range owned = synapse->slab.owned;
    const relif_raster input = make_input(synapse->input);
    const relif_raster fired = {.range = owned,
                                .n_images = IMAGES,
                                .steps = STEPS,
                                .image_pitch = STEPS * MASK_WORDS,
                                .step_pitch = MASK_WORDS,
                                .masks = trace->masks[0][0]};
    relif_arrivals *arrivals = relif_arrivals_create(synapse, way->stretch);
    relif_lif_reset_state(lif);
    for (int t = 0; t < STEPS; t += call) {
        const int end = t + call < STEPS ? t + call : STEPS;
        const relif_raster in = relif_raster_steps(&input, t, end);
        const relif_raster out = relif_raster_steps(&fired, t, end);
        run_images(lif, arrivals, &in, &out);
        record(lif, end, trace);
    }
    for (int t = 0; t < STEPS; t++)
        for (int image = 0; image < IMAGES; image++)
            trace->spikes += relif_spikes_count(trace->masks[image][t], owned);
    relif_arrivals_destroy(arrivals);
    free(input.masks);
}

/* False if this machine does not have the kernel. */
static bool run(const relif_network *network, const relif_mapping *mapping,
                relif_range owned, const run_way *way, kernel_trace *trace)
{
    const relif_layer *layer = &network->layers[0];
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse =
        relif_synapse_create(layer, &slab, covered_range(layer, owned));
    if (way->part_taps) synapse->part_taps = way->part_taps;
    relif_lif *lif = relif_lif_create(mapping, 0, synapse, IMAGES);
    memset(trace, 0, sizeof *trace);
    lif->kernel = relif_kernel_named(way->kernel);
    if (lif->kernel) run_steps(lif, way, trace);
    const bool has = lif->kernel != NULL;
    relif_lif_destroy(lif);
    relif_synapse_destroy(synapse);
    return has;
}

static bool run_kernel(const relif_network *network, const relif_mapping *mapping,
                       relif_range owned, const char *kernel, int stretch,
                       kernel_trace *trace)
{
    return run(network, mapping, owned, &(run_way){.kernel = kernel, .stretch = stretch},
               trace);
}

static kernel_trace expected, found; /* too large for the stack */

static void compare_kernels(const relif_network *network,
                            const relif_neuron_options *options, relif_range owned)
{
    const char *others[] = {"avx2", "avx512"};
    const int stretch = 1 + relif_range_size(owned) % STEPS;
    relif_mapping *mapping = map(network, options);
    CHECK(run_kernel(network, mapping, owned, "baseline", stretch, &expected));
    CHECK(relif_range_size(owned) < 16 || expected.spikes > 0);
    for (int k = 0; k < 2; k++)
        if (run_kernel(network, mapping, owned, others[k], stretch, &found))
            CHECK(memcmp(&expected, &found, sizeof found) == 0);
    relif_mapping_destroy(mapping);
}

/* A layer with the given number of output channels, on 3x3 or 4x4 positions. */
static relif_network *layer_of_width(relif_layer_kind kind, int channels)
{
    const bool average = kind == RELIF_LAYER_AVG_POOL2D;
    const random_layer layer = {kind, channels, 2, 1, 1, 1};
    const random_layer pool = {kind, 0, 2, 1, 1, 0};
    return random_network((uint64_t)channels,
                          (relif_shape){average ? channels : 3, average ? 3 : 2, 2}, 1,
                          average ? &pool : &layer);
}

static void all_instruction_sets_give_the_same_bits_at_every_width(void)
{
    const relif_layer_kind kinds[] = {RELIF_LAYER_CONV2D, RELIF_LAYER_LINEAR,
                                      RELIF_LAYER_AVG_POOL2D};
    const int n_options = (int)(sizeof every_option / sizeof every_option[0]);
    relif_random random = relif_random_stream(9, 0);
    for (int k = 0; k < 3; k++)
        for (int channels = 1; channels <= 130; channels++) {
            relif_network *network = layer_of_width(kinds[k], channels);
            const relif_range all = {0, relif_shape_size(network->layers[0].out)};
            compare_kernels(network, &every_option[channels % n_options], all);
            const relif_range part = random_range(&random, all);
            compare_kernels(network, &every_option[(channels + k) % n_options], part);
            relif_network_destroy(network);
        }
}

/* Spikes and last potentials of a part, against those of the whole layer. */
static int differences(relif_range all, relif_range part)
{
    int wrong = 0;
    for (int image = 0; image < IMAGES; image++)
        for (int n = part.first; n < part.end; n++) {
            wrong += memcmp(&expected.potentials[STEPS - 1][image][n],
                            &found.potentials[STEPS - 1][image][n], sizeof(float)) != 0;
            for (int t = 0; t < STEPS; t++)
                wrong += relif_spikes_test(expected.masks[image][t], all, n) !=
                         relif_spikes_test(found.masks[image][t], part, n);
        }
    return wrong;
}

/* The input spikes are drawn for the input range: only whole ranges see the same ones. */
static void check_parts(const relif_network *network, const relif_mapping *mapping,
                        relif_random *random)
{
    const relif_layer *layer = &network->layers[0];
    const relif_range all = {0, relif_shape_size(layer->out)};
    const relif_range input = covered_range(layer, all);
    run_kernel(network, mapping, all, "baseline", STEPS, &expected);
    for (int trial = 0; trial < 20; trial++) {
        const relif_range part = random_range(random, all);
        const relif_range seen = covered_range(layer, part);
        if (seen.first != input.first || seen.end != input.end) continue;
        run_kernel(network, mapping, part, "baseline", STEPS, &found);
        CHECK(differences(all, part) == 0);
    }
}

/* Stretches of any length, against single steps. */
static void check_stretches(const relif_network *network, const relif_mapping *mapping)
{
    const relif_range all = {0, relif_shape_size(network->layers[0].out)};
    const int stretches[] = {2, 7, STEPS};
    const char *best = relif_kernel_best()->name;
    run_kernel(network, mapping, all, "baseline", 1, &expected);
    CHECK(expected.spikes > 0);
    for (int s = 0; s < 3; s++) {
        run_kernel(network, mapping, all, best, stretches[s], &found);
        CHECK(differences(all, all) == 0);
    }
}

static void a_stretch_does_what_its_steps_do(void)
{
    const relif_layer_kind kinds[] = {RELIF_LAYER_CONV2D, RELIF_LAYER_LINEAR,
                                      RELIF_LAYER_AVG_POOL2D};
    const int widths[] = {5, 20, 64, 70};
    const int n_options = (int)(sizeof every_option / sizeof every_option[0]);
    for (int k = 0; k < 3; k++)
        for (int w = 0; w < 4; w++)
            for (int o = 0; o < n_options; o++) {
                relif_network *network = layer_of_width(kinds[k], widths[w]);
                relif_mapping *mapping = map(network, &every_option[o]);
                check_stretches(network, mapping);
                relif_mapping_destroy(mapping);
                relif_network_destroy(network);
            }
}

/* Several stretches in a call, weights in parts or not, against single steps. */
static void check_stretches_at_once(const relif_network *network,
                                    const relif_mapping *mapping)
{
    const relif_range all = {0, relif_shape_size(network->layers[0].out)};
    const char *kernels[] = {"baseline", "avx2", "avx512"};
    const int stretches[] = {1, 3, 7, STEPS - 1}, parts[] = {0, 2, 5};
    run_kernel(network, mapping, all, "baseline", 1, &expected);
    for (int k = 0; k < 3; k++)
        for (int s = 0; s < 4; s++)
            for (int p = 0; p < 3; p++) {
                const run_way way = {kernels[k], stretches[s], parts[p], true};
                if (run(network, mapping, all, &way, &found))
                    CHECK(differences(all, all) == 0);
            }
}

static void a_whole_layer_runs_through_several_stretches_at_once(void)
{
    const int widths[] = {1, 20, 64, 130};
    const int n_options = (int)(sizeof every_option / sizeof every_option[0]);
    for (int w = 0; w < 4; w++)
        for (int o = 0; o < n_options; o++) {
            relif_network *network = layer_of_width(RELIF_LAYER_LINEAR, widths[w]);
            relif_mapping *mapping = map(network, &every_option[o]);
            check_stretches_at_once(network, mapping);
            relif_mapping_destroy(mapping);
            relif_network_destroy(network);
        }
}

/* With every instruction set, against weights that come at once. */
static void check_weights_in_parts(const relif_network *network,
                                   const relif_neuron_options *options)
{
    const char *kernels[] = {"baseline", "avx2", "avx512"};
    const int parts[] = {1, 2, 5};
    const relif_range all = {0, relif_shape_size(network->layers[0].out)};
    relif_mapping *mapping = map(network, options);
    CHECK(run_kernel(network, mapping, all, "baseline", STEPS, &expected));
    CHECK(relif_range_size(all) < 64 || expected.spikes > 0);
    for (int k = 0; k < 3; k++)
        for (int p = 0; p < 3; p++)
            if (run(network, mapping, all, &(run_way){kernels[k], STEPS, parts[p], false},
                    &found))
                CHECK(memcmp(&expected, &found, sizeof found) == 0);
    relif_mapping_destroy(mapping);
}

static void weights_in_parts_give_the_same_bits(void)
{
    const relif_layer_kind kinds[] = {RELIF_LAYER_CONV2D, RELIF_LAYER_LINEAR};
    const int widths[] = {1, 20, 48, 64, 130};
    const int n_options = (int)(sizeof every_option / sizeof every_option[0]);
    for (int k = 0; k < 2; k++)
        for (int w = 0; w < 5; w++)
            for (int o = 0; o < n_options; o++) {
                relif_network *network = layer_of_width(kinds[k], widths[w]);
                check_weights_in_parts(network, &every_option[o]);
                relif_network_destroy(network);
            }
}

static void a_part_of_a_layer_does_what_the_whole_does(void)
{
    const relif_layer_kind kinds[] = {RELIF_LAYER_CONV2D, RELIF_LAYER_LINEAR,
                                      RELIF_LAYER_AVG_POOL2D};
    const int widths[] = {1, 5, 16, 63, 64, 65, 130};
    relif_random random = relif_random_stream(10, 0);
    for (int k = 0; k < 3; k++)
        for (int w = 0; w < 7; w++) {
            relif_network *network = layer_of_width(kinds[k], widths[w]);
            relif_mapping *mapping = map(network, &every_option[w % 5]);
            check_parts(network, mapping, &random);
            relif_mapping_destroy(mapping);
            relif_network_destroy(network);
        }
}

/* One neuron of the layer that starts with a potential of 2.5 thresholds. */
static void a_potential_above_the_threshold_fires_without_input(void)
{
    relif_network *network = layer_of_width(RELIF_LAYER_LINEAR, 1);
    for (int reset = 0; reset < 2; reset++) {
        const relif_neuron_options options = {.v_th = 1,
                                              .c_m = 1,
                                              .v_init = 2.5,
                                              .reset = (relif_reset)reset,
                                              .bias = RELIF_BIAS_CURRENT};
        network->layers[0].bias[0] = 0;
        relif_mapping *mapping = map(network, &options);
        const relif_slab slab =
            relif_slab_create(&network->layers[0], (relif_range){0, 1});
        relif_synapse *synapse =
            relif_synapse_create(&network->layers[0], &slab, (relif_range){0, 12});
        relif_lif *lif = relif_lif_create(mapping, 0, synapse, 1);
        for (int stretch = 5; stretch >= 1; stretch -= 2) {
            relif_arrivals *arrivals = relif_arrivals_create(synapse, stretch);
            relif_word silence[5] = {0}, fired[5] = {0}, waiting = 0;
            const relif_raster input = relif_raster_of(synapse->input, silence, 1, 5);
            const relif_raster out = relif_raster_of((relif_range){0, 1}, fired, 1, 5);
            relif_lif_reset_state(lif);
            relif_lif_waiting(lif, 0, &waiting);
            CHECK(waiting == 1);
            relif_lif_run(lif, arrivals, &input, &out);
            for (int t = 0; t < 5; t++)
                CHECK(fired[t] == (t < (reset == RELIF_RESET_LINEAR ? 2 : 1)));
            CHECK(relif_lif_potential(lif, 0, 0) ==
                  (reset == RELIF_RESET_LINEAR ? 0.5f : 0));
            waiting = 0;
            relif_lif_waiting(lif, 0, &waiting);
            CHECK(waiting == 0);
            relif_arrivals_destroy(arrivals);
        }
        relif_lif_destroy(lif);
        relif_synapse_destroy(synapse);
        relif_mapping_destroy(mapping);
    }
    relif_network_destroy(network);
}

static void a_kernel_that_is_not_there_is_refused(void)
{
    CHECK(relif_kernel_named("") == NULL);
    CHECK(relif_kernel_named("avx1024") == NULL);
    CHECK(relif_kernel_named("baseline") != NULL);
    CHECK(relif_kernel_named(relif_kernel_best()->name) == relif_kernel_best());
}

int main(void)
{
    RUN(all_instruction_sets_give_the_same_bits_at_every_width);
    RUN(a_part_of_a_layer_does_what_the_whole_does);
    RUN(a_stretch_does_what_its_steps_do);
    RUN(a_whole_layer_runs_through_several_stretches_at_once);
    RUN(weights_in_parts_give_the_same_bits);
    RUN(a_potential_above_the_threshold_fires_without_input);
    RUN(a_kernel_that_is_not_there_is_refused);
    relif_lif_destroy(NULL);
    return check_result();
}
