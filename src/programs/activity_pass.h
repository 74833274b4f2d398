/*
 * What the ReLU network does with the first images of the data set: the distribution of
 * each layer's activations, and its labels.
 *
 * The same images stand at the same place of their batch, and distributions add up to the
 * same bits, whatever the number of ranks.
 */
#ifndef RELIF_PROGRAMS_ACTIVITY_PASS_H
#define RELIF_PROGRAMS_ACTIVITY_PASS_H

#include "experiment.h"
#include "relif/schedule.h"

/* Make experiment->activity that of the first n_images, unless it is already. Collective
 * on the world. progress: told how far it is, NULL for none. */
void activity_pass_compute(struct experiment *experiment, int64_t n_images,
                           relif_log *progress);

/* The images whose labels this rank keeps. */
relif_image_range activity_pass_share(const struct experiment *experiment,
                                      int64_t n_images);

/* About how many images all ranks are done with when this one is with a row of its share.
 */
int64_t activity_pass_done(const struct experiment *experiment, int64_t row,
                           int64_t n_images);

/* {0} is allowed. */
void activity_release(struct activity *activity);

#endif
