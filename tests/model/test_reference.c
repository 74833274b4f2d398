#include "relif/reference.h"

#include "check.h"
#include "network_samples.h"
#include "relif/ann.h"

/* One neuron per layer, in a chain; the first sees n_inputs neurons. */
typedef struct experiment {
    relif_neuron_options neuron;
    relif_coding coding;
    int n_inputs, n_layers;
    float weights[2]; /* of the first layer; those of the others are 1 */
    float bias;
    float pixels[2];
} experiment;

static const relif_coding ten_steps = {
    .dt = 0.01, .coding_time = 0.1, .coding_range = 100};

static relif_reference *run(experiment e)
{
    relif_network *network =
        relif_network_create("chain", (relif_shape){e.n_inputs, 1, 1});
    for (int l = 0; l < e.n_layers; l++) {
        char name[] = {(char)('a' + l), '\0'};
        relif_layer layer = {.name = name,
                             .kind = RELIF_LAYER_LINEAR,
                             .out.channels = 1,
                             .weight = relif_calloc(2, sizeof(float))};
        layer.weight[0] = l ? 1 : e.weights[0];
        layer.weight[1] = e.weights[1];
        if (e.bias != 0 && l == 0) {
            layer.bias = relif_calloc(1, sizeof(float));
            layer.bias[0] = e.bias;
        }
        CHECK(relif_network_append(network, &layer) == RELIF_OK);
    }
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &e.coding, &e.neuron, &mapping) == RELIF_OK);
    relif_reference *reference =
        relif_reference_run(network, mapping, &e.coding, RELIF_POOLING_WINDOW, e.pixels);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
    return reference;
}

/* An input that fires at every one of ten steps. */
static experiment constant_input(float weight)
{
    return (experiment){.neuron = relif_neuron_options_default(),
                        .coding = ten_steps,
                        .n_inputs = 1,
                        .n_layers = 1,
                        .weights = {weight},
                        .pixels = {1}};
}

/* The spikes of a layer's only neuron, "." and "|" for each step. */
static void check_train(experiment e, const char *expected)
{
    relif_reference *reference = run(e);
    char train[32] = "";
    for (int t = 0; t < reference->steps; t++)
        train[t] = reference->layers[e.n_layers - 1].spikes[t] ? '|' : '.';
    CHECK_TEXT(train, expected);
    CHECK(strlen(train) == strlen(expected));
    relif_reference_destroy(reference);
}

static void half_a_threshold_fires_every_second_spike(void)
{
    check_train(constant_input(0.5f), ".|.|.|.|.|");
}

static void without_input_nothing_happens(void)
{
    experiment silent = constant_input(0.5f);
    silent.pixels[0] = 0;
    check_train(silent, "..........");
}

static void the_linear_reset_keeps_the_surplus(void)
{
    check_train(constant_input(0.75f), ".|||.|||.|");
}

static void the_reset_to_zero_loses_the_surplus(void)
{
    experiment e = constant_input(0.75f);
    e.neuron.reset = RELIF_RESET_ZERO;
    check_train(e, ".|.|.|.|.|");
}

static void capacitance_and_threshold_divide_the_rate(void)
{
    experiment e = constant_input(1);
    e.neuron.c_m = 2;
    check_train(e, ".|.|.|.|.|");
    e.neuron.v_th = 2.5;
    check_train(e, "....|....|");
}

static void a_negative_weight_pulls_the_potential_down(void)
{
    check_train((experiment){.neuron = relif_neuron_options_default(),
                             .coding = ten_steps,
                             .n_inputs = 2,
                             .n_layers = 1,
                             .weights = {1, -0.5f},
                             .pixels = {1, 1}},
                ".|.|.|.|.|");
}

static void the_potential_starts_where_it_is_told(void)
{
    experiment e = constant_input(0.5f);
    e.neuron.v_init = 0.5;
    check_train(e, "|.|.|.|.|.");
    e.neuron.v_init = -1;
    check_train(e, "...|.|.|.|");
}

