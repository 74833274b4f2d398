/*
 * The inbox of a layer whose spikes ranks exchange as lists (relif_partition_lists): for
 * each image, a list of each rank that owns neurons of the layer before, in their order.
 * Private to src/run.
 *
 *     struct list_inbox *inbox = list_inbox_create(&plan, layer);
 *     list_inbox_add(inbox, &portion, &fired);             stretch after stretch
 *     relif_raster all = list_inbox_raster(inbox, &portion);
 *     list_inbox_destroy(inbox);
 *
 * It holds plan->slots portions. Lists have room for a spike of every neuron in every
 * step; memory that no list has reached is not used.
 */
#ifndef RELIF_RUN_LIST_INBOX_H
#define RELIF_RUN_LIST_INBOX_H

#include "stage.h"

/* On every rank, with room for what it reads and for what it fires. Caller destroys. */
struct list_inbox *list_inbox_create(const struct stage_plan *plan, int layer);
void list_inbox_destroy(struct list_inbox *inbox);

/* Appends the spikes of some steps of a portion that this rank fires in the layer before;
 * its first step begins the list anew. */
void list_inbox_add(const struct list_inbox *inbox, const relif_portion *portion,
                    const relif_raster *fired);

/* What arrives in a portion, over all of the layer before: no masks. */
relif_raster list_inbox_raster(const struct list_inbox *inbox,
                               const relif_portion *portion);

#endif
