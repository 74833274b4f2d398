#include "relif/slab.h"

/* As many positions as 64 lanes hold; a part of a position stays alone. */
static int choose_tile_width(const relif_layer *layer, bool one_position)
{
    const int most = RELIF_BLOCK_LANES / layer->out.channels;
    if (one_position || !relif_layer_has_weights(layer) || most < 1) return 1;
    return most < layer->out.width ? most : layer->out.width;
}

static int tile_of_position(const relif_slab *slab, int position)
{
    return position / slab->layer_width * slab->row_tiles +
           position % slab->layer_width / slab->tile_width;
}

relif_slab relif_slab_create(const relif_layer *layer, relif_range owned)
{
    const int channels = layer->out.channels;
    relif_slab slab = {.owned = owned,
                       .layer_channels = channels,
                       .layer_width = layer->out.width,
                       .tile_width = 1};
    if (owned.end <= owned.first) return slab;
    const int first = owned.first / channels, last = (owned.end - 1) / channels;
    slab.tile_width = choose_tile_width(layer, first == last);
    slab.row_tiles = (slab.layer_width + slab.tile_width - 1) / slab.tile_width;
    slab.first_tile = tile_of_position(&slab, first);
    slab.n_tiles = tile_of_position(&slab, last) - slab.first_tile + 1;
    slab.first_channel = first == last ? owned.first % channels : 0;
    slab.n_lanes = first == last ? relif_range_size(owned) : slab.tile_width * channels;
    slab.pitch = (slab.n_lanes + RELIF_PAD_LANES - 1) / RELIF_PAD_LANES * RELIF_PAD_LANES;
    slab.n_blocks = (slab.pitch + RELIF_BLOCK_LANES - 1) / RELIF_BLOCK_LANES;
    return slab;
}

relif_range relif_slab_tile(const relif_slab *slab, int tile)
{
    const int row = (slab->first_tile + tile) / slab->row_tiles;
    const int column = (slab->first_tile + tile) % slab->row_tiles * slab->tile_width;
    const int left = (slab->layer_width - column) * slab->layer_channels;
    const int first =
        (row * slab->layer_width + column) * slab->layer_channels + slab->first_channel;
    return (relif_range){first, first + (slab->n_lanes < left ? slab->n_lanes : left)};
}

size_t relif_slab_offset(const relif_slab *slab, int neuron)
{
    const int tile =
        tile_of_position(slab, neuron / slab->layer_channels) - slab->first_tile;
    return (size_t)tile * (size_t)slab->pitch +
           (size_t)(neuron - relif_slab_tile(slab, tile).first);
}

int relif_slab_field_width(const relif_slab *slab, const relif_layer *layer)
{
    return layer->kernel_width + (slab->tile_width - 1) * layer->stride;
}
