/*
 * The layer that listens is made of neurons that forget everything from step to step
 * (g_l infinite: a decay of 0) and never fire, so that after each step their potential is
 * V = I / C_m, the weighted input of that step. The time loop needs to know nothing of
 * it.
 */
#include "relif/threshold_balance.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/simulation.h"

struct listener {
    int layer;
    float largest; /* V so far */
};

static void listen(void *self, const relif_stretch *stretch)
{
    struct listener *listener = self;
    const relif_range owned = stretch->fired.range;
    if (stretch->layer != listener->layer) return;
    for (int n = owned.first; n < owned.end; n++) {
        const float v = relif_lif_potential(stretch->lif, stretch->image, n);
        if (v > listener->largest) listener->largest = v;
    }
}

/* The layer that listens is looked at in every step. */
static int look(void *self, int layer, int t)
{
    const struct listener *listener = self;
    return layer == listener->layer ? t + 1 : INT_MAX;
}

/* The layers up to the last one, which only listens. Biases that no conductance realises
 * are currents here: whether that is allowed is for the final mapping to say. Of the last
 * layer's biases those below 0 do not count: what they become depends on the threshold.
 */
static relif_mapping *map_listening(const relif_balance_setup *setup,
                                    const relif_network *head, const double *factors)
{
    relif_neuron_options options = *setup->neuron;
    if (setup->carrier == RELIF_CARRIER_V_TH) options.v_th_factors = factors;
    if (setup->carrier == RELIF_CARRIER_C_M) options.c_m_factors = factors;
    if (options.bias == RELIF_BIAS_CONDUCTANCE) options.bias = RELIF_BIAS_AUTO;
    relif_mapping *mapping = NULL;
    relif_mapping_create(head, setup->coding, &options, &mapping);
    assert(mapping); /* sound options, and no policy that refuses */
    relif_layer_mapping *last = &mapping->layers[head->n_layers - 1];
    last->v_th = FLT_MAX;
    for (int n = 0; n < last->n_neurons; n++) {
        last->g_l[n] = (double)INFINITY;
        last->i_bias[n] = fmax(last->i_bias[n], 0);
    }
    return mapping;
}

static void simulate(const relif_balance_setup *setup, const relif_network *head,
                     const relif_mapping *mapping, struct listener *listener)
{
    relif_context *alone = relif_context_create(MPI_COMM_SELF);
    relif_partition *partition = NULL;
    relif_clock clock = {{0}};
    const size_t size = (size_t)relif_shape_size(head->input);
    relif_partition_create(head, RELIF_SCHEME_SPLIT, 1, RELIF_USUAL_DENSITY, &partition);
    relif_simulation *simulation = relif_simulation_create(
        &(relif_simulation_setup){.group = alone,
                                  .network = head,
                                  .mapping = mapping,
                                  .coding = setup->coding,
                                  .partition = partition,
                                  .pooling = setup->pooling,
                                  .images_in_flight = setup->images_in_flight,
                                  .exchange_interval = 1,
                                  .observer = {listen, look, listener},
                                  .clock = &clock});
    for (int i = 0; i < setup->n_images; i += setup->images_in_flight) {
        const int left = setup->n_images - i;
        const int n = left < setup->images_in_flight ? left : setup->images_in_flight;
        const relif_pixel_array images = {setup->pixels + (size_t)i * size, (int)size};
        const relif_pixel_source source = relif_pixel_array_source(&images);
        relif_simulation_load(simulation, n, &source);
        relif_simulation_run(simulation);
    }
    relif_simulation_destroy(simulation);
    relif_partition_destroy(partition);
    relif_context_destroy(alone);
}

/* Largest weighted input of layer l in one step, over C_m; scales[l] is the scale before
 * it. */
static double largest_input(const relif_context *ctx, const relif_balance_setup *setup,
                            const double *scales, int l)
{
    relif_network *head = relif_network_head(setup->network, l + 1);
    relif_network *scaled = relif_normalization_apply(head, setup->carrier, scales);
    double *factors = relif_calloc((size_t)l + 1, sizeof *factors);
    struct listener listener = {.layer = l};
    relif_normalization_factors(head, scales, factors);
    relif_mapping *mapping = map_listening(setup, scaled, factors);
    if (setup->n_images > 0) simulate(setup, scaled, mapping, &listener);
    MPI_Allreduce(MPI_IN_PLACE, &listener.largest, 1, MPI_FLOAT, MPI_MAX, ctx->comm);
    relif_mapping_destroy(mapping);
    relif_network_destroy(scaled);
    relif_network_destroy(head);
    free(factors);
    return (double)listener.largest;
}

void relif_threshold_balance(const relif_context *ctx, const relif_balance_setup *setup,
                             double *scales)
{
    const relif_network *network = setup->network;
    for (int l = 0; l < network->n_layers; l++) {
        scales[l] = l ? scales[l - 1] : 1;
        if (!relif_layer_has_weights(&network->layers[l])) continue;
        const double largest = largest_input(ctx, setup, scales, l);
        if (largest > 0) scales[l] *= largest / setup->neuron->v_th;
        relif_log_line(
            setup->log,
            "spike_norm: layer '%s' receives at most %.4g times V_th in a step",
            network->layers[l].name, largest / setup->neuron->v_th);
    }
}
