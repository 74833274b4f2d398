/*
 * Between ranks of a node the bytes of a message lie in memory that both share, and only
 * an empty message says that they are there: one that has to be moved waits until both
 * ranks are inside MPI at the same time, and so for the slower of them in every tick.
 * Another empty message says that they have been read.
 *
 * A message holds, for each layer that is active in the tick, in ascending order, what
 * route.c packs: of masks, words alone in shared memory.
 */
#include "relif/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/shared.h"
#include "route.h"

enum { CACHE_LINE = 64 };

/* All that goes one way between this rank and another. */
struct lane {
    int peer;
    int n_routes;
    struct route *routes; /* ascending layers */
    char *buffers[RELIF_EXCHANGE_OUTSTANDING];
    size_t capacity;
    bool is_shared; /* the buffers are the same for both ranks */
    MPI_Request requests[RELIF_EXCHANGE_OUTSTANDING];
    MPI_Request
        receipts[RELIF_EXCHANGE_OUTSTANDING]; /* that the buffers have been read */
};

struct relif_exchange {
    MPI_Comm comm; /* borrowed */
    int n_layers;
    int n_sends, n_receives;
    struct lane *sends, *receives;
    relif_shared *mailboxes; /* buffers of the lanes inside this node; NULL: none */
    relif_parcel *parcels[RELIF_EXCHANGE_OUTSTANDING]; /* [n_layers] of each post */
    int64_t posted, completed;
    int64_t bytes, messages;
};

/* What a planned exchange is between. */
struct cut_up {
    const relif_network *network;
    const relif_partition *partition;
    size_t masks; /* of a layer in a message, at most */
};

/* Routes of one direction between me and a peer; no buffers yet. */
static struct lane plan_lane(const struct cut_up *plan, int me, int peer, bool sending)
{
    const relif_network *network = plan->network;
    const int from = sending ? me : peer, to = sending ? peer : me;
    struct lane lane = {.peer = peer, .capacity = ROUTE_BEYOND};
    for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING; i++)
        lane.requests[i] = lane.receipts[i] = MPI_REQUEST_NULL;
    lane.routes = relif_calloc((size_t)network->n_layers, sizeof *lane.routes);
    for (int l = 0; l + 1 < network->n_layers; l++) {
        const relif_range owned = relif_partition_range(plan->partition, l, from);
        const relif_range needed =
            relif_partition_needs(plan->partition, network, l + 1, to);
        const relif_range part = relif_range_intersect(owned, needed);
        if (relif_range_size(part) == 0) continue;
        lane.routes[lane.n_routes++] = route_create(l, part, sending ? owned : needed);
        lane.capacity += plan->masks * route_most_bytes(part);
    }
    lane.capacity = (lane.capacity + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return lane;
}

/* Which list of each layer the sender's spikes are. */
static void find_lists(struct lane *lane, const struct cut_up *plan, int sender)
{
    for (int r = 0; r < lane->n_routes; r++)
        lane->routes[r].list =
            relif_partition_owners_before(plan->partition, lane->routes[r].layer, sender);
}

static struct lane *plan_lanes(const relif_context *ctx, const struct cut_up *plan,
                               bool sending, int *n_lanes)
{
    struct lane *lanes = relif_calloc((size_t)ctx->size, sizeof *lanes);
    *n_lanes = 0;
    for (int peer = 0; peer < ctx->size; peer++) {
        if (peer == ctx->rank) continue;
        struct lane lane = plan_lane(plan, ctx->rank, peer, sending);
        find_lists(&lane, plan, sending ? ctx->rank : peer);
        if (lane.n_routes)
            lanes[(*n_lanes)++] = lane;
        else
            free(lane.routes);
    }
    return lanes;
}

static struct lane *find_lane(struct lane *lanes, int n, int peer)
{
    for (int i = 0; i < n; i++)
        if (lanes[i].peer == peer) return &lanes[i];
    return NULL;
}

static void use_mailbox(struct lane *lane, char *bytes)
{
    lane->is_shared = true;
    for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING; i++, bytes += lane->capacity)
        lane->buffers[i] = bytes;
}

/* All mailboxes of the node, in the order of senders and receivers: their bytes; with a
 * place for them, those of this rank's lanes are put there. members[n]: ranks in ctx. */
