#include "relif/fan_out.h"

#include <stdlib.h>

#include "relif/memory.h"

struct fan_out {
    const relif_layer *layer;
    relif_range input, reached;
    int *of; /* [input] */
};

/* The neurons of a range that an input of a channel reaches at an output position. */
static int reached_at(const struct fan_out *fan_out, relif_range there, int channel)
{
    const int own = there.first + channel;
    if (relif_layer_has_weights(fan_out->layer))
        return relif_range_size(relif_range_intersect(there, fan_out->reached));
    return own >= fan_out->reached.first && own < fan_out->reached.end;
}

/* Adds the outputs of a position, reached from an input position. */
static void add_pair(const struct fan_out *fan_out, int output, int input)
{
    const int inputs = fan_out->layer->in.channels;
    const int outputs = fan_out->layer->out.channels;
    const relif_range there = {output * outputs, (output + 1) * outputs};
    const relif_range from = relif_range_intersect(
        fan_out->input, (relif_range){input * inputs, (input + 1) * inputs});
    for (int i = from.first; i < from.end; i++)
        fan_out->of[i - fan_out->input.first] += reached_at(fan_out, there, i % inputs);
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
