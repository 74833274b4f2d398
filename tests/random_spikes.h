/* Random spike masks and ranges for tests, and masks as one byte a neuron. */
#ifndef RELIF_TESTS_RANDOM_SPIKES_H
#define RELIF_TESTS_RANDOM_SPIKES_H

#include "relif/memory.h"
#include "relif/random.h"
#include "relif/spikes.h"

/* first <= a < b <= end, or an empty range now and then. */
static inline relif_range random_range(relif_random *random, relif_range within)
{
    const int64_t room = relif_range_size(within) + 1;
    const int a = within.first + (int)relif_random_below(random, room);
    const int b = within.first + (int)relif_random_below(random, room);
    return a < b ? (relif_range){a, b} : (relif_range){b, a};
}

static inline relif_word *empty_mask(relif_range range)
{
    return relif_calloc((size_t)relif_spikes_words(range), sizeof(relif_word));
}

/* Each neuron of the range fires with the given probability. */
static inline void random_spikes(relif_random *random, double density, relif_range range,
                                 relif_word *mask)
{
    for (int i = range.first; i < range.end; i++)
        if (relif_random_uniform(random) < density) relif_spikes_set(mask, range, i);
}

/* Spikes of the mask that differ from bytes[neuron], and bits outside the range. */
static inline int wrong_spikes(const relif_word *mask, relif_range range,
                               const uint8_t *bytes)
{
    const int first = range.first / RELIF_WORD_BITS * RELIF_WORD_BITS;
    int wrong = 0;
    for (int i = 0; i < relif_spikes_words(range) * RELIF_WORD_BITS; i++) {
        const int neuron = first + i;
        const bool inside = neuron >= range.first && neuron < range.end;
        const bool fired = mask[i / RELIF_WORD_BITS] >> (i % RELIF_WORD_BITS) & 1;
        wrong += fired != (inside && bytes[neuron]);
    }
    return wrong;
}

#endif
