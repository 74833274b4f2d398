/**
 * The slab: the part of a layer that a rank computes, laid out for vectors.
 *
 *     relif_slab slab = relif_slab_create(layer, owned);
 *     float v = potentials[relif_slab_offset(&slab, neuron)];
 *
 * A range of a layer's canonical order touches some positions (row, column) and some
 * channels. The slab holds all of these positions with all of these channels, channels
 * padded to whole vectors: an array over a slab is [n_positions][pitch]. Neurons of the
 * slab outside the owned range are computed and thrown away; there are few, at the ends.
 */
#ifndef RELIF_SLAB_H
#define RELIF_SLAB_H

#include <stddef.h>

#include "relif/network.h"
#include "relif/spikes.h"

/* Channels are handled in blocks of at most 64, padded to multiples of 16 floats. */
enum { RELIF_BLOCK_CHANNELS = 64, RELIF_PAD_CHANNELS = 16 };

typedef struct relif_slab {
    relif_range owned; /* canonical */
    int first_position, n_positions;
    int first_channel, n_channels;
    int pitch;    /* channels with padding, a multiple of RELIF_PAD_CHANNELS */
    int n_blocks; /* blocks of RELIF_BLOCK_CHANNELS that cover the pitch */
    int layer_channels;
} relif_slab;

/** The slab of a range of the layer's neurons; an empty range gives an empty slab. */
relif_slab relif_slab_create(const relif_layer *layer, relif_range owned);

/** Number of elements of an array over the slab. */
static inline size_t relif_slab_size(const relif_slab *slab)
{
    return (size_t)slab->n_positions * (size_t)slab->pitch;
}

/** Where a neuron of the owned range stands in an array over the slab. */
static inline size_t relif_slab_offset(const relif_slab *slab, int neuron)
{
    const int position = neuron / slab->layer_channels - slab->first_position;
    const int channel = neuron % slab->layer_channels - slab->first_channel;
    return (size_t)position * (size_t)slab->pitch + (size_t)channel;
}

/** Padded channels of a block: 16, 32, 48 or 64. */
static inline int relif_slab_block_width(const relif_slab *slab, int block)
{
    const int left = slab->pitch - block * RELIF_BLOCK_CHANNELS;
    return left < RELIF_BLOCK_CHANNELS ? left : RELIF_BLOCK_CHANNELS;
}

#endif
