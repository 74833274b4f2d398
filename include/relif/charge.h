/**
 * The charge that spikes have brought to neurons, in double precision: the exact side of
 * the balance that a Linear LIF neuron without leak keeps,
 *
 *     count * V_th * C_m = arrived + C_m * V(0) - C_m * V(T),
 *     arrived = sum_i w_i * n_i + i_bias * T,
 *
 * with n_i the spikes of input i until T. Whatever a simulation did with single
 * precision, masks and messages, its counts and potentials must fulfil it to rounding.
 *
 *     relif_charge *charge = relif_charge_create(layer, mapping->layers[l].i_bias,
 *                                                owned);
 *     relif_charge_arrived(charge, counts, seconds, arrived);
 *     relif_charge_destroy(charge);
 */
#ifndef RELIF_CHARGE_H
#define RELIF_CHARGE_H

#include "relif/mapping.h"
#include "relif/spikes.h"

typedef struct relif_charge relif_charge;

/** Why the balance of a layer's neurons cannot be drawn up this way; NULL if it can: a
 * convolution or linear layer, no leak, linear reset. Static text. */
const char *relif_charge_obstacle(const relif_network *network,
                                  const relif_mapping *mapping, int layer);

/**
 * For the owned neurons of a conv2d or linear layer, which is read, not kept.
 * i_bias [neurons of the layer] is borrowed. Caller destroys.
 */
relif_charge *relif_charge_create(const relif_layer *layer, const double *i_bias,
                                  relif_range owned);
void relif_charge_destroy(relif_charge *charge);

/**
 * The charge that has arrived after some seconds. A neuron's sum runs over its inputs in
 * canonical order, whatever range is owned. Cost: one addition per weight of an input
 * that fired.
 * @param[in]  counts   spikes of all input neurons of the layer, canonical
 * @param[out] arrived  [owned neurons]
 */
void relif_charge_arrived(const relif_charge *charge, const int32_t *counts,
                          double seconds, double *arrived);

#endif
