/**
 * Forward pass of the ReLU network (the ANN that the spiking network is
 * compared with).
 *
 *     relif_ann *ann = relif_ann_create(network);
 *     relif_ann_forward(ann, images);                 RELIF_ANN_BATCH of them
 *     const float *out = relif_ann_activations(ann, network->n_layers - 1);
 *     relif_ann_destroy(ann);
 *
 * Convolutions and linear layers are matrix products (im2col over the batch,
 * then OpenBLAS sgemm, one thread). The batch always has the same size, so that
 * an image at the same place in its batch gets the same bits whichever rank
 * computes it.
 */
#ifndef RELIF_ANN_H
#define RELIF_ANN_H

#include "relif/network.h"

enum { RELIF_ANN_BATCH = 16 };

typedef struct relif_ann relif_ann;

/** The network is borrowed. Caller destroys. */
relif_ann *relif_ann_create(const relif_network *network);
void relif_ann_destroy(relif_ann *ann);

/**
 * @param[in] images  [RELIF_ANN_BATCH][input size], canonical order; pad the
 * last batch of a set with zeros
 */
void relif_ann_forward(relif_ann *ann, const float *images);

/**
 * From now on the neurons answer as Linear LIF neurons would in infinite time: a layer's
 * outputs are multiplied by its slope, and inputs and the outputs of every layer but the
 * last are cut at the ceiling. In units of the coding range k, a ceiling of 1/(k dt) is a
 * spike in every step; of the last layer it shows by how much it is exceeded.
 * @param[in] slopes  [n_layers], 1/(V_th C_m); borrowed
 */
void relif_ann_answer_as_lif(relif_ann *ann, const double *slopes, double ceiling);

/** Activations of a layer, after its ReLU if it has one:
 * [RELIF_ANN_BATCH][layer size], canonical order. Borrowed until the next
 * forward. */
const float *relif_ann_activations(const relif_ann *ann, int layer);

/** Index of the largest of n values, the first if several are. */
int relif_ann_label(const float *outputs, int n);

#endif
