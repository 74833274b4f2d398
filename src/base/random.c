#include "relif/random.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

relif_random relif_random_stream(uint64_t seed, uint64_t index)
{
    return (relif_random){mix(mix(seed + 0x9E3779B97F4A7C15u) ^ mix(~index))};
}

uint64_t relif_random_next(relif_random *random)
{
    random->state += 0x9E3779B97F4A7C15u;
    return mix(random->state);
}

double relif_random_uniform(relif_random *random)
{
    return (double)(relif_random_next(random) >> 11) * 0x1p-53;
}

double relif_random_normal(relif_random *random)
{
    const double pi = 3.14159265358979323846;
    const double radius = sqrt(-2.0 * log(1.0 - relif_random_uniform(random)));
    return radius * cos(2.0 * pi * relif_random_uniform(random));
}

int64_t relif_random_below(relif_random *random, int64_t bound)
{
    return (int64_t)(relif_random_uniform(random) * (double)bound);
}
