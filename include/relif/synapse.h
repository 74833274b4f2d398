/**
 * Synapses: from the spikes of a layer's input to the currents of its neurons (equation
 * (4)).
 *
 *     relif_synapse *synapse = relif_synapse_create(layer, &slab, input_range);
 *     relif_arrivals *arrivals = relif_arrivals_create(synapse);
 *     relif_arrivals_list(arrivals, synapse, mask);          once per image and step
 *     relif_lif_step(lif, block, arrivals, image, fired);    deliver, integrate
 *
 * Weights are stored once, tap-major, output channels contiguous, in blocks of 64
 * channels, and are shared by all positions. Delivery gathers: for an output position the
 * weight rows of the spikes in its receptive field are added in ascending canonical
 * order, so that a neuron's sum has one order on every machine, instruction set and
 * partition.
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
    bool whole;        /* one position that sees the whole input, as in a linear layer */
    relif_range input; /* input neurons that can reach the slab */
    relif_slab slab;
    float *rows; /* [n_blocks][kernel_height * kernel_width * in.channels][block width];
                    average pooling: NULL */
    int *reach_first, *reach_end; /* [in.width] output columns that see an input column */
    float weight;                 /* average pooling: 1/(kernel area) for every synapse */
} relif_synapse;

/** The spikes of one image and step, listed by row and column of the input. */
typedef struct relif_arrivals {
    int n_ids;
    int *ids;             /* canonical input indices, ascending */
    int *column_start;    /* [in.height][in.width + 1] first entry of ids at or after a
                             column; not filled if the synapse is whole */
    int *rows;            /* room for the weight rows of one receptive field */
    relif_word *occupied; /* [in.height][words of in.width] columns with spikes; not
                             filled if the synapse is whole */
    relif_word *visits;   /* [words of out.width] room for the columns to compute */
} relif_arrivals;

/** Words of a mask of the columns of a row. */
static inline int relif_synapse_column_words(int width)
{
    return relif_spikes_words((relif_range){0, width});
}

/** Synapses onto a slab. layer is read, not kept. Caller destroys. */
relif_synapse *relif_synapse_create(const relif_layer *layer, const relif_slab *slab,
                                    relif_range input);
void relif_synapse_destroy(relif_synapse *synapse);

relif_arrivals *relif_arrivals_create(const relif_synapse *synapse);
void relif_arrivals_destroy(relif_arrivals *arrivals);

/** List the spikes of a mask over synapse->input. */
void relif_arrivals_list(relif_arrivals *arrivals, const relif_synapse *synapse,
                         const relif_word *mask);

/**
 * Number of synaptic operations of a set of arrivals: each spike counts once for every
 * owned neuron that it reaches.
 * @param fan_out  from relif_synapse_fan_out
 */
int64_t relif_arrivals_operations(const relif_arrivals *arrivals,
                                  const relif_synapse *synapse, const int *fan_out);

/** Owned neurons that each input neuron reaches: [relif_range_size(input)]. Caller frees.
 */
int *relif_synapse_fan_out(const relif_synapse *synapse);

#endif
