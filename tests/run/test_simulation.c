/* The fast, partitioned path is held to the reference under every scheme and cut. */
#include "relif/simulation.h"

#include "hold_to_reference.h"
#include "network_samples.h"

static const relif_context *world;

static void hold(const relif_network *network, scenario s)
{
    CHECK(hold_to_reference(world, network, s, NULL) > 100);
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
                hold(networks[n], (scenario){.pooling = (relif_pooling_mode)p,
                                             .neuron = plain,
                                             .scheme = schemes[s],
                                             .interval = 1});
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

static void uneven_cuts_and_long_intervals_equal_the_reference(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const int intervals[] = {0, 1, 3, 5, 100};
    for (int n = 0; n < COUNT(networks); n++)
        for (int i = 0; i < COUNT(intervals); i++)
            for (int p = 0; p < RELIF_N_POOLING_MODES; p++)
                hold(networks[n], (scenario){.pooling = (relif_pooling_mode)p,
                                             .neuron = plain,
                                             .cuts = (uint64_t)(99 + 2 * i + p),
                                             .interval = intervals[i],
                                             .in_flight = i == 2 ? 3 : 2});
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

static void leak_bias_reset_threshold_and_start_equal_the_reference(void)
{
    relif_network *network = every_kind_network();
    const double factors[] = {1.7, 1, 0.6, 1, 2.3, 0.9};
    const relif_neuron_options options[] = {
        {.reset = RELIF_RESET_ZERO, .v_th = 1, .c_m = 1},
        {.v_th = 1, .c_m = 1, .g_l = 3},
        {.reset = RELIF_RESET_ZERO, .v_th = 0.5, .c_m = 1, .g_l = 1.5},
        {.v_th = 0.7, .c_m = 1.3, .v_init = 0.35},
        {.v_th = 1, .c_m = 0.9, .g_l = 0.5, .bias = RELIF_BIAS_CURRENT, .v_init = 2.5},
        {.v_th = 1, .c_m = 1, .v_th_factors = factors},
        {.v_th = 1, .c_m = 1, .g_l = 0.5, .c_m_factors = factors},
    };
    for (int o = 0; o < COUNT(options); o++)
        hold(network, (scenario){.pooling = RELIF_POOLING_ONLINE,
                                 .neuron = options[o],
                                 .cuts = o % 2 ? 0 : 99,
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
                hold(networks[n], (scenario){.pooling = (relif_pooling_mode)p,
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
    hold(network,
         (scenario){.neuron = plain, .scheme = RELIF_SCHEME_SPLIT, .interval = 1});
    hold(network,
         (scenario){.neuron = plain, .scheme = RELIF_SCHEME_PIPELINE, .interval = 3});
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(stretches_of_any_length_equal_the_reference);
    RUN(both_poolings_and_all_schemes_equal_the_reference);
    RUN(uneven_cuts_and_long_intervals_equal_the_reference);
    RUN(leak_bias_reset_threshold_and_start_equal_the_reference);
    RUN(a_rank_without_neurons_takes_part);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
