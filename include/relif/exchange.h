/**
 * The exchange: spikes of every timestep to exactly the ranks that need them.
 *
 *     relif_exchange *exchange =
 *         relif_exchange_create(ctx, node, network, partition, n_images, interval);
 *     relif_exchange_post(exchange, parcels, clock);      at the end of a tick
 *     relif_exchange_complete(exchange, clock);      spikes of the oldest post arrive
 *     relif_exchange_destroy(exchange);
 *
 * A tick is the time in which every layer advances by some images and steps. One
 * non-blocking message per neighbour and tick carries the spikes of all layers; for each
 * image and step it holds a bit mask, or a list of ids where that is much shorter. Two
 * posts may be outstanding, so that a message travels while the next tick is computed.
 * Ranks of a node write their messages into memory that they share, masks as they are.
 * A linear layer gets lists (relif_partition_lists).
 */
#ifndef RELIF_EXCHANGE_H
#define RELIF_EXCHANGE_H

#include "relif/clock.h"
#include "relif/context.h"
#include "relif/network.h"
#include "relif/partition.h"
#include "relif/raster.h"

typedef struct relif_exchange relif_exchange;

enum { RELIF_EXCHANGE_OUTSTANDING = 2 };

/** What one layer has to send and receive in a tick. Images and steps are those of both
 * rasters and the same on every rank; no steps: the layer is silent in this tick. */
typedef struct relif_parcel {
    relif_raster out; /* over the owned range; bits of other neurons are left out */
    relif_raster in;  /* over the range that the next layer needs; spikes are added. Has
                         lists if relif_partition_lists, one of each owner of neurons:
                         that of this rank is sent, those of the others are replaced */
} relif_parcel;

/**
 * Plan the messages of this rank. Collective on node, and on ctx in that every rank makes
 * the same partition. A rank without neurons takes part. ctx is borrowed, the others only
 * during the call. Caller destroys.
 * @param node      ranks of ctx that share memory; NULL: use none
 * @param n_images  largest number of images of a parcel
 * @param interval  largest number of steps of a parcel
 */
relif_exchange *relif_exchange_create(const relif_context *ctx, const relif_context *node,
                                      const relif_network *network,
                                      const relif_partition *partition, int n_images,
                                      int interval);

/** Collective on node. NULL is allowed. */
void relif_exchange_destroy(relif_exchange *exchange);

/**
 * Send the spikes of a tick and post the receives. Collective on ctx in the sense that
 * neighbours post the same ticks. At most RELIF_EXCHANGE_OUTSTANDING posts without
 * complete.
 * @param parcels  [n_layers]; the in masks and lists must stay valid until complete
 */
void relif_exchange_post(relif_exchange *exchange, const relif_parcel *parcels,
                         relif_clock *clock);

/** Wait for the messages of the oldest post and add their spikes to its in rasters. */
void relif_exchange_complete(relif_exchange *exchange, relif_clock *clock);

/** Number of posts that wait for complete. */
int relif_exchange_outstanding(const relif_exchange *exchange);

/** Bytes sent so far by this rank, and messages. */
void relif_exchange_volume(const relif_exchange *exchange, int64_t *bytes,
                           int64_t *messages);

#endif
