/**
 * Cross-entropy of the ReLU network on some images, and its gradient.
 *
 *     relif_backpropagation *bp = relif_backpropagation_create(network, parameters, 16);
 *     relif_backpropagation_run(bp, values, images, labels, 1.0 / 64, gradient, &tally);
 *     relif_backpropagation_destroy(bp);
 *
 * Not collective. Equal calls give equal bits, whoever computes them.
 */
#ifndef RELIF_BACKPROPAGATION_H
#define RELIF_BACKPROPAGATION_H

#include "relif/parameters.h"

typedef struct relif_backpropagation relif_backpropagation;

/** What the network made of some images. */
typedef struct relif_tally {
    double loss;    /* sum of the cross-entropies */
    double correct; /* number of images with the right label */
} relif_tally;

/** For n_images at a time. Network and parameters are borrowed; of the network only the
 * shapes are used. Caller destroys. */
relif_backpropagation *relif_backpropagation_create(const relif_network *network,
                                                    const relif_parameters *parameters,
                                                    int n_images);
void relif_backpropagation_destroy(relif_backpropagation *bp);

/**
 * @param[in]  values    weights and biases, in the form of relif_parameters
 * @param[in]  images    [n_images][input size], canonical order
 * @param[in]  labels    [n_images], each an index of the last layer
 * @param[in]  scale     the gradient is that of scale * (sum of the cross-entropies)
 * @param[out] gradient  in the form of relif_parameters
 */
void relif_backpropagation_run(relif_backpropagation *bp, const float *values,
                               const float *images, const uint8_t *labels, double scale,
                               float *gradient, relif_tally *tally);

/** Floating-point operations of the matrix products of one run. */
double relif_backpropagation_operations(const relif_backpropagation *bp);

#endif
