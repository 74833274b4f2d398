#include "relif/slab.h"

relif_slab relif_slab_create(const relif_layer *layer, relif_range owned)
{
    relif_slab slab = {.owned = owned, .layer_channels = layer->out.channels};
    if (owned.end <= owned.first) return slab;
    const int channels = layer->out.channels;
    slab.first_position = owned.first / channels;
    slab.n_positions = (owned.end - 1) / channels - slab.first_position + 1;
    slab.first_channel = slab.n_positions == 1 ? owned.first % channels : 0;
    slab.n_channels = slab.n_positions == 1 ? owned.end - owned.first : channels;
    slab.pitch = (slab.n_channels + RELIF_PAD_CHANNELS - 1) / RELIF_PAD_CHANNELS *
                 RELIF_PAD_CHANNELS;
    slab.n_blocks = (slab.pitch + RELIF_BLOCK_CHANNELS - 1) / RELIF_BLOCK_CHANNELS;
    return slab;
}
