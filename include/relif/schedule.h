/**
 * The schedule: which replica simulates which images, and when rows are written.
 *
 *     relif_schedule schedule = relif_schedule_create(10000, n_replicas, 256);
 *     for (int w = 0; w < schedule.n_windows; w++)
 *         relif_image_range mine = relif_schedule_rows(&schedule, w, replica);
 *
 * Images are dealt in windows; in a window every replica has one run of consecutive
 * images, after it all ranks write their rows together.
 */
#ifndef RELIF_SCHEDULE_H
#define RELIF_SCHEDULE_H

#include <stdint.h>

typedef struct relif_schedule {
    int64_t n_images;
    int n_replicas, n_windows;
    int64_t rows; /* images of a replica in a window; fewer, or none, at the end */
} relif_schedule;

/** Images first <= i < end. */
typedef struct relif_image_range {
    int64_t first, end;
} relif_image_range;

/** As few windows as max_rows (rows of a replica in a window) allows, all about equal. */
relif_schedule relif_schedule_create(int64_t n_images, int n_replicas, int64_t max_rows);

/** The images of a replica in a window. */
relif_image_range relif_schedule_rows(const relif_schedule *schedule, int window,
                                      int replica);

/** The images of all replicas in a window. */
relif_image_range relif_schedule_window(const relif_schedule *schedule, int window);

/**
 * The number of replicas for a number of ranks: the largest divisor of it that leaves
 * every replica at least one batch of images.
 */
int relif_schedule_replicas(int n_ranks, int64_t n_images, int images_in_flight);

#endif
