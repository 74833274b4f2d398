/**
 * Frequency coding: values to periodic spike trains and spike counts to rates (paper
 * section 2).
 *
 *     relif_coding coding = relif_coding_default();
 *     relif_err err = relif_coding_check(&coding);
 *     double rate = relif_coding_spikes_per_step(&coding, x);
 *     for (int t = 1; t <= relif_coding_steps(&coding); t++)
 *         if (relif_coding_fires(rate, t)) ...
 */
#ifndef RELIF_CODING_H
#define RELIF_CODING_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "relif/error.h"

typedef struct relif_coding {
    double dt;           /* s, step of the time grid; rates saturate at 1/dt */
    double coding_time;  /* s, T_w */
    double coding_range; /* Hz, k: a value of 1 becomes k Hz */
} relif_coding;

/** dt 0.01 s, coding time 2 s, coding range 10 Hz. */
relif_coding relif_coding_default(void);

/** RELIF_ERR_CONFIG, naming the key: dt <= 0, coding_time < dt, coding_range <= 0. */
relif_err relif_coding_check(const relif_coding *coding);

/** Number of steps T_w/dt (rounded down, with a tolerance for decimal fractions). */
int relif_coding_steps(const relif_coding *coding);

/** The steps of a coding time within the whole one: time / dt, or 0 if that is no whole
 * number of 1 .. relif_coding_steps(). */
int relif_coding_whole_steps(const relif_coding *coding, double time);

/** Spikes per step of a value, clamped to 1: r = min(1, x k dt). */
double relif_coding_spikes_per_step(const relif_coding *coding, double x);

/** The value would need more than one spike per step: its train is saturated. */
bool relif_coding_saturates(const relif_coding *coding, double x);

/** Spikes of a train of r spikes per step in the first steps (the grid rule, summed). */
static inline int relif_coding_count(double r, int steps)
{
    return (int)floor(r * (double)steps + 1e-9);
}

/** A train of r spikes per step has a spike at step t = 1, 2, ... (the grid rule). */
static inline bool relif_coding_fires(double r, int64_t t)
{
    return floor(r * (double)t + 1e-9) > floor(r * (double)(t - 1) + 1e-9);
}

#endif
