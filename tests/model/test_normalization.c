#include "relif/normalization.h"

#include <math.h>

#include "check.h"
#include "plain_network.h"
#include "relif/ann.h"
#include "relif/reference.h"

enum { IMAGES = 37 }; /* not a multiple of the batch */

static float *make_images(const relif_network *network)
{
    const size_t n = IMAGES * (size_t)relif_shape_size(network->input);
    float *images = plain_random_floats(n, 1, 3);
    for (size_t i = 0; i < n; i++) images[i] = fabsf(images[i]);
    return images;
}

/* Scales of a method from the activations of the images. */
static void find_scales(const relif_network *network, relif_normalization_options options,
                        const float *images, int n_images, double *scales)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    float *batch = relif_calloc(RELIF_ANN_BATCH * size, sizeof *batch);
    relif_distribution *seen[16];
    relif_ann *ann = relif_ann_create(network);
    for (int l = 0; l < network->n_layers; l++) seen[l] = relif_distribution_create();
    for (int i = 0; i < n_images; i += RELIF_ANN_BATCH) {
        const int n = n_images - i < RELIF_ANN_BATCH ? n_images - i : RELIF_ANN_BATCH;
        memcpy(batch, images + (size_t)i * size, (size_t)n * size * sizeof *batch);
        relif_ann_forward(ann, batch);
        for (int l = 0; l < network->n_layers; l++)
            relif_distribution_see(seen[l], relif_ann_activations(ann, l),
                                   (size_t)n *
                                       (size_t)relif_shape_size(network->layers[l].out));
    }
    relif_normalization_scales(network, &options, seen, scales);
    for (int l = 0; l < network->n_layers; l++) relif_distribution_destroy(seen[l]);
    relif_ann_destroy(ann);
    free(batch);
}

static relif_normalization_options options_of(relif_normalization method,
                                              double percentile)
{
    relif_normalization_options options = relif_normalization_options_default();
    options.method = method;
    options.percentile = percentile;
    return options;
}

static void check_divided(const relif_network *network, const relif_network *scaled,
                          const double *scales, const float *images)
{
    relif_ann *before = relif_ann_create(network), *after = relif_ann_create(scaled);
    relif_ann_forward(before, images);
    relif_ann_forward(after, images);
    for (int l = 0; l < network->n_layers; l++) {
        const int size = relif_shape_size(network->layers[l].out);
        const float *a = relif_ann_activations(before, l);
        const float *b = relif_ann_activations(after, l);
        double largest = 0; /* a small sum of large terms rounds as they do */
        for (int i = 0; i < RELIF_ANN_BATCH * size; i++)
            largest = fmax(largest, fabs((double)b[i]));
        for (int i = 0; i < RELIF_ANN_BATCH * size; i++)
            CHECK_NEAR(b[i], (double)a[i] / scales[l], 1e-6 * (1 + largest));
        for (int i = 0; l == network->n_layers - 1 && i < RELIF_ANN_BATCH; i++)
            CHECK(relif_ann_label(a + i * size, size) ==
                  relif_ann_label(b + i * size, size));
    }
    relif_ann_destroy(before);
    relif_ann_destroy(after);
}

static void activations_are_divided_and_labels_unchanged(void)
{
    relif_network *network = plain_small_network();
    float *images = make_images(network);
    double scales[16];
    for (int method = 0; method < RELIF_N_NORMALIZATIONS; method++) {
        find_scales(network, options_of((relif_normalization)method, 90), images, IMAGES,
                    scales);
        CHECK(method == RELIF_NORMALIZATION_NONE ||
              method == RELIF_NORMALIZATION_SPIKE_NORM || scales[0] != 1);
        relif_network *scaled =
            relif_normalization_apply(network, RELIF_CARRIER_WEIGHTS, scales);
        check_divided(network, scaled, scales, images);
        relif_network_destroy(scaled);
    }
    free(images);
    relif_network_destroy(network);
}

