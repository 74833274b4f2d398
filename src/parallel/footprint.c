/* Array by array, the allocations of src/run/stage.c and of what it creates. */
#include "relif/footprint.h"

#include <math.h>

#include "relif/encoder.h"
#include "relif/exchange.h"
#include "relif/input.h"
#include "relif/slab.h"

static double mask_bytes(relif_range range)
{
    return (double)relif_spikes_words(range) * sizeof(relif_word);
}

static int planes(int most)
{
    int n = 3;
    while (most >> n) n++;
    return n;
}

/* What this rank owns of the layer before; nothing of the pixels. */
static relif_range owned_before(const relif_footprint_setup *setup, int l, int rank)
{
    return l > 0 ? relif_partition_range(setup->partition, l - 1, rank)
                 : (relif_range){0, 0};
}

/* counted: neurons whose synaptic operations are counted, by their fan-out. */
static double neuron_bytes(const relif_footprint_setup *setup, const relif_layer *layer,
                           relif_range owned, relif_range counted)
{
    const relif_slab slab = relif_slab_create(layer, owned);
    const double taps = (double)layer->kernel_height *
                        relif_slab_field_width(&slab, layer) * layer->in.channels;
    const double rows =
        relif_layer_has_weights(layer) && slab.n_tiles > 0 ? taps * slab.pitch : 0;
    const double state = (double)relif_slab_size(&slab) * (setup->images_in_flight + 2);
    return sizeof(float) * (rows + state) +
           sizeof(int) * (double)relif_range_size(counted);
}

/* The moves of a window pooling: a move is what one place of the windows gives to a word,
 * of one position if there are 64 channels or more. */
static double move_bytes(const relif_layer *layer, double neurons)
{
    const double bytes = 3 * sizeof(relif_word);
    const double places = layer->kernel_height * layer->kernel_width;
    const double together = fmin(layer->out.channels, RELIF_WORD_BITS);
    return bytes * neurons * fmin(1, places / together);
}

static double pool_bytes(const relif_footprint_setup *setup, const relif_layer *layer,
                         relif_range owned, relif_range needed)
{
    const double images = setup->images_in_flight;
    const double in = relif_range_size(needed), out = relif_range_size(owned);
    const double kept = sizeof(int) * (in + out);
    if (setup->pooling != RELIF_POOLING_WINDOW) return images * kept + sizeof(int) * in;
    return kept + images * (setup->steps * mask_bytes(needed) + move_bytes(layer, out));
}

/* Ranks that share them count them each. */
static double train_bytes(const relif_footprint_setup *setup, relif_range needed)
{
    const bool linear = setup->network->layers[0].kind == RELIF_LAYER_LINEAR;
    return RELIF_INPUT_BATCHES * (double)setup->images_in_flight *
           (double)relif_trains_words(needed, setup->steps, linear) * sizeof(relif_word);
}

/* The counts of what arrives from other ranks, or of pixels that are not in lists. */
static double foreign_bytes(const relif_footprint_setup *setup, int l, int rank,
                            relif_range needed)
{
    const relif_layer *layer = &setup->network->layers[l];
    const bool window =
        !relif_layer_spikes(layer) && setup->pooling == RELIF_POOLING_WINDOW;
    const bool pixels = l == 0 && layer->kind != RELIF_LAYER_LINEAR;
    const relif_range before = owned_before(setup, l, rank);
    if (!window && !pixels) return 0;
    return setup->images_in_flight * planes(setup->steps) *
           (mask_bytes(needed) - mask_bytes(relif_range_intersect(needed, before)));
}

/* What a layer fires in a portion, and what arrives: while messages travel, more than
 * one portion. Lists are taken to be as long as masks, which they are at 6 % density. */
static double portion_bytes(const relif_footprint_setup *setup, int layer,
                            relif_range owned, relif_range needed)
{
    const double masks = (double)setup->message_images * setup->message_steps;
    const bool alone = setup->partition->n_ranks == 1;
    const int slots = layer == 0 || alone ? 0 : RELIF_EXCHANGE_OUTSTANDING + 1;
    return masks * (mask_bytes(owned) + slots * mask_bytes(needed));
}

double relif_footprint_bytes(const relif_footprint_setup *setup, int rank)
{
    const relif_network *network = setup->network;
    double bytes =
        train_bytes(setup, relif_partition_needs(setup->partition, network, 0, rank));
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        const relif_range owned = relif_partition_range(setup->partition, l, rank);
        const relif_range needed =
            relif_partition_needs(setup->partition, network, l, rank);
        bytes += portion_bytes(setup, l, owned, needed) +
                 foreign_bytes(setup, l, rank, needed) +
                 setup->images_in_flight * planes(setup->steps) * mask_bytes(owned);
        if (relif_layer_spikes(layer))
            bytes += neuron_bytes(setup, layer, owned,
                                  l > 0 ? owned_before(setup, l, rank) : needed);
        else
            bytes += pool_bytes(setup, layer, owned, needed);
    }
    return bytes;
}
