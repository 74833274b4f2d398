/**
 * Who computes what: each layer's canonical neuron range, cut at chosen points.
 *
 *     relif_partition *partition = NULL;
 *     err = relif_partition_create(network, RELIF_SCHEME_SPLIT, n_ranks,
 *                                  RELIF_USUAL_DENSITY, &partition);
 *     relif_range mine = relif_partition_range(partition, layer, rank);
 *     relif_range needed = relif_partition_needs(partition, network, layer, rank);
 *     relif_partition_destroy(partition);
 *
 * Rank r of a group owns one contiguous range of every layer, possibly empty.
 * Cutting a convolution gives slabs of rows with halos; channel blocks and
 * whole layers per rank are the same structure with other cut points. How much work a
 * range is, a cost model says. Every rank makes the same partition.
 */
#ifndef RELIF_PARTITION_H
#define RELIF_PARTITION_H

#include <stdbool.h>

#include "relif/error.h"
#include "relif/network.h"
#include "relif/spikes.h"

/* name, word in the config */
#define RELIF_SCHEME_LIST(X)                                                             \
    X(AUTO, "auto")         /* whichever of the others is predicted to be fastest */     \
    X(SPLIT, "split")       /* every layer over all ranks, small ones whole to one */    \
    X(PIPELINE, "pipeline") /* layer after layer to ranks, cut where a rank has its      \
                               share of the work */

typedef enum relif_scheme {
#define RELIF_SCHEME_ENUM(name, word) RELIF_SCHEME_##name,
    RELIF_SCHEME_LIST(RELIF_SCHEME_ENUM)
#undef RELIF_SCHEME_ENUM
        RELIF_N_SCHEMES
} relif_scheme;

typedef struct relif_partition {
    int n_ranks, n_layers;
    int *cuts; /* [n_layers][n_ranks + 1], ascending, from 0 to the layer's size */
} relif_partition;

/** Spikes per neuron and step where it is not known. */
#define RELIF_USUAL_DENSITY 0.02

/**
 * Cut a network for the ranks of a group. Not collective. Caller destroys.
 * RELIF_ERR_PARTITION if there are more ranks than neurons in the largest
 * layer.
 * @param input_density  spikes per pixel and step, on average
 */
relif_err relif_partition_create(const relif_network *network, relif_scheme scheme,
                                 int n_ranks, double input_density,
                                 relif_partition **partition);

/** From given cuts, copied; asserts that they are ascending and complete.
 * Caller destroys. */
relif_partition *relif_partition_from_cuts(const relif_network *network, int n_ranks,
                                           const int *cuts);
void relif_partition_destroy(relif_partition *partition);

/** The neurons of a layer that a rank owns. */
relif_range relif_partition_range(const relif_partition *partition, int layer, int rank);

/**
 * The smallest range of whole input positions, all their channels, that holds the
 * receptive fields of the neurons out; empty for none. A field that lies in the padding
 * altogether counts as the nearest input position.
 */
relif_range relif_partition_receptive_range(const relif_layer *layer, relif_range out);

/** The range of the layer's input neurons that a rank needs to compute what it
 * owns. */
relif_range relif_partition_needs(const relif_partition *partition,
                                  const relif_network *network, int layer, int rank);

/** The word for a scheme in the config. Static text. */
const char *relif_scheme_name(relif_scheme scheme);

/** Whether a layer, not the first, needs spikes of another rank on any rank. */
bool relif_partition_crosses(const relif_partition *partition,
                             const relif_network *network, int layer);

/**
 * Whether such a layer is one that needs all spikes of the layer before wherever a neuron
 * of it is, so that ranks exchange lists of them: each rank that owns some of the layer
 * before lists its own, once for all. Never of more neurons than 16 bits number.
 */
bool relif_partition_lists(const relif_partition *partition, const relif_network *network,
                           int layer);

/** Ranks before a rank that own neurons of a layer. */
int relif_partition_owners_before(const relif_partition *partition, int layer, int rank);

#endif
