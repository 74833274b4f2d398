#include "relif/raster.h"

#include <string.h>

relif_raster relif_raster_of(relif_range range, relif_word *masks, int n_images,
                             int steps)
{
    return (relif_raster){.range = range,
                          .n_images = n_images,
                          .steps = steps,
                          .image_pitch = relif_raster_words(range, steps),
                          .step_pitch = (size_t)relif_spikes_words(range),
                          .masks = masks};
}

relif_raster relif_raster_steps(const relif_raster *raster, int first, int end)
{
    relif_raster part = *raster;
    if (part.masks) part.masks = relif_raster_mask(raster, 0, first);
    part.first_step += first;
    part.steps = end - first;
    return part;
}

relif_raster relif_raster_images(const relif_raster *raster, int first, int end)
{
    relif_raster part = *raster;
    if (part.masks) part.masks = relif_raster_mask(raster, first, 0);
    if (part.lists) part.lists += first;
    part.first_image += first;
    part.n_images = end - first;
    return part;
}

relif_raster relif_raster_image(const relif_raster *raster, int image)
{
    return relif_raster_images(raster, image, image + 1);
}

relif_raster relif_raster_part(const relif_raster *raster, relif_range part)
{
    relif_raster some = *raster;
    some.masks += part.first / RELIF_WORD_BITS - raster->range.first / RELIF_WORD_BITS;
    some.range = part;
    return some;
}

/* All masks lie one after the other. */
static bool is_contiguous(const relif_raster *raster)
{
    return raster->step_pitch == (size_t)relif_spikes_words(raster->range) &&
           (raster->n_images == 1 ||
            raster->image_pitch == relif_raster_words(raster->range, raster->steps));
}

void relif_raster_clear(const relif_raster *raster)
{
    const size_t bytes = (size_t)relif_spikes_words(raster->range) * sizeof(relif_word);
    const int n_images = raster->n_images, steps = raster->steps;
    if (is_contiguous(raster))
        memset(raster->masks, 0, (size_t)n_images * (size_t)steps * bytes);
    else
        for (int i = 0; i < n_images; i++)
            for (int s = 0; s < steps; s++)
                memset(relif_raster_mask(raster, i, s), 0, bytes);
}

void relif_raster_merge(const relif_raster *to, const relif_raster *from,
                        relif_range part)
{
    if (relif_range_size(part) == 0) return;
    for (int i = 0; i < from->n_images; i++)
        for (int s = 0; s < from->steps; s++)
            relif_spikes_merge(relif_raster_mask(to, i, s), to->range,
                               relif_raster_mask(from, i, s), from->range, part);
}

void relif_raster_copy(const relif_raster *to, const relif_raster *from)
{
    const size_t bytes = (size_t)relif_spikes_words(from->range) * sizeof(relif_word);
    for (int i = 0; i < from->n_images; i++)
        for (int s = 0; s < from->steps; s++)
            memcpy(relif_raster_mask(to, i, s), relif_raster_mask(from, i, s), bytes);
}