static size_t lay_out_mailboxes(relif_exchange *exchange, const struct cut_up *plan,
                                int me, const int *members, int n, char *place)
{
    size_t at = 0;
    for (int from = 0; from < n; from++)
        for (int to = 0; to < n; to++) {
            const int sender = members[from], receiver = members[to];
            if (sender == receiver) continue;
            struct lane lane = plan_lane(plan, sender, receiver, true), *mine = NULL;
            free(lane.routes);
            if (lane.n_routes == 0) continue;
            if (sender == me)
                mine = find_lane(exchange->sends, exchange->n_sends, receiver);
            else if (receiver == me)
                mine = find_lane(exchange->receives, exchange->n_receives, sender);
            if (mine && place) use_mailbox(mine, place + at);
            at += RELIF_EXCHANGE_OUTSTANDING * lane.capacity;
        }
    return at;
}

static void share_lanes(relif_exchange *exchange, const relif_context *ctx,
                        const relif_context *node, const struct cut_up *plan)
{
    int *members = relif_calloc((size_t)node->size, sizeof *members);
    MPI_Allgather(&ctx->rank, 1, MPI_INT, members, 1, MPI_INT, node->comm);
    const size_t bytes =
        lay_out_mailboxes(exchange, plan, ctx->rank, members, node->size, NULL);
    relif_shared *shared = relif_shared_create(node, bytes);
    if (relif_shared_is_common(shared)) {
        exchange->mailboxes = shared;
        lay_out_mailboxes(exchange, plan, ctx->rank, members, node->size,
                          relif_shared_bytes(shared));
    } else {
        relif_shared_destroy(shared);
    }
    free(members);
}

static void allocate_buffers(struct lane *lanes, int n)
{
    for (int l = 0; l < n; l++)
        for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING && !lanes[l].is_shared; i++)
            lanes[l].buffers[i] = relif_calloc(lanes[l].capacity, 1);
}

relif_exchange *relif_exchange_create(const relif_context *ctx, const relif_context *node,
                                      const relif_network *network,
                                      const relif_partition *partition, int n_images,
                                      int interval)
{
    relif_exchange *exchange = relif_calloc(1, sizeof *exchange);
    const struct cut_up plan = {network, partition, (size_t)n_images * (size_t)interval};
    exchange->comm = ctx->comm;
    exchange->n_layers = network->n_layers;
    exchange->sends = plan_lanes(ctx, &plan, true, &exchange->n_sends);
    exchange->receives = plan_lanes(ctx, &plan, false, &exchange->n_receives);
    if (node) share_lanes(exchange, ctx, node, &plan);
    allocate_buffers(exchange->sends, exchange->n_sends);
    allocate_buffers(exchange->receives, exchange->n_receives);
    for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING; i++)
        exchange->parcels[i] =
            relif_calloc((size_t)network->n_layers, sizeof *exchange->parcels[i]);
    return exchange;
}

static void finish_lanes(struct lane *lanes, int n)
{
    for (int l = 0; l < n; l++) {
        MPI_Waitall(RELIF_EXCHANGE_OUTSTANDING, lanes[l].requests, MPI_STATUSES_IGNORE);
        MPI_Waitall(RELIF_EXCHANGE_OUTSTANDING, lanes[l].receipts, MPI_STATUSES_IGNORE);
        free(lanes[l].routes);
        for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING && !lanes[l].is_shared; i++)
            free(lanes[l].buffers[i]);
    }
    free(lanes);
}

void relif_exchange_destroy(relif_exchange *exchange)
{
    if (!exchange) return;
    finish_lanes(exchange->sends, exchange->n_sends);
    finish_lanes(exchange->receives, exchange->n_receives);
    relif_shared_destroy(exchange->mailboxes);
    for (int i = 0; i < RELIF_EXCHANGE_OUTSTANDING; i++) free(exchange->parcels[i]);
    free(exchange);
}

/* A lane carries a message in a tick if any of its layers is active. */
static bool is_active(const struct lane *lane, const relif_parcel *parcels)
{
    for (int r = 0; r < lane->n_routes; r++)
        if (parcels[lane->routes[r].layer].out.steps > 0) return true;
    return false;
}

/* Tags: that a message is there, or that a mailbox has been read. */
static int receipt_tag(int slot)
{
    return RELIF_EXCHANGE_OUTSTANDING + slot;
}

static size_t pack_lane(const struct lane *lane, int slot, const relif_parcel *parcels)
{
    char *(*const pack)(const struct route *, const relif_raster *, char *) =
        lane->is_shared ? route_pack_words : route_pack;
    char *to = lane->buffers[slot];
    for (int r = 0; r < lane->n_routes; r++) {
        const struct route *route = &lane->routes[r];
        const relif_parcel *parcel = &parcels[route->layer];
        to = parcel->in.lists ? route_pack_lists(route, &parcel->in, &parcel->out, to)
                              : pack(route, &parcel->out, to);
    }
    assert((size_t)(to - lane->buffers[slot]) <= lane->capacity);
    return (size_t)(to - lane->buffers[slot]);
}

