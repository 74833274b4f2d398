/**
 * Portions: the pieces in which a batch passes through the layers of a group of ranks.
 *
 *     relif_portions portions = relif_portions_choose(&options, steps);
 *     portions.n_images = n;                                        of the batch
 *     for (number = 0; number < relif_portions_count(&portions); number++)
 *         relif_portion portion = relif_portions_at(&portions, number);
 *
 * A portion is some of the images over a block of steps, as much as one message carries.
 * The blocks of the same images follow one another.
 */
#ifndef RELIF_PORTION_H
#define RELIF_PORTION_H

#include "relif/network.h"
#include "relif/partition.h"
#include "relif/pooling.h"

/** What the choice depends on; borrowed. The group has partition->n_ranks. */
typedef struct relif_portion_options {
    const relif_network *network;
    const relif_partition *partition;
    relif_pooling_mode pooling;
    int images_in_flight;  /* largest batch */
    int exchange_interval; /* steps per message, at most; 0: chosen */
} relif_portion_options;

typedef struct relif_portion {
    int number; /* in the batch */
    int first_image, n_images;
    int first_step, steps;
} relif_portion;

typedef struct relif_portions {
    int n_images, steps;  /* of the batch */
    int images, interval; /* of a portion, at most */
} relif_portions;

/**
 * On one rank a portion is a stretch of steps of all images. In a group it is the steps
 * that go into a message and so many images that all ranks of a pipeline have work. What
 * is chosen without an exchange interval is a stretch, or, before a window pooling, which
 * waits for the end of the coding time, the whole of it.
 */
relif_portions relif_portions_choose(const relif_portion_options *options, int steps);

/** Length of stretches of equal length, as long as they may be. */
int relif_stretch_longest(int steps);

/** Blocks of steps of an image, and portions of the batch. */
int relif_portions_blocks(const relif_portions *portions);
int relif_portions_count(const relif_portions *portions);

relif_portion relif_portions_at(const relif_portions *portions, int number);

#endif
