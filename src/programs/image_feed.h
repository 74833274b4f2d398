/*
 * Images of the data set for a simulation, a batch ahead of it. Private to src/programs.
 *
 *     image_feed_begin(&feed, experiment, simulation, images);
 *     while (image_feed_next(&feed, &batch)) relif_simulation_run(simulation);
 */
#ifndef RELIF_IMAGE_FEED_H
#define RELIF_IMAGE_FEED_H

#include "experiment.h"
#include "relif/schedule.h"
#include "relif/simulation.h"

/* Images of the data set, from the first on. */
struct image_batch {
    const relif_dataset *dataset; /* borrowed */
    int64_t first;
    int n; /* 0: there is none */
};

/** The pixels of a batch, which is borrowed. */
relif_pixel_source image_batch_source(const struct image_batch *batch);

struct image_feed {
    relif_simulation *simulation; /* borrowed, like the data set */
    int images_in_flight;
    relif_image_range left;   /* images of later batches */
    struct image_batch ahead; /* loaded, and not yet given out */
};

/** Loads the first batch. Collective on experiment.group, as is next. */
void image_feed_begin(struct image_feed *feed, const struct experiment *experiment,
                      relif_simulation *simulation, relif_image_range images);

/** Loads the batch after the next one, and gives the next, to be run; false: no more. */
bool image_feed_next(struct image_feed *feed, struct image_batch *batch);

#endif
