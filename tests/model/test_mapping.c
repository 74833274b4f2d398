#include "relif/mapping.h"

#include "check.h"
#include "relif/memory.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const relif_coding coding = {.dt = 0.01, .coding_time = 1, .coding_range = 10};

static float *copy_of(const float *values, int n)
{
    float *copy = relif_calloc((size_t)n, sizeof *copy);
    memcpy(copy, values, (size_t)n * sizeof *copy);
    return copy;
}

/* One linear layer "fc" of n neurons, each with the two given weights, and biases. */
static relif_network *two_inputs(int n, const float *weights, const float *biases)
{
    relif_network *network = relif_network_create("two", (relif_shape){2, 1, 1});
    relif_layer layer = {.name = "fc",
                         .kind = RELIF_LAYER_LINEAR,
                         .out.channels = n,
                         .weight = copy_of(weights, 2 * n),
                         .bias = biases ? copy_of(biases, n) : NULL};
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    return network;
}

static relif_mapping *mapped(const relif_network *network, relif_neuron_options options,
                             double coding_range)
{
    relif_coding with_range = coding;
    relif_mapping *mapping = NULL;
    with_range.coding_range = coding_range;
    CHECK(relif_mapping_create(network, &with_range, &options, &mapping) == RELIF_OK);
    return mapping;
}

static void the_papers_neuron_maps_both_ways(void)
{
    const double sum_w = 0.3 + 0.2, g_l = 3;
    const double b = relif_mapping_bias(sum_w, 1 / g_l, 1, 1);
    CHECK_NEAR(b, -2.164, 1e-3);
    CHECK_NEAR(relif_mapping_conductance(sum_w, b, 1, 1), g_l, 1e-12);
    CHECK_NEAR(relif_mapping_conductance(sum_w, -2.164, 1, 1), g_l, 1e-3);
}

static void bias_and_conductance_are_each_others_inverse(void)
{
    const double sums[] = {1e-3, 0.1, 0.5, 0.9, 0.999};
    for (int s = 0; s < COUNT(sums); s++)
        for (int g = 1; g < 20; g++) {
            const double v_th = 0.8, c_m = 1.7, g_l = 0.3 * g;
            const double sum_w = sums[s] * v_th * c_m;
            const double b = relif_mapping_bias(sum_w, c_m / g_l, v_th, c_m);
            CHECK(b < 0);
            CHECK_NEAR(relif_mapping_conductance(sum_w, b, v_th, c_m), g_l, 1e-9);
        }
}

static void outside_its_domain_there_is_no_conductance(void)
{
    CHECK(isnan(relif_mapping_conductance(0.5, 1, 1, 1)));
    CHECK(isnan(relif_mapping_conductance(0.5, 0, 1, 1)));
    CHECK(isnan(relif_mapping_conductance(0, -1, 1, 1)));
    CHECK(isnan(relif_mapping_conductance(-0.5, -1, 1, 1)));
    CHECK(isnan(relif_mapping_conductance(1, -1, 1, 1)));
    CHECK(isnan(relif_mapping_conductance(1.5, -1, 1, 1)));
    CHECK(isfinite(relif_mapping_conductance(1.5, -1, 1, 2)));
    CHECK(isfinite(relif_mapping_conductance(1.5, -1, 2, 1)));
}

static void without_leak_a_potential_does_not_decay_by_a_single_bit(void)
{
    CHECK(relif_mapping_decay(0, 1, 0.01) == 1);
    CHECK(relif_mapping_decay(0, 1e-30, 1e30) == 1);
    CHECK_NEAR(relif_mapping_decay(3, 1, 0.01), exp(-0.03), 1e-16);
    CHECK_NEAR(relif_mapping_decay(3, 2, 0.01), exp(-0.015), 1e-16);
    CHECK(relif_mapping_decay(1e-6, 1, 0.01) < 1);
}

static void the_slope_is_one_over_threshold_times_capacitance(void)
{
    CHECK(relif_mapping_slope(1, 1) == 1);
    CHECK_NEAR(relif_mapping_slope(0.5, 0.8), 2.5, 1e-15);
}

