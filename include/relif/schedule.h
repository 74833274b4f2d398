/**
 * The schedule: which replica simulates which images, and when rows are written.
 *
 *     for (int64_t done = 0; done < n_images; done = window.images.end) {
 *         window = relif_schedule_next(done, n_images, n_replicas, 256);
 *         relif_image_range mine = relif_schedule_rows(&window, replica);
 *     }
 *
 * Images are dealt in windows; in a window every replica has one run of consecutive
 * images, after it all ranks write their rows together. What is done is always the images
 * before the next window: any number of replicas can go on from there.
 */
#ifndef RELIF_SCHEDULE_H
#define RELIF_SCHEDULE_H

#include <stdint.h>

/** Images first <= i < end. */
typedef struct relif_image_range {
    int64_t first, end;
} relif_image_range;

typedef struct relif_window {
    relif_image_range images; /* of all replicas */
    int64_t rows;             /* images of a replica; of the last ones fewer, or none */
} relif_window;

/** The window after the first done images. Those that are left go into as few windows as
 * max_rows (rows of a replica in a window) allows, all about equal. */
relif_window relif_schedule_next(int64_t done, int64_t n_images, int n_replicas,
                                 int64_t max_rows);

/** The images of a replica in a window. */
relif_image_range relif_schedule_rows(const relif_window *window, int replica);

/**
 * The number of replicas for a number of ranks: the largest divisor of it that leaves
 * every replica at least one batch of images.
 */
int relif_schedule_replicas(int n_ranks, int64_t n_images, int images_in_flight);

#endif
