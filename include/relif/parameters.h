/**
 * All weights and biases of a network as one vector.
 *
 *     relif_parameters *parameters = relif_parameters_create(network);
 *     float *values = relif_calloc_aligned((size_t)parameters->count, sizeof *values);
 *     relif_parameters_read(parameters, network, values);
 *     ... train values ...
 *     relif_parameters_write(parameters, values, network);
 *     relif_parameters_destroy(parameters);
 *
 * First the weights of every layer, tap-major, then the biases of every layer that has
 * them. Gradients have the same form.
 */
#ifndef RELIF_PARAMETERS_H
#define RELIF_PARAMETERS_H

#include "relif/network.h"

typedef struct relif_parameters {
    int64_t count;   /* of the whole vector */
    int64_t *weight; /* [n_layers] where a layer's weights begin; -1: has none */
    int64_t *bias;   /* [n_layers] where a layer's biases begin; -1: has none */
} relif_parameters;

/** Caller destroys. */
relif_parameters *relif_parameters_create(const relif_network *network);
void relif_parameters_destroy(relif_parameters *parameters);

/** The network's weights and biases into values [count]. */
void relif_parameters_read(const relif_parameters *parameters,
                           const relif_network *network, float *values);

/** values [count] into the network's weights and biases. */
void relif_parameters_write(const relif_parameters *parameters, const float *values,
                            relif_network *network);

#endif
