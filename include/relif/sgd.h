/**
 * Stochastic gradient descent with momentum, and the schedules of its rate.
 *
 *     relif_sgd *sgd = relif_sgd_create(&options, count);
 *     relif_sgd_step(sgd, relif_sgd_rate(&options, step, steps), gradient, values);
 *     relif_sgd_destroy(sgd);
 */
#ifndef RELIF_SGD_H
#define RELIF_SGD_H

#include <stdint.h>

#include "relif/training.h"

typedef struct relif_sgd relif_sgd;

/** For count parameters, velocities 0. The options are copied. Caller destroys. */
relif_sgd *relif_sgd_create(const relif_training_options *options, int64_t count);
void relif_sgd_destroy(relif_sgd *sgd);

/** Learning rate of a step, 0 <= step < steps, by the schedule of the options. */
double relif_sgd_rate(const relif_training_options *options, int64_t step, int64_t steps);

/** One step: values move against the gradient. Not collective: equal on every rank. */
void relif_sgd_step(relif_sgd *sgd, double rate, const float *gradient, float *values);

#endif
