#include "relif/counter.h"

#include <stdlib.h>
#include <string.h>

#include "relif/kernel.h"
#include "relif/memory.h"

/* Words that the kernel may load and store at once. */
enum { MOST_LANES = 8 };

struct relif_counter {
    relif_range range;
    int n_images, n_planes;
    size_t words;       /* of a mask of the range */
    size_t pitch;       /* words of a plane, a multiple of MOST_LANES */
    relif_word *planes; /* [n_images][n_planes][pitch] */
    const relif_kernel *kernel;
};

relif_counter *relif_counter_create(relif_range range, int n_images, int most)
{
    relif_counter *counter = relif_calloc(1, sizeof *counter);
    counter->range = range;
    counter->n_images = n_images;
    counter->n_planes = 3; /* those that the seven adders work on */
    while (most >> counter->n_planes) counter->n_planes++;
    counter->words = (size_t)relif_spikes_words(range);
    counter->pitch = (counter->words + MOST_LANES - 1) / MOST_LANES * MOST_LANES;
    counter->kernel = relif_kernel_best();
    counter->planes = relif_calloc_aligned((size_t)n_images * (size_t)counter->n_planes *
                                               counter->pitch,
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

relif_range relif_counter_range(const relif_counter *counter)
{
    return counter->range;
}

void relif_counter_add(relif_counter *counter, const relif_raster *raster)
{
    for (int i = 0; i < raster->n_images; i++) {
        const relif_raster trains = relif_raster_image(raster, i);
        const relif_planes planes = {plane_of(counter, raster->first_image + i, 0),
                                     counter->pitch, counter->n_planes};
        counter->kernel->count(&planes, &trains);
    }
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

static bool has_spikes(const relif_counter *counter, int image, size_t w)
{
    relif_word any = 0;
    for (int k = 0; k < counter->n_planes; k++) any |= plane_of(counter, image, k)[w];
    return any;
}

/* The counts of the 64 neurons of word w. */
static void expand(const relif_counter *counter, int image, size_t w,
                   int32_t counts[RELIF_WORD_BITS])
{
    memset(counts, 0, RELIF_WORD_BITS * sizeof *counts);
    if (!has_spikes(counter, image, w)) return;
    for (int low = 0; low < counter->n_planes; low += 8)
        for (int i = 0; i < RELIF_WORD_BITS; i += 8) {
            relif_word bytes = 0;
            for (int k = low; k < counter->n_planes && k < low + 8; k++)
                bytes |= spread(plane_of(counter, image, k)[w] >> i & 0xff) << (k - low);
            for (int j = 0; j < 8; j++)
                counts[i + j] |= (int32_t)(bytes >> (8 * j) & 0xff) << low;
        }
}

void relif_counter_values(const relif_counter *counter, int image, relif_range part,
                          int32_t *counts)
{
    const int base = counter->range.first / RELIF_WORD_BITS;
    for (int at = part.first, end; at < part.end; at = end) {
        int32_t some[RELIF_WORD_BITS];
        const int word = at / RELIF_WORD_BITS, start = word * RELIF_WORD_BITS;
        end = part.end < start + RELIF_WORD_BITS ? part.end : start + RELIF_WORD_BITS;
        expand(counter, image, (size_t)(word - base), some);
        memcpy(counts + (at - part.first), some + (at - start),
               (size_t)(end - at) * sizeof *counts);
    }
}

int64_t relif_counter_total(const relif_counter *counter, int image)
{
    int64_t total = 0;
    for (int k = 0; k < counter->n_planes; k++)
        total += relif_spikes_count(plane_of(counter, image, k), counter->range) << k;
    return total;
}

int64_t relif_counter_weighted(const relif_counter *counter, int image,
                               const int *weights)
{
    const int base = counter->range.first / RELIF_WORD_BITS;
    int first = base * RELIF_WORD_BITS - counter->range.first; /* of a word, in weights */
    int64_t sum = 0;
    for (size_t w = 0; w < counter->words; w++, first += RELIF_WORD_BITS)
        for (int k = 0; k < counter->n_planes; k++) {
            int64_t here = 0;
            relif_word bits = plane_of(counter, image, k)[w] &
                              relif_spikes_edge(counter->range, base + (int)w);
            for (; bits; bits &= bits - 1) here += weights[first + __builtin_ctzll(bits)];
            sum += here * ((int64_t)1 << k);
        }
    return sum;
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
