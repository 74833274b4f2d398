/**
 * The error of a layer's rates against coding time, and the balance of charge that its
 * neurons must keep.
 *
 *     relif_coding_error error;
 *     err = relif_coding_error_compute(&layers, l, &error);
 *     ... error.moments[c].relative, relif_coding_error_holds(&error) ...
 *     relif_coding_error_release(&error);
 *
 * With N spikes within T, the rate N/T (19) is compared with the ideal rate, that of the
 * ReLU output: at most 1/T away (21) if the neuron codes a constant input, as the inputs
 * do. For other neurons (21) is no theorem, since the last period of each of their inputs
 * is cut and a residual potential stays. What is exact is the balance
 *
 *     N V_th C_m = arrived charge - leaked charge + C_m V(0) - C_m V(T).
 *
 * The simulation keeps V in single precision. A step rounds the sum of the weights, the
 * division by C_m, the decay, the charge and the reset, each by half a unit of 2^-24 of
 * values whose size is that of V or of V_th. A sum of n weights rounds n times, and by
 * chance that adds up to sqrt(n) roundings. So a deviation of up to
 *
 *     allowed = (8 + sqrt(inputs)) * 2^-24 * steps * C_m * (V_th + largest |V| recorded)
 *
 * is rounding, anything above a violation. A spike too many or too few is V_th C_m.
 */
#ifndef RELIF_ANALYSIS_CODING_ERROR_H
#define RELIF_ANALYSIS_CODING_ERROR_H

#include "coding_layers.h"

/** One coding time, over all images and neurons. */
typedef struct relif_coding_moment {
    double time, bound;   /* s; 1/T, Hz */
    double relative;      /* L2 norm of rates - ideal rates over that of the ideal rates;
                             NaN if these are all 0 */
    double mean, largest; /* |rate - ideal rate|, Hz */
    double beyond;        /* share of neurons and images whose error is above 1/T */
    /* Balance, relative to V_th C_m, in spikes so to say; 0 without one. */
    double residual, largest_residual; /* C_m |V(T) - V(0)|, mean and largest */
    double leaked, largest_leaked;     /* |leaked charge|, mean and largest */
    double deviation;                  /* largest */
    double strain;         /* largest deviation / allowed; infinite if not a number */
    int64_t image, neuron; /* of the largest strain */
} relif_coding_moment;

typedef struct relif_coding_error {
    const relif_coding_layer *layer; /* borrowed */
    double unreachable; /* share of neurons and images whose ideal rate is above 1/dt, the
                           highest there is: their error stays */
    int n_times;
    relif_coding_moment *moments; /* [n_times] */
} relif_coding_error;

/** Rows are read by all ranks, sums have one order: the same bits on any number of ranks.
 *  Collective. Caller releases. */
relif_err relif_coding_error_compute(const relif_coding_layers *layers, int l,
                                     relif_coding_error *error);
void relif_coding_error_release(relif_coding_error *error);

/** No deviation is beyond rounding. */
bool relif_coding_moment_holds(const relif_coding_moment *moment);
bool relif_coding_error_holds(const relif_coding_error *error);

/** Share of images whose label after each coding time is not the ReLU network's:
 *  [n_times]. Collective. */
relif_err relif_coding_error_labels(const relif_coding_layers *layers,
                                    double *disagreement);

#endif
