/**
 * How much packed bytes may unpack to; private to src/io.
 *
 * Deflate makes up to 1032 bytes of one. Data hardly ever comes near it, a file made to
 * exhaust the memory always does: what is read whole may be large, or may unpack a lot,
 * but not both.
 */
#ifndef RELIF_IO_EXPANSION_H
#define RELIF_IO_EXPANSION_H

#include <stdbool.h>

enum { RELIF_EXPANSION_LIMIT = 100, RELIF_EXPANSION_FREE = 1 << 30 /* bytes */ };

static inline bool relif_expansion_is_sound(double unpacked, double packed)
{
    return unpacked <= RELIF_EXPANSION_FREE || unpacked <= RELIF_EXPANSION_LIMIT * packed;
}

#endif
