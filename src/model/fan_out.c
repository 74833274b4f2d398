#include "relif/fan_out.h"

#include <stdlib.h>

#include "relif/memory.h"

struct fan_out {
    const relif_layer *layer;
    relif_range input, reached;
    int *of; /* [input] */
};

/* Adds the outputs of a position, reached from an input position: all of them from each
 * channel, or in average pooling that of the same channel. */
static void add_pair(const struct fan_out *fan_out, int output, int input)
{
    const int inputs = fan_out->layer->in.channels;
    const int outputs = fan_out->layer->out.channels;
    const relif_range there = relif_range_intersect(
        fan_out->reached, (relif_range){output * outputs, (output + 1) * outputs});
    const relif_range from = relif_range_intersect(
        fan_out->input, (relif_range){input * inputs, (input + 1) * inputs});
    const int n = relif_range_size(there), shift = output * outputs - input * inputs;
    int *of = fan_out->of + (from.first - fan_out->input.first);
    if (relif_layer_has_weights(fan_out->layer))
        for (int i = from.first; i < from.end; i++) *of++ += n;
    else
        for (int i = from.first + shift; i < from.end + shift; i++)
            *of++ += i >= there.first && i < there.end;
}

/* Adds the outputs of a position to the inputs under its kernel. */
static void add_position(const struct fan_out *fan_out, int output)
{
    const relif_layer *layer = fan_out->layer;
    const int top = output / layer->out.width * layer->stride - layer->padding;
    const int left = output % layer->out.width * layer->stride - layer->padding;
    for (int y = top; y < top + layer->kernel_height; y++)
        for (int x = left; x < left + layer->kernel_width; x++)
            if (y >= 0 && y < layer->in.height && x >= 0 && x < layer->in.width)
                add_pair(fan_out, output, y * layer->in.width + x);
}

int *relif_fan_out(const relif_layer *layer, relif_range input, relif_range reached)
{
    const struct fan_out fan_out = {
        layer, input, reached,
        relif_calloc((size_t)relif_range_size(input), sizeof(int))};
    const int outputs = layer->out.channels;
    for (int p = reached.first / outputs; p * outputs < reached.end; p++)
        add_position(&fan_out, p);
    return fan_out.of;
}
