/**
 * The charge that spikes have brought to neurons and that has leaked from them, in double
 * precision: the exact side of the balance that a Linear LIF neuron keeps,
 *
 *     count * V_th * C_m = arrived - leaked + C_m * V(0) - C_m * V(T),
 *     arrived = sum_i w_i * n_i + i_bias * T,
 *     leaked  = C_m * (1 - decay) * sum of V before each step,
 *
 * with n_i the spikes of input i until T. Whatever a simulation did with single
 * precision, masks and messages, its counts and potentials must fulfil it to rounding.
 *
 *     relif_charge *charge = relif_charge_create(layer, mapping->layers[l].i_bias,
 *                                                owned);
 *     relif_charge_arrived(charge, counts, seconds, arrived);
 *     if (relif_charge_leaks(mapping, l))
 *         relif_charge_leaked(mapping, l, owned, sums, potentials, leaked);
 *     relif_charge_destroy(charge);
 */
#ifndef RELIF_CHARGE_H
#define RELIF_CHARGE_H

#include "relif/mapping.h"
#include "relif/spikes.h"

typedef struct relif_charge relif_charge;

/** Why the balance of a layer's neurons cannot be drawn up this way; NULL if it can: a
 * convolution or linear layer, linear reset. Static text. */
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

/** A neuron of the layer has a leak. */
bool relif_charge_leaks(const relif_mapping *mapping, int layer);

/**
 * The charge that has leaked until T from the owned neurons of a layer.
 * @param[in]  sums        sums of the potentials after each step until T
 * @param[in]  potentials  V(T)
 * @param[out] leaked      [owned neurons], as are the others; 0 for those without a leak
 */
void relif_charge_leaked(const relif_mapping *mapping, int layer, relif_range owned,
                         const double *sums, const float *potentials, double *leaked);

#endif
