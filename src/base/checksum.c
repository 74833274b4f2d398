/* The mix is the output function of SplitMix64 (Steele, Lea and Flood, 2014). */
#include "relif/checksum.h"

#include <string.h>

static uint64_t mix(uint64_t place, uint64_t bits)
{
    if (bits == 0) return 0;
    uint64_t z = bits ^ ((place + 1) * UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* size is known where this is inlined. */
static inline uint64_t sum_of(size_t size, int64_t place, int64_t count,
                              const char *values)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, values + (size_t)i * size, size);
        sum += mix((uint64_t)(place + i), bits);
    }
    return sum;
}

uint64_t relif_checksum(relif_array_type type, int64_t place, int64_t count,
                        const void *values)
{
    switch (relif_array_type_size(type)) {
    case 1: return sum_of(1, place, count, values);
    case 4: return sum_of(4, place, count, values);
    default: return sum_of(8, place, count, values);
    }
}
