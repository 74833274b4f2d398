/* A partition with random cuts, the same on every rank; some ranges are empty. */
#ifndef RELIF_TESTS_RANDOM_PARTITION_H
#define RELIF_TESTS_RANDOM_PARTITION_H

#include "relif/memory.h"
#include "relif/partition.h"
#include "relif/random.h"

/* Caller destroys. */
static inline relif_partition *random_partition(const relif_network *network, int n_ranks,
                                                uint64_t seed)
{
    int *cuts = relif_calloc((size_t)(network->n_layers * (n_ranks + 1)), sizeof *cuts);
    relif_random random = relif_random_stream(seed, (uint64_t)network->n_layers);
    for (int l = 0; l < network->n_layers; l++) {
        int *c = cuts + l * (n_ranks + 1);
        c[n_ranks] = relif_shape_size(network->layers[l].out);
        for (int r = n_ranks - 1; r > 0; r--)
            c[r] = (int)relif_random_below(&random, c[r + 1] + 1);
    }
    relif_partition *partition = relif_partition_from_cuts(network, n_ranks, cuts);
    free(cuts);
    return partition;
}

#endif
