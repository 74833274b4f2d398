#include "relif/image_order.h"

#include <string.h>

#include "check.h"

enum { COUNT = 50 };

static void every_epoch_has_every_image_once(void)
{
    relif_image_order *order = relif_image_order_create(COUNT, 3);
    for (int64_t epoch = 0; epoch < 5; epoch++) {
        const int64_t *images = relif_image_order_of(order, epoch);
        int seen[COUNT] = {0};
        for (int i = 0; i < COUNT; i++) seen[images[i]]++;
        for (int i = 0; i < COUNT; i++) CHECK(seen[i] == 1);
    }
    relif_image_order_destroy(order);
}

static void an_order_is_a_function_of_seed_and_epoch(void)
{
    relif_image_order *order = relif_image_order_create(COUNT, 3);
    relif_image_order *other = relif_image_order_create(COUNT, 4);
    int64_t fourth[COUNT];
    memcpy(fourth, relif_image_order_of(order, 4), sizeof fourth);
    CHECK(memcmp(fourth, relif_image_order_of(order, 3), sizeof fourth) != 0);
    CHECK(memcmp(fourth, relif_image_order_of(other, 4), sizeof fourth) != 0);
    CHECK(memcmp(fourth, relif_image_order_of(order, 4), sizeof fourth) == 0);
    relif_image_order_destroy(order);
    relif_image_order_destroy(other);
}

int main(void)
{
    RUN(every_epoch_has_every_image_once);
    RUN(an_order_is_a_function_of_seed_and_epoch);
    relif_image_order_destroy(NULL);
    return check_result();
}
