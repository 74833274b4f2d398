/*
 * In a message that is moved, for each mask: uint32 n, then n ids relative to the route's
 * first word, or, with the top bit of n set, the words of the mask. In shared memory, the
 * words alone.
 *
 * Lists, in either: for each image, where the list of each step ends, in uint32s, then
 * its ids; or, with the top bit of the first end set, the words of its masks.
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

/* Two words, wherever they begin. */
typedef relif_word pair __attribute__((vector_size(16), aligned(1), may_alias));

/* A mask has few words: a loop of pairs costs less than a call. */
INLINE char *pack_words(const struct route *route, const relif_word *mask, char *to)
{
    const int last = route->words - 1;
    for (int w = 0; w < last; w += 2) {
        const pair bits = *(const pair *)(mask + w);
        memcpy(to + (size_t)w * sizeof(relif_word), &bits, sizeof bits);
    }
    const relif_word first_word = word_of(route, mask, 0);
    const relif_word last_word = word_of(route, mask, last);
    memcpy(to, &first_word, sizeof first_word);
    memcpy(to + (size_t)last * sizeof last_word, &last_word, sizeof last_word);
    return to + (size_t)route->words * sizeof(relif_word);
}

INLINE const char *unpack_words(const struct route *route, const char *from,
                                relif_word *mask)
{
    const int last = route->words - 1;
    relif_word bits;
    for (int w = 0; w < last; w += 2)
        *(pair *)(mask + w) |= *(const pair *)(from + (size_t)w * sizeof bits);
    if (last % 2 == 0) {
        memcpy(&bits, from + (size_t)last * sizeof bits, sizeof bits);
        mask[last] |= bits;
    }
    return from + (size_t)route->words * sizeof bits;
}

INLINE char *pack_mask(const struct route *route, const relif_word *mask, char *to)
{
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

INLINE const char *unpack_mask(const struct route *route, const char *from,
                               relif_word *mask)
{
    uint32_t head;
    memcpy(&head, from, sizeof head);
    from += ROUTE_HEAD;
    if (head == is_mask) return unpack_words(route, from, mask);
    return route_id_bytes(route->part) == 2 ? unpack_ids(from, head, 2, mask)
                                            : unpack_ids(from, head, 4, mask);
}

/* A raster's masks one after the other, each from the route's first word on. */
INLINE char *pack_all(const struct route *route, const relif_raster *raster, char *to,
                      char *(*pack)(const struct route *, const relif_word *, char *))
{
    for (int i = 0; i < raster->n_images; i++)
        for (int s = 0; s < raster->steps; s++)
            to = pack(route, relif_raster_mask(raster, i, s) + route->skip, to);
    return to;
}

INLINE const char *
unpack_all(const struct route *route, const char *from, const relif_raster *raster,
           const char *(*unpack)(const struct route *, const char *, relif_word *))
{
    for (int i = 0; i < raster->n_images; i++)
        for (int s = 0; s < raster->steps; s++)
            from = unpack(route, from, relif_raster_mask(raster, i, s) + route->skip);
    return from;
}

char *route_pack_words(const struct route *route, const relif_raster *raster, char *to)
{
    return pack_all(route, raster, to, pack_words);
}

const char *route_unpack_words(const struct route *route, const char *from,
                               const relif_raster *raster)
{
    return unpack_all(route, from, raster, unpack_words);
}

char *route_pack(const struct route *route, const relif_raster *raster, char *to)
{
    return pack_all(route, raster, to, pack_mask);
}

const char *route_unpack(const struct route *route, const char *from,
                         const relif_raster *raster)
{
    return unpack_all(route, from, raster, unpack_mask);
}

/* There is room for so many ids of an image. */
static bool fit(const struct route *route, size_t n, int steps)
{
    return n * sizeof(uint16_t) <= (size_t)steps * route_mask_bytes(route->part);
}

char *route_pack_lists(const struct route *route, const relif_raster *raster,
                       const relif_raster *masks, char *to)
{
    const int steps = raster->steps;
    const size_t head = (size_t)steps * sizeof(uint32_t);
    const relif_spike_lists *lists = relif_raster_lists(raster, route->list);
    for (int i = 0; i < raster->n_images; i++) {
        const size_t n = (size_t)lists[i].starts[steps];
        memcpy(to, lists[i].starts + 1, head);
        if (fit(route, n, steps)) {
            memcpy(to + head, lists[i].ids, n * sizeof(uint16_t));
            to += head + n * sizeof(uint16_t);
        } else {
            memcpy(to, &is_mask, sizeof is_mask);
            to += head;
            for (int s = 0; s < steps; s++)
                to = pack_words(route, relif_raster_mask(masks, i, s), to);
        }
    }
    return to;
}

/* The spikes of words, which may begin anywhere. */
static const char *list_words(const struct route *route, const char *from, int steps,
                              const relif_spike_lists *list)
{
    const int first = route->part.first / RELIF_WORD_BITS;
    uint16_t *to = list->ids;
    for (int s = 0; s < steps; s++) {
        for (int w = first; w < first + route->words; w++, from += sizeof(relif_word)) {
            relif_word bits;
            for (memcpy(&bits, from, sizeof bits); bits; bits &= bits - 1)
                *to++ = (uint16_t)(w * RELIF_WORD_BITS + relif_word_lowest(bits));
        }
        list->starts[s + 1] = (int)(to - list->ids);
    }
    return from;
}

const char *route_unpack_lists(const struct route *route, const char *from,
                               const relif_raster *raster)
{
    const int steps = raster->steps;
    const size_t head = (size_t)steps * sizeof(uint32_t);
    const relif_spike_lists *lists = relif_raster_lists(raster, route->list);
    for (int i = 0; steps > 0 && i < raster->n_images; i++) {
        uint32_t first;
        memcpy(&first, from, sizeof first);
        if (first == is_mask) {
            from = list_words(route, from + head, steps, &lists[i]);
            continue;
        }
        memcpy(lists[i].starts + 1, from, head);
        const size_t bytes = (size_t)lists[i].starts[steps] * sizeof(uint16_t);
        memcpy(lists[i].ids, from + head, bytes);
        from += head + bytes;
    }
    return from;
}
