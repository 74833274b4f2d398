/**
 * The scaling model: how long a network takes on any number of ranks, how it is best
 * placed on them, and what they send and keep.
 *
 *     relif_scaling scaling = {.network = network, .layers = layers, ...};
 *     relif_scaling_set_speed(&scaling, 2e9);               another machine's core
 *     relif_scaling_point point;
 *     err = relif_scaling_recommend(&scaling, 1024, RELIF_SCHEME_AUTO, 0, &point);
 *
 * In a tick every layer advances by a portion (portion.h). A rank computes what it owns,
 * packs and unpacks spikes, and sends a message to each neighbour, which has one tick to
 * travel; spikes for ranks of the same node do not pass the network. Messages of two
 * ticks share the links. In a split they arrive together, because every rank waits for
 * others that wait for it, and links are idle while it computes once more; in a pipeline
 * nobody waits for the next rank:
 *
 *     busy = computing + handling,  flow = bytes / bandwidth
 *     tick = max over ranks of max(busy, (busy + latency) / 2 + flow)               split
 *     tick = max over ranks of max(busy, flow, (busy + latency + flow) / 2)      pipeline
 *
 * A batch takes as many ticks as it has portions, and as the last layer is behind the
 * first. Groups work on their own images and do not wait for each other.
 */
#ifndef RELIF_SCALING_H
#define RELIF_SCALING_H

#include <stdint.h>

#include "relif/error.h"
#include "relif/network.h"
#include "relif/partition.h"
#include "relif/pooling.h"
#include "relif/portion.h"
#include "relif/traffic.h"

/** What one core does for one image in a layer, over the whole coding time. */
typedef struct relif_scaling_layer {
    double density;    /* spikes per neuron and step that the layer fires */
    double operations; /* synaptic operations */
    double seconds;    /* the whole layer, in a group of one */
    double visit;      /* s, a tile of the layer's slab (slab.h), in a larger group */
    double lane;       /* s, a lane of a tile, in a larger group */
} relif_scaling_layer;

/** What the time of a tick depends on beside the work itself. The costs are what relif
 * bench finds on a 3 GHz x86-64 core. */
typedef struct relif_machine {
    double latency;      /* s, until a message's first byte arrives */
    double bandwidth;    /* bytes/s that a rank sends, and receives */
    double message_cost; /* s of a core, to send or to receive a message */
    double mask_cost;    /* s of a core, to pack or to unpack a mask ... */
    double byte_cost;    /* ... and each of its bytes */
    double shared_mask_cost, shared_byte_cost; /* the same in shared memory */
    int node_ranks;    /* that share memory: those of a node, one after the other */
    double layer_cost; /* s of a core, to take up a layer in a tick */
} relif_machine;

/** Latency 2 us, bandwidth 1 GB/s: a rank's share of a present network; nodes of one
 * rank. */
relif_machine relif_machine_default(void);

/** Network and layers are borrowed. */
typedef struct relif_scaling {
    const relif_network *network;
    const relif_scaling_layer *layers; /* [n_layers] */
    double encode_seconds;             /* of the whole input of an image */
    double input_density;              /* spikes per pixel and step */
    double slowdown; /* of the target's core: all times of computing times this */
    relif_machine machine;
    relif_pooling_mode pooling;
    int steps;
    int images_in_flight;
    int exchange_interval; /* steps per message; 0: chosen */
    int64_t n_images;
    double base_memory; /* bytes of a rank before it simulates */
} relif_scaling;

/** A placement and what to expect of it. */
typedef struct relif_scaling_point {
    int ranks, replicas, group;
    relif_scheme scheme;
    double seconds;        /* for all images */
    double exchange_share; /* of a rank's time: handling spikes and waiting for others,
                              mean over ranks of the time they simulate */
    double memory;         /* bytes, of the rank that needs most */
    int64_t
        tick_messages; /* sent in a tick in which all layers fire, by the busiest rank */
    double tick_bytes; /* the same */
    double tick_seconds; /* of such a tick */
    int64_t messages;    /* sent by all ranks together */
    double bytes;        /* the same */
} relif_scaling_point;

/** Synaptic operations/s of one core on the whole network, as measured / as it will be.
 */
double relif_scaling_speed(const relif_scaling *scaling);
void relif_scaling_set_speed(relif_scaling *scaling, double speed);

/** The portions of a full batch. */
relif_portions relif_scaling_portions(const relif_scaling *scaling,
                                      const relif_partition *partition);

/** Images times steps of a message, on average (the last steps may be fewer). */
double relif_scaling_share(const relif_portions *portions);

/** Seconds of computing of a rank in a tick in which the layers first <= l < end fire.
 * @param share  relif_scaling_share, here and below */
double relif_scaling_work(const relif_scaling *scaling, const relif_partition *partition,
                          double share, int first, int end, int rank);

/** Seconds of a core for handling the messages of a tick, sent or received. */
double relif_scaling_handling(const relif_scaling *scaling, double share,
                              const relif_traffic_load *load);

/** The traffic of a tick in which the layers first <= l < end fire. The setup borrows
 * what it is made of. @param densities  [n_layers] */
relif_traffic_setup relif_scaling_traffic(const relif_scaling *scaling,
                                          const relif_partition *partition,
                                          const double *densities, int first, int end);

/**
 * What to expect of a placement, SPLIT or PIPELINE. Not collective.
 * RELIF_ERR_PARTITION: more replicas than images, or more ranks in a group than neurons
 * in the largest layer.
 */
relif_err relif_scaling_predict(const relif_scaling *scaling, relif_scheme scheme,
                                int replicas, int group, relif_scaling_point *point);

/**
 * The fastest placement on a number of ranks; among equals the one with most replicas.
 * @param scheme    RELIF_SCHEME_AUTO: any
 * @param replicas  0: any
 * RELIF_ERR_PARTITION, if there is none: why not.
 */
relif_err relif_scaling_recommend(const relif_scaling *scaling, int ranks,
                                  relif_scheme scheme, int replicas,
                                  relif_scaling_point *point);

#endif
