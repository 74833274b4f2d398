/**
 * What the paper says a neuron does: its formulas in closed form.
 *
 * All are for inputs of one rate f (Hz) whose weights add up to sum_w, without a constant
 * current unless said otherwise; with an i_bias other than 0, which they do not cover,
 * rates are NAN. tau_m = C_m / g_l; g_l = 0 is the limit without a leak.
 */
#ifndef RELIF_NEURON_THEORY_H
#define RELIF_NEURON_THEORY_H

#include <stdint.h>

#include "relif/neuron.h"

/** (5): the potential just after the n-th arrival, from 0 and without firing. */
double relif_theory_potential(const relif_neuron *neuron, double sum_w, double f,
                              int64_t n);

/**
 * (11), (38): the least input rate that fires at all within coding_time (INFINITY: ever):
 * -1 / (tau_m ln(1 - sum_w (1 - e^(-T/tau_m)) / (V_th C_m))). INFINITY if no rate does
 * (sum_w <= 0). For sum_w >= V_th C_m one arrival suffices: 1/coding_time.
 */
double relif_theory_least_rate(const relif_neuron *neuron, double sum_w,
                               double coding_time);

/** (11), (38): the bias of the ReLU neuron, -sum_w times that rate, plus i_bias; the
 * current alone if g_l or sum_w have no such rate. */
double relif_theory_bias(const relif_neuron *neuron, double sum_w);

/** (12): f / ceil(n), n the least number of arrivals with a potential >= V_th: exact for
 * the reset to zero; 0 if there is none. */
double relif_theory_zero_reset_rate(const relif_neuron *neuron, double sum_w, double f);

/** (5) and (12): the potential of the LIF neuron at a time (s), from 0: that after the
 * arrivals since it fired last, decayed. NAN for a v_init other than 0. */
double relif_theory_zero_reset_potential(const relif_neuron *neuron, double sum_w,
                                         double f, double time);

/** (13), (42): its continuous approximation; 0 below the least rate. */
double relif_theory_continuous_rate(const relif_neuron *neuron, double sum_w, double f);

/** The exact rate of the Linear LIF neuron: f times a rotation number (rotation.h). */
double relif_theory_linear_rate(const relif_neuron *neuron, double sum_w, double f);

/** (14): input / (V_th C_m), 0 for input < 0. input: sum of w_i f_i over any inputs. */
double relif_theory_limit(const relif_neuron *neuron, double input);

/** The ReLU neuron: k_s max(0, input + bias), k_s = 1/(V_th C_m). */
double relif_theory_relu(const relif_neuron *neuron, double input, double bias);

#endif
