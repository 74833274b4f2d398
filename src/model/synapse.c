#include "relif/synapse.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* Room beyond the receptive field, because rows are copied in groups (see the kernel). */
enum { COPY_SLACK = 16 };

static size_t fan_in(const relif_synapse *synapse)
{
    return (size_t)synapse->kernel_height * (size_t)synapse->kernel_width *
           (size_t)synapse->in.channels;
}

/* Tap-major rows of the slab's channels, block after block, padded with zeros. */
static float *block_rows(const relif_synapse *synapse, const relif_layer *layer)
{
    const relif_slab *slab = &synapse->slab;
    const size_t taps = fan_in(synapse), outputs = (size_t)layer->out.channels;
    float *tap_major = relif_layer_tap_major(layer);
    float *rows = relif_calloc_aligned(taps * (size_t)slab->pitch, sizeof *rows);
    float *to = rows;
    for (int block = 0; block < slab->n_blocks; block++) {
        const int width = relif_slab_block_width(slab, block);
        const int channel = block * RELIF_BLOCK_CHANNELS;
        const int left = slab->n_channels - channel;
        const size_t used = (size_t)(left < width ? left : width);
        for (size_t t = 0; t < taps; t++, to += width)
            memcpy(to, tap_major + t * outputs + slab->first_channel + channel,
                   used * sizeof *to);
    }
    free(tap_major);
    return rows;
}

/* Output columns x with x stride - padding <= column < x stride - padding + kernel width.
 */
static void find_reach(relif_synapse *synapse)
{
    const size_t width = (size_t)synapse->in.width;
    synapse->reach_first = relif_calloc(width, sizeof(int));
    synapse->reach_end = relif_calloc(width, sizeof(int));
    for (int x = 0; x < synapse->out.width; x++)
        for (int k = 0; k < synapse->kernel_width; k++) {
            const int column = x * synapse->stride - synapse->padding + k;
            if (column < 0 || column >= synapse->in.width) continue;
            if (synapse->reach_end[column] == 0) synapse->reach_first[column] = x;
            synapse->reach_end[column] = x + 1;
        }
}

relif_synapse *relif_synapse_create(const relif_layer *layer, const relif_slab *slab,
                                    relif_range input)
{
    relif_synapse *synapse = relif_calloc(1, sizeof *synapse);
    synapse->kind = layer->kind;
    synapse->in = layer->in;
    synapse->out = layer->out;
    synapse->kernel_height = layer->kernel_height;
    synapse->kernel_width = layer->kernel_width;
    synapse->stride = layer->stride;
    synapse->padding = layer->padding;
    synapse->whole = layer->kernel_height == layer->in.height &&
                     layer->kernel_width == layer->in.width && layer->padding == 0 &&
                     relif_layer_has_weights(layer);
    synapse->input = input;
    synapse->slab = *slab;
    synapse->weight = 1.0f / (float)(layer->kernel_height * layer->kernel_width);
    find_reach(synapse);
    if (relif_layer_has_weights(layer) && slab->n_positions > 0)
        synapse->rows = block_rows(synapse, layer);
    return synapse;
}

void relif_synapse_destroy(relif_synapse *synapse)
{
    if (!synapse) return;
    free(synapse->rows);
    free(synapse->reach_first);
    free(synapse->reach_end);
    free(synapse);
}

relif_arrivals *relif_arrivals_create(const relif_synapse *synapse)
{
    relif_arrivals *arrivals = relif_calloc(1, sizeof *arrivals);
    const size_t entries = (size_t)synapse->in.height * (size_t)(synapse->in.width + 1);
    arrivals->ids =
        relif_calloc((size_t)relif_range_size(synapse->input) + COPY_SLACK, sizeof(int));
    arrivals->column_start = relif_calloc(entries, sizeof(int));
    arrivals->rows = relif_calloc(fan_in(synapse) + COPY_SLACK, sizeof(int));
    arrivals->occupied =
        relif_calloc((size_t)synapse->in.height *
                         (size_t)relif_synapse_column_words(synapse->in.width),
                     sizeof(relif_word));
    arrivals->visits = relif_calloc(
        (size_t)relif_synapse_column_words(synapse->out.width), sizeof(relif_word));
    return arrivals;
}

