/**
 * The order in which an epoch goes through the images: every order is equally likely, and
 * a function of (seed, epoch) alone.
 *
 *     relif_image_order *order = relif_image_order_create(count, seed);
 *     const int64_t *images = relif_image_order_of(order, epoch);
 *     relif_image_order_destroy(order);
 */
#ifndef RELIF_IMAGE_ORDER_H
#define RELIF_IMAGE_ORDER_H

#include <stdint.h>

typedef struct relif_image_order relif_image_order;

/** Caller destroys. */
relif_image_order *relif_image_order_create(int64_t count, uint64_t seed);
void relif_image_order_destroy(relif_image_order *order);

/** All images 0 ... count - 1 in the order of that epoch, 0, 1, ...: [count], borrowed
 * until another epoch is asked for. */
const int64_t *relif_image_order_of(relif_image_order *order, int64_t epoch);

#endif
