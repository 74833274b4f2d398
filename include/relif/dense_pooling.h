/**
 * Pooling of activations, and its gradient.
 *
 * Maximum: padding is ignored; the first of equal inputs in row-major order is the winner
 * and takes the gradient. Average: divided by the whole area of the kernel, padding
 * counts as zeros.
 */
#ifndef RELIF_DENSE_POOLING_H
#define RELIF_DENSE_POOLING_H

#include "relif/network.h"

/**
 * @param[in]  input   [n][in size]
 * @param[out] output  [n][out size], before the activation
 */
void relif_dense_pooling_forward(const relif_layer *layer, int n, const float *input,
                                 float *output);

/**
 * @param[in]     output           as the forward pass gave it, after the activation
 * @param[in,out] output_gradient  [n][out size], masked by the activation; used up
 * @param[out]    input_gradient   [n][in size]
 */
void relif_dense_pooling_backward(const relif_layer *layer, int n, const float *input,
                                  const float *output, float *output_gradient,
                                  float *input_gradient);

#endif
