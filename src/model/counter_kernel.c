/*
 * Count, for one instruction set: a full adder on words, a + b + c = sum + 2 carry, 64
 * neurons a word. Eight masks are added to planes 0, 1, 2 by seven full adders; what they
 * carry goes into plane 3 and on, as a single mask does into plane 0 and on.
 */
#include "isa.h"

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { LANES = 8 };
#elif defined(__AVX2__)
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif

/* Masks that are added at once. */
enum { TOGETHER = 8 };

typedef relif_word lanes __attribute__((vector_size(LANES * sizeof(relif_word)),
                                        aligned(sizeof(relif_word)), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes full_add(lanes a, lanes b, lanes c, lanes *carry)
{
    const lanes either = a ^ b;
    *carry = (a & b) | (either & c);
    return either ^ c;
}

/* The first n words of a mask, at most LANES; the others are 0. */
INLINE lanes load(const relif_word *mask, int n)
{
    if (n >= LANES) return *(const lanes *)mask;
#if defined(__AVX512F__)
    return (lanes)_mm512_maskz_loadu_epi64((__mmask8)((1 << n) - 1), mask);
#elif defined(__AVX2__)
    const lanes there = (lanes)(n > (__v4di){0, 1, 2, 3});
    return (lanes)_mm256_maskload_epi64((const long long *)mask, (__m256i)there);
#else
    return (lanes){mask[0]};
#endif
}

/* Adds eight masks to planes 0 to 2; returns what is carried to plane 3. */
INLINE lanes add_eight(const lanes x[TOGETHER], lanes low[3])
{
    lanes two[4], four[2], eight;
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        low[0] = full_add(low[0], x[2 * i], x[2 * i + 1], &two[i]);
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++)
        low[1] = full_add(low[1], two[2 * i], two[2 * i + 1], &four[i]);
    low[2] = full_add(low[2], four[0], four[1], &eight);
    return eight;
}

INLINE bool any(lanes x)
{
    relif_word bits = 0;
#pragma GCC unroll 8
    for (int i = 0; i < LANES; i++) bits |= x[i];
    return bits;
}

/* Adds what is carried to plane k; it seldom gets far. */
INLINE void add_carry(const relif_planes *to, int w, int k, lanes carry)
{
    for (; k < to->n && any(carry); k++) {
        lanes *plane = (lanes *)(to->words + (size_t)k * to->pitch + w);
        const lanes before = *plane;
        *plane = before ^ carry;
        carry &= before;
    }
}

INLINE lanes *plane_at(const relif_planes *to, int k, int w)
{
    return (lanes *)(to->words + (size_t)k * to->pitch + w);
}

/* Adds the n words from w on, at most LANES, of the eight masks from step on. */
INLINE void add_masks(const relif_planes *to, const relif_raster *raster, int step, int w,
                      int n)
{
    const relif_word *mask = relif_raster_mask(raster, 0, step) + w;
    lanes x[TOGETHER], low[3];
#pragma GCC unroll 8
    for (int i = 0; i < TOGETHER; i++, mask += raster->step_pitch) x[i] = load(mask, n);
#pragma GCC unroll 3
    for (int k = 0; k < 3; k++) low[k] = *plane_at(to, k, w);
    add_carry(to, w, 3, add_eight(x, low));
#pragma GCC unroll 3
    for (int k = 0; k < 3; k++) *plane_at(to, k, w) = low[k];
}

/* Eight masks at a time, then one: each is read from one end to the other. */
void RELIF_OF_ISA(relif_count)(const relif_planes *to, const relif_raster *raster)
{
    const int words = relif_spikes_words(raster->range), whole = words / LANES * LANES;
    int step = 0;
    for (; step + TOGETHER <= raster->steps; step += TOGETHER) {
        for (int w = 0; w < whole; w += LANES) add_masks(to, raster, step, w, LANES);
        if (whole < words) add_masks(to, raster, step, whole, words - whole);
    }
    for (; step < raster->steps; step++) {
        const relif_word *mask = relif_raster_mask(raster, 0, step);
        for (int w = 0; w < whole; w += LANES) add_carry(to, w, 0, load(mask + w, LANES));
        if (whole < words) add_carry(to, whole, 0, load(mask + whole, words - whole));
    }
}
