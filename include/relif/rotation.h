/**
 * Contracted rotations x -> {decay x + gain} of the unit interval, and their rotation
 * numbers: the exact rate of a Linear LIF neuron under periodic input.
 *
 *     const double decay = exp(-1 / (f * tau_m)), gain = sum_w / (c_m * v_th);
 *     const double output_rate = f * relif_rotation_number(decay, gain).number;
 */
#ifndef RELIF_ROTATION_H
#define RELIF_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

typedef struct relif_rotation {
    double number;            /* spikes per arrival */
    double error;             /* bound on |number - the true one|; 0: the orbit closed */
    int64_t spikes, arrivals; /* counted: number is their quotient */
} relif_rotation;

/**
 * Rotation number for 0 <= decay <= 1 and a finite gain; 0 for a gain <= 0. With decay 1
 * it is the gain itself. Costs as many steps as the orbit needs to close, a million at
 * most.
 */
relif_rotation relif_rotation_number(double decay, double gain);

/**
 * The gains *least <= gain < *below for which the rotation number is spikes/arrivals (in
 * lowest terms), for 0 < decay < 1. Costs some times the number of arrivals.
 */
void relif_rotation_plateau(double decay, int64_t spikes, int64_t arrivals, double *least,
                            double *below);

#endif
