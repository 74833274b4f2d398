/**
 * The input of a group: images as spike trains, batch after batch. Ranks of a node that
 * all need every pixel, those of a linear layer, share the work: each image is encoded by
 * one of them, whoever comes first, for all to read. So that none has to wait for
 * another, a batch is loaded while the one before is still to be simulated:
 *
 *     relif_input *input = relif_input_create(&setup);
 *     relif_input_load(input, n, &source, clock);
 *     for (...) {
 *         relif_input_load(input, next_n, &next_source, clock);
 *         const int n = relif_input_begin(input, clock);
 *         relif_raster trains = relif_input_trains(input);
 *         ...
 *     }
 */
#ifndef RELIF_INPUT_H
#define RELIF_INPUT_H

#include <stdbool.h>

#include "relif/clock.h"
#include "relif/coding.h"
#include "relif/context.h"
#include "relif/raster.h"

/** Where the pixels of a batch come from. */
typedef struct relif_pixel_source {
    /** Write those of an image of the batch: [image_size], canonical order, >= 0 and
     * finite. */
    void (*read)(const void *self, int image, float *pixels);
    const void *self;
} relif_pixel_source;

/** Images that are in memory: [n][image_size]. */
typedef struct relif_pixel_array {
    const float *pixels;
    int image_size;
} relif_pixel_array;

/** They as a source, which borrows the array. */
relif_pixel_source relif_pixel_array_source(const relif_pixel_array *array);

/** Batches that are kept: one is simulated, one is loaded, and one may still be read by a
 * rank that is behind. */
enum { RELIF_INPUT_BATCHES = 3 };

/** All is borrowed and must outlive the input. */
typedef struct relif_input_setup {
    const relif_context *node; /* the ranks of the group on this node; NULL: alone */
    const relif_coding *coding;
    relif_range needed;   /* input neurons that this rank needs */
    bool as_lists;        /* for a linear layer, which needs all or none (encoder.h) */
    int image_size;       /* input neurons of all ranks */
    int images_in_flight; /* largest batch */
} relif_input_setup;

typedef struct relif_input relif_input;

/** Collective on setup.node, as are destroy, load and begin. Caller destroys. */
relif_input *relif_input_create(const relif_input_setup *setup);
void relif_input_destroy(relif_input *input);

/**
 * The next batch, of n <= images_in_flight images. At most one that has not begun may be
 * there. Waits for ranks that are more than a batch behind.
 * @param[in] source  asked for the images that this rank encodes, during the call
 */
void relif_input_load(relif_input *input, int n, const relif_pixel_source *source,
                      relif_clock *clock);

/** Turn to the batch that was loaded next, once all of it is there; returns its size. */
int relif_input_begin(relif_input *input, relif_clock *clock);

/** The trains of the batch that has begun, of the needed neurons; borrowed, until the
 * next one begins. */
relif_raster relif_input_trains(const relif_input *input);

#endif
