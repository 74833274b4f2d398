/* Small random networks and images for tests: the same on every rank for the same seed.
 */
#ifndef RELIF_TESTS_RANDOM_NETWORK_H
#define RELIF_TESTS_RANDOM_NETWORK_H

#include <stdio.h>

#include "relif/memory.h"
#include "relif/network.h"
#include "relif/random.h"

/* One layer of a test network: channels 0 for pooling, bias 1 for biases. */
typedef struct random_layer {
    relif_layer_kind kind;
    int channels, kernel, stride, padding, bias;
} random_layer;

static inline void random_append(relif_network *network, relif_random *random,
                                 random_layer spec)
{
    char name[32];
    snprintf(name, sizeof name, "layer%d", network->n_layers);
    const relif_shape in =
        network->n_layers ? network->layers[network->n_layers - 1].out : network->input;
    relif_layer layer = {.name = name,
                         .kind = spec.kind,
                         .activation = RELIF_ACTIVATION_RELU,
                         .kernel_height = spec.kernel,
                         .kernel_width = spec.kernel,
                         .stride = spec.stride,
                         .padding = spec.padding};
    layer.out.channels = spec.channels;
    if (relif_layer_has_weights(&layer)) {
        const int fan_in = spec.kind == RELIF_LAYER_LINEAR
                               ? relif_shape_size(in)
                               : in.channels * spec.kernel * spec.kernel;
        const size_t count = (size_t)fan_in * (size_t)spec.channels;
        layer.weight = relif_calloc(count, sizeof(float));
        for (size_t i = 0; i < count; i++)
            layer.weight[i] =
                (float)((relif_random_normal(random) + 0.4) * 1.6 / sqrt((double)fan_in));
        if (spec.bias) {
            layer.bias = relif_calloc((size_t)spec.channels, sizeof(float));
            for (int c = 0; c < spec.channels; c++)
                layer.bias[c] = (float)(0.2 * relif_random_normal(random));
        }
    }
    if (relif_network_append(network, &layer) != RELIF_OK) {
        printf("test network: %s\n", relif_error_sentence());
        abort();
    }
}

static inline relif_network *random_network(uint64_t seed, relif_shape input, int n,
                                            const random_layer *layers)
{
    relif_network *network = relif_network_create("random", input);
    relif_random random = relif_random_stream(seed, 0);
    for (int l = 0; l < n; l++) random_append(network, &random, layers[l]);
    return network;
}

/* A third of the pixels are 0, the others uniform. */
static inline void random_image(uint64_t seed, int index, int size, float *pixels)
{
    relif_random random = relif_random_stream(seed, (uint64_t)index + 1);
    for (int i = 0; i < size; i++) {
        const double x = relif_random_uniform(&random) * 1.5 - 0.5;
        pixels[i] = x < 0 ? 0 : (float)x;
    }
}

#endif
