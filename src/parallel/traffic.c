/*
 * For each layer, the ranks whose neurons another rank needs are neighbours in the order
 * of ranks, because what they own follows one another. Only the two at the ends send a
 * part of what they own; the others are summed up at once, those of the same node and
 * those before and behind it.
 *
 * bytes(part) = 4 + id width * density * neurons where that is much less than 8 * words,
 * else 4 + 8 * words; in shared memory 8 * words; for a linear layer, in either, 4 + 2 *
 * density * neurons, or 4 + 8 * words if that is less: the formats of route.c.
 */
#include "relif/traffic.h"

#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "route.h"

/* What all ranks own, in the form in which it goes to some of them. */
struct whole_parts {
    double *bytes;        /* [n_ranks + 1] of all that the ranks before own */
    int64_t *wanted_more; /* [n_ranks + 1] ranks that want all of r's neurons, less those
                             that want all of r-1's */
};

/* The spikes of one layer on their way to the next. */
struct boundary {
    const relif_traffic_setup *setup; /* borrowed */
    int layer;
    bool lists;
    relif_word *owners; /* ranks that own neurons */
    int *n_owners;      /* [n_ranks + 1] among the ranks before */
    struct whole_parts moved, shared;
    relif_range *between; /* [n_ranks] owners of all that the rank needs */
};

static relif_range all_ranks(const relif_partition *partition)
{
    return (relif_range){0, partition->n_ranks};
}

static double moved_bytes(relif_range part, double density)
{
    if (relif_range_size(part) == 0) return 0;
    const double most = (double)route_list_bytes(part);
    const double list = (double)route_id_bytes(part) * density * relif_range_size(part);
    const bool lists = most > 0 && list <= most;
    return ROUTE_HEAD + (lists ? list : (double)route_mask_bytes(part));
}

static double shared_bytes(relif_range part)
{
    return relif_range_size(part) > 0 ? (double)route_mask_bytes(part) : 0;
}

static double listed_bytes(relif_range part, double density)
{
    if (relif_range_size(part) == 0) return 0;
    const double list = sizeof(uint16_t) * density * relif_range_size(part);
    return ROUTE_HEAD + fmin(list, (double)route_mask_bytes(part));
}

/* lists: for a linear layer. */
static double part_bytes(relif_range part, double density, bool lists, bool shared)
{
    return lists    ? listed_bytes(part, density)
           : shared ? shared_bytes(part)
                    : moved_bytes(part, density);
}

/* A layer's spikes go to the next one as lists. */
static bool goes_as_lists(const relif_traffic_setup *setup, int layer)
{
    return relif_partition_lists(setup->partition, setup->network, layer + 1);
}

/* The ranks of a rank's node. */
static relif_range node_of(const relif_traffic_setup *setup, int rank)
{
    const int first = rank / setup->node_ranks * setup->node_ranks;
    return relif_range_intersect((relif_range){first, first + setup->node_ranks},
                                 all_ranks(setup->partition));
}

static bool share_memory(const relif_traffic_setup *setup, int a, int b)
{
    return a / setup->node_ranks == b / setup->node_ranks;
}

