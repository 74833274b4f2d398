#include "relif/spikes.h"

relif_word relif_spikes_edge(relif_range range, int word)
{
    const int start = word * RELIF_WORD_BITS;
    relif_word bits = ~(relif_word)0;
    if (range.first > start) bits &= ~(relif_word)0 << (range.first - start);
    if (range.end < start + RELIF_WORD_BITS)
        bits &= ~(relif_word)0 >> (start + RELIF_WORD_BITS - range.end);
    return bits;
}

void relif_spikes_merge(relif_word *to, relif_range to_range, const relif_word *from,
                        relif_range from_range, relif_range part)
{
    if (part.end <= part.first) return;
    const int first = part.first / RELIF_WORD_BITS,
              last = (part.end - 1) / RELIF_WORD_BITS;
    const int to_word = to_range.first / RELIF_WORD_BITS;
    const int from_word = from_range.first / RELIF_WORD_BITS;
    for (int w = first; w <= last; w++)
        to[w - to_word] |= from[w - from_word] & relif_spikes_edge(part, w);
}

/* Spikes that a word seldom has more of: so many are listed without a branch, which would
 * be mispredicted in every other word. */
enum { FEW = 3 };

/* Takes the first spike, if any; returns how many it was. */
static inline int list_one(relif_word *bits, int word, int *id)
{
    const relif_word last = (relif_word)1 << (RELIF_WORD_BITS - 1);
    const int found = *bits != 0;
    *id = word * RELIF_WORD_BITS + __builtin_ctzll(*bits | last);
    *bits &= *bits - 1;
    return found;
}

int relif_spikes_list(const relif_word *mask, relif_range range, relif_range part,
                      int *ids)
{
    if (part.end <= part.first) return 0;
    const int first = part.first / RELIF_WORD_BITS,
              last = (part.end - 1) / RELIF_WORD_BITS;
    const int base = range.first / RELIF_WORD_BITS, room = relif_range_size(part);
    int n = 0;
    for (int w = first; w <= last; w++) {
        relif_word bits = mask[w - base];
        if (w == first || w == last) bits &= relif_spikes_edge(part, w);
        for (int i = 0; i < FEW && n + FEW <= room; i++) n += list_one(&bits, w, ids + n);
        while (bits) n += list_one(&bits, w, ids + n);
    }
    return n;
}

int64_t relif_spikes_count(const relif_word *mask, relif_range range)
{
    int64_t count = 0;
    for (int w = 0; w < relif_spikes_words(range); w++)
        count += __builtin_popcountll(mask[w]);
    return count;
}
