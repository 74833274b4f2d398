/**
 * The first weights of a network that is to be trained.
 *
 *     relif_initialize(network, RELIF_INITIALIZATION_KAIMING, seed);
 *
 * Both ways draw each weight from a normal distribution and set biases to 0; fan_in is
 * the number of weights of one output (a convolution: kernel_height * kernel_width *
 * in.channels).
 *
 * kaiming (He et al. 2015): variance 2 / fan_in, which keeps the second moment of the
 * activations from layer to layer.
 *
 * centred: the weights of each output are shifted to the mean 0, with variance
 * 2 pi / (pi - 1) / fan_in, which keeps the variance of the activations. Pixels in [0, 1]
 * and the outputs of a ReLU have a mean that all images share. It passes through
 * kaiming's weights and grows with depth: after the 16 layers of VGG-16 without biases
 * and batch normalisation all images look alike (cosine 0.99), and the gradient sees
 * little but their mean. Weights of mean 0 take it away in every layer.
 */
#ifndef RELIF_INITIALIZATION_H
#define RELIF_INITIALIZATION_H

#include <stdint.h>

#include "relif/network.h"

/* name, word in the config */
#define RELIF_INITIALIZATION_LIST(X)                                                     \
    X(KAIMING, "kaiming")                                                                \
    X(CENTRED, "centred")

typedef enum relif_initialization {
#define RELIF_INITIALIZATION_ENUM(name, word) RELIF_INITIALIZATION_##name,
    RELIF_INITIALIZATION_LIST(RELIF_INITIALIZATION_ENUM)
#undef RELIF_INITIALIZATION_ENUM
        RELIF_N_INITIALIZATIONS
} relif_initialization;

/** Not collective: the same on every rank. */
void relif_initialize(relif_network *network, relif_initialization method, uint64_t seed);

#endif
