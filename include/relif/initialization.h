/**
 * The first weights of a network that is to be trained.
 *
 *     relif_initialize_kaiming(network, seed);
 */
#ifndef RELIF_INITIALIZATION_H
#define RELIF_INITIALIZATION_H

#include <stdint.h>

#include "relif/network.h"

/**
 * Kaiming's initialisation (He et al. 2015): each weight normal with variance
 * 2 / fan_in, where fan_in is the number of weights of one output (a convolution:
 * kernel_height * kernel_width * in.channels); biases 0. Not collective: the same on
 * every rank.
 */
void relif_initialize_kaiming(relif_network *network, uint64_t seed);

#endif
