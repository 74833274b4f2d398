/* Every kind of layer with every reset, leak and bias is held to the reference. */
#include "relif/simulation.h"

#include "hold_to_reference.h"
#include "layer_samples.h"

static const relif_context *world;

static const double starts[] = {0, 0.35, -0.5, 1.7};
static const double thresholds[] = {1, 0.7, 1.2}, capacitances[] = {1, 1.3, 0.6};

/* A sample and a linear layer behind it. Caller destroys. */
static relif_network *network_of(int sample, bool biases)
{
    random_layer layers[] = {layer_samples[sample].layer,
                             {RELIF_LAYER_LINEAR, 9, 0, 0, 0, biases}};
    const relif_layer kind = {.kind = layers[0].kind};
    layers[0].bias = biases && relif_layer_has_weights(&kind);
    return random_network((uint64_t)sample + 50, layer_samples[sample].input, 2, layers);
}

/* One way of a sample; a number of its own draws cuts, start, threshold, ... */
typedef struct way {
    relif_reset reset;
    bool leaks;
    relif_bias_policy bias;
    relif_pooling_mode pooling;
    int number;
} way;

static double hold(const relif_network *network, way w, int routes[3])
{
    const int n = w.number;
    const scenario s = {.pooling = w.pooling,
                        .neuron = {.reset = w.reset,
                                   .v_th = thresholds[n % 3],
                                   .c_m = capacitances[n / 3 % 3],
                                   .g_l = w.leaks ? 2.5 : 0,
                                   .v_init = starts[n % 4],
                                   .bias = w.bias},
                        .cuts = (uint64_t)n + 1,
                        .interval = n % 5 + 1};
    return hold_to_reference(world, network, s, routes);
}

/* All ways of a sample; the neurons that took each bias route are counted. */
static void hold_sample(int sample, bool biases, relif_bias_policy bias, int routes[3])
{
    static int number = 0;
    relif_network *network = network_of(sample, biases);
    const bool pools = network->layers[0].kind == RELIF_LAYER_MAX_POOL2D;
    for (int reset = 0; reset < 2; reset++)
        for (int leaks = 0; leaks < 2; leaks++)
            for (int mode = 0; mode < (pools ? RELIF_N_POOLING_MODES : 1); mode++) {
                const way w = {(relif_reset)reset, leaks, bias, (relif_pooling_mode)mode,
                               number++};
                CHECK(hold(network, w, routes) > 0);
            }
    relif_network_destroy(network);
}

static void every_kind_and_reset_with_and_without_leak_equals_the_reference(void)
{
    int routes[3] = {0};
    for (int s = 0; s < N_LAYER_SAMPLES; s++)
        hold_sample(s, false, RELIF_BIAS_AUTO, routes);
    CHECK(routes[RELIF_ROUTE_CONDUCTANCE] == 0 && routes[RELIF_ROUTE_CURRENT] == 0);
}

static void every_kind_and_reset_with_biases_as_currents_equals_the_reference(void)
{
    int routes[3] = {0};
    for (int s = 0; s < N_LAYER_SAMPLES; s++)
        hold_sample(s, true, RELIF_BIAS_CURRENT, routes);
    CHECK(routes[RELIF_ROUTE_CONDUCTANCE] == 0 && routes[RELIF_ROUTE_CURRENT] > 1000);
}

static void every_kind_and_reset_with_both_bias_routes_equals_the_reference(void)
{
    int routes[3] = {0};
    for (int s = 0; s < N_LAYER_SAMPLES; s++)
        hold_sample(s, true, RELIF_BIAS_AUTO, routes);
    CHECK(routes[RELIF_ROUTE_CONDUCTANCE] > 100 && routes[RELIF_ROUTE_CURRENT] > 1000);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(every_kind_and_reset_with_and_without_leak_equals_the_reference);
    RUN(every_kind_and_reset_with_biases_as_currents_equals_the_reference);
    RUN(every_kind_and_reset_with_both_bias_routes_equals_the_reference);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
