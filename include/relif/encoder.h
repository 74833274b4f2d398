/**
 * The encoder: pixels of several images to the spike trains of the input neurons (15).
 *
 *     relif_encoder *encoder = relif_encoder_create(&coding, range, n_images);
 *     relif_encoder_load(encoder, image, pixels);
 *     for (int t = 0; t < steps; t++) {
 *         const relif_word *mask = relif_encoder_spikes(encoder, image, t);
 *         ...
 *     }
 *     relif_encoder_destroy(encoder);
 */
#ifndef RELIF_ENCODER_H
#define RELIF_ENCODER_H

#include "relif/coding.h"
#include "relif/spikes.h"

typedef struct relif_encoder relif_encoder;

/** Trains of the input neurons of a range, for n_images at a time. Caller destroys. */
relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    int n_images);
void relif_encoder_destroy(relif_encoder *encoder);

/**
 * Replace the trains of one image. Cost follows the number of spikes.
 * @param[in] pixels  all input neurons, canonical order, >= 0 and finite
 */
void relif_encoder_load(relif_encoder *encoder, int image, const float *pixels);

/** The spikes of an image at step t, 0 .. steps-1, a mask over the range. Borrowed. */
const relif_word *relif_encoder_spikes(const relif_encoder *encoder, int image, int t);

#endif
