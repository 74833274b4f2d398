/*
 * Portions: the pieces in which a batch passes through the layers. Private to src/run.
 *
 *     struct portions portions = portions_choose(&setup, steps);
 *     portions.n_images = n;                                        of the batch
 *     for (number = 0; number < portions_count(&portions); number++)
 *         struct portion portion = portions_at(&portions, number);
 *
 * A portion is some of the images over a block of steps, as much as one message carries.
 * The blocks of the same images follow one another.
 */
#ifndef RELIF_PORTION_H
#define RELIF_PORTION_H

#include "relif/simulation.h"

struct portion {
    int number; /* in the batch */
    int first_image, n_images;
    int first_step, steps;
};

struct portions {
    int n_images, steps;  /* of the batch */
    int images, interval; /* of a portion, at most */
};

/*
 * On one rank a portion is a stretch of steps of all images. In a group it is the steps
 * that go into a message and so many images that all ranks of a pipeline have work. What
 * is chosen without an exchange interval is a stretch, or, before a window pooling, which
 * waits for the end of the coding time, the whole of it.
 */
struct portions portions_choose(const relif_simulation_setup *setup, int steps);

/* Blocks of steps of an image, and portions of the batch. */
int portions_blocks(const struct portions *portions);
int portions_count(const struct portions *portions);

struct portion portions_at(const struct portions *portions, int number);

#endif
