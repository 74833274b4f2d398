/*
 * x = relu(z), z normal with mean 0 and variance s: x has the second moment s / 2 and the
 * variance s (pi - 1) / (2 pi). The variance of w x is fan_in var(w) times the one or, if
 * the weights have the mean 0 and the x one and the same mean, times the other.
 */
#include "relif/initialization.h"

#include <math.h>
#include <string.h>

#include "relif/random.h"

static const double pi = 3.14159265358979323846;

/* weights: [fan_in] of one output */
static void shift_to_mean_0(int64_t fan_in, float *weights)
{
    double sum = 0;
    for (int64_t i = 0; i < fan_in; i++) sum += (double)weights[i];
    for (int64_t i = 0; i < fan_in; i++) weights[i] -= (float)(sum / (double)fan_in);
}

static void draw(relif_layer *layer, relif_initialization method, relif_random *random)
{
    const int64_t count = relif_layer_weights(layer);
    const int64_t fan_in = count / layer->out.channels;
    const bool centred = method == RELIF_INITIALIZATION_CENTRED;
    const double gain = centred ? 2 * pi / (pi - 1) : 2;
    const double deviation = sqrt(gain / (double)fan_in);
    for (int64_t i = 0; i < count; i++)
        layer->weight[i] = (float)(deviation * relif_random_normal(random));
    for (int64_t i = 0; centred && i < count; i += fan_in)
        shift_to_mean_0(fan_in, layer->weight + i);
}

void relif_initialize(relif_network *network, relif_initialization method, uint64_t seed)
{
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &network->layers[l];
        relif_random random = relif_random_stream(seed, (uint64_t)l);
        if (layer->weight) draw(layer, method, &random);
        if (layer->bias)
            memset(layer->bias, 0, (size_t)layer->out.channels * sizeof *layer->bias);
    }
}
