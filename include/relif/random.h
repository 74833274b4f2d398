/**
 * Pseudo-random numbers that are the same on every machine and rank count.
 *
 *     relif_random random = relif_random_stream(seed, image);
 *     double x = relif_random_uniform(&random);
 *
 * SplitMix64 (Steele, Lea, Flood 2014). A stream is a pure function of (seed, index):
 * image 17 is the same image whoever draws it.
 */
#ifndef RELIF_RANDOM_H
#define RELIF_RANDOM_H

#include <stdint.h>

typedef struct relif_random {
    uint64_t state;
} relif_random;

/** The stream number index of a seed; streams of different (seed, index) are independent.
 */
relif_random relif_random_stream(uint64_t seed, uint64_t index);

uint64_t relif_random_next(relif_random *random);

/** Uniform in [0, 1), 53 random bits. */
double relif_random_uniform(relif_random *random);

/** Standard normal. */
double relif_random_normal(relif_random *random);

/** Uniform integer in [0, bound), bound > 0. */
int64_t relif_random_below(relif_random *random, int64_t bound);

#endif
