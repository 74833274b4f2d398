/**
 * The correlation matrices of a layer in an archive of kind "correlation".
 *
 *     err = relif_correlation_output_matrix(output, &set, log, &size);
 *     err = relif_correlation_output_images(output, &found);
 *
 * /over_images (and likewise /over_neurons) holds matrix [size, size], kept [size] and
 * excluded [2 half - size]: indices of series, 0 .. half - 1 for the ReLU neurons, half
 * .. 2 half - 1 for the spike counts; attributes half, relu_series (kept ones of the ReLU
 * neurons). /per_image holds equation (16).
 */
#ifndef RELIF_ANALYSIS_CORRELATION_OUTPUT_H
#define RELIF_ANALYSIS_CORRELATION_OUTPUT_H

#include "image_correlation.h"
#include "layer_vectors.h"
#include "relif/log.h"

/** "/over_images" or "/over_neurons". Static text. */
const char *relif_correlation_output_group(relif_over over);

/** Compute a matrix and write it; *size is its number of rows, which may be 0. Collective
 *  on the context that the layer's archive and the output share. */
relif_err relif_correlation_output_matrix(relif_archive *output, relif_layer_vectors *set,
                                          relif_log *log, int64_t *size);

/** Write /per_image. Collective. */
relif_err relif_correlation_output_images(relif_archive *output,
                                          const relif_image_correlation *found);

#endif
