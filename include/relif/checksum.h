/**
 * A checksum of an array that may be computed in parts, by anyone and in any order.
 *
 *     sum = relif_checksum(RELIF_ARRAY_F32, 0, 100, values) +
 *           relif_checksum(RELIF_ARRAY_F32, 100, 50, values + 100);
 *
 * Each number other than 0 adds a mix of its place and its bits, modulo 2^64: numbers
 * that were never written (and read as 0) count as nothing. It finds damage, not malice.
 */
#ifndef RELIF_CHECKSUM_H
#define RELIF_CHECKSUM_H

#include <stdint.h>

#include "relif/array_type.h"

/** Of count numbers, the first of which has that place in the array. */
uint64_t relif_checksum(relif_array_type type, int64_t place, int64_t count,
                        const void *values);

#endif
