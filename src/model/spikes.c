#include "relif/spikes.h"

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

int64_t relif_spikes_count(const relif_word *mask, relif_range range)
{
    int64_t count = 0;
    for (int w = 0; w < relif_spikes_words(range); w++)
        count += relif_word_count(mask[w]);
    return count;
}
