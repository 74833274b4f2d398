/**
 * The series that Fig. 12 compares: of every image (numbers: the neurons) or of every
 * neuron (numbers: the images), first those of the ReLU network, then the spike counts.
 *
 *     relif_layer_vectors set = {&layer, RELIF_OVER_IMAGES, first_image, n_images};
 *     relif_vectors vectors = relif_layer_vectors_of(&set);
 */
#ifndef RELIF_ANALYSIS_LAYER_VECTORS_H
#define RELIF_ANALYSIS_LAYER_VECTORS_H

#include "correlation_matrix.h"
#include "recorded_layer.h"

typedef enum relif_over { RELIF_OVER_IMAGES, RELIF_OVER_NEURONS } relif_over;

typedef struct relif_layer_vectors {
    const relif_recorded_layer *layer; /* borrowed */
    relif_over over;
    int64_t first_image, n_images;
} relif_layer_vectors;

/** Series of each of the two networks: images or neurons. */
int64_t relif_layer_vectors_half(const relif_layer_vectors *set);

/** 2 x half vectors. The set is borrowed. Not collective; reading is. */
relif_vectors relif_layer_vectors_of(relif_layer_vectors *set);

#endif
