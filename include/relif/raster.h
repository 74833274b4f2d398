/**
 * A raster: the spikes of some neurons in some images over some steps, a bit mask each.
 *
 *     relif_raster raster = relif_raster_of(range, masks, n_images, steps);
 *     relif_spikes_set(relif_raster_mask(&raster, image, step), raster.range, neuron);
 *     relif_raster later = relif_raster_steps(&raster, 10, 20);      the same masks
 *
 * Its images are some of a batch: what counts or integrates the spikes keeps them with
 * images first_image .. first_image + n_images - 1; masks are asked for by 0 ..
 * n_images-1. A raster is a view: it borrows its masks, and rasters of fewer steps may
 * share them.
 *
 * Spikes for a linear layer can come as lists instead of masks: those of pixels, image by
 * image (encoder.h), and those that other ranks list, a part of the range each. Only
 * arrivals (arrivals.h) can read them.
 */
#ifndef RELIF_RASTER_H
#define RELIF_RASTER_H

#include <stddef.h>

#include "relif/spikes.h"

/** The spikes of one image: those of step s are ids starts[s] .. starts[s + 1] - 1. */
typedef struct relif_spike_lists {
    uint16_t *ids; /* canonical indices, ascending in a step; RELIF_LIST_GROUP more can be
                      read and written beyond the last. NULL: the image has masks */
    int *starts;   /* [steps + 1] */
} relif_spike_lists;

enum { RELIF_LIST_GROUP = 8 };

typedef struct relif_raster {
    relif_range range;
    int n_images, steps;
    size_t image_pitch;             /* words from a mask to that of the next image */
    size_t step_pitch;              /* ... of the next step */
    relif_word *masks;              /* that of the first image, step 0; NULL: all lists */
    const relif_spike_lists *lists; /* [n_lists][lists_pitch], of all steps, that of the
                                       first image first; NULL: all masks */
    int n_lists;                    /* of an image: parts of the range, ascending */
    size_t lists_pitch;             /* images from a part to the next */
    int first_step;                 /* step 0, in the lists */
    int first_image;                /* in the batch */
} relif_raster;

/** A raster over [n_images][steps][words of range], of images 0 .. n_images-1. */
relif_raster relif_raster_of(relif_range range, relif_word *masks, int n_images,
                             int steps);

/** The steps first <= s < end of a raster, or the images first <= i < end, or one of
 * them, counted from the raster's first. */
relif_raster relif_raster_steps(const relif_raster *raster, int first, int end);
relif_raster relif_raster_images(const relif_raster *raster, int first, int end);
relif_raster relif_raster_image(const relif_raster *raster, int image);

/** The neurons of a part of the range; masks alone. Where the part begins or ends in a
 * word, other bits of that word are not of the raster. */
relif_raster relif_raster_part(const relif_raster *raster, relif_range part);

/** Words of the masks of one image of relif_raster_of. */
static inline size_t relif_raster_words(relif_range range, int steps)
{
    return (size_t)relif_spikes_words(range) * (size_t)steps;
}

static inline relif_word *relif_raster_mask(const relif_raster *raster, int image,
                                            int step)
{
    return raster->masks + (size_t)image * raster->image_pitch +
           (size_t)step * raster->step_pitch;
}

/** The lists of a part, one of each image. */
static inline const relif_spike_lists *relif_raster_lists(const relif_raster *raster,
                                                          int part)
{
    return raster->lists + (size_t)part * raster->lists_pitch;
}

/** No spikes. */
void relif_raster_clear(const relif_raster *raster);

/** Or the spikes of a range that lies in both, image by image and step by step. */
void relif_raster_merge(const relif_raster *to, const relif_raster *from,
                        relif_range part);

/** The same spikes: to has the range, images and steps of from. */
void relif_raster_copy(const relif_raster *to, const relif_raster *from);

#endif