static void the_largest_activation_of_all_images_becomes_one(void)
{
    relif_network *network = plain_small_network();
    float *images = make_images(network);
    const int size = relif_shape_size(network->input);
    double scales[16];
    find_scales(network, options_of(RELIF_NORMALIZATION_MAX, 100), images, IMAGES,
                scales);
    for (int l = 0; l < network->n_layers; l++) {
        double largest = 0;
        for (int i = 0; i < IMAGES; i++) {
            double *values = plain_forward(network, images + i * size, l);
            for (int j = 0; j < relif_shape_size(network->layers[l].out); j++)
                largest = fmax(largest, values[j]);
            free(values);
        }
        if (relif_layer_has_weights(&network->layers[l]))
            CHECK_NEAR(scales[l], largest, 1e-5 * largest);
        else
            CHECK(scales[l] == scales[l - 1]);
    }
    free(images);
    relif_network_destroy(network);
}

static void none_leaves_every_bit_as_it_is(void)
{
    relif_network *network = plain_small_network();
    double scales[16];
    relif_normalization_options options = relif_normalization_options_default();
    relif_normalization_scales(network, &options, NULL, scales);
    relif_network *scaled =
        relif_normalization_apply(network, RELIF_CARRIER_WEIGHTS, scales);
    for (int l = 0; l < network->n_layers; l++) {
        CHECK(scales[l] == 1);
        const size_t n = (size_t)relif_layer_weights(&network->layers[l]);
        CHECK(n == 0 || memcmp(network->layers[l].weight, scaled->layers[l].weight,
                               n * sizeof(float)) == 0);
    }
    relif_network_destroy(scaled);
    relif_network_destroy(network);
}

/* The network as a carrier has it, simulated by the reference. */
static relif_reference *carried(const relif_network *network, relif_carrier carrier,
                                const double *scales, relif_neuron_options neuron,
                                const float *image)
{
    const relif_coding coding = {.dt = 0.01, .coding_time = 1, .coding_range = 60};
    double factors[16];
    relif_mapping *mapping = NULL;
    relif_network *scaled = relif_normalization_apply(network, carrier, scales);
    relif_normalization_factors(network, scales, factors);
    if (carrier == RELIF_CARRIER_V_TH) neuron.v_th_factors = factors;
    if (carrier == RELIF_CARRIER_C_M) neuron.c_m_factors = factors;
    CHECK(relif_mapping_create(scaled, &coding, &neuron, &mapping) == RELIF_OK);
    relif_reference *reference =
        relif_reference_run(scaled, mapping, &coding, RELIF_POOLING_WINDOW, image);
    relif_mapping_destroy(mapping);
    relif_network_destroy(scaled);
    return reference;
}

/* Powers of two scale without rounding: every spike must be the same. */
static void weights_thresholds_and_capacitances_carry_a_scale_alike(void)
{
    const double scales[] = {2, 2, 8, 0.5, 0.5, 4, 16};
    const relif_neuron_options neurons[] = {
        {.v_th = 1, .c_m = 1},
        {.v_th = 0.5, .c_m = 2, .g_l = 3, .bias = RELIF_BIAS_CURRENT},
        {.v_th = 1, .c_m = 0.25, .g_l = 1, .reset = RELIF_RESET_ZERO}};
    relif_network *network = plain_small_network();
    float *images = make_images(network);
    for (int o = 0; o < (int)(sizeof neurons / sizeof neurons[0]); o++) {
        relif_reference *runs[RELIF_N_CARRIERS];
        long spikes = 0;
        for (int c = 0; c < RELIF_N_CARRIERS; c++)
            runs[c] = carried(network, (relif_carrier)c, scales, neurons[o], images);
        for (int l = 0; l < network->n_layers; l++) {
            const relif_reference_layer *layer = &runs[0]->layers[l];
            const size_t n = (size_t)layer->size * (size_t)runs[0]->steps;
            for (size_t i = 0; i < n; i++) spikes += layer->spikes[i];
            for (int c = 1; c < RELIF_N_CARRIERS; c++)
                CHECK(memcmp(layer->spikes, runs[c]->layers[l].spikes, n) == 0);
        }
        CHECK(spikes > 1000);
        for (int c = 0; c < RELIF_N_CARRIERS; c++) relif_reference_destroy(runs[c]);
    }
    free(images);
    relif_network_destroy(network);
}

