/**
 * Traffic: what the ranks of a group send each other, from the cuts and the densities.
 *
 *     relif_traffic *traffic =
 *         relif_traffic_create(network, partition, densities, 0, network->n_layers);
 *     double messages = traffic->sent[rank].messages;
 *     relif_traffic_destroy(traffic);
 *
 * The counterpart of the exchange on paper: the same neighbours and formats, but expected
 * numbers of spikes instead of spikes, and all ranks at once. It needs no MPI.
 */
#ifndef RELIF_TRAFFIC_H
#define RELIF_TRAFFIC_H

#include "relif/network.h"
#include "relif/partition.h"

typedef struct relif_traffic_load {
    int64_t messages; /* in a tick */
    int64_t masks;    /* parts of a layer's spikes, of one image and step */
    double bytes;     /* expected, of one image and step */
} relif_traffic_load;

typedef struct relif_traffic {
    int n_ranks;
    relif_traffic_load *sent, *received; /* [n_ranks] by each rank */
} relif_traffic;

/**
 * The traffic of a tick in which the layers first <= l < end fire. Not collective. Caller
 * destroys. Costs about a step for each message and each rank and layer.
 * @param densities  [n_layers] spikes per neuron and step
 */
relif_traffic *relif_traffic_create(const relif_network *network,
                                    const relif_partition *partition,
                                    const double *densities, int first, int end);
void relif_traffic_destroy(relif_traffic *traffic);

/** What goes from one rank to another in such a tick: one message or none. */
relif_traffic_load relif_traffic_between(const relif_network *network,
                                         const relif_partition *partition,
                                         const double *densities, int first, int end,
                                         int from, int to);

#endif
