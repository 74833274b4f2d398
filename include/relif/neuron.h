/**
 * One neuron in double precision, under any number of periodic inputs (paper sections 1
 * and 2).
 *
 *     relif_neuron neuron = relif_neuron_default();
 *     const double weights[] = {0.3, 0.2}, frequencies[] = {30, 30};
 *     const relif_neuron_inputs inputs = {2, weights, frequencies};
 *     int64_t n = relif_neuron_run(&neuron, RELIF_RESET_LINEAR, &coding, &inputs, NULL);
 */
#ifndef RELIF_NEURON_H
#define RELIF_NEURON_H

#include <stdint.h>

#include "relif/coding.h"
#include "relif/mapping.h"

typedef struct relif_neuron {
    double v_th;   /* firing threshold, > 0 */
    double c_m;    /* membrane capacitance, > 0 */
    double g_l;    /* leak conductance, >= 0 */
    double i_bias; /* constant current, charge per second */
    double v_init; /* membrane potential at time 0 */
} relif_neuron;

/** Periodic trains: input i has spikes of weight weights[i] at times j / frequencies[i],
 * j = 1, 2, ... Borrowed. */
typedef struct relif_neuron_inputs {
    int count;
    const double *weights;     /* [count] */
    const double *frequencies; /* [count] Hz, >= 0 */
} relif_neuron_inputs;

/** v_th 1, c_m 1, g_l 0, i_bias 0, v_init 0. */
relif_neuron relif_neuron_default(void);

/** RELIF_ERR_CONFIG, naming the key: v_th <= 0, c_m <= 0, g_l < 0, anything not finite.
 */
relif_err relif_neuron_check(const relif_neuron *neuron);

/** What happens in each step t = 1 .. relif_coding_steps(); either may be NULL. */
typedef struct relif_neuron_record {
    double *v;       /* [steps] membrane potential after the reset */
    uint8_t *spikes; /* [steps] 0 or 1 */
} relif_neuron_record;

/**
 * Run the neuron on the time grid of the coding (whose range does not count: frequencies
 * are Hz; above 1/dt they saturate).
 * @param[out] record  may be NULL
 * @return number of output spikes within the coding time
 */
int64_t relif_neuron_run(const relif_neuron *neuron, relif_reset reset,
                         const relif_coding *coding, const relif_neuron_inputs *inputs,
                         const relif_neuron_record *record);

/**
 * The same without a grid, exact in time, from arrival to arrival: what the grid tends to
 * for dt -> 0. A Linear LIF neuron fires as often as whole thresholds are in its
 * potential. For i_bias == 0.
 * @return number of output spikes at times up to duration (s)
 */
int64_t relif_neuron_run_events(const relif_neuron *neuron, relif_reset reset,
                                const relif_neuron_inputs *inputs, double duration);

#endif
