/**
 * Patches: the receptive fields of a layer as rows of a matrix (im2col), and back.
 *
 *     relif_patches_gather(layer, 0, n_images * layer->out.height, images, patches);
 *     ... patches[positions][length] times tap-major weights[length][out.channels] ...
 *     relif_patches_scatter(layer, 0, n_images * layer->out.height, patches, images);
 *
 * A patch lists kernel row, kernel column, input channel, channel fastest: in canonical
 * order each kernel row is one contiguous run of the image. Rows of outputs are counted
 * through all images: row r is row r % out.height of image r / out.height.
 */
#ifndef RELIF_PATCHES_H
#define RELIF_PATCHES_H

#include "relif/network.h"

/** The taps of a window's side that lie inside the input: first <= tap < end, at the
 * input's coordinate origin + tap. None, first == end, where the padding of a convolution
 * holds its whole kernel. */
typedef struct relif_taps {
    int origin, first, end;
} relif_taps;

static inline relif_taps relif_taps_inside(const relif_layer *layer, int position,
                                           int kernel, int extent)
{
    relif_taps taps = {.origin = position * layer->stride - layer->padding,
                       .end = kernel};
    if (taps.origin < 0) taps.first = -taps.origin;
    if (taps.first > kernel) taps.first = kernel;
    if (taps.origin + kernel > extent) taps.end = extent - taps.origin;
    if (taps.end < taps.first) taps.end = taps.first;
    return taps;
}

/** Length of a patch: kernel_height * kernel_width * in.channels. */
static inline int relif_patches_length(const relif_layer *layer)
{
    return layer->kernel_height * layer->kernel_width * layer->in.channels;
}

/** The input itself is the patch matrix: one position with the kernel as large as the
 * input (linear), or 1x1 with stride 1. */
bool relif_patches_are_input(const relif_layer *layer);

/**
 * @param[in]  images   [images][input size]
 * @param[out] patches  [n_rows * out.width][length]; padding gives zeros
 */
void relif_patches_gather(const relif_layer *layer, int first_row, int n_rows,
                          const float *images, float *patches);

/** Adds each patch to the places it was gathered from, in ascending order of positions.
 */
void relif_patches_scatter(const relif_layer *layer, int first_row, int n_rows,
                           const float *patches, float *images);

#endif
