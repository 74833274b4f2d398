/*
 * In a message that is moved, for each mask: uint32 n, then n ids relative to the route's
 * first word, or, with the top bit of n set, the words of the mask. In shared memory, the
 * words alone.
 */
#include "route.h"

#include <string.h>

/* Spikes that a word seldom has more of, as in spikes.h. */
enum { FEW = 3 };
_Static_assert(ROUTE_BEYOND >= FEW * sizeof(uint32_t), "written beyond a list");

/* A list that saves fewer bytes than this takes longer to make than a mask to send. */
enum { SAVING = 64 };

static const uint32_t is_mask = UINT32_C(1) << 31;

size_t route_mask_bytes(relif_range part)
{
    return (size_t)relif_spikes_words(part) * sizeof(relif_word);
}

size_t route_id_bytes(relif_range part)
{
    return relif_spikes_words(part) * RELIF_WORD_BITS <= UINT16_MAX ? 2 : 4;
}

size_t route_list_bytes(relif_range part)
{
    const size_t mask = route_mask_bytes(part);
    return mask > SAVING ? mask - SAVING : 0;
}

size_t route_most_bytes(relif_range part)
{
    return ROUTE_HEAD + route_mask_bytes(part);
}

static int first_word(relif_range range)
{
    return range.first / RELIF_WORD_BITS;
}

#define INLINE static inline __attribute__((always_inline))

/* The word of a mask, without neurons that do not travel. */
INLINE relif_word word_of(const struct route *route, const relif_word *mask, int w)
{
    const int first = first_word(route->part), last = relif_spikes_words(route->part) - 1;
    const relif_word bits = mask[w + first - first_word(route->range)];
    return w > 0 && w < last ? bits : bits & relif_spikes_edge(route->part, first + w);
}

/* The id of width bytes of a word's first spike, if any; returns how many it was. */
INLINE int list_one(relif_word *bits, int w, size_t width, char *to)
{
    const relif_word last = (relif_word)1 << (RELIF_WORD_BITS - 1);
    const int found = *bits != 0;
    const uint32_t wide = (uint32_t)(w * RELIF_WORD_BITS + __builtin_ctzll(*bits | last));
    const uint16_t narrow = (uint16_t)wide;
    memcpy(to, width == 2 ? (const void *)&narrow : (const void *)&wide, width);
    *bits &= *bits - 1;
    return found;
}

/* Ids of width bytes; -1 if there are more than most. Writes up to FEW beyond. */
INLINE int list_ids(const struct route *route, const relif_word *mask, size_t width,
                    int most, char *to)
{
    int n = 0;
    for (int w = 0; w < relif_spikes_words(route->part) && n <= most; w++) {
        relif_word bits = word_of(route, mask, w);
        for (int i = 0; i < FEW; i++)
            n += list_one(&bits, w, width, to + (size_t)n * width);
        for (; bits && n <= most; n++) list_one(&bits, w, width, to + (size_t)n * width);
    }
    return n <= most ? n : -1;
}

/* And of a word in a message, the first or last of a mask. */
static void cut_edge(const struct route *route, int w, char *words)
{
    relif_word bits;
    char *const at = words + (size_t)w * sizeof bits;
    memcpy(&bits, at, sizeof bits);
    bits &= relif_spikes_edge(route->part, first_word(route->part) + w);
    memcpy(at, &bits, sizeof bits);
}

static char *pack_words(const struct route *route, const relif_word *mask, char *to)
{
    const size_t bytes = route_mask_bytes(route->part);
    memcpy(to, mask + first_word(route->part) - first_word(route->range), bytes);
    cut_edge(route, 0, to);
    cut_edge(route, relif_spikes_words(route->part) - 1, to);
    return to + bytes;
}

char *route_pack(const struct route *route, const relif_word *mask, char *to)
{
    if (route->is_shared) return pack_words(route, mask, to);
    const size_t width = route_id_bytes(route->part);
    const int most = (int)(route_list_bytes(route->part) / width);
    char *const body = to + ROUTE_HEAD;
    int n = -1;
    if (most > 0) {
        n = width == 2 ? list_ids(route, mask, 2, most, body)
                       : list_ids(route, mask, 4, most, body);
    }
    const uint32_t head = n < 0 ? is_mask : (uint32_t)n;
    memcpy(to, &head, sizeof head);
    return n < 0 ? pack_words(route, mask, body) : body + (size_t)n * width;
}

/* mask: its word of the route's first neuron. */
INLINE const char *unpack_ids(const char *from, uint32_t n, size_t width,
                              relif_word *mask)
{
    for (uint32_t i = 0; i < n; i++, from += width) {
        uint32_t id;
        uint16_t narrow;
        memcpy(width == 2 ? (void *)&narrow : (void *)&id, from, width);
        if (width == 2) id = narrow;
        mask[id / RELIF_WORD_BITS] |= (relif_word)1 << (id % RELIF_WORD_BITS);
    }
    return from;
}

static const char *unpack_words(const char *from, int words, relif_word *mask)
{
    for (int w = 0; w < words; w++, from += sizeof(relif_word)) {
        relif_word bits;
        memcpy(&bits, from, sizeof bits);
        mask[w] |= bits;
    }
    return from;
}

const char *route_unpack(const struct route *route, const char *from, relif_word *mask)
{
    const int words = relif_spikes_words(route->part);
    mask += first_word(route->part) - first_word(route->range);
    if (route->is_shared) return unpack_words(from, words, mask);
    uint32_t head;
    memcpy(&head, from, sizeof head);
    from += ROUTE_HEAD;
    if (head == is_mask) return unpack_words(from, words, mask);
    return route_id_bytes(route->part) == 2 ? unpack_ids(from, head, 2, mask)
                                            : unpack_ids(from, head, 4, mask);
}
