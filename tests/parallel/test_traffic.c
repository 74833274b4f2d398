#include "relif/traffic.h"

#include "check.h"
#include "network_samples.h"
#include "random_partition.h"
#include "relif/exchange.h"
#include "relif/raster.h"
#include "spike_lists.h"

static const double samples[] = {0.01, 0.2, 0.03, 0.5, 0.1, 0.02, 1};

static void add(relif_traffic_load *sum, const relif_traffic_load *load)
{
    sum->messages += load->messages;
    sum->moved.masks += load->moved.masks;
    sum->moved.bytes += load->moved.bytes;
    sum->shared.masks += load->shared.masks;
    sum->shared.bytes += load->shared.bytes;
}

static void check_same(const relif_traffic_load *a, const relif_traffic_load *b)
{
    CHECK(a->messages == b->messages);
    CHECK(a->moved.masks == b->moved.masks && a->shared.masks == b->shared.masks);
    CHECK_NEAR(a->moved.bytes, b->moved.bytes, 1e-6);
    CHECK_NEAR(a->shared.bytes, b->shared.bytes, 1e-6);
}

/* Pair by pair, as the exchange of each rank plans its lanes. */
static void check_sums_on_nodes(const relif_traffic_setup *setup)
{
    relif_traffic *traffic = relif_traffic_create(setup);
    for (int a = 0; a < setup->partition->n_ranks; a++) {
        relif_traffic_load out = {0}, in = {0};
        for (int b = 0; b < setup->partition->n_ranks; b++) {
            const relif_traffic_load to = relif_traffic_between(setup, a, b);
            const relif_traffic_load from = relif_traffic_between(setup, b, a);
            const bool together = a / setup->node_ranks == b / setup->node_ranks;
            CHECK((together ? to.moved : to.shared).masks == 0);
            add(&out, &to);
            add(&in, &from);
        }
        check_same(&traffic->sent[a], &out);
        check_same(&traffic->received[a], &in);
    }
    relif_traffic_destroy(traffic);
}

static void check_sums(const relif_network *network, const relif_partition *partition,
                       int first, int end)
{
    const int node_ranks[] = {1, 3, 8, 1000};
    for (int k = 0; k < 4; k++)
        check_sums_on_nodes(&(relif_traffic_setup){.network = network,
                                                   .partition = partition,
                                                   .densities = samples,
                                                   .first = first,
                                                   .end = end,
                                                   .node_ranks = node_ranks[k]});
}

static void sums_over_all_ranks_are_those_of_pairs(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    for (int n = 0; n < 2; n++) {
        for (int ranks = 1; ranks <= 80; ranks += 1 + ranks / 4)
            for (int scheme = 0; scheme < RELIF_N_SCHEMES; scheme++) {
                relif_partition *partition = NULL;
                CHECK(relif_partition_create(networks[n], (relif_scheme)scheme, ranks,
                                             RELIF_USUAL_DENSITY,
                                             &partition) == RELIF_OK);
                check_sums(networks[n], partition, 0, networks[n]->n_layers);
                check_sums(networks[n], partition, 1, 4);
                check_sums(networks[n], partition, 2, 2);
                relif_partition_destroy(partition);
            }
        relif_network_destroy(networks[n]);
    }
}

static void so_they_are_for_any_cuts(void)
{
    relif_network *network = odd_network();
    for (int trial = 0; trial < 60; trial++) {
        relif_partition *partition =
            random_partition(network, 2 + trial % 7, (uint64_t)trial);
        check_sums(network, partition, 0, network->n_layers);
        relif_partition_destroy(partition);
    }
    relif_network_destroy(network);
}

/* Every rank posts one image and step in which all neurons of the layers fire that say
 * so; the exchange counts what it sends. */
static relif_traffic_load exchanged(const relif_context *ctx, const relif_context *node,
                                    const relif_network *network,
                                    const relif_partition *partition, bool full)
{
    relif_parcel parcels[8] = {0};
    relif_word *masks[16] = {0};
    relif_clock clock = {0};
    relif_traffic_load load = {0};
    const int n = network->n_layers;
    for (int l = 0; l + 1 < n; l++) {
        const relif_range owned = relif_partition_range(partition, l, ctx->rank);
        const relif_range needed =
            relif_partition_needs(partition, network, l + 1, ctx->rank);
        masks[2 * l] = relif_calloc((size_t)relif_spikes_words(owned) + 1, 8);
        masks[2 * l + 1] = relif_calloc((size_t)relif_spikes_words(needed) + 1, 8);
        for (int i = owned.first; full && i < owned.end; i++)
            relif_spikes_set(masks[2 * l], owned, i);
        parcels[l] = (relif_parcel){relif_raster_of(owned, masks[2 * l], 1, 1),
                                    relif_raster_of(needed, masks[2 * l + 1], 1, 1)};
        if (relif_partition_lists(partition, network, l + 1))
            parcels[l].in =
                make_lists(partition, l, ctx->rank,
                           relif_shape_size(network->layers[l].out), &parcels[l].out);
    }
    relif_exchange *exchange = relif_exchange_create(ctx, node, network, partition, 1, 1);
    relif_exchange_post(exchange, parcels, &clock);
    relif_exchange_complete(exchange, &clock);
    int64_t bytes;
    relif_exchange_volume(exchange, &bytes, &load.messages);
    *(node ? &load.shared.bytes : &load.moved.bytes) = (double)bytes;
    relif_exchange_destroy(exchange);
    for (int i = 0; i < 2 * n; i++) free(masks[i]);
    for (int l = 0; l < n; l++)
        if (parcels[l].in.lists) free_lists(&parcels[l].in);
    return load;
}

/* node: NULL, or all ranks share memory. */
static void check_exchange(const relif_context *ctx, const relif_context *node,
                           const relif_network *network, relif_scheme scheme, bool full)
{
    const double none[8] = {0}, all[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    relif_partition *partition = NULL;
    CHECK(relif_partition_create(network, scheme, ctx->size, RELIF_USUAL_DENSITY,
                                 &partition) == RELIF_OK);
    const relif_traffic_load sent = exchanged(ctx, node, network, partition, full);
    relif_traffic *traffic =
        relif_traffic_create(&(relif_traffic_setup){.network = network,
                                                    .partition = partition,
                                                    .densities = full ? all : none,
                                                    .end = network->n_layers,
                                                    .node_ranks = node ? ctx->size : 1});
    const relif_traffic_load *expected = &traffic->sent[ctx->rank];
    CHECK(expected->messages == sent.messages);
    CHECK_NEAR(expected->moved.bytes, sent.moved.bytes, 0);
    CHECK_NEAR(expected->shared.bytes, sent.shared.bytes, 0);
    relif_traffic_destroy(traffic);
    relif_partition_destroy(partition);
}

static void the_exchange_sends_what_is_predicted(void)
{
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_context *node = relif_context_split_node(ctx);
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const int n_ways = node->size == ctx->size ? 2 : 1;
    for (int n = 0; n < 2; n++) {
        for (int scheme = 0; scheme < RELIF_N_SCHEMES; scheme++)
            for (int way = 0; way < n_ways; way++)
                for (int full = 0; full < 2; full++)
                    check_exchange(ctx, way ? node : NULL, networks[n],
                                   (relif_scheme)scheme, full);
        relif_network_destroy(networks[n]);
    }
    relif_context_destroy(node);
    relif_context_destroy(ctx);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    RUN(sums_over_all_ranks_are_those_of_pairs);
    RUN(so_they_are_for_any_cuts);
    RUN(the_exchange_sends_what_is_predicted);
    const int result = check_result();
    MPI_Finalize();
    return result;
}
