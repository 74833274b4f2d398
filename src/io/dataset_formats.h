/**
 * The readers of the data set formats, one file each, and what they share.
 *
 * A reader runs on root only. It fills shape, count, n_classes, bytes or values, and
 * labels of an empty data set, and adds the input files' bytes to digest. After a failure
 * the data set holds what relif_dataset_destroy can free.
 */
#ifndef RELIF_IO_DATASET_FORMATS_H
#define RELIF_IO_DATASET_FORMATS_H

#include <stddef.h>
#include <stdint.h>

#include "relif/dataset.h"
#include "relif/digest.h"

relif_err relif_dataset_read_idx(const relif_dataset_options *options,
                                 relif_digest *digest, relif_dataset *dataset);
relif_err relif_dataset_read_cifar10(const relif_dataset_options *options,
                                     relif_digest *digest, relif_dataset *dataset);
relif_err relif_dataset_read_hdf5(const relif_dataset_options *options,
                                  relif_digest *digest, relif_dataset *dataset);
relif_err relif_dataset_draw(const relif_dataset_options *options, relif_digest *digest,
                             relif_dataset *dataset);

/**
 * Resolve first and count against the n_there images that there are: *count images are to
 * be used. RELIF_ERR_DATA, with both numbers, if there are not so many.
 */
relif_err relif_dataset_choose(const relif_dataset_options *options, int64_t n_there,
                               int64_t *count);

/**
 * Take the dataset->count chosen ones of all n_labels labels, and set n_classes from the
 * largest of all. RELIF_ERR_DATA for the first label outside 0..largest.
 */
relif_err relif_dataset_take_labels(relif_dataset *dataset, const char *path,
                                    const int64_t *labels, int64_t n_labels,
                                    int64_t first, int64_t largest);

/** Labels are stored in a byte; 255 is left free. */
enum { RELIF_DATASET_LARGEST_LABEL = 254 };

/** Set the shape; RELIF_ERR_FORMAT if a side is 0 or an image has more than 2^31 - 1
 * pixels.
 */
relif_err relif_dataset_set_shape(relif_dataset *dataset, const char *path,
                                  uint64_t channels, uint64_t height, uint64_t width);

/**
 * From channel planes to canonical order: planes [channels][height][width] to pixels
 * [height][width][channels], elements of size bytes. Not in place.
 */
void relif_dataset_interleave(relif_shape shape, const void *planes, void *pixels,
                              size_t size);

#endif
