#include "relif/synapse.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* What of a block's weights stays in a core's own cache, beside lists and potentials; and
 * beside the next part of them, which is being fetched. */
static const size_t cached_block = 448 << 10, cached_part = 256 << 10;

/* All rows, or parts of equal size. */
static int choose_part(const relif_synapse *synapse)
{
    const size_t row_bytes = RELIF_BLOCK_LANES * sizeof(float);
    const int most = (int)(cached_part / row_bytes);
    const int n = (synapse->taps + most - 1) / most;
    const bool cached = (size_t)synapse->taps * row_bytes <= cached_block;
    return cached ? synapse->taps : (synapse->taps + n - 1) / n;
}

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
        const size_t first = (size_t)block * RELIF_BLOCK_LANES;
        memcpy(rows + (size_t)synapse->taps * first + (size_t)row * width, lanes + first,
               width * sizeof *rows);
    }
}

static void fill_rows(const relif_synapse *synapse, const relif_layer *layer, float *rows)
{
    const size_t pitch = (size_t)synapse->slab.pitch;
    float *tap_major = relif_layer_tap_major(layer);
    float *lanes = relif_calloc(pitch, sizeof *lanes); /* padding stays 0 */
    int row = 0;
    for (int ky = 0; ky < synapse->kernel_height; ky++)
        for (int column = 0; column < synapse->field_width; column++)
            for (int c = 0; c < synapse->in.channels; c++, row++) {
                fill_lanes(synapse, tap_major, ky, column, c, lanes);
                scatter(synapse, lanes, row, rows);
            }
    free(lanes);
    free(tap_major);
}

static int count_taps(const relif_layer *layer, const relif_slab *slab)
{
    return layer->kernel_height * relif_slab_field_width(slab, layer) *
           layer->in.channels;
}

size_t relif_synapse_bytes(const relif_layer *layer, const relif_slab *slab)
{
    if (!relif_layer_has_weights(layer) || slab->n_tiles == 0) return 0;
    return (size_t)count_taps(layer, slab) * (size_t)slab->pitch * sizeof(float);
}

relif_synapse *relif_synapse_create(const relif_layer *layer, const relif_slab *slab,
                                    relif_range input)
{
    const size_t bytes = relif_synapse_bytes(layer, slab);
    float *rows = bytes ? relif_calloc_aligned(bytes, 1) : NULL;
    relif_synapse *synapse = relif_synapse_create_in(layer, slab, input, rows, true);
    synapse->own = rows;
    return synapse;
}

relif_synapse *relif_synapse_create_in(const relif_layer *layer, const relif_slab *slab,
                                       relif_range input, float *rows, bool fills)
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
    synapse->taps = count_taps(layer, slab);
    synapse->part_taps = synapse->taps;
    if (relif_synapse_bytes(layer, slab) == 0) return synapse;
    synapse->rows = rows;
    synapse->part_taps = choose_part(synapse);
    if (fills) fill_rows(synapse, layer, rows);
    return synapse;
}

void relif_synapse_destroy(relif_synapse *synapse)
{
    if (!synapse) return;
    free(synapse->own);
    free(synapse);
}
