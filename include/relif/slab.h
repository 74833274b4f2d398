/**
 * The slab: the part of a layer that a rank computes, laid out for vectors.
 *
 *     relif_slab slab = relif_slab_create(layer, owned);
 *     float v = potentials[relif_slab_offset(&slab, neuron)];
 *
 * A range of a layer's canonical order touches some positions (row, column) and some
 * channels. Where a position has few channels, adjacent positions of a row make a tile,
 * of at most 64 neurons; elsewhere a tile is one position. A tile's neurons are
 * contiguous in canonical order, and are the lanes of the computation. The slab holds
 * whole tiles, lanes padded to whole vectors: an array over a slab is [n_tiles][pitch].
 * Lanes outside the owned range are computed and thrown away; there are few, at the ends.
 *
 * Lanes are handled in blocks of as many as there are registers for.
 */
#ifndef RELIF_SLAB_H
#define RELIF_SLAB_H

#include <stddef.h>

#include "relif/network.h"
#include "relif/spikes.h"

/* Blocks have at most 64 lanes; all lanes of a tile are padded to multiples of 16. */
enum { RELIF_BLOCK_LANES = 64, RELIF_PAD_LANES = 16 };

typedef struct relif_slab {
    relif_range owned;               /* canonical */
    int layer_channels, layer_width; /* of the whole layer */
    int tile_width;                  /* positions of a tile */
    int row_tiles;                   /* tiles of a row; the last may be narrower */
    int first_tile, n_tiles;         /* row after row */
    int first_channel;               /* 0 unless the slab is a part of one position */
    int n_lanes;                     /* neurons of a whole tile in the slab */
    int pitch;    /* lanes with padding, a multiple of RELIF_PAD_LANES */
    int n_blocks; /* of RELIF_BLOCK_LANES, the last one may be narrower */
} relif_slab;

/** The slab of a range of the layer's neurons; an empty range gives an empty slab. */
relif_slab relif_slab_create(const relif_layer *layer, relif_range owned);

/** Number of elements of an array over the slab. */
static inline size_t relif_slab_size(const relif_slab *slab)
{
    return (size_t)slab->n_tiles * (size_t)slab->pitch;
}

/** Where a neuron of the owned range stands in an array over the slab. */
size_t relif_slab_offset(const relif_slab *slab, int neuron);

/** The neurons of a tile of the slab, from 0, owned or not. Their lanes begin at 0. */
relif_range relif_slab_tile(const relif_slab *slab, int tile);

/** Padded lanes of a block: 16, 32, 48 or 64. */
static inline int relif_slab_block_width(const relif_slab *slab, int block)
{
    const int left = slab->pitch - block * RELIF_BLOCK_LANES;
    return left < RELIF_BLOCK_LANES ? left : RELIF_BLOCK_LANES;
}

/** Input columns under a tile's kernels: those of its positions, one after the other. */
int relif_slab_field_width(const relif_slab *slab, const relif_layer *layer);

#endif
