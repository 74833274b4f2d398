/* Who is connected with whom, asked one pair of neurons at a time. */
#ifndef RELIF_TESTS_CONNECTIVITY_H
#define RELIF_TESTS_CONNECTIVITY_H

#include "relif/network.h"
#include "relif/spikes.h"

/* The position of an input neuron lies under the kernel of an output neuron. */
static inline bool covers(const relif_layer *layer, int output, int input)
{
    const int out = output / layer->out.channels, in = input / layer->in.channels;
    const int y =
        in / layer->in.width + layer->padding - out / layer->out.width * layer->stride;
    const int x =
        in % layer->in.width + layer->padding - out % layer->out.width * layer->stride;
    return y >= 0 && y < layer->kernel_height && x >= 0 && x < layer->kernel_width;
}

/* There is a synapse from the input to the output neuron. */
static inline bool connects(const relif_layer *layer, int output, int input)
{
    const bool same_channel = output % layer->out.channels == input % layer->in.channels;
    return covers(layer, output, input) &&
           (relif_layer_has_weights(layer) || same_channel);
}

/* First and last input neuron at a position that any of the outputs covers. */
static inline relif_range covered_range(const relif_layer *layer, relif_range out)
{
    const int n = relif_shape_size(layer->in);
    relif_range range = {n, 0};
    for (int o = out.first; o < out.end; o++)
        for (int i = 0; i < n; i++) {
            if (!covers(layer, o, i)) continue;
            if (i < range.first) range.first = i;
            if (i >= range.end) range.end = i + 1;
        }
    return range.end ? range : (relif_range){0, 0};
}

#endif
