/**
 * Labelled images to learn from or to be tested on, wherever they come from.
 *
 *     const relif_image_set set = {dataset->count, pixels_of, dataset, dataset->labels};
 *     err = relif_image_set_check(&set, "training set", network);
 *     relif_image_set_read(&set, order, 16, images, labels);
 *
 * Not collective.
 */
#ifndef RELIF_IMAGE_SET_H
#define RELIF_IMAGE_SET_H

#include <stddef.h>
#include <stdint.h>

#include "relif/network.h"

/** pixels(source, i, out) gives image i in canonical order. */
typedef struct relif_image_set {
    int64_t count;
    void (*pixels)(const void *source, int64_t i, float *pixels);
    const void *source;    /* borrowed */
    const uint8_t *labels; /* [count], borrowed */
} relif_image_set;

/** RELIF_ERR_DATA, beginning with name, if a label has no output of the network. */
relif_err relif_image_set_check(const relif_image_set *set, const char *name,
                                const relif_network *network);

/**
 * @param[in]  indices  [n] which images
 * @param[out] images   [n][size]
 * @param[out] labels   [n]
 */
void relif_image_set_read(const relif_image_set *set, const int64_t *indices, int n,
                          int size, float *images, uint8_t *labels);

#endif
