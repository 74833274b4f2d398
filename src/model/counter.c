/*
 * A full adder on words: a + b + c = sum + 2 carry, 64 neurons at once. Eight masks are
 * added to planes 0, 1, 2 by seven full adders; what they carry goes into plane 3 and on.
 */
#include "relif/counter.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* Words that are handled together, and masks. */
enum { LANES = 2, TOGETHER = 8 };

typedef relif_word lanes __attribute__((vector_size(LANES * sizeof(relif_word)),
                                        aligned(sizeof(relif_word)), may_alias));

struct relif_counter {
    relif_range range;
    int n_images, n_planes;
    size_t words;       /* of a mask of the range */
    size_t pitch;       /* words of a plane, a multiple of LANES */
    relif_word *planes; /* [n_images][n_planes][pitch] */
};

relif_counter *relif_counter_create(relif_range range, int n_images, int most)
{
    relif_counter *counter = relif_calloc(1, sizeof *counter);
    counter->range = range;
    counter->n_images = n_images;
    counter->n_planes = 3; /* those that the seven adders work on */
    while (most >> counter->n_planes) counter->n_planes++;
    counter->words = (size_t)relif_spikes_words(range);
    counter->pitch = (counter->words + LANES - 1) / LANES * LANES;
    counter->planes =
        relif_calloc((size_t)n_images * (size_t)counter->n_planes * counter->pitch,
                     sizeof *counter->planes);
    return counter;
}

void relif_counter_destroy(relif_counter *counter)
{
    if (!counter) return;
    free(counter->planes);
    free(counter);
}

void relif_counter_reset(relif_counter *counter)
{
    memset(counter->planes, 0,
           (size_t)counter->n_images * (size_t)counter->n_planes * counter->pitch *
               sizeof *counter->planes);
}

static relif_word *plane_of(const relif_counter *counter, int image, int plane)
{
    return counter->planes +
           ((size_t)image * (size_t)counter->n_planes + (size_t)plane) * counter->pitch;
}

static inline lanes full_add(lanes a, lanes b, lanes c, lanes *carry)
{
    const lanes either = a ^ b;
    *carry = (a & b) | (either & c);
    return either ^ c;
}

/* The words of a mask that are there, at most LANES. */
static inline lanes load(const relif_word *mask, size_t n)
{
    lanes some = {0};
    if (n >= LANES) return *(const lanes *)mask;
    for (size_t i = 0; i < n; i++) some[i] = mask[i];
    return some;
}

/* Adds eight masks to planes 0 to 2; returns what is carried to plane 3. */
static inline lanes add_eight(const lanes x[TOGETHER], lanes low[3])
{
    lanes two[4], four[2], eight;
    for (size_t i = 0; i < 4; i++)
        low[0] = full_add(low[0], x[2 * i], x[2 * i + 1], &two[i]);
    for (size_t i = 0; i < 2; i++)
        low[1] = full_add(low[1], two[2 * i], two[2 * i + 1], &four[i]);
    low[2] = full_add(low[2], four[0], four[1], &eight);
    return eight;
}

/* One group of words of all steps of an image. */
static void add_group(const relif_counter *counter, int image, const relif_raster *raster,
                      size_t w)
{
    const size_t n = counter->words - w;
    relif_word *const planes = plane_of(counter, image, 0) + w;
    lanes low[3];
    for (int k = 0; k < 3; k++) low[k] = *(lanes *)(planes + (size_t)k * counter->pitch);
    for (int s = 0; s < raster->steps; s += TOGETHER) {
        lanes x[TOGETHER] = {{0}};
        for (int i = 0; i < TOGETHER && s + i < raster->steps; i++)
            x[i] = load(relif_raster_mask(raster, image, s + i) + w, n);
        lanes carry = add_eight(x, low);
        for (int k = 3; k < counter->n_planes; k++) {
            lanes *plane = (lanes *)(planes + (size_t)k * counter->pitch);
            const lanes before = *plane;
            *plane = before ^ carry;
            carry &= before;
        }
    }
    for (int k = 0; k < 3; k++) *(lanes *)(planes + (size_t)k * counter->pitch) = low[k];
}

void relif_counter_add(relif_counter *counter, const relif_raster *raster)
{
    for (int i = 0; i < raster->n_images; i++)
        for (size_t w = 0; w < counter->words; w += LANES)
            add_group(counter, i, raster, w);
}

int relif_counter_value(const relif_counter *counter, int image, int neuron)
{
    int count = 0;
    for (int k = 0; k < counter->n_planes; k++)
        count |= relif_spikes_test(plane_of(counter, image, k), counter->range, neuron)
                 << k;
    return count;
}

/* Bit i of a byte as byte i of a word, 0 or 1. */
static inline relif_word spread(relif_word byte)
{
    const relif_word ones = UINT64_C(0x0101010101010101);
    const relif_word bits = byte * ones & UINT64_C(0x8040201008040201);
    return (bits + 0x7f * ones) >> 7 & ones;
}

/* The counts of the 64 neurons of word w. */
static void expand(const relif_counter *counter, int image, size_t w,
                   int32_t counts[RELIF_WORD_BITS])
{
    memset(counts, 0, RELIF_WORD_BITS * sizeof *counts);
    for (int low = 0; low < counter->n_planes; low += 8)
        for (int i = 0; i < RELIF_WORD_BITS; i += 8) {
            relif_word bytes = 0;
            for (int k = low; k < counter->n_planes && k < low + 8; k++)
                bytes |= spread(plane_of(counter, image, k)[w] >> i & 0xff) << (k - low);
            for (int j = 0; j < 8; j++)
                counts[i + j] |= (int32_t)(bytes >> (8 * j) & 0xff) << low;
        }
}

void relif_counter_values(const relif_counter *counter, int image, int32_t *counts)
{
    const int base = counter->range.first / RELIF_WORD_BITS;
    for (size_t w = 0; w < counter->words; w++) {
        int32_t some[RELIF_WORD_BITS];
        const int start = (base + (int)w) * RELIF_WORD_BITS;
        const relif_range part = relif_range_intersect(
            counter->range, (relif_range){start, start + RELIF_WORD_BITS});
        expand(counter, image, w, some);
        memcpy(counts + (part.first - counter->range.first), some + (part.first - start),
               (size_t)relif_range_size(part) * sizeof *counts);
    }
}

int64_t relif_counter_total(const relif_counter *counter, int image)
{
    int64_t total = 0;
    for (int k = 0; k < counter->n_planes; k++)
        total += relif_spikes_count(plane_of(counter, image, k), counter->range) << k;
    return total;
}

void relif_counter_equal(const relif_counter *counter, int image, int value,
                         relif_word *mask)
{
    const int base = counter->range.first / RELIF_WORD_BITS;
    for (size_t w = 0; w < counter->words; w++) {
        const bool has_room = value >> counter->n_planes == 0;
        mask[w] = has_room ? relif_spikes_edge(counter->range, base + (int)w) : 0;
        for (int k = 0; k < counter->n_planes; k++)
            mask[w] &= ~(plane_of(counter, image, k)[w] ^ -(relif_word)(value >> k & 1));
    }
}
