/**
 * Traffic: what the ranks of a group send each other, from the cuts and the densities.
 *
 *     relif_traffic *traffic = relif_traffic_create(&setup);
 *     double messages = traffic->sent[rank].messages;
 *     relif_traffic_destroy(traffic);
 *
 * The counterpart of the exchange on paper: the same neighbours and formats, but expected
 * numbers of spikes instead of spikes, and all ranks at once. It needs no MPI. Spikes of
 * ranks of one node lie in shared memory, as masks or lists; others are moved.
 */
#ifndef RELIF_TRAFFIC_H
#define RELIF_TRAFFIC_H

#include "relif/network.h"
#include "relif/partition.h"

/** Network, partition and densities are borrowed. */
typedef struct relif_traffic_setup {
    const relif_network *network;
    const relif_partition *partition;
    const double *densities; /* [n_layers] spikes per neuron and step */
    int first, end;          /* the layers first <= l < end fire */
    int node_ranks;          /* ranks of the group that a node has, one after the other */
} relif_traffic_setup;

/** Spikes of one image and step that go the same way. */
typedef struct relif_traffic_flow {
    int64_t masks; /* parts of a layer's spikes */
    double bytes;  /* expected */
} relif_traffic_flow;

typedef struct relif_traffic_load {
    int64_t messages; /* in a tick */
    relif_traffic_flow moved, shared;
} relif_traffic_load;

typedef struct relif_traffic {
    int n_ranks;
    relif_traffic_load *sent, *received; /* [n_ranks] by each rank */
} relif_traffic;

/** The traffic of a tick. Not collective. Caller destroys. Costs about a step for each
 * message and each rank and layer. */
relif_traffic *relif_traffic_create(const relif_traffic_setup *setup);
void relif_traffic_destroy(relif_traffic *traffic);

/** What goes from one rank to another in such a tick: one message or none. */
relif_traffic_load relif_traffic_between(const relif_traffic_setup *setup, int from,
                                         int to);

/** Bytes of a load, moved and shared. */
static inline double relif_traffic_bytes(const relif_traffic_load *load)
{
    return load->moved.bytes + load->shared.bytes;
}

#endif
