/*
 * values = [weights of layer 0 | weights of layer 1 | ... | biases of layer 0 | ...],
 * weights tap-major [kernel_height][kernel_width][in][out].
 */
#include "relif/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

relif_parameters *relif_parameters_create(const relif_network *network)
{
    relif_parameters *parameters = relif_calloc(1, sizeof *parameters);
    const size_t n_layers = (size_t)network->n_layers;
    parameters->weight = relif_calloc(n_layers, sizeof *parameters->weight);
    parameters->bias = relif_calloc(n_layers, sizeof *parameters->bias);
    for (size_t l = 0; l < n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        parameters->weight[l] = layer->weight ? parameters->count : -1;
        parameters->count += relif_layer_weights(layer);
    }
    for (size_t l = 0; l < n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        parameters->bias[l] = layer->bias ? parameters->count : -1;
        if (layer->bias) parameters->count += layer->out.channels;
    }
    return parameters;
}

void relif_parameters_destroy(relif_parameters *parameters)
{
    if (!parameters) return;
    free(parameters->weight);
    free(parameters->bias);
    free(parameters);
}

void relif_parameters_read(const relif_parameters *parameters,
                           const relif_network *network, float *values)
{
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        if (layer->weight) {
            float *rows = relif_layer_tap_major(layer);
            memcpy(values + parameters->weight[l], rows,
                   (size_t)relif_layer_weights(layer) * sizeof *values);
            free(rows);
        }
        if (layer->bias)
            memcpy(values + parameters->bias[l], layer->bias,
                   (size_t)layer->out.channels * sizeof *values);
    }
}

/* The inverse of relif_layer_tap_major. */
static void write_weights(const float *rows, relif_layer *layer)
{
    const size_t outputs = (size_t)layer->out.channels;
    const size_t inputs = (size_t)layer->in.channels;
    const size_t taps = (size_t)layer->kernel_height * (size_t)layer->kernel_width;
    for (size_t o = 0; o < outputs; o++)
        for (size_t c = 0; c < inputs; c++)
            for (size_t t = 0; t < taps; t++)
                layer->weight[(o * inputs + c) * taps + t] =
                    rows[(t * inputs + c) * outputs + o];
}

void relif_parameters_write(const relif_parameters *parameters, const float *values,
                            relif_network *network)
{
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &network->layers[l];
        if (layer->weight) write_weights(values + parameters->weight[l], layer);
        if (layer->bias)
            memcpy(layer->bias, values + parameters->bias[l],
                   (size_t)layer->out.channels * sizeof *values);
    }
}