void relif_arrivals_destroy(relif_arrivals *arrivals)
{
    if (!arrivals) return;
    free(arrivals->ids);
    free(arrivals->column_start);
    free(arrivals->rows);
    free(arrivals->occupied);
    free(arrivals->visits);
    free(arrivals);
}

/* Where each column begins in the list of ids, and which columns have any. */
static void start_columns(relif_arrivals *arrivals, relif_shape in)
{
    const relif_range columns = {0, in.width};
    const size_t words = (size_t)relif_synapse_column_words(in.width);
    int *start = arrivals->column_start;
    relif_word *occupied = arrivals->occupied;
    int entry = 0, end_of_column = 0; /* canonical index where the next column begins */
    memset(occupied, 0, (size_t)in.height * words * sizeof *occupied);
    for (int y = 0; y < in.height; y++, occupied += words) {
        for (int x = 0; x < in.width; x++) {
            *start++ = entry;
            end_of_column += in.channels;
            if (entry == arrivals->n_ids || arrivals->ids[entry] >= end_of_column)
                continue;
            relif_spikes_set(occupied, columns, x);
            while (entry < arrivals->n_ids && arrivals->ids[entry] < end_of_column)
                entry++;
        }
        *start++ = entry;
    }
}

void relif_arrivals_list(relif_arrivals *arrivals, const relif_synapse *synapse,
                         const relif_word *mask)
{
    arrivals->n_ids =
        relif_spikes_list(mask, synapse->input, synapse->input, arrivals->ids);
    if (!synapse->whole) start_columns(arrivals, synapse->in);
}

/* Owned neurons of a position. */
static int owned_channels(const relif_slab *slab, int position)
{
    const int first = position * slab->layer_channels;
    const relif_range all = {first, first + slab->layer_channels};
    return relif_range_size(relif_range_intersect(all, slab->owned));
}

/* Adds what the neurons of an output position contribute to the fan-out of their inputs.
 */
static void add_position(const relif_synapse *synapse, int position, int *fan_out)
{
    const relif_slab *slab = &synapse->slab;
    const bool average = synapse->kind == RELIF_LAYER_AVG_POOL2D;
    const int top = position / synapse->out.width * synapse->stride - synapse->padding;
    const int left = position % synapse->out.width * synapse->stride - synapse->padding;
    for (int y = top; y < top + synapse->kernel_height; y++)
        for (int x = left; x < left + synapse->kernel_width; x++) {
            if (y < 0 || y >= synapse->in.height || x < 0 || x >= synapse->in.width)
                continue;
            const int base = (y * synapse->in.width + x) * synapse->in.channels;
            for (int c = 0; c < synapse->in.channels; c++) {
                const int neuron = position * slab->layer_channels + c;
                const bool owned =
                    neuron >= slab->owned.first && neuron < slab->owned.end;
                const int reached = average ? owned : owned_channels(slab, position);
                if (reached) fan_out[base + c - synapse->input.first] += reached;
            }
        }
}

int *relif_synapse_fan_out(const relif_synapse *synapse)
{
    const relif_slab *slab = &synapse->slab;
    int *fan_out =
        relif_calloc((size_t)relif_range_size(synapse->input), sizeof *fan_out);
    for (int p = 0; p < slab->n_positions; p++)
        add_position(synapse, slab->first_position + p, fan_out);
    return fan_out;
}

int64_t relif_arrivals_operations(const relif_arrivals *arrivals,
                                  const relif_synapse *synapse, const int *fan_out)
{
    int64_t operations = 0;
    for (int i = 0; i < arrivals->n_ids; i++)
        operations += fan_out[arrivals->ids[i] - synapse->input.first];
    return operations;
}
