#include "list_inbox.h"

#include <stdlib.h>

#include "relif/kernel.h"
#include "relif/memory.h"

struct list_inbox {
    const struct stage_plan *plan; /* borrowed */
    relif_range range;             /* of the layer before */
    int n_lists, own;              /* that of what is fired here; -1 if nothing is */
    size_t steps, images;          /* of a portion, at most */
    relif_spike_lists *lists;      /* [slots][n_lists][images] */
    const relif_kernel *kernel;
};

/* Gives the lists of one owner their room, in all slots. */
static void create_lists(const struct list_inbox *inbox, int k, relif_range part)
{
    const size_t most = inbox->steps * (size_t)relif_range_size(part) + RELIF_LIST_GROUP;
    for (int slot = 0; slot < inbox->plan->slots; slot++)
        for (size_t i = 0; i < inbox->images; i++)
            inbox->lists[(size_t)(slot * inbox->n_lists + k) * inbox->images + i] =
                (relif_spike_lists){relif_calloc(most, sizeof(uint16_t)),
                                    relif_calloc(inbox->steps + 1, sizeof(int))};
}

struct list_inbox *list_inbox_create(const struct stage_plan *plan, int layer)
{
    const relif_partition *partition = plan->setup.partition;
    const int rank = plan->setup.group->rank, before = layer - 1;
    const int n_neurons = relif_shape_size(plan->setup.network->layers[before].out);
    struct list_inbox *inbox = relif_calloc(1, sizeof *inbox);
    *inbox = (struct list_inbox){
        .plan = plan,
        .range = {0, n_neurons},
        .n_lists = relif_partition_owners_before(partition, before, partition->n_ranks),
        .own = -1,
        .steps = (size_t)plan->portions.interval,
        .images = (size_t)plan->portions.images,
        .kernel = relif_kernel_best()};
    inbox->lists = relif_calloc((size_t)(plan->slots * inbox->n_lists) * inbox->images,
                                sizeof *inbox->lists);
    const bool reads =
        relif_range_size(relif_partition_range(partition, layer, rank)) > 0;
    for (int r = 0, k = 0; r < partition->n_ranks; r++) {
        const relif_range part = relif_partition_range(partition, before, r);
        if (relif_range_size(part) == 0) continue;
        if (r == rank) inbox->own = k;
        if (reads || r == rank) create_lists(inbox, k, part);
        k++;
    }
    return inbox;
}

void list_inbox_destroy(struct list_inbox *inbox)
{
    if (!inbox) return;
    const size_t n = (size_t)(inbox->plan->slots * inbox->n_lists) * inbox->images;
    for (size_t i = 0; i < n; i++) {
        free(inbox->lists[i].ids);
        free(inbox->lists[i].starts);
    }
    free(inbox->lists);
    free(inbox);
}

static relif_spike_lists *lists_of(const struct list_inbox *inbox,
                                   const relif_portion *portion, int k)
{
    const int slot = portion->number % inbox->plan->slots;
    return inbox->lists + (size_t)(slot * inbox->n_lists + k) * inbox->images;
}

void list_inbox_add(const struct list_inbox *inbox, const relif_portion *portion,
                    const relif_raster *fired)
{
    if (inbox->own >= 0) inbox->kernel->list(fired, lists_of(inbox, portion, inbox->own));
}

relif_raster list_inbox_raster(const struct list_inbox *inbox,
                               const relif_portion *portion)
{
    return (relif_raster){.range = inbox->range,
                          .n_images = portion->n_images,
                          .steps = portion->steps,
                          .lists = lists_of(inbox, portion, 0),
                          .n_lists = inbox->n_lists,
                          .lists_pitch = inbox->images,
                          .first_image = portion->first_image};
}
