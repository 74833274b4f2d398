/* Single layers of every kind and awkward shape, for tests that hold for all of them. */
#ifndef RELIF_TESTS_LAYER_SAMPLES_H
#define RELIF_TESTS_LAYER_SAMPLES_H

#include "random_network.h"

typedef struct layer_sample {
    relif_shape input;
    random_layer layer;
} layer_sample;

static const layer_sample layer_samples[] = {
    {{3, 5, 4}, {RELIF_LAYER_CONV2D, 7, 3, 1, 1, 0}},
    {{2, 6, 5}, {RELIF_LAYER_CONV2D, 18, 2, 2, 0, 1}},
    {{5, 4, 7}, {RELIF_LAYER_CONV2D, 3, 3, 2, 2, 0}},
    {{2, 7, 7}, {RELIF_LAYER_CONV2D, 70, 2, 3, 0, 0}},
    {{9, 3, 3}, {RELIF_LAYER_CONV2D, 2, 1, 1, 0, 1}},
    {{2, 3, 4}, {RELIF_LAYER_CONV2D, 5, 1, 1, 2, 1}},
    {{3, 4, 3}, {RELIF_LAYER_CONV2D, 6, 2, 3, 4, 0}},
    {{3, 4, 3}, {RELIF_LAYER_LINEAR, 33, 0, 0, 0, 1}},
    {{80, 1, 1}, {RELIF_LAYER_LINEAR, 5, 0, 0, 0, 0}},
    {{3, 6, 6}, {RELIF_LAYER_AVG_POOL2D, 0, 2, 2, 0, 0}},
    {{2, 5, 6}, {RELIF_LAYER_AVG_POOL2D, 0, 3, 1, 2, 0}},
    {{70, 3, 2}, {RELIF_LAYER_AVG_POOL2D, 0, 2, 1, 1, 0}},
    {{4, 7, 8}, {RELIF_LAYER_AVG_POOL2D, 0, 2, 3, 1, 0}},
    {{3, 6, 6}, {RELIF_LAYER_MAX_POOL2D, 0, 2, 2, 0, 0}},
    {{2, 7, 5}, {RELIF_LAYER_MAX_POOL2D, 0, 3, 1, 1, 0}},
    {{66, 4, 4}, {RELIF_LAYER_MAX_POOL2D, 0, 3, 2, 1, 0}},
    {{1, 7, 8}, {RELIF_LAYER_MAX_POOL2D, 0, 2, 3, 0, 0}},
};

enum { N_LAYER_SAMPLES = sizeof layer_samples / sizeof layer_samples[0] };

/* A network of that layer alone. Caller destroys. */
static inline relif_network *sample_network(int sample)
{
    return random_network((uint64_t)sample, layer_samples[sample].input, 1,
                          &layer_samples[sample].layer);
}

#endif
