/**
 * The reference: the same network written to be read, one neuron at a time.
 *
 *     relif_reference *reference = relif_reference_run(network, mapping, &coding,
 *                                                      RELIF_POOLING_WINDOW, pixels);
 *     ... reference->layers[l].spikes[t * size + neuron] ...
 *     relif_reference_destroy(reference);
 *
 * No vectors, no partition, no MPI; the order of the paper's equations. Tests hold the
 * fast path to it, spike for spike and bit for bit.
 */
#ifndef RELIF_REFERENCE_H
#define RELIF_REFERENCE_H

#include "relif/coding.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/pooling.h"

typedef struct relif_reference_layer {
    int size;
    uint8_t *spikes;  /* [steps][size] */
    float *potential; /* [steps][size] V after the reset of each step; NULL for max
                         pooling */
    int *counts;      /* [size] */
} relif_reference_layer;

typedef struct relif_reference {
    int steps, n_layers;
    relif_reference_layer input;
    relif_reference_layer *layers; /* [n_layers] */
} relif_reference;

/** Simulate one image. @param[in] pixels canonical order. Caller destroys. */
relif_reference *relif_reference_run(const relif_network *network,
                                     const relif_mapping *mapping,
                                     const relif_coding *coding,
                                     relif_pooling_mode pooling, const float *pixels);
void relif_reference_destroy(relif_reference *reference);

#endif
