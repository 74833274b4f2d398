/* The shuffle of Fisher and Yates. */
#include "relif/image_order.h"

#include <stdlib.h>

#include "relif/memory.h"
#include "relif/random.h"

/* Streams of the seed: layer l draws its first weights from stream l, epoch e its order
 * from here on. */
static const uint64_t epoch_streams = (uint64_t)1 << 32;

struct relif_image_order {
    int64_t count;
    uint64_t seed;
    int64_t epoch;   /* whose order is there; -1: none yet */
    int64_t *images; /* [count] */
};

relif_image_order *relif_image_order_create(int64_t count, uint64_t seed)
{
    relif_image_order *order = relif_calloc(1, sizeof *order);
    order->count = count;
    order->seed = seed;
    order->epoch = -1;
    order->images = relif_calloc((size_t)count, sizeof *order->images);
    return order;
}

void relif_image_order_destroy(relif_image_order *order)
{
    if (!order) return;
    free(order->images);
    free(order);
}

static void shuffle(relif_image_order *order)
{
    const uint64_t stream = epoch_streams + (uint64_t)order->epoch;
    relif_random random = relif_random_stream(order->seed, stream);
    int64_t *images = order->images;
    for (int64_t i = 0; i < order->count; i++) images[i] = i;
    for (int64_t i = order->count - 1; i > 0; i--) {
        const int64_t j = relif_random_below(&random, i + 1);
        const int64_t swap = images[i];
        images[i] = images[j];
        images[j] = swap;
    }
}

const int64_t *relif_image_order_of(relif_image_order *order, int64_t epoch)
{
    if (order->epoch != epoch) {
        order->epoch = epoch;
        shuffle(order);
    }
    return order->images;
}
