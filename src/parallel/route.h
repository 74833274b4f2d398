/**
 * A route: the part of a layer's spikes that one rank sends to another, and how a mask of
 * it lies in a message; private to src/parallel.
 *
 *     char *to = message;
 *     to = route_pack(&route, &raster, to);           at the sender, route after route
 *     const char *from = message;
 *     from = route_unpack(&route, from, &raster);     at the receiver, in the same order
 *
 * A mask that has to be moved travels as the ids of its spikes where that is much shorter
 * than its words; one that lies in shared memory, as its words. What a linear layer gets
 * travels as the lists that it is, an image's after another's; as words if the lists are
 * longer.
 */
#ifndef RELIF_PARALLEL_ROUTE_H
#define RELIF_PARALLEL_ROUTE_H

#include <stddef.h>
#include <stdint.h>

#include "relif/raster.h"

struct route {
    int layer;
    relif_range part;                 /* what travels */
    int list;                         /* which of a raster's, if it has lists */
    int skip, words;                  /* of the mask it is taken from or added to */
    relif_word first_edge, last_edge; /* the part's bits of its first and last word */
};

/** For masks over a range that holds the part, which is not empty. */
struct route route_create(int layer, relif_range part, relif_range range);

enum {
    ROUTE_HEAD = sizeof(uint32_t), /* bytes in front of each mask */
    ROUTE_BEYOND = 16              /* bytes behind a packed mask that may be written */
};

/** Bytes of a mask's words, of an id, and of the longest list of ids. */
size_t route_mask_bytes(relif_range part);
size_t route_id_bytes(relif_range part);
size_t route_list_bytes(relif_range part);

/** Bytes of a packed mask, at most. */
size_t route_most_bytes(relif_range part);

/** Append the spikes of an owner's list of each image; those that are too many are taken
 * from masks over the part, of the same images and steps. Returns the end. */
char *route_pack_lists(const struct route *route, const relif_raster *raster,
                       const relif_raster *masks, char *to);

/** Replace that list by such spikes; returns their end. */
const char *route_unpack_lists(const struct route *route, const char *from,
                               const relif_raster *raster);

/** Append the words of a raster's masks as they are; returns the end of what is packed.
 */
char *route_pack_words(const struct route *route, const relif_raster *raster, char *to);

/** Add the spikes of such words to a raster; returns their end. */
const char *route_unpack_words(const struct route *route, const char *from,
                               const relif_raster *raster);

/** Append a raster's masks; returns the end of what is packed. */
char *route_pack(const struct route *route, const relif_raster *raster, char *to);

/** Add the spikes of packed masks to a raster; returns their end. */
const char *route_unpack(const struct route *route, const char *from,
                         const relif_raster *raster);

#endif
