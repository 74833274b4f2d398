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
#include "relif/tally.h"

typedef struct relif_backpropagation relif_backpropagation;

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

/** The forward pass alone: the tally of the first n <= n_images images, without a
 * gradient. */
relif_tally relif_backpropagation_tally(relif_backpropagation *bp, const float *values,
                                        const float *images, const uint8_t *labels,
                                        int n);

/** n_images, and the size of each. */
int relif_backpropagation_images(const relif_backpropagation *bp);
int relif_backpropagation_image_size(const relif_backpropagation *bp);

/** Floating-point operations of the matrix products of one run. */
double relif_backpropagation_operations(const relif_backpropagation *bp);

#endif
