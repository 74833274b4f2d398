/**
 * The ReLU network in plain loops and double precision, and small networks to try it on.
 */
#ifndef RELIF_TESTS_PLAIN_NETWORK_H
#define RELIF_TESTS_PLAIN_NETWORK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/network.h"
#include "relif/random.h"

static inline float *plain_random_floats(size_t count, double deviation, uint64_t seed)
{
    float *values = relif_calloc(count, sizeof *values);
    relif_random random = relif_random_stream(seed, count);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(deviation * relif_random_normal(&random));
    return values;
}

/* Appends a layer with random weights, and random biases if asked for; its kind, kernel,
 * stride, padding, activation and out.channels are given. */
static inline void plain_append(relif_network *network, relif_layer layer, bool biases)
{
    char name[16];
    const int n = network->n_layers;
    snprintf(name, sizeof name, "layer%d", n);
    layer.name = name;
    if (relif_layer_has_weights(&layer)) {
        const relif_shape in = n ? network->layers[n - 1].out : network->input;
        const bool linear = layer.kind == RELIF_LAYER_LINEAR;
        const int fan_in = linear
                               ? relif_shape_size(in)
                               : in.channels * layer.kernel_height * layer.kernel_width;
        const size_t outputs = (size_t)layer.out.channels;
        layer.weight = plain_random_floats(outputs * (size_t)fan_in, sqrt(2.0 / fan_in),
                                           (uint64_t)n);
        if (biases) layer.bias = plain_random_floats(outputs, 0.3, (uint64_t)n + 100);
    }
    if (relif_network_append(network, &layer) != RELIF_OK) {
        puts(relif_error_sentence());
        exit(1);
    }
}

/* Three convolutions, one with windows that lie in the padding, both poolings, two linear
 * layers; strides, padding, odd shapes. */
static inline relif_network *plain_small_network(void)
{
    relif_network *network = relif_network_create("small", (relif_shape){2, 9, 8});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = 3,
                               .kernel_width = 4,
                               .stride = 1,
                               .padding = 2,
                               .out.channels = 5},
                 true);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                               .kernel_height = 3,
                               .kernel_width = 3,
                               .stride = 2,
                               .padding = 1},
                 false);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 2,
                               .kernel_width = 2,
                               .stride = 3,
                               .padding = 5,
                               .out.channels = 6},
                 false);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 1,
                               .kernel_width = 1,
                               .stride = 1,
                               .out.channels = 7},
                 true);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_AVG_POOL2D,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = 2,
                               .kernel_width = 3,
                               .stride = 2,
                               .padding = 1},
                 false);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_LINEAR,
                               .activation = RELIF_ACTIVATION_RELU,
                               .out.channels = 12},
                 true);
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 4},
                 true);
    return network;
}

/* The input at a row, column and channel; outside is what the caller says. */
static inline double plain_pixel(const relif_layer *layer, const double *input, int row,
                                 int column, int channel, double outside)
{
    if (row < 0 || column < 0 || row >= layer->in.height || column >= layer->in.width)
        return outside;
    return input[(row * layer->in.width + column) * layer->in.channels + channel];
}

/* What one tap of the kernel gives to one neuron. */
static inline double plain_tap(const relif_layer *layer, const double *input, int row,
                               int column, int channel, int y, int x)
{
    const int inputs = layer->in.channels;
    const int from_row = row * layer->stride - layer->padding + y;
    const int from_column = column * layer->stride - layer->padding + x;
    if (layer->kind == RELIF_LAYER_MAX_POOL2D)
        return plain_pixel(layer, input, from_row, from_column, channel, -INFINITY);
    if (layer->kind == RELIF_LAYER_AVG_POOL2D)
        return plain_pixel(layer, input, from_row, from_column, channel, 0) /
               (layer->kernel_height * layer->kernel_width);
    double sum = 0;
    for (int c = 0; c < inputs; c++) {
        const int filter = channel * inputs + c;
        const int at = (filter * layer->kernel_height + y) * layer->kernel_width + x;
        sum += plain_pixel(layer, input, from_row, from_column, c, 0) *
               (double)layer->weight[at];
    }
    return sum;
}

/* One neuron, before its activation. */
static inline double plain_neuron(const relif_layer *layer, const double *input, int row,
                                  int column, int channel)
{
    const bool max = layer->kind == RELIF_LAYER_MAX_POOL2D;
    double value = max ? -INFINITY : layer->bias ? (double)layer->bias[channel] : 0;
    for (int y = 0; y < layer->kernel_height; y++)
        for (int x = 0; x < layer->kernel_width; x++) {
            const double tap = plain_tap(layer, input, row, column, channel, y, x);
            value = max ? fmax(value, tap) : value + tap;
        }
    return value;
}

/* Activations of one layer for one image. Caller frees. */
static inline double *plain_layer(const relif_layer *layer, const double *input)
{
    double *output = relif_calloc((size_t)relif_shape_size(layer->out), sizeof *output);
    int at = 0;
    for (int row = 0; row < layer->out.height; row++)
        for (int column = 0; column < layer->out.width; column++)
            for (int channel = 0; channel < layer->out.channels; channel++, at++) {
                output[at] = plain_neuron(layer, input, row, column, channel);
                if (layer->activation == RELIF_ACTIVATION_RELU)
                    output[at] = fmax(output[at], 0);
            }
    return output;
}

/* Activations of the given layer for one image. Caller frees. */
static inline double *plain_forward(const relif_network *network, const float *image,
                                    int layer)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    double *values = relif_calloc(size, sizeof *values);
    for (size_t i = 0; i < size; i++) values[i] = (double)image[i];
    for (int l = 0; l <= layer; l++) {
        double *next = plain_layer(&network->layers[l], values);
        free(values);
        values = next;
    }
    return values;
}

/* Cross-entropy of one image. */
static inline double plain_loss(const relif_network *network, const float *image,
                                int label)
{
    const int last = network->n_layers - 1;
    const int n = relif_shape_size(network->layers[last].out);
    double *outputs = plain_forward(network, image, last);
    double sum = 1;
    for (int j = 0; j < n; j++)
        if (j != label) sum += exp(outputs[j] - outputs[label]);
    free(outputs);
    return log(sum);
}

#endif
