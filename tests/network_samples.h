/* Networks of several layers: every kind of layer, odd shapes, narrow ends. */
#ifndef RELIF_TESTS_NETWORK_SAMPLES_H
#define RELIF_TESTS_NETWORK_SAMPLES_H

#include "random_network.h"

static const random_layer every_kind[] = {
    {RELIF_LAYER_CONV2D, 20, 3, 1, 1, 0}, {RELIF_LAYER_MAX_POOL2D, 0, 2, 2, 0, 0},
    {RELIF_LAYER_CONV2D, 70, 3, 2, 2, 1}, {RELIF_LAYER_AVG_POOL2D, 0, 2, 2, 0, 0},
    {RELIF_LAYER_LINEAR, 90, 0, 0, 0, 1}, {RELIF_LAYER_LINEAR, 7, 0, 0, 0, 0},
};
static const random_layer odd_shapes[] = {
    {RELIF_LAYER_MAX_POOL2D, 0, 3, 2, 1, 0}, {RELIF_LAYER_CONV2D, 5, 5, 2, 4, 0},
    {RELIF_LAYER_MAX_POOL2D, 0, 3, 1, 1, 0}, {RELIF_LAYER_MAX_POOL2D, 0, 2, 2, 0, 0},
    {RELIF_LAYER_AVG_POOL2D, 0, 3, 1, 2, 0}, {RELIF_LAYER_CONV2D, 33, 1, 1, 0, 1},
    {RELIF_LAYER_MAX_POOL2D, 0, 2, 2, 0, 0},
};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Caller destroys. */
static inline relif_network *every_kind_network(void)
{
    return random_network(1, (relif_shape){2, 11, 9}, COUNT(every_kind), every_kind);
}

static inline relif_network *odd_network(void)
{
    return random_network(2, (relif_shape){3, 12, 10}, COUNT(odd_shapes), odd_shapes);
}

#endif
