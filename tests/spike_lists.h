/* What an exchange of lists (relif_partition_lists) is given, for tests. */
#ifndef RELIF_TESTS_SPIKE_LISTS_H
#define RELIF_TESTS_SPIKE_LISTS_H

#include "relif/kernel.h"
#include "relif/memory.h"
#include "relif/partition.h"

/* Lists of all owners of a layer, empty but for that of this rank, which is of the masks
 * out, over what it owns. */
static inline relif_raster make_lists(const relif_partition *partition, int layer,
                                      int rank, int n_neurons, const relif_raster *out)
{
    const int n = relif_partition_owners_before(partition, layer, partition->n_ranks);
    const size_t images = (size_t)out->n_images, steps = (size_t)out->steps;
    relif_spike_lists *lists = relif_calloc((size_t)n * images, sizeof *lists);
    for (int r = 0, k = 0; r < partition->n_ranks; r++) {
        const relif_range part = relif_partition_range(partition, layer, r);
        if (relif_range_size(part) == 0) continue;
        for (size_t i = 0; i < images; i++) {
            const size_t most = steps * (size_t)relif_range_size(part) + RELIF_LIST_GROUP;
            lists[(size_t)k * images + i] =
                (relif_spike_lists){relif_calloc(most, sizeof(uint16_t)),
                                    relif_calloc(steps + 1, sizeof(int))};
        }
        if (r == rank) relif_kernel_best()->list(out, lists + (size_t)k * images);
        k++;
    }
    return (relif_raster){.range = {0, n_neurons},
                          .n_images = out->n_images,
                          .steps = out->steps,
                          .lists = lists,
                          .n_lists = n,
                          .lists_pitch = images};
}

static inline void free_lists(const relif_raster *raster)
{
    for (size_t i = 0; i < (size_t)raster->n_lists * raster->lists_pitch; i++) {
        free(raster->lists[i].ids);
        free(raster->lists[i].starts);
    }
    free((void *)raster->lists);
}

/* The spikes of all lists in a step of an image; adds them to a mask over the range. */
static inline void mask_of_lists(const relif_raster *raster, int image, int step,
                                 relif_word *mask)
{
    for (int k = 0; k < raster->n_lists; k++) {
        const relif_spike_lists *list = relif_raster_lists(raster, k) + image;
        for (int i = list->starts[step]; i < list->starts[step + 1]; i++)
            relif_spikes_set(mask, raster->range, list->ids[i]);
    }
}

#endif
