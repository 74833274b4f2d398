/**
 * The distribution of many values, most of them perhaps 0: largest, percentiles, shares.
 *
 *     relif_distribution *seen = relif_distribution_create();
 *     relif_distribution_see(seen, activations, n);
 *     double p = relif_distribution_percentile(seen, 99.9);
 *     relif_distribution_destroy(seen);
 *
 * A histogram over the logarithm: positive values from 2^-32 to 2^32 are told apart to
 * 1/2048 of themselves, those beyond fall into its ends. It holds integers and a maximum,
 * so parts of a set of values add up to the same bits in any order.
 */
#ifndef RELIF_DISTRIBUTION_H
#define RELIF_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

enum { RELIF_DISTRIBUTION_BINS = 64 * 2048 };

typedef struct relif_distribution {
    double largest;                        /* 0 if no value is positive */
    int64_t seen;                          /* values, positive or not */
    int64_t bins[RELIF_DISTRIBUTION_BINS]; /* positive values, ascending */
} relif_distribution;

/** Nothing seen. Caller destroys. */
relif_distribution *relif_distribution_create(void);
void relif_distribution_destroy(relif_distribution *distribution);

/** Add n values. */
void relif_distribution_see(relif_distribution *distribution, const float *values,
                            size_t n);

/** Least value, to 1/2048 of itself, that at least that percentage of the values do not
 * exceed: at most the largest, 0 if that many are not positive. 0 <= percentage <= 100.
 */
double relif_distribution_percentile(const relif_distribution *distribution,
                                     double percentage);

/** How many values are larger than x >= 0, to 1/2048 of x; x = 0: how many are positive.
 */
int64_t relif_distribution_above(const relif_distribution *distribution, double x);

#endif
