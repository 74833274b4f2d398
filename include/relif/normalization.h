/**
 * Data-based weight normalisation: scale each layer so that its activations are at
 * most 1.
 *
 *     double *scales = relif_calloc(n_layers, sizeof *scales);
 *     relif_normalization_scales(network, method, 99.9, images, n_images, scales);
 *     relif_network *scaled = relif_normalization_apply(network, scales);
 *
 * The scale of a layer is its largest activation (max) or a percentile of its activations
 * over given images. Weights are multiplied by the scale of the layer before and divided
 * by the layer's own, biases divided by the layer's own: every activation is divided by
 * its layer's scale, so the ANN's labels stay as they are. Layers without weights pass on
 * the scale before them.
 */
#ifndef RELIF_NORMALIZATION_H
#define RELIF_NORMALIZATION_H

#include "relif/network.h"

/* name, word in the config */
#define RELIF_NORMALIZATION_LIST(X)                                                      \
    X(NONE, "none")                                                                      \
    X(MAX, "max")                                                                        \
    X(PERCENTILE, "percentile")

typedef enum relif_normalization {
#define RELIF_NORMALIZATION_ENUM(name, word) RELIF_NORMALIZATION_##name,
    RELIF_NORMALIZATION_LIST(RELIF_NORMALIZATION_ENUM)
#undef RELIF_NORMALIZATION_ENUM
        RELIF_N_NORMALIZATIONS
} relif_normalization;

/**
 * Scales of all layers from the activations of some images. A layer without positive
 * activations keeps the scale 1. A percentile is exact to 1/65536 of the layer's maximum.
 * @param[in]  percentile  of a layer's activations, zeros included; 0 < percentile <= 100
 * @param[in]  images      [n_images][input size], canonical order
 * @param[out] scales      [n_layers], all 1 for none
 */
void relif_normalization_scales(const relif_network *network, relif_normalization method,
                                double percentile, const float *images, int n_images,
                                double *scales);

/** The network with scaled weights and biases. Caller destroys. */
relif_network *relif_normalization_apply(const relif_network *network,
                                         const double *scales);

/** The word for a method in the config. Static text. */
const char *relif_normalization_name(relif_normalization method);

#endif
