/**
 * The counter: how often each neuron of a range fired, for several images at a time.
 *
 *     relif_counter *counter = relif_counter_create(range, n_images, steps);
 *     relif_counter_reset(counter);
 *     relif_counter_add(counter, &raster);                       all spikes of a raster
 *     int n = relif_counter_value(counter, image, neuron);
 *
 * Counts are kept bit-sliced: plane k holds bit k of the counts of 64 neurons a word, so
 * that adding eight masks takes about forty word operations, whatever the spikes.
 */
#ifndef RELIF_COUNTER_H
#define RELIF_COUNTER_H

#include "relif/raster.h"

typedef struct relif_counter relif_counter;

/** For counts of at most most. Caller destroys. */
relif_counter *relif_counter_create(relif_range range, int n_images, int most);
void relif_counter_destroy(relif_counter *counter);

/** All counts to 0. */
void relif_counter_reset(relif_counter *counter);

/** The neurons that are counted. */
relif_range relif_counter_range(const relif_counter *counter);

/** Count the spikes of a raster over the counter's range. */
void relif_counter_add(relif_counter *counter, const relif_raster *raster);

/** The count of one neuron. */
int relif_counter_value(const relif_counter *counter, int image, int neuron);

/** The counts of a part of the range: [relif_range_size(part)]. */
void relif_counter_values(const relif_counter *counter, int image, relif_range part,
                          int32_t *counts);

/** The sum of an image's counts. */
int64_t relif_counter_total(const relif_counter *counter, int image);

/** The sum over the range of count times weight. @param weights [relif_range_size(range)]
 */
int64_t relif_counter_weighted(const relif_counter *counter, int image,
                               const int *weights);

/** The neurons whose count has a value: a mask over the range. */
void relif_counter_equal(const relif_counter *counter, int image, int value,
                         relif_word *mask);

#endif