static void a_bias_takes_the_route_it_can_take(void)
{
    /* possible; positive; weights too large, at the limit, negative; no bias */
    const float weights[] = {0.25f, 0.25f, 0.25f, 0.25f, 1,     1,
                             0.5f,  0.5f,  -1,    0.5f,  0.25f, 0.25f};
    const float biases[] = {-0.125f, 0.125f, -0.125f, -0.125f, -0.125f, 0};
    const uint8_t automatic[] = {RELIF_ROUTE_CONDUCTANCE, RELIF_ROUTE_CURRENT,
                                 RELIF_ROUTE_CURRENT,     RELIF_ROUTE_CURRENT,
                                 RELIF_ROUTE_CURRENT,     RELIF_ROUTE_NONE};
    relif_network *network = two_inputs(6, weights, biases);
    relif_neuron_options options = relif_neuron_options_default();
    relif_mapping *mapping = mapped(network, options, 10);
    const relif_layer_mapping *layer = &mapping->layers[0];
    CHECK(memcmp(layer->bias_route, automatic, sizeof automatic) == 0);
    CHECK_NEAR(layer->g_l[0], -1.25 * log(0.5) / 0.5, 1e-12);
    CHECK(layer->i_bias[0] == 0 && layer->i_bias[5] == 0);
    CHECK(layer->i_bias[1] == 1.25);
    for (int i = 2; i < 5; i++) CHECK(layer->i_bias[i] == -1.25);
    for (int i = 1; i < 6; i++) CHECK(layer->g_l[i] == 0);
    relif_mapping_destroy(mapping);
    options.bias = RELIF_BIAS_CURRENT;
    mapping = mapped(network, options, 10);
    for (int i = 0; i < 6; i++) {
        CHECK(mapping->layers[0].g_l[i] == 0);
        CHECK(mapping->layers[0].i_bias[i] == 10 * (double)biases[i]);
        CHECK(mapping->layers[0].bias_route[i] ==
              (i < 5 ? RELIF_ROUTE_CURRENT : RELIF_ROUTE_NONE));
    }
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void biases_are_multiplied_by_the_coding_range(void)
{
    const float weights[] = {0.3f, 0.2f, 0.3f, 0.2f}, biases[] = {-0.2164f, 0.5f};
    relif_network *network = two_inputs(2, weights, biases);
    for (int k = 10; k <= 40; k += 10) {
        relif_mapping *mapping = mapped(network, relif_neuron_options_default(), k);
        CHECK_NEAR(mapping->layers[0].g_l[0], 0.3 * k, 1e-3);
        CHECK(mapping->layers[0].i_bias[1] == 0.5 * k);
        relif_mapping_destroy(mapping);
    }
    relif_network_destroy(network);
}

static void a_bias_adds_to_the_leak_of_every_neuron(void)
{
    const float weights[] = {0.3f, 0.2f, 0.3f, 0.2f}, biases[] = {-0.2164f, 0.5f};
    relif_network *network = two_inputs(2, weights, biases);
    relif_neuron_options options = relif_neuron_options_default();
    options.g_l = 0.5;
    relif_mapping *mapping = mapped(network, options, 10);
    CHECK_NEAR(mapping->layers[0].g_l[0], 3.5, 1e-3);
    CHECK(mapping->layers[0].g_l[1] == 0.5);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void factors_of_a_layer_leave_time_constants_as_they_are(void)
{
    const float weights[] = {0.25f, 0.25f}, biases[] = {-0.125f};
    const double factors[] = {4};
    relif_network *network = two_inputs(1, weights, biases);
    relif_neuron_options options = relif_neuron_options_default();
    options.v_th = 0.5;
    options.c_m = 3;
    options.g_l = 2;
    options.bias = RELIF_BIAS_CURRENT;
    options.v_th_factors = factors;
    relif_mapping *mapping = mapped(network, options, 10);
    CHECK(mapping->layers[0].v_th == 2 && mapping->layers[0].c_m == 3);
    CHECK(mapping->layers[0].g_l[0] == 2 && mapping->layers[0].i_bias[0] == -1.25);
    relif_mapping_destroy(mapping);
    options.v_th_factors = NULL;
    options.c_m_factors = factors;
    mapping = mapped(network, options, 10);
    CHECK(mapping->layers[0].v_th == 0.5 && mapping->layers[0].c_m == 12);
    CHECK(mapping->layers[0].g_l[0] == 8 && mapping->layers[0].i_bias[0] == -1.25);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void an_impossible_conductance_names_layer_and_neuron(void)
{
    const float weights[] = {0.25f, 0.25f, 0.25f, 0.25f, 0.75f, 0.75f};
    const float positive[] = {-0.125f, 0.125f, 0}, heavy[] = {-0.125f, 0, -0.125f};
    relif_neuron_options options = relif_neuron_options_default();
    options.bias = RELIF_BIAS_CONDUCTANCE;
    relif_mapping *mapping = NULL;
    relif_network *network = two_inputs(3, weights, positive);
    CHECK(relif_mapping_create(network, &coding, &options, &mapping) ==
          RELIF_ERR_MAPPING);
    CHECK(mapping == NULL);
    CHECK_TEXT(relif_error_sentence(), "layer 'fc', neuron 1: a bias of 1.25 Hz");
    CHECK_TEXT(relif_error_sentence(), "weights that sum to 0.5");
    CHECK_TEXT(relif_error_sentence(), "neuron.bias: auto or current");
    relif_network_destroy(network);
    network = two_inputs(3, weights, heavy);
    CHECK(relif_mapping_create(network, &coding, &options, &mapping) ==
          RELIF_ERR_MAPPING);
    CHECK_TEXT(relif_error_sentence(), "layer 'fc', neuron 2: a bias of -1.25 Hz");
    options.c_m = 2; /* now 1.5 is below the threshold */
    relif_mapping_destroy(mapped(network, options, 10));
    relif_network_destroy(network);
}

/* 3x3 kernels of weights 1/16 and 1/8 on 4 rows and 3 columns, padded by 1. */
static relif_network *padded_convolution(void)
{
    relif_network *network = relif_network_create("border", (relif_shape){1, 4, 3});
    relif_layer layer = {.name = "conv",
                         .kind = RELIF_LAYER_CONV2D,
                         .kernel_height = 3,
                         .kernel_width = 3,
                         .stride = 1,
                         .padding = 1,
                         .out.channels = 2,
                         .weight = relif_calloc(18, sizeof(float)),
                         .bias = copy_of((float[]){-0.5f, -0.25f}, 2)};
    for (int i = 0; i < 18; i++) layer.weight[i] = i < 9 ? 0.0625f : 0.125f;
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    return network;
}

static void neurons_at_the_border_have_fewer_synapses(void)
{
    relif_network *network = padded_convolution();
    relif_neuron_options options = relif_neuron_options_default();
    options.c_m = 2; /* 9/8 is below the threshold */
    relif_mapping *mapping = mapped(network, options, 10);
    for (int neuron = 0; neuron < 24; neuron++) {
        const int channel = neuron % 2, row = neuron / 6, column = neuron / 2 % 3;
        const int synapses = (row % 3 ? 3 : 2) * (column == 1 ? 3 : 2);
        const double sum_w = synapses * (channel ? 0.125 : 0.0625);
        const double b = channel ? -2.5 : -5;
        CHECK_NEAR(mapping->layers[0].g_l[neuron], 2 * b * log(1 - sum_w / 2) / sum_w,
                   1e-9);
    }
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void pooling_has_no_biases_and_max_pooling_no_neurons(void)
{
    relif_network *network = relif_network_create("pools", (relif_shape){1, 4, 4});
    relif_layer layer = {.name = "average",
                         .kind = RELIF_LAYER_AVG_POOL2D,
                         .kernel_height = 2,
                         .kernel_width = 2,
                         .stride = 1};
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    layer.name = "max";
    layer.kind = RELIF_LAYER_MAX_POOL2D;
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    relif_neuron_options options = relif_neuron_options_default();
    options.g_l = 0.25;
    options.v_th = 0.75;
    relif_mapping *mapping = mapped(network, options, 10);
    CHECK(mapping->n_layers == 2 && mapping->dt == coding.dt);
    CHECK(mapping->layers[0].n_neurons == 9 && mapping->layers[1].n_neurons == 0);
    CHECK(mapping->layers[0].v_th == 0.75 && mapping->layers[0].c_m == 1);
    for (int i = 0; i < 9; i++) {
        CHECK(mapping->layers[0].g_l[i] == 0.25 && mapping->layers[0].i_bias[i] == 0);
        CHECK(mapping->layers[0].bias_route[i] == RELIF_ROUTE_NONE);
    }
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void refuse(relif_neuron_options options, const char *sentence)
{
    relif_network *network = two_inputs(1, (float[]){1, 1}, NULL);
    relif_mapping *mapping = NULL;
    CHECK(relif_neuron_options_check(&options) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), sentence);
    CHECK(relif_mapping_create(network, &coding, &options, &mapping) == RELIF_ERR_CONFIG);
    CHECK(mapping == NULL);
    relif_network_destroy(network);
}

static void wrong_options_are_named(void)
{
    const double bad[] = {0, -1, NAN, INFINITY};
    relif_neuron_options options = relif_neuron_options_default();
    CHECK(relif_neuron_options_check(&options) == RELIF_OK);
    for (int i = 0; i < COUNT(bad); i++) {
        options = relif_neuron_options_default();
        options.v_th = bad[i];
        refuse(options, "neuron.v_th is ");
        options = relif_neuron_options_default();
        options.c_m = bad[i];
        refuse(options, "neuron.c_m is ");
        options = relif_neuron_options_default();
        options.g_l = bad[i];
        if (i > 0) refuse(options, "neuron.g_l is ");
        options = relif_neuron_options_default();
        options.v_init = bad[i];
        if (i > 1) refuse(options, "neuron.v_init is ");
    }
}

int main(void)
{
    RUN(the_papers_neuron_maps_both_ways);
    RUN(bias_and_conductance_are_each_others_inverse);
    RUN(outside_its_domain_there_is_no_conductance);
    RUN(without_leak_a_potential_does_not_decay_by_a_single_bit);
    RUN(the_slope_is_one_over_threshold_times_capacitance);
    RUN(a_bias_takes_the_route_it_can_take);
    RUN(biases_are_multiplied_by_the_coding_range);
    RUN(a_bias_adds_to_the_leak_of_every_neuron);
    RUN(factors_of_a_layer_leave_time_constants_as_they_are);
    RUN(an_impossible_conductance_names_layer_and_neuron);
    RUN(neurons_at_the_border_have_fewer_synapses);
    RUN(pooling_has_no_biases_and_max_pooling_no_neurons);
    RUN(wrong_options_are_named);
    relif_mapping_destroy(NULL);
    return check_result();
}