static void a_constant_current_fires_without_input(void)
{
    experiment e = constant_input(1);
    e.pixels[0] = 0;
    e.bias = 0.25f; /* times 100 Hz times 0.01 s: a quarter a step */
    check_train(e, "...|...|..");
}

static void a_layers_spikes_arrive_in_the_same_step(void)
{
    experiment e = constant_input(0.5f);
    e.n_layers = 4;
    check_train(e, ".|.|.|.|.|");
}

static void a_neuron_fires_at_most_once_a_step(void)
{
    relif_reference *reference = run(constant_input(5));
    CHECK(reference->layers[0].counts[0] == 10);
    for (int t = 0; t < 10; t++)
        CHECK(reference->layers[0].potential[t] == (float)(4 * (t + 1)));
    relif_reference_destroy(reference);
}

/* Equation (5): V(nP+) = (w/C_m) (1 - exp(-nP/tau)) / (1 - exp(-P/tau)). */
static void a_leaky_potential_follows_equation_5(void)
{
    const double w = 0.5, c_m = 2, g_l = 3, tau = c_m / g_l;
    for (int every = 1; every <= 5; every++) {
        experiment e = constant_input((float)w);
        e.coding = (relif_coding){0.01, 2, 100.0 / every};
        e.neuron = (relif_neuron_options){.v_th = 1000, .c_m = c_m, .g_l = g_l};
        relif_reference *reference = run(e);
        const double period = 0.01 * every;
        for (int n = 1; n <= 200 / every; n++)
            CHECK_NEAR(reference->layers[0].potential[n * every - 1],
                       w / c_m * (1 - exp(-n * period / tau)) / (1 - exp(-period / tau)),
                       4e-5); /* of 16, in single precision */
        CHECK(reference->layers[0].counts[0] == 0);
        relif_reference_destroy(reference);
    }
}

/* Table II at 30 Hz, T = 10 s: about 13.6 Hz for Linear LIF, 10 Hz for LIF. */
static void the_papers_neuron_fires_at_the_papers_rates(void)
{
    experiment e = {.neuron = {.v_th = 1, .c_m = 1, .g_l = 3},
                    .coding = {.dt = 1.0 / 3000, .coding_time = 10, .coding_range = 30},
                    .n_inputs = 2,
                    .n_layers = 1,
                    .weights = {0.3f, 0.2f},
                    .pixels = {1, 1}};
    relif_reference *linear = run(e);
    e.neuron.reset = RELIF_RESET_ZERO;
    relif_reference *zero = run(e);
    CHECK_NEAR(linear->layers[0].counts[0] / 10.0, 13.6, 0.1);
    CHECK_NEAR(zero->layers[0].counts[0] / 10.0, 10.0, 0.1);
    relif_reference_destroy(linear);
    relif_reference_destroy(zero);
}

static void the_inputs_follow_the_grid_rule(void)
{
    experiment e = constant_input(1);
    e.pixels[0] = 0.4f;
    relif_reference *reference = run(e);
    const uint8_t expected[10] = {0, 0, 1, 0, 1, 0, 0, 1, 0, 1};
    CHECK(reference->steps == 10 && reference->input.size == 1);
    CHECK(memcmp(reference->input.spikes, expected, 10) == 0);
    CHECK(reference->input.counts[0] == 4);
    relif_reference_destroy(reference);
}