/* The first rank whose neurons end behind a neuron. */
static int owner_of(const struct boundary *boundary, int neuron)
{
    const relif_partition *partition = boundary->setup->partition;
    int low = 0, high = partition->n_ranks - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (relif_partition_range(partition, boundary->layer, middle).end > neuron)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void create_whole_parts(struct whole_parts *parts, size_t n_ranks)
{
    parts->bytes = relif_calloc(n_ranks + 1, sizeof(double));
    parts->wanted_more = relif_calloc(n_ranks + 1, sizeof(int64_t));
}

static void destroy_whole_parts(struct whole_parts *parts)
{
    free(parts->bytes);
    free(parts->wanted_more);
}

static void create_boundary(struct boundary *boundary, const relif_traffic_setup *setup,
                            int layer)
{
    const relif_partition *partition = setup->partition;
    const size_t n = (size_t)partition->n_ranks;
    const relif_range all = all_ranks(partition);
    *boundary = (struct boundary){
        .setup = setup,
        .layer = layer,
        .lists = goes_as_lists(setup, layer),
        .owners = relif_calloc((size_t)relif_spikes_words(all), sizeof(relif_word)),
        .n_owners = relif_calloc(n + 1, sizeof(int)),
        .between = relif_calloc(n, sizeof(relif_range))};
    create_whole_parts(&boundary->moved, n);
    create_whole_parts(&boundary->shared, n);
    double *moved = boundary->moved.bytes, *shared = boundary->shared.bytes;
    const double density = setup->densities[layer];
    for (int r = 0; r < partition->n_ranks; r++) {
        const relif_range owned = relif_partition_range(partition, layer, r);
        const bool owns = relif_range_size(owned) > 0;
        if (owns) relif_spikes_set(boundary->owners, all, r);
        boundary->n_owners[r + 1] = boundary->n_owners[r] + owns;
        moved[r + 1] = moved[r] + part_bytes(owned, density, boundary->lists, false);
        shared[r + 1] = shared[r] + part_bytes(owned, density, boundary->lists, true);
    }
}

static void destroy_boundary(struct boundary *boundary)
{
    free(boundary->owners);
    free(boundary->n_owners);
    destroy_whole_parts(&boundary->moved);
    destroy_whole_parts(&boundary->shared);
    free(boundary->between);
}

/* The part of what a rank owns that another needs. */
static relif_range part_of(const relif_traffic_setup *setup, int layer, int from, int to)
{
    return relif_range_intersect(
        relif_partition_range(setup->partition, layer, from),
        relif_partition_needs(setup->partition, setup->network, layer + 1, to));
}

static void add_part(const relif_traffic_setup *setup, int layer, bool lists, int from,
                     int to, relif_traffic_load *load)
{
    const bool shared = share_memory(setup, from, to);
    const relif_range part = part_of(setup, layer, from, to);
    relif_traffic_flow *flow = shared ? &load->shared : &load->moved;
    flow->masks += relif_range_size(part) > 0;
    flow->bytes += part_bytes(part, setup->densities[layer], lists, shared);
}

static void add_end(relif_traffic *traffic, const struct boundary *boundary, int from,
                    int to)
{
    const relif_traffic_setup *setup = boundary->setup;
    const int layer = boundary->layer;
    if (from == to) return;
    add_part(setup, layer, boundary->lists, from, to, &traffic->sent[from]);
    add_part(setup, layer, boundary->lists, from, to, &traffic->received[to]);
}

/* All that some ranks own is received by one rank. */
static void add_whole_parts(const struct boundary *boundary, struct whole_parts *parts,
                            relif_range from, relif_traffic_flow *received)
{
    if (relif_range_size(from) == 0) return;
    received->masks += boundary->n_owners[from.end] - boundary->n_owners[from.first];
    received->bytes += parts->bytes[from.end] - parts->bytes[from.first];
    parts->wanted_more[from.first]++;
    parts->wanted_more[from.end]--;
}

/* What a rank receives of the layer; those who send it all they own are noted. */
static void add_receiver(relif_traffic *traffic, struct boundary *boundary, int to)
{
    const relif_traffic_setup *setup = boundary->setup;
    relif_traffic_load *received = &traffic->received[to];
    const relif_range node = node_of(setup, to),
                      needed = relif_partition_needs(setup->partition, setup->network,
                                                     boundary->layer + 1, to);
    if (relif_range_size(needed) == 0) return;
    const int first = owner_of(boundary, needed.first);
    const int last = owner_of(boundary, needed.end - 1);
    const relif_range whole = {first + 1, last};
    boundary->between[to] = (relif_range){first, last + 1};
    add_end(traffic, boundary, first, to);
    if (last == first) return;
    add_end(traffic, boundary, last, to);
    const relif_range before = relif_range_intersect(whole, (relif_range){0, node.first});
    const relif_range lower = relif_range_intersect(whole, (relif_range){node.first, to});
    const relif_range upper =
        relif_range_intersect(whole, (relif_range){to + 1, node.end});
    const relif_range behind =
        relif_range_intersect(whole, (relif_range){node.end, traffic->n_ranks});
    add_whole_parts(boundary, &boundary->moved, before, &received->moved);
    add_whole_parts(boundary, &boundary->shared, lower, &received->shared);
    add_whole_parts(boundary, &boundary->shared, upper, &received->shared);
    add_whole_parts(boundary, &boundary->moved, behind, &received->moved);
}

/* What the ranks send to those who want all that they own. */
static void add_senders(const struct boundary *boundary, const struct whole_parts *parts,
                        int rank, int64_t *wanted, relif_traffic_flow *sent)
{
    *wanted += parts->wanted_more[rank];
    if (boundary->n_owners[rank + 1] == boundary->n_owners[rank]) return;
    sent->masks += *wanted;
    sent->bytes += (double)*wanted * (parts->bytes[rank + 1] - parts->bytes[rank]);
}

static void add_boundary(relif_traffic *traffic, struct boundary *boundary)
{
    int64_t moved = 0, shared = 0;
    for (int r = 0; r < traffic->n_ranks; r++) add_receiver(traffic, boundary, r);
    for (int r = 0; r < traffic->n_ranks; r++) {
        relif_traffic_load *sent = &traffic->sent[r];
        add_senders(boundary, &boundary->moved, r, &moved, &sent->moved);
        add_senders(boundary, &boundary->shared, r, &shared, &sent->shared);
    }
}

/* One message carries the spikes of all layers: its senders are counted once. */
static void count_messages(relif_traffic *traffic, const struct boundary *boundaries,
                           int n)
{
    const relif_range all = {0, traffic->n_ranks};
    relif_word *senders = relif_calloc((size_t)relif_spikes_words(all), sizeof *senders);
    int *ranks = relif_calloc(relif_spikes_capacity(all), sizeof *ranks);
    for (int to = 0; to < traffic->n_ranks; to++) {
        for (int w = 0; w < relif_spikes_words(all); w++) senders[w] = 0;
        for (int b = 0; b < n; b++)
            relif_spikes_merge(senders, all, boundaries[b].owners, all,
                               boundaries[b].between[to]);
        const int n_senders = relif_spikes_list(senders, all, all, ranks);
        for (int i = 0; i < n_senders; i++) {
            if (ranks[i] == to) continue;
            traffic->sent[ranks[i]].messages++;
            traffic->received[to].messages++;
        }
    }
    free(ranks);
    free(senders);
}

/* The last layer's spikes stay where they are. */
static int last_boundary(const relif_traffic_setup *setup)
{
    const int n_layers = setup->network->n_layers;
    return setup->end < n_layers ? setup->end : n_layers - 1;
}

relif_traffic *relif_traffic_create(const relif_traffic_setup *setup)
{
    const size_t n_ranks = (size_t)setup->partition->n_ranks;
    const int n = last_boundary(setup) - setup->first;
    relif_traffic *traffic = relif_calloc(1, sizeof *traffic);
    traffic->n_ranks = setup->partition->n_ranks;
    traffic->sent = relif_calloc(n_ranks, sizeof *traffic->sent);
    traffic->received = relif_calloc(n_ranks, sizeof *traffic->received);
    if (n <= 0) return traffic;
    struct boundary *boundaries = relif_calloc((size_t)n, sizeof *boundaries);
    for (int b = 0; b < n; b++) {
        create_boundary(&boundaries[b], setup, setup->first + b);
        add_boundary(traffic, &boundaries[b]);
    }
    count_messages(traffic, boundaries, n);
    for (int b = 0; b < n; b++) destroy_boundary(&boundaries[b]);
    free(boundaries);
    return traffic;
}

void relif_traffic_destroy(relif_traffic *traffic)
{
    if (!traffic) return;
    free(traffic->sent);
    free(traffic->received);
    free(traffic);
}

relif_traffic_load relif_traffic_between(const relif_traffic_setup *setup, int from,
                                         int to)
{
    relif_traffic_load load = {0};
    for (int l = setup->first; l < last_boundary(setup) && from != to; l++)
        add_part(setup, l, goes_as_lists(setup, l), from, to, &load);
    load.messages = load.moved.masks + load.shared.masks > 0;
    return load;
}
