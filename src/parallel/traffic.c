/*
 * For each layer, the ranks whose neurons another rank needs are neighbours in the order
 * of ranks, because what they own follows one another. Only the two at the ends send a
 * part of what they own; the others are summed up at once.
 *
 * bytes(part) = 4 + id width * density * neurons where that is much less than 8 * words,
 * else 4 + 8 * words: the format of route.c.
 */
#include "relif/traffic.h"

#include <stdlib.h>

#include "relif/memory.h"
#include "route.h"

/* The spikes of one layer on their way to the next. */
struct boundary {
    const relif_network *network; /* borrowed, as is partition */
    const relif_partition *partition;
    int layer;
    double density;
    relif_word *owners;   /* ranks that own neurons */
    int *n_owners;        /* [n_ranks + 1] among the ranks before */
    double *bytes;        /* [n_ranks + 1] of all that the ranks before own */
    int64_t *wanted_more; /* [n_ranks + 1] ranks that want all of r's neurons, less those
                             that want all of r-1's */
    relif_range *between; /* [n_ranks] owners of all that the rank needs */
};

static relif_range all_ranks(const relif_partition *partition)
{
    return (relif_range){0, partition->n_ranks};
}

static double part_bytes(relif_range part, double density)
{
    if (relif_range_size(part) == 0) return 0;
    const double most = (double)route_list_bytes(part);
    const double list = (double)route_id_bytes(part) * density * relif_range_size(part);
    const bool lists = most > 0 && list <= most;
    return ROUTE_HEAD + (lists ? list : (double)route_mask_bytes(part));
}

/* The first rank whose neurons end behind a neuron. */
static int owner_of(const struct boundary *boundary, int neuron)
{
    int low = 0, high = boundary->partition->n_ranks - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (relif_partition_range(boundary->partition, boundary->layer, middle).end >
            neuron)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void create_boundary(struct boundary *boundary, const relif_network *network,
                            const relif_partition *partition, int layer, double density)
{
    const size_t n = (size_t)partition->n_ranks;
    const relif_range all = all_ranks(partition);
    *boundary = (struct boundary){
        .network = network,
        .partition = partition,
        .layer = layer,
        .density = density,
        .owners = relif_calloc((size_t)relif_spikes_words(all), sizeof(relif_word)),
        .n_owners = relif_calloc(n + 1, sizeof(int)),
        .bytes = relif_calloc(n + 1, sizeof(double)),
        .wanted_more = relif_calloc(n + 1, sizeof(int64_t)),
        .between = relif_calloc(n, sizeof(relif_range))};
    for (int r = 0; r < partition->n_ranks; r++) {
        const relif_range owned = relif_partition_range(partition, layer, r);
        const bool owns = relif_range_size(owned) > 0;
        if (owns) relif_spikes_set(boundary->owners, all, r);
        boundary->n_owners[r + 1] = boundary->n_owners[r] + owns;
        boundary->bytes[r + 1] = boundary->bytes[r] + part_bytes(owned, density);
    }
}

static void destroy_boundary(struct boundary *boundary)
{
    free(boundary->owners);
    free(boundary->n_owners);
    free(boundary->bytes);
    free(boundary->wanted_more);
    free(boundary->between);
}

/* The part of what a rank owns that another needs. */
static relif_range part_of(const struct boundary *boundary, int from, int to)
{
    return relif_range_intersect(
        relif_partition_range(boundary->partition, boundary->layer, from),
        relif_partition_needs(boundary->partition, boundary->network, boundary->layer + 1,
                              to));
}

static void add_part(relif_traffic_load *load, double bytes)
{
    load->masks += bytes > 0;
    load->bytes += bytes;
}

static void add_end(relif_traffic *traffic, const struct boundary *boundary, int from,
                    int to)
{
    const double bytes = part_bytes(part_of(boundary, from, to), boundary->density);
    if (from == to) return;
    add_part(&traffic->sent[from], bytes);
    add_part(&traffic->received[to], bytes);
}

/* What a rank receives of the layer; those who send it all they own are noted. */
static void add_receiver(relif_traffic *traffic, struct boundary *boundary, int to)
{
    relif_traffic_load *received = &traffic->received[to];
    const relif_range needed = relif_partition_needs(
        boundary->partition, boundary->network, boundary->layer + 1, to);
    if (relif_range_size(needed) == 0) return;
    const int first = owner_of(boundary, needed.first);
    const int last = owner_of(boundary, needed.end - 1);
    boundary->between[to] = (relif_range){first, last + 1};
    add_end(traffic, boundary, first, to);
    if (last == first) return;
    add_end(traffic, boundary, last, to);
    received->masks += boundary->n_owners[last] - boundary->n_owners[first + 1];
    received->bytes += boundary->bytes[last] - boundary->bytes[first + 1];
    boundary->wanted_more[first + 1]++;
    boundary->wanted_more[last]--;
    if (to <= first || to >= last) return;
    received->masks -= boundary->n_owners[to + 1] - boundary->n_owners[to];
    received->bytes -= boundary->bytes[to + 1] - boundary->bytes[to];
    boundary->wanted_more[to]--;
    boundary->wanted_more[to + 1]++;
}

static void add_boundary(relif_traffic *traffic, struct boundary *boundary)
{
    int64_t wanted = 0;
    for (int r = 0; r < traffic->n_ranks; r++) add_receiver(traffic, boundary, r);
    for (int r = 0; r < traffic->n_ranks; r++) {
        wanted += boundary->wanted_more[r];
        if (boundary->n_owners[r + 1] == boundary->n_owners[r]) continue;
        traffic->sent[r].masks += wanted;
        traffic->sent[r].bytes +=
            (double)wanted * (boundary->bytes[r + 1] - boundary->bytes[r]);
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
static int last_boundary(const relif_network *network, int end)
{
    return end < network->n_layers ? end : network->n_layers - 1;
}

relif_traffic *relif_traffic_create(const relif_network *network,
                                    const relif_partition *partition,
                                    const double *densities, int first, int end)
{
    const size_t n_ranks = (size_t)partition->n_ranks;
    const int n = last_boundary(network, end) - first;
    relif_traffic *traffic = relif_calloc(1, sizeof *traffic);
    traffic->n_ranks = partition->n_ranks;
    traffic->sent = relif_calloc(n_ranks, sizeof *traffic->sent);
    traffic->received = relif_calloc(n_ranks, sizeof *traffic->received);
    if (n <= 0) return traffic;
    struct boundary *boundaries = relif_calloc((size_t)n, sizeof *boundaries);
    for (int b = 0; b < n; b++) {
        create_boundary(&boundaries[b], network, partition, first + b,
                        densities[first + b]);
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

relif_traffic_load relif_traffic_between(const relif_network *network,
                                         const relif_partition *partition,
                                         const double *densities, int first, int end,
                                         int from, int to)
{
    relif_traffic_load load = {0};
    for (int l = first; l < last_boundary(network, end) && from != to; l++) {
        const struct boundary boundary = {
            .network = network, .partition = partition, .layer = l};
        add_part(&load, part_bytes(part_of(&boundary, from, to), densities[l]));
    }
    load.messages = load.masks > 0;
    return load;
}
