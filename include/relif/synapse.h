/**
 * Synapses: from the spikes of a layer's input to the currents of its neurons (equation
 * (4)).
 *
 *     relif_synapse *synapse = relif_synapse_create(layer, &slab, input_range);
 *     const float *row = relif_synapse_block(synapse, block) + tap * width;
 *
 * Weights are stored once, tap-major, lanes contiguous, in the slab's blocks of lanes,
 * and are shared by all tiles. Delivery gathers: for a tile the weight rows of the spikes
 * in its receptive field are added in ascending canonical order, so that a neuron's sum
 * has one order on every machine, instruction set and partition. The field of a tile of
 * several positions is as wide as all of their kernels; where a spike does not reach a
 * position its weight is -0, which changes no sum (x + -0 = x even for x = +0 and x =
 * -0).
 */
#ifndef RELIF_SYNAPSE_H
#define RELIF_SYNAPSE_H

#include "relif/network.h"
#include "relif/slab.h"
#include "relif/spikes.h"

typedef struct relif_synapse {
    relif_layer_kind kind;
    relif_shape in, out;
    int kernel_height, kernel_width, stride, padding;
    int field_width; /* input columns under a tile */
    int taps;        /* weight rows: kernel_height * field_width * in.channels */
    int part_taps; /* rows of a block that stay in cache while they are worked through */
    bool whole;    /* one position that sees the whole input, as in a linear layer */
    relif_range input; /* input neurons that can reach the slab */
    relif_slab slab;
    float *rows;  /* [n_blocks][taps][block width]; average pooling: NULL */
    float *own;   /* the rows, if they are to be freed */
    float weight; /* average pooling: 1/(kernel area) for every synapse */
} relif_synapse;

/** Synapses onto a slab. layer is read, not kept. Caller destroys. */
relif_synapse *relif_synapse_create(const relif_layer *layer, const relif_slab *slab,
                                    relif_range input);
void relif_synapse_destroy(relif_synapse *synapse);

/** Bytes of the weight rows of a slab. */
size_t relif_synapse_bytes(const relif_layer *layer, const relif_slab *slab);

/**
 * The same with the weight rows in memory that is borrowed, of that many bytes, aligned
 * for vectors: written if fills, else left to another who writes the same.
 */
relif_synapse *relif_synapse_create_in(const relif_layer *layer, const relif_slab *slab,
                                       relif_range input, float *rows, bool fills);

/** The weight rows of a block of lanes: [taps][block width]. Borrowed. */
static inline const float *relif_synapse_block(const relif_synapse *synapse, int block)
{
    return synapse->rows + (size_t)synapse->taps * (size_t)block * RELIF_BLOCK_LANES;
}

#endif
