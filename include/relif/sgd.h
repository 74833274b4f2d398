/**
 * Stochastic gradient descent with momentum.
 *
 *     const relif_sgd_options options = {.momentum = 0.9};
 *     relif_sgd *sgd = relif_sgd_create(&options, count);
 *     relif_sgd_step(sgd, rate, gradient, values);
 *     relif_sgd_destroy(sgd);
 */
#ifndef RELIF_SGD_H
#define RELIF_SGD_H

#include <stdint.h>

typedef struct relif_sgd_options {
    double momentum;     /* share of the step before that is kept, 0 <= momentum < 1 */
    double weight_decay; /* pull of the values to zero */
    double clip;         /* largest norm of the gradient; 0: none */
} relif_sgd_options;

typedef struct relif_sgd relif_sgd;

/** For count parameters, velocities 0. The options are copied. Caller destroys. */
relif_sgd *relif_sgd_create(const relif_sgd_options *options, int64_t count);
void relif_sgd_destroy(relif_sgd *sgd);

/** One step: values move against the gradient. Not collective: equal on every rank. */
void relif_sgd_step(relif_sgd *sgd, double rate, const float *gradient, float *values);

/** The velocities, [count]: with the values, the whole state of a descent. Borrowed. */
float *relif_sgd_velocity(relif_sgd *sgd);

#endif
