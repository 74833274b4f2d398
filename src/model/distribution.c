/* A bin is the upper bits of a float: 6 of the exponent and 11 of the fraction. */
#include "relif/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum { FRACTION_BITS = 11, LEAST_EXPONENT = -32, FLOAT_FRACTION_BITS = 23, BIAS = 127 };

relif_distribution *relif_distribution_create(void)
{
    return relif_calloc(1, sizeof(relif_distribution));
}

void relif_distribution_destroy(relif_distribution *distribution)
{
    free(distribution);
}

/* value > 0 */
static int bin_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int bin = (int)(bits >> (FLOAT_FRACTION_BITS - FRACTION_BITS)) -
                    ((BIAS + LEAST_EXPONENT) << FRACTION_BITS);
    if (bin < 0) return 0;
    return bin < RELIF_DISTRIBUTION_BINS ? bin : RELIF_DISTRIBUTION_BINS - 1;
}

/* Where a bin ends and the next begins. */
static double end_of(int bin)
{
    const int next = bin + 1, per_octave = 1 << FRACTION_BITS;
    return ldexp(1 + (double)(next % per_octave) / per_octave,
                 LEAST_EXPONENT + next / per_octave);
}

void relif_distribution_see(relif_distribution *distribution, const float *values,
                            size_t n)
{
    distribution->seen += (int64_t)n;
    for (size_t i = 0; i < n; i++) {
        if (!(values[i] > 0)) continue;
        distribution->bins[bin_of(values[i])]++;
        if ((double)values[i] > distribution->largest)
            distribution->largest = (double)values[i];
    }
}

double relif_distribution_percentile(const relif_distribution *distribution,
                                     double percentage)
{
    /* 16.1 % of 1000 is 161, however it is rounded */
    const double wanted = percentage * (double)distribution->seen * (1 - 1e-12);
    int64_t within = distribution->seen - relif_distribution_above(distribution, 0);
    if (100 * (double)within >= wanted) return 0;
    int bin = -1;
    while (bin + 1 < RELIF_DISTRIBUTION_BINS && 100 * (double)within < wanted)
        within += distribution->bins[++bin];
    return fmin(end_of(bin), distribution->largest);
}

int64_t relif_distribution_above(const relif_distribution *distribution, double x)
{
    int64_t above = 0;
    for (int b = x > 0 ? bin_of((float)x) + 1 : 0; b < RELIF_DISTRIBUTION_BINS; b++)
        above += distribution->bins[b];
    return above;
}
