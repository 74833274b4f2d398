/**
 * The encoder: pixels to the spike trains of the input neurons (15).
 *
 *     relif_encoder *encoder = relif_encoder_create(&coding, range, false);
 *     relif_word *trains = relif_calloc(relif_encoder_words(encoder), sizeof *trains);
 *     relif_encoder_encode(encoder, pixels, trains);
 *     relif_raster raster = relif_encoder_raster(encoder, trains, 1, NULL);
 *
 * Trains hold no addresses: what one process encodes another one can read.
 */
#ifndef RELIF_ENCODER_H
#define RELIF_ENCODER_H

#include <stdbool.h>

#include "relif/coding.h"
#include "relif/raster.h"

typedef struct relif_encoder relif_encoder;

/**
 * For trains of the input neurons of a range. Caller destroys.
 * @param as_lists  the trains of an image are lists, which are made faster than masks are
 *                  read, for a linear layer; masks if lists would be longer. Else masks.
 */
relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    bool as_lists);
void relif_encoder_destroy(relif_encoder *encoder);

/** Words of the trains of one image, whole cache lines: of an encoder's, or of those that
 * an encoder of such a kind would make. */
size_t relif_encoder_words(const relif_encoder *encoder);
size_t relif_trains_words(relif_range range, int steps, bool as_lists);

/**
 * Replace the trains of one image. Cost follows the number of spikes.
 * @param[in] pixels  all input neurons, canonical order, >= 0 and finite
 * @param[out] trains  [relif_encoder_words]
 */
void relif_encoder_encode(relif_encoder *encoder, const float *pixels,
                          relif_word *trains);

/**
 * The trains of n images, all steps.
 * @param[in] trains  [n][relif_encoder_words], as encoded; borrowed, like lists
 * @param[out] lists  [n] where those that are lists are; not used, and may be NULL,
 *                    unless as_lists
 */
relif_raster relif_encoder_raster(const relif_encoder *encoder, relif_word *trains, int n,
                                  relif_spike_lists *lists);

#endif
