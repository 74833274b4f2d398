/**
 * The encoder: pixels of several images to the spike trains of the input neurons (15).
 *
 *     relif_encoder *encoder = relif_encoder_create(&coding, range, n_images, false);
 *     relif_encoder_load(encoder, image, pixels);
 *     relif_raster trains = relif_encoder_trains(encoder);
 */
#ifndef RELIF_ENCODER_H
#define RELIF_ENCODER_H

#include <stdbool.h>

#include "relif/coding.h"
#include "relif/raster.h"

typedef struct relif_encoder relif_encoder;

/**
 * Trains of the input neurons of a range, for n_images at a time. Caller destroys.
 * @param as_lists  the trains are lists, which are made faster than masks are read, for a
 *                  linear layer; else masks
 */
relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    int n_images, bool as_lists);
void relif_encoder_destroy(relif_encoder *encoder);

/**
 * Replace the trains of one image. Cost follows the number of spikes.
 * @param[in] pixels  all input neurons, canonical order, >= 0 and finite
 */
void relif_encoder_load(relif_encoder *encoder, int image, const float *pixels);

/** The trains of all images and steps. Its masks or lists are the encoder's, and lists
 * those of the images loaded last. */
relif_raster relif_encoder_trains(const relif_encoder *encoder);

#endif
