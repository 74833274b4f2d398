#include "relif/synapse.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* The weights of one tap of the field to the lanes of a tile: [n_lanes]. */
static void fill_lanes(const relif_synapse *synapse, const float *tap_major, int ky,
                       int column, int c, float *lanes)
{
    const relif_slab *slab = &synapse->slab;
    const int outputs = synapse->out.channels;
    for (int p = 0; p < slab->tile_width; p++) {
        const int first = p * outputs, left = slab->n_lanes - first;
        const int n = left < outputs ? left : outputs;
        const int kx = column - p * synapse->stride;
        const size_t tap = ((size_t)ky * (size_t)synapse->kernel_width + (size_t)kx) *
                               (size_t)synapse->in.channels +
                           (size_t)c;
        if (kx >= 0 && kx < synapse->kernel_width)
            memcpy(lanes + first, tap_major + tap * (size_t)outputs + slab->first_channel,
                   (size_t)n * sizeof *lanes);
        else
            for (int i = 0; i < n; i++) lanes[first + i] = -0.0f;
    }
}

/* One row's lanes into all blocks. */
static void scatter(const relif_synapse *synapse, const float *lanes, int row,
                    float *rows)
{
    const relif_slab *slab = &synapse->slab;
    for (int block = 0; block < slab->n_blocks; block++) {
        const size_t width = (size_t)relif_slab_block_width(slab, block);
        const size_t first = (size_t)block * (size_t)slab->block_lanes;
        memcpy(rows + (size_t)synapse->taps * first + (size_t)row * width, lanes + first,
               width * sizeof *rows);
    }
}

static float *fill_rows(const relif_synapse *synapse, const relif_layer *layer)
{
    const size_t pitch = (size_t)synapse->slab.pitch;
    float *tap_major = relif_layer_tap_major(layer);
    float *lanes = relif_calloc(pitch, sizeof *lanes); /* padding stays 0 */
    float *rows = relif_calloc_aligned((size_t)synapse->taps * pitch, sizeof *rows);
    int row = 0;
    for (int ky = 0; ky < synapse->kernel_height; ky++)
        for (int column = 0; column < synapse->field_width; column++)
            for (int c = 0; c < synapse->in.channels; c++, row++) {
                fill_lanes(synapse, tap_major, ky, column, c, lanes);
                scatter(synapse, lanes, row, rows);
            }
    free(lanes);
    free(tap_major);
    return rows;
}

relif_synapse *relif_synapse_create(const relif_layer *layer, const relif_slab *slab,
                                    relif_range input)
{
    relif_synapse *synapse = relif_calloc(1, sizeof *synapse);
    *synapse = (relif_synapse){
        .kind = layer->kind,
        .in = layer->in,
        .out = layer->out,
        .kernel_height = layer->kernel_height,
        .kernel_width = layer->kernel_width,
        .stride = layer->stride,
        .padding = layer->padding,
        .field_width = relif_slab_field_width(slab, layer),
        .whole = layer->kernel_height == layer->in.height &&
                 layer->kernel_width == layer->in.width && layer->padding == 0 &&
                 relif_layer_has_weights(layer),
        .input = input,
        .slab = *slab,
        .weight = 1.0f / (float)(layer->kernel_height * layer->kernel_width)};
    synapse->taps = synapse->kernel_height * synapse->field_width * synapse->in.channels;
    if (relif_layer_has_weights(layer) && slab->n_tiles > 0)
        synapse->rows = fill_rows(synapse, layer);
    return synapse;
}

void relif_synapse_destroy(relif_synapse *synapse)
{
    if (!synapse) return;
    free(synapse->rows);
    free(synapse);
}

/* Adds the owned neurons of an output position, reached from all channels of an input
 * position, or from their own channel in average pooling. */
static void add_reached(const relif_synapse *synapse, int position, int *fan_out)
{
    const int outputs = synapse->out.channels, first = position * outputs;
    const relif_range reached =
        relif_range_intersect((relif_range){first, first + outputs}, synapse->slab.owned);
    const int n = relif_range_size(reached);
    if (synapse->kind == RELIF_LAYER_AVG_POOL2D)
        for (int c = reached.first - first; c < reached.end - first; c++) fan_out[c]++;
    else
        for (int c = 0; n > 0 && c < synapse->in.channels; c++) fan_out[c] += n;
}

/* Adds what the neurons of an output position contribute to the fan-out of their inputs.
 */
static void add_position(const relif_synapse *synapse, int position, int *fan_out)
{
    const int top = position / synapse->out.width * synapse->stride - synapse->padding;
    const int left = position % synapse->out.width * synapse->stride - synapse->padding;
    for (int y = top; y < top + synapse->kernel_height; y++)
        for (int x = left; x < left + synapse->kernel_width; x++) {
            const int base = (y * synapse->in.width + x) * synapse->in.channels;
            if (y >= 0 && y < synapse->in.height && x >= 0 && x < synapse->in.width)
                add_reached(synapse, position, fan_out + (base - synapse->input.first));
        }
}

int *relif_synapse_fan_out(const relif_synapse *synapse)
{
    const relif_range owned = synapse->slab.owned;
    const int outputs = synapse->out.channels;
    int *fan_out =
        relif_calloc((size_t)relif_range_size(synapse->input), sizeof *fan_out);
    for (int p = owned.first / outputs; p * outputs < owned.end; p++)
        add_position(synapse, p, fan_out);
    return fan_out;
}
