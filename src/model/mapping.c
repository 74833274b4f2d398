/*
 * Table I: b = sum(w) / (tau_m ln(1 - sum(w)/(V_th C_m))), tau_m = C_m / g_l, for b < 0
 * and 0 < sum(w) < V_th C_m. A bias without such a tau_m becomes a constant current of b
 * k.
 */
#include "relif/mapping.h"

#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/patches.h"

relif_neuron_options relif_neuron_options_default(void)
{
    return (relif_neuron_options){.reset = RELIF_RESET_LINEAR,
                                  .v_th = 1,
                                  .c_m = 1,
                                  .g_l = 0,
                                  .v_init = 0,
                                  .bias = RELIF_BIAS_AUTO};
}

relif_err relif_neuron_options_check(const relif_neuron_options *options)
{
    if (!(options->v_th > 0) || !isfinite(options->v_th))
        return relif_fail(RELIF_ERR_CONFIG, "neuron.v_th is %g, expected a potential > 0",
                          options->v_th);
    if (!(options->c_m > 0) || !isfinite(options->c_m))
        return relif_fail(RELIF_ERR_CONFIG,
                          "neuron.c_m is %g, expected a capacitance > 0", options->c_m);
    if (!(options->g_l >= 0) || !isfinite(options->g_l))
        return relif_fail(RELIF_ERR_CONFIG,
                          "neuron.g_l is %g, expected a conductance >= 0", options->g_l);
    if (!isfinite(options->v_init))
        return relif_fail(RELIF_ERR_CONFIG,
                          "neuron.v_init is %g, expected a finite value",
                          options->v_init);
    return RELIF_OK;
}

double relif_mapping_bias(double sum_w, double tau_m, double v_th, double c_m)
{
    return sum_w / (tau_m * log(1 - sum_w / (v_th * c_m)));
}

double relif_mapping_conductance(double sum_w, double bias, double v_th, double c_m)
{
    if (!(bias < 0 && sum_w > 0 && sum_w < v_th * c_m)) return NAN;
    const double tau_m = sum_w / (bias * log(1 - sum_w / (v_th * c_m)));
    return c_m / tau_m;
}

double relif_mapping_slope(double v_th, double c_m)
{
    return 1 / (v_th * c_m);
}

double relif_mapping_decay(double g_l, double c_m, double dt)
{
    return g_l == 0 ? 1.0 : exp(-dt * g_l / c_m);
}

/* Sum of the weights of output channel o over some taps of the kernel. */
static double sum_of_weights(const relif_layer *layer, int o, relif_taps rows,
                             relif_taps columns)
{
    double sum = 0;
    for (int c = 0; c < layer->in.channels; c++)
        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++)
                sum +=
                    layer->weight[(((size_t)o * (size_t)layer->in.channels + (size_t)c) *
                                       (size_t)layer->kernel_height +
                                   (size_t)y) *
                                      (size_t)layer->kernel_width +
                                  (size_t)x];
    return sum;
}

static relif_err map_bias(const relif_layer *layer, const relif_neuron_options *options,
                          double b, double sum_w, int neuron, relif_layer_mapping *mapped)
{
    const double g_l =
        options->bias == RELIF_BIAS_CURRENT
            ? (double)NAN
            : relif_mapping_conductance(sum_w, b, mapped->v_th, mapped->c_m);
    if (b == 0) return RELIF_OK;
    if (isfinite(g_l)) {
        mapped->g_l[neuron] += g_l;
        mapped->bias_route[neuron] = RELIF_ROUTE_CONDUCTANCE;
    } else if (options->bias == RELIF_BIAS_CONDUCTANCE) {
        return relif_fail(
            RELIF_ERR_MAPPING,
            "layer '%s', neuron %d: a bias of %g Hz with weights that sum to %g "
            "has no leak conductance (expected bias < 0 and 0 < sum < V_th C_m = "
            "%g); use neuron.bias: auto or current",
            layer->name, neuron, b, sum_w, mapped->v_th * mapped->c_m);
    } else {
        mapped->i_bias[neuron] = b;
        mapped->bias_route[neuron] = RELIF_ROUTE_CURRENT;
    }
    return RELIF_OK;
}

static relif_err map_biases(const relif_layer *layer, const relif_coding *coding,
                            const relif_neuron_options *options,
                            relif_layer_mapping *mapped)
{
    int neuron = 0;
    for (int row = 0; row < layer->out.height; row++)
        for (int column = 0; column < layer->out.width; column++) {
            const relif_taps rows =
                relif_taps_inside(layer, row, layer->kernel_height, layer->in.height);
            const relif_taps columns =
                relif_taps_inside(layer, column, layer->kernel_width, layer->in.width);
            for (int o = 0; o < layer->out.channels; o++, neuron++) {
                const double b = (double)layer->bias[o] * coding->coding_range;
                const double sum_w = sum_of_weights(layer, o, rows, columns);
                relif_err err = map_bias(layer, options, b, sum_w, neuron, mapped);
                if (err != RELIF_OK) return err;
            }
        }
    return RELIF_OK;
}

relif_err relif_mapping_create(const relif_network *network, const relif_coding *coding,
                               const relif_neuron_options *options, relif_mapping **out)
{
    *out = NULL;
    relif_err err = relif_neuron_options_check(options);
    if (err != RELIF_OK) return err;
    relif_mapping *mapping = relif_calloc(1, sizeof *mapping);
    mapping->reset = options->reset;
    mapping->v_init = options->v_init;
    mapping->dt = coding->dt;
    mapping->n_layers = network->n_layers;
    mapping->layers = relif_calloc((size_t)network->n_layers, sizeof *mapping->layers);
    for (int l = 0; l < network->n_layers && err == RELIF_OK; l++) {
        const relif_layer *layer = &network->layers[l];
        relif_layer_mapping *mapped = &mapping->layers[l];
        if (!relif_layer_spikes(layer)) continue;
        const size_t n = (size_t)relif_shape_size(layer->out);
        const double v_factor = options->v_th_factors ? options->v_th_factors[l] : 1;
        const double c_factor = options->c_m_factors ? options->c_m_factors[l] : 1;
        *mapped = (relif_layer_mapping){.n_neurons = (int)n,
                                        .c_m = options->c_m * c_factor,
                                        .v_th = options->v_th * v_factor,
                                        .g_l = relif_calloc(n, sizeof(double)),
                                        .i_bias = relif_calloc(n, sizeof(double)),
                                        .bias_route = relif_calloc(n, 1)};
        for (size_t i = 0; i < n; i++) mapped->g_l[i] = options->g_l * c_factor;
        if (layer->bias) err = map_biases(layer, coding, options, mapped);
    }
    if (err != RELIF_OK) {
        relif_mapping_destroy(mapping);
        return err;
    }
    *out = mapping;
    return RELIF_OK;
}

void relif_mapping_destroy(relif_mapping *mapping)
{
    if (!mapping) return;
    for (int l = 0; l < mapping->n_layers; l++) {
        free(mapping->layers[l].g_l);
        free(mapping->layers[l].i_bias);
        free(mapping->layers[l].bias_route);
    }
    free(mapping->layers);
    free(mapping);
}