static void send_lane(relif_exchange *exchange, struct lane *lane, int slot,
                      const relif_parcel *parcels)
{
    const size_t n_bytes = pack_lane(lane, slot, parcels);
    if (lane->is_shared) {
        relif_shared_sync(exchange->mailboxes);
        MPI_Irecv(NULL, 0, MPI_BYTE, lane->peer, receipt_tag(slot), exchange->comm,
                  &lane->receipts[slot]);
    }
    MPI_Isend(lane->buffers[slot], lane->is_shared ? 0 : (int)n_bytes, MPI_BYTE,
              lane->peer, slot, exchange->comm, &lane->requests[slot]);
    exchange->bytes += (int64_t)n_bytes;
    exchange->messages++;
}

/* The slot's last message is gone and, in shared memory, read. */
static void await_slot(struct lane *lane, int slot)
{
    MPI_Wait(&lane->requests[slot], MPI_STATUS_IGNORE);
    MPI_Wait(&lane->receipts[slot], MPI_STATUS_IGNORE);
}

void relif_exchange_post(relif_exchange *exchange, const relif_parcel *parcels,
                         relif_clock *clock)
{
    assert(relif_exchange_outstanding(exchange) < RELIF_EXCHANGE_OUTSTANDING);
    const int slot = (int)(exchange->posted++ % RELIF_EXCHANGE_OUTSTANDING);
    double mark = relif_clock_now();
    memcpy(exchange->parcels[slot], parcels,
           (size_t)exchange->n_layers * sizeof *parcels);
    for (int i = 0; i < exchange->n_receives; i++) {
        struct lane *lane = &exchange->receives[i];
        if (!is_active(lane, parcels)) continue;
        await_slot(lane, slot);
        MPI_Irecv(lane->buffers[slot], lane->is_shared ? 0 : (int)lane->capacity,
                  MPI_BYTE, lane->peer, slot, exchange->comm, &lane->requests[slot]);
    }
    for (int i = 0; i < exchange->n_sends; i++) {
        struct lane *lane = &exchange->sends[i];
        if (!is_active(lane, parcels)) continue;
        relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
        await_slot(lane, slot);
        relif_clock_charge(clock, RELIF_PHASE_WAIT, &mark);
        send_lane(exchange, lane, slot, parcels);
    }
    relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
}

static void unpack_lane(const struct lane *lane, int slot, const relif_parcel *parcels)
{
    const char *(*const unpack)(const struct route *, const char *,
                                const relif_raster *) =
        lane->is_shared ? route_unpack_words : route_unpack;
    const char *from = lane->buffers[slot];
    for (int r = 0; r < lane->n_routes; r++) {
        const struct route *route = &lane->routes[r];
        const relif_raster *in = &parcels[route->layer].in;
        from = (in->lists ? route_unpack_lists : unpack)(route, from, in);
    }
}

static void receive_lane(const relif_exchange *exchange, struct lane *lane, int slot)
{
    if (lane->is_shared) relif_shared_sync(exchange->mailboxes);
    unpack_lane(lane, slot, exchange->parcels[slot]);
    if (lane->is_shared)
        MPI_Isend(NULL, 0, MPI_BYTE, lane->peer, receipt_tag(slot), exchange->comm,
                  &lane->receipts[slot]);
}

void relif_exchange_complete(relif_exchange *exchange, relif_clock *clock)
{
    assert(relif_exchange_outstanding(exchange) > 0);
    const int slot = (int)(exchange->completed++ % RELIF_EXCHANGE_OUTSTANDING);
    double mark = relif_clock_now();
    for (int i = 0; i < exchange->n_receives; i++) {
        struct lane *lane = &exchange->receives[i];
        if (!is_active(lane, exchange->parcels[slot])) continue;
        MPI_Wait(&lane->requests[slot], MPI_STATUS_IGNORE);
        relif_clock_charge(clock, RELIF_PHASE_WAIT, &mark);
        receive_lane(exchange, lane, slot);
        relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
    }
}

int relif_exchange_outstanding(const relif_exchange *exchange)
{
    return (int)(exchange->posted - exchange->completed);
}

void relif_exchange_volume(const relif_exchange *exchange, int64_t *bytes,
                           int64_t *messages)
{
    *bytes = exchange->bytes;
    *messages = exchange->messages;
}
