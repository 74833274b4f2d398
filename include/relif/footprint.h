/**
 * The footprint: the memory that a rank needs to simulate its part of a network.
 *
 *     relif_footprint_setup setup = {.network = network, .partition = partition, ...};
 *     double bytes = relif_footprint_bytes(&setup, rank);
 *
 * Counted from the shapes of what the simulation keeps: weights, potentials, counts,
 * trains, inboxes, messages. It leaves out what the program holds besides (the network as
 * it was read, the data set, the libraries).
 */
#ifndef RELIF_FOOTPRINT_H
#define RELIF_FOOTPRINT_H

#include "relif/partition.h"
#include "relif/pooling.h"

typedef struct relif_footprint_setup {
    const relif_network *network;
    const relif_partition *partition;
    relif_pooling_mode pooling;
    int steps;
    int images_in_flight;
    int message_images, message_steps; /* of a message; in a group of one, of a stretch */
} relif_footprint_setup;

/** Bytes of the simulation on a rank, messages excluded. Not collective. */
double relif_footprint_bytes(const relif_footprint_setup *setup, int rank);

#endif