/* One input, one output, ReLU: the activations are the images themselves. */
static relif_network *identity(float weight)
{
    relif_network *network = relif_network_create("identity", (relif_shape){1, 1, 1});
    relif_layer layer = {.name = "fc",
                         .kind = RELIF_LAYER_LINEAR,
                         .activation = RELIF_ACTIVATION_RELU,
                         .out.channels = 1,
                         .weight = relif_calloc(1, sizeof(float))};
    layer.weight[0] = weight;
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    return network;
}

static double scale_of(float weight, relif_normalization method, double percentile,
                       const float *images, int n)
{
    relif_network *network = identity(weight);
    double scale = NAN;
    find_scales(network, options_of(method, percentile), images, n, &scale);
    relif_network_destroy(network);
    return scale;
}

static void zeros_count_among_the_activations(void)
{
    float images[100] = {0};
    for (int i = 0; i < 10; i++) images[10 * i] = (float)(i + 1);
    CHECK_NEAR(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 95, images, 100), 5,
               5.0 / 2048);
    CHECK(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 100, images, 100) == 10);
    CHECK(scale_of(1, RELIF_NORMALIZATION_MAX, 50, images, 100) == 10);
}

static void a_percentile_of_zero_gives_way_to_the_largest(void)
{
    float images[100] = {0};
    images[3] = 5;
    CHECK(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 50, images, 100) == 5);
}

static void a_silent_layer_keeps_the_scale_before_it(void)
{
    float images[20];
    for (int i = 0; i < 20; i++) images[i] = (float)i;
    CHECK(scale_of(-1, RELIF_NORMALIZATION_MAX, 100, images, 20) == 1);
    CHECK(scale_of(-1, RELIF_NORMALIZATION_PERCENTILE, 99, images, 20) == 1);
    CHECK(scale_of(1, RELIF_NORMALIZATION_MAX, 100, images, 0) == 1);
    relif_network *network = identity(1);
    relif_layer silent = {.name = "silent",
                          .kind = RELIF_LAYER_LINEAR,
                          .activation = RELIF_ACTIVATION_RELU,
                          .out.channels = 1,
                          .weight = relif_calloc(1, sizeof(float))};
    double scales[2];
    CHECK(relif_network_append(network, &silent) == RELIF_OK);
    find_scales(network, options_of(RELIF_NORMALIZATION_MAX, 100), images, 20, scales);
    CHECK(scales[0] == 19 && scales[1] == 19);
    relif_network_destroy(network);
}

static void methods_and_carriers_have_words_of_their_own(void)
{
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_NONE), "none") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_MAX), "max") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_PERCENTILE),
                 "percentile") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_SPIKE_NORM),
                 "spike_norm") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_N_NORMALIZATIONS), "unknown") == 0);
    CHECK(strcmp(relif_carrier_name(RELIF_CARRIER_WEIGHTS), "weights") == 0);
    CHECK(strcmp(relif_carrier_name(RELIF_CARRIER_V_TH), "v_th") == 0);
    CHECK(strcmp(relif_carrier_name(RELIF_CARRIER_C_M), "c_m") == 0);
    CHECK(strcmp(relif_carrier_name(RELIF_N_CARRIERS), "unknown") == 0);
}

int main(void)
{
    RUN(activations_are_divided_and_labels_unchanged);
    RUN(the_largest_activation_of_all_images_becomes_one);
    RUN(none_leaves_every_bit_as_it_is);
    RUN(weights_thresholds_and_capacitances_carry_a_scale_alike);
    RUN(zeros_count_among_the_activations);
    RUN(a_percentile_of_zero_gives_way_to_the_largest);
    RUN(a_silent_layer_keeps_the_scale_before_it);
    RUN(methods_and_carriers_have_words_of_their_own);
    return check_result();
}
