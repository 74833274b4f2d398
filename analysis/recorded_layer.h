/**
 * A layer whose spike counts and ReLU outputs a run has recorded.
 *
 *     relif_recorded_layer layer;
 *     err = relif_recorded_layer_find(archive, "fc1", &layer);
 *     err = relif_recorded_layer_read(&layer, RELIF_SERIES_SPIKES, box, values);
 *     relif_recorded_layer_release(&layer);
 */
#ifndef RELIF_ANALYSIS_RECORDED_LAYER_H
#define RELIF_ANALYSIS_RECORDED_LAYER_H

#include "relif/archive.h"

typedef enum relif_series_kind {
    RELIF_SERIES_RELU,  /* outputs of the ReLU neurons */
    RELIF_SERIES_SPIKES /* spike counts of the LIF neurons */
} relif_series_kind;

typedef struct relif_recorded_layer {
    relif_archive *archive; /* borrowed */
    char *name;             /* owned */
    int64_t n_images, n_neurons;
} relif_recorded_layer;

/** Some images of some neurons. */
typedef struct relif_layer_box {
    int64_t first_image, n_images, first_neuron, n_neurons;
} relif_layer_box;

/** The layer of this name, or if name is NULL the last recorded one in front of the
 * output layer. An error names the layers there are. Collective. Caller releases. */
relif_err relif_recorded_layer_find(relif_archive *archive, const char *name,
                                    relif_recorded_layer *layer);
void relif_recorded_layer_release(relif_recorded_layer *layer);

/** This rank's box into values [n_images][n_neurons]; it may be empty. Collective. */
relif_err relif_recorded_layer_read(const relif_recorded_layer *layer,
                                    relif_series_kind kind, relif_layer_box box,
                                    double *values);

#endif