/* Two inputs of 0.5 and 0.6 spikes a step; online the lead changes to and fro. */
static void max_pooling_forwards_the_winner_or_the_leader(void)
{
    relif_network *network = relif_network_create("pool", (relif_shape){1, 1, 2});
    relif_layer layer = {.name = "pool",
                         .kind = RELIF_LAYER_MAX_POOL2D,
                         .kernel_height = 1,
                         .kernel_width = 2,
                         .stride = 1};
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    const relif_neuron_options options = relif_neuron_options_default();
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &ten_steps, &options, &mapping) == RELIF_OK);
    const float pixels[] = {0.5f, 0.6f};
    const uint8_t expected[RELIF_N_POOLING_MODES][10] = {
        [RELIF_POOLING_WINDOW] = {0, 1, 0, 1, 1, 0, 1, 0, 1, 1},
        [RELIF_POOLING_ONLINE] = {0, 1, 0, 1, 1, 1, 1, 1, 1, 1}};
    for (int mode = 0; mode < RELIF_N_POOLING_MODES; mode++) {
        relif_reference *reference = relif_reference_run(
            network, mapping, &ten_steps, (relif_pooling_mode)mode, pixels);
        CHECK(memcmp(reference->layers[0].spikes, expected[mode], 10) == 0);
        CHECK(reference->layers[0].potential == NULL);
        relif_reference_destroy(reference);
    }
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

/* Without leak and far from saturation, the rates of a long coding time are the
 * activations of the ReLU network, layer by layer and neuron by neuron. */
static void long_coding_times_give_the_activations_of_the_relu_network(void)
{
    static const random_layer layers[] = {{RELIF_LAYER_CONV2D, 6, 3, 1, 1, 0},
                                          {RELIF_LAYER_MAX_POOL2D, 0, 2, 2, 0, 0},
                                          {RELIF_LAYER_CONV2D, 8, 3, 2, 1, 0},
                                          {RELIF_LAYER_AVG_POOL2D, 0, 2, 1, 0, 0},
                                          {RELIF_LAYER_LINEAR, 12, 0, 0, 0, 0}};
    enum { LAYERS = COUNT(layers), SIZE = 2 * 8 * 8 };
    const relif_coding coding = {.dt = 0.01, .coding_time = 200, .coding_range = 2};
    const relif_neuron_options options = relif_neuron_options_default();
    relif_network *network = random_network(3, (relif_shape){2, 8, 8}, LAYERS, layers);
    float *images = relif_calloc(RELIF_ANN_BATCH * SIZE, sizeof *images);
    random_image(4, 0, SIZE, images);
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &coding, &options, &mapping) == RELIF_OK);
    relif_reference *reference =
        relif_reference_run(network, mapping, &coding, RELIF_POOLING_WINDOW, images);
    relif_ann *ann = relif_ann_create(network);
    relif_ann_forward(ann, images);
    for (int l = 0; l < LAYERS; l++) {
        const float *activations = relif_ann_activations(ann, l);
        double largest = 0;
        for (int i = 0; i < reference->layers[l].size; i++)
            largest = fmax(largest, (double)activations[i]);
        CHECK(largest > 0.1 && largest * coding.coding_range * coding.dt < 0.8);
        for (int i = 0; i < reference->layers[l].size; i++)
            CHECK_NEAR(reference->layers[l].counts[i] /
                           (coding.coding_time * coding.coding_range),
                       activations[i], 0.05 * largest);
    }
    relif_ann_destroy(ann);
    relif_reference_destroy(reference);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
    free(images);
}

int main(void)
{
    RUN(half_a_threshold_fires_every_second_spike);
    RUN(without_input_nothing_happens);
    RUN(the_linear_reset_keeps_the_surplus);
    RUN(the_reset_to_zero_loses_the_surplus);
    RUN(capacitance_and_threshold_divide_the_rate);
    RUN(a_negative_weight_pulls_the_potential_down);
    RUN(the_potential_starts_where_it_is_told);
    RUN(a_constant_current_fires_without_input);
    RUN(a_layers_spikes_arrive_in_the_same_step);
    RUN(a_neuron_fires_at_most_once_a_step);
    RUN(a_leaky_potential_follows_equation_5);
    RUN(the_papers_neuron_fires_at_the_papers_rates);
    RUN(the_inputs_follow_the_grid_rule);
    RUN(max_pooling_forwards_the_winner_or_the_leader);
    RUN(long_coding_times_give_the_activations_of_the_relu_network);
    relif_reference_destroy(NULL);
    return check_result();
}
