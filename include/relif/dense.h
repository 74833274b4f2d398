/**
 * One layer of the ReLU network on several images: forward pass and gradients.
 *
 *     relif_dense_use_one_thread();
 *     float *workspace = relif_calloc_aligned(relif_dense_workspace(layer, n), 4);
 *     relif_dense_forward(layer, n, &parameters, input, output, workspace);
 *     relif_dense_backward(layer, n, &parameters, input, output, &gradients, workspace);
 *
 * All arrays of images are [n][layer size], canonical order. Convolutions and linear
 * layers are matrix products (OpenBLAS) of patches and tap-major weights. The shapes of
 * the products depend on the layer and n alone, so equal calls give equal bits.
 */
#ifndef RELIF_DENSE_H
#define RELIF_DENSE_H

#include <stddef.h>

#include "relif/network.h"

/** What a layer computes with; unused by pooling. Borrowed. */
typedef struct relif_dense_parameters {
    const float *weight; /* tap-major: [kernel_height][kernel_width][in][out] */
    const float *bias;   /* [out.channels] or NULL */
} relif_dense_parameters;

/** Where the gradients of a layer go. Borrowed. */
typedef struct relif_dense_gradients {
    float *output; /* [n][out size], given; used up by the call */
    float *input;  /* [n][in size], written; NULL: not wanted */
    float *weight; /* tap-major, written */
    float *bias;   /* [out.channels], written; NULL: the layer has no biases */
} relif_dense_gradients;

/** Matrix products in the calling process use one thread: ranks are the parallelism. */
void relif_dense_use_one_thread(void);

/** Floats of workspace for a call with n images: the patches of some rows of outputs, 14
 * MB for a convolution from 512 channels with a 3x3 kernel. */
size_t relif_dense_workspace(const relif_layer *layer, int n);

void relif_dense_forward(const relif_layer *layer, int n,
                         const relif_dense_parameters *parameters, const float *input,
                         float *output, float *workspace);

/** output: what the forward pass gave. */
void relif_dense_backward(const relif_layer *layer, int n,
                          const relif_dense_parameters *parameters, const float *input,
                          const float *output, const relif_dense_gradients *gradients,
                          float *workspace);

/** Floating-point operations of the matrix product of one image, forward; each of the two
 * products backward has as many. 0 for pooling. */
double relif_dense_operations(const relif_layer *layer);

#endif
