/*
 * In a message that is moved, for each mask: uint32 n, then n ids relative to the route's
 * first word, or, with the top bit of n set, the words of the mask. In shared memory, the
 * words alone.
 */
#include "route.h"

#include <string.h>

_Static_assert(ROUTE_BEYOND >= RELIF_SPIKES_FEW * sizeof(uint32_t),
               "written beyond a list");

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

struct route route_create(int layer, relif_range part, relif_range range)
{
    const int first = part.first / RELIF_WORD_BITS;
    const int last = (part.end - 1) / RELIF_WORD_BITS;
    return (struct route){.layer = layer,
                          .part = part,
                          .skip = first - range.first / RELIF_WORD_BITS,
                          .words = last - first + 1,
                          .first_edge = relif_spikes_edge(part, first),
                          .last_edge = relif_spikes_edge(part, last)};
}

#define INLINE static inline __attribute__((always_inline))

/* A word of what travels, without neurons that do not. mask: its first word. */
INLINE relif_word word_of(const struct route *route, const relif_word *mask, int w)
{
    relif_word bits = mask[w];
    if (w == 0) bits &= route->first_edge;
    if (w == route->words - 1) bits &= route->last_edge;
    return bits;
}

/* The id of width bytes of a word's first spike, if any; returns how many it was. */
INLINE int list_one(relif_word *bits, int w, size_t width, char *to)
{
    const int found = *bits != 0;
    const uint32_t wide = (uint32_t)(w * RELIF_WORD_BITS + relif_word_lowest(*bits));
    const uint16_t narrow = (uint16_t)wide;
    memcpy(to, width == 2 ? (const void *)&narrow : (const void *)&wide, width);
    *bits &= *bits - 1;
    return found;
}

/* Ids of width bytes; -1 if there are more than most. Writes up to RELIF_SPIKES_FEW
 * beyond. */
INLINE int list_ids(const struct route *route, const relif_word *mask, size_t width,
                    int most, char *to)
{
    int n = 0;
    for (int w = 0; w < route->words && n <= most; w++) {
        relif_word bits = word_of(route, mask, w);
        for (int i = 0; i < RELIF_SPIKES_FEW; i++)
            n += list_one(&bits, w, width, to + (size_t)n * width);
        for (; bits && n <= most; n++) list_one(&bits, w, width, to + (size_t)n * width);
    }
    return n <= most ? n : -1;
}

INLINE char *put_word(relif_word bits, char *to)
{
    memcpy(to, &bits, sizeof bits);
    return to + sizeof bits;
}

char *route_pack_words(const struct route *route, const relif_word *mask, char *to)
{
    const int last = route->words - 1;
    mask += route->skip;
    to = put_word(word_of(route, mask, 0), to);
    for (int w = 1; w < last; w++) to = put_word(mask[w], to);
    return last > 0 ? put_word(word_of(route, mask, last), to) : to;
}

char *route_pack(const struct route *route, const relif_word *mask, char *to)
{
    const relif_word *first = mask + route->skip;
    const size_t width = route_id_bytes(route->part);
    const int most = (int)(route_list_bytes(route->part) / width);
    char *const body = to + ROUTE_HEAD;
    int n = -1;
    if (most > 0) {
        n = width == 2 ? list_ids(route, first, 2, most, body)
                       : list_ids(route, first, 4, most, body);
    }
    const uint32_t head = n < 0 ? is_mask : (uint32_t)n;
    memcpy(to, &head, sizeof head);
    return n < 0 ? route_pack_words(route, mask, body) : body + (size_t)n * width;
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

const char *route_unpack_words(const struct route *route, const char *from,
                               relif_word *mask)
{
    mask += route->skip;
    for (int w = 0; w < route->words; w++, from += sizeof(relif_word)) {
        relif_word bits;
        memcpy(&bits, from, sizeof bits);
        mask[w] |= bits;
    }
    return from;
}

const char *route_unpack(const struct route *route, const char *from, relif_word *mask)
{
    relif_word *const first = mask + route->skip;
    uint32_t head;
    memcpy(&head, from, sizeof head);
    from += ROUTE_HEAD;
    if (head == is_mask) return route_unpack_words(route, from, mask);
    return route_id_bytes(route->part) == 2 ? unpack_ids(from, head, 2, first)
                                            : unpack_ids(from, head, 4, first);
}
