/**
 * Spikes of one image, layer and step: a bit mask in canonical order.
 *
 *     relif_range range = {0, 600};
 *     relif_word *mask = relif_calloc((size_t)relif_spikes_words(range), sizeof *mask);
 *     relif_spikes_set(mask, range, 17);
 *     int n = relif_spikes_list(mask, range, range, ids);   ids[0] = 17
 *
 * The mask of a range starts at a multiple of 64 neurons: bit i % 64 of word i / 64 -
 * first / 64 is neuron i. Masks of different ranges of one layer therefore share word
 * boundaries, and copying between them needs no shifts.
 */
#ifndef RELIF_SPIKES_H
#define RELIF_SPIKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t relif_word;

enum { RELIF_WORD_BITS = 64 };

/** Neurons first <= i < end of a layer in canonical order. */
typedef struct relif_range {
    int first, end;
} relif_range;

static inline int relif_range_size(relif_range range)
{
    return range.end - range.first;
}

/** What two ranges share; size 0 if nothing. */
static inline relif_range relif_range_intersect(relif_range a, relif_range b)
{
    relif_range both = {a.first > b.first ? a.first : b.first,
                        a.end < b.end ? a.end : b.end};
    if (both.end < both.first) both.end = both.first;
    return both;
}

/** The rows (or columns) of an input of some size under a kernel that begins at first;
 * what of it lies outside is padding. */
static inline relif_range relif_range_window(int first, int kernel, int size)
{
    return relif_range_intersect((relif_range){first, first + kernel},
                                 (relif_range){0, size});
}

/** Number of words of the mask of a range. */
static inline int relif_spikes_words(relif_range range)
{
    if (range.end <= range.first) return 0;
    return (range.end - 1) / RELIF_WORD_BITS - range.first / RELIF_WORD_BITS + 1;
}

static inline void relif_spikes_set(relif_word *mask, relif_range range, int neuron)
{
    mask[neuron / RELIF_WORD_BITS - range.first / RELIF_WORD_BITS] |=
        (relif_word)1 << (neuron % RELIF_WORD_BITS);
}

static inline bool relif_spikes_test(const relif_word *mask, relif_range range,
                                     int neuron)
{
    return mask[neuron / RELIF_WORD_BITS - range.first / RELIF_WORD_BITS] >>
               (neuron % RELIF_WORD_BITS) &
           1;
}

/** Or up to 64 bits into a mask: bit j stands for neuron + j. All set bits are in range.
 */
static inline void relif_spikes_put(relif_word *mask, relif_range range, int neuron,
                                    relif_word bits)
{
    const int word = neuron / RELIF_WORD_BITS - range.first / RELIF_WORD_BITS;
    const int shift = neuron % RELIF_WORD_BITS;
    mask[word] |= bits << shift;
    const relif_word carry = shift ? bits >> (RELIF_WORD_BITS - shift) : 0;
    if (carry) mask[word + 1] |= carry;
}

/** The bits of a mask's word that belong to a range. @param word index of the word in the
 * layer */
static inline relif_word relif_spikes_edge(relif_range range, int word)
{
    const int start = word * RELIF_WORD_BITS;
    relif_word bits = ~(relif_word)0;
    if (range.first > start) bits &= ~(relif_word)0 << (range.first - start);
    if (range.end < start + RELIF_WORD_BITS)
        bits &= ~(relif_word)0 >> (start + RELIF_WORD_BITS - range.end);
    return bits;
}

/** Or the spikes of the range part, which lies in both others, from one mask into
 * another. */
void relif_spikes_merge(relif_word *to, relif_range to_range, const relif_word *from,
                        relif_range from_range, relif_range part);

/** The number of set bits; without a call on a CPU that cannot be asked to count. */
static inline int relif_word_count(relif_word bits)
{
#if defined(__x86_64__) && !defined(__POPCNT__)
    const relif_word ones = UINT64_C(0x0101010101010101);
    bits -= bits >> 1 & 0x55 * ones;
    bits = (bits & 0x33 * ones) + (bits >> 2 & 0x33 * ones);
    return (int)(((bits + (bits >> 4)) & 0x0f * ones) * ones >> 56);
#else
    return __builtin_popcountll(bits);
#endif
}

/** Entries that relif_spikes_list writes at once: a word seldom has more spikes, and a
 * branch for each would be mispredicted in every other word. */
enum { RELIF_SPIKES_FEW = 3 };

/** Room that a list of the spikes of a range needs. */
static inline size_t relif_spikes_capacity(relif_range range)
{
    return (size_t)relif_range_size(range) + RELIF_SPIKES_FEW;
}

/** The lowest set bit; anything up to 64 if there is none, without a branch. */
static inline int relif_word_lowest(relif_word bits)
{
#if defined(__BMI__)
    return (int)__builtin_ia32_tzcnt_u64(bits);
#else
    return __builtin_ctzll(bits | (relif_word)1 << (RELIF_WORD_BITS - 1));
#endif
}

/** Lists the set bits of a word, counted from start; returns the end of the list. May
 * write RELIF_SPIKES_FEW entries beyond it. */
static inline int *relif_word_list(relif_word bits, int start, int *ids)
{
    int *const end = ids + relif_word_count(bits);
#pragma GCC unroll 8
    for (int i = 0; i < RELIF_SPIKES_FEW; i++, bits &= bits - 1)
        ids[i] = start + relif_word_lowest(bits);
    for (ids += RELIF_SPIKES_FEW; bits; bits &= bits - 1)
        *ids++ = start + __builtin_ctzll(bits);
    return end;
}

/**
 * Canonical indices of the spikes of part, ascending. Cost: one step per word and per
 * spike. Defined here so that the kernel's copies use the instructions of their set.
 * @param[out] ids  capacity relif_spikes_capacity(part)
 * @return their number
 */
static inline int relif_spikes_list(const relif_word *mask, relif_range range,
                                    relif_range part, int *ids)
{
    const int base = range.first / RELIF_WORD_BITS;
    const int last = (part.end - 1) / RELIF_WORD_BITS;
    int w = part.first / RELIF_WORD_BITS, *to = ids;
    if (part.end <= part.first) return 0;
    relif_word bits = mask[w - base] & relif_spikes_edge(part, w);
    for (; w < last; bits = mask[++w - base])
        to = relif_word_list(bits, w * RELIF_WORD_BITS, to);
    to = relif_word_list(bits & relif_spikes_edge(part, w), w * RELIF_WORD_BITS, to);
    return (int)(to - ids);
}

/** Number of spikes of a mask whose bits outside the range are 0. */
int64_t relif_spikes_count(const relif_word *mask, relif_range range);

#endif
