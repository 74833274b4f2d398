/* A ReLU halves the second moment of what comes in; a variance of 2 / fan_in makes up for
 * it, so that activations neither die out nor blow up from layer to layer. */
#include "relif/initialization.h"

#include <math.h>
#include <string.h>

#include "relif/random.h"

void relif_initialize_kaiming(relif_network *network, uint64_t seed)
{
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &network->layers[l];
        const int64_t count = relif_layer_weights(layer);
        if (count == 0) continue;
        const double fan_in = (double)count / layer->out.channels;
        const double deviation = sqrt(2.0 / fan_in);
        relif_random random = relif_random_stream(seed, (uint64_t)l);
        for (int64_t i = 0; i < count; i++)
            layer->weight[i] = (float)(deviation * relif_random_normal(&random));
        if (layer->bias)
            memset(layer->bias, 0, (size_t)layer->out.channels * sizeof *layer->bias);
    }
}
