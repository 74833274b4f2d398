#include "relif/traffic.h"

#include "check.h"
#include "network_samples.h"
#include "random_partition.h"
#include "relif/exchange.h"
#include "relif/raster.h"

static const double samples[] = {0.01, 0.2, 0.03, 0.5, 0.1, 0.02, 1};

/* Pair by pair, as the exchange of each rank plans its lanes. */
static void check_sums(const relif_network *network, const relif_partition *partition,
                       int first, int end)
{
    relif_traffic *traffic =
        relif_traffic_create(network, partition, samples, first, end);
    for (int a = 0; a < partition->n_ranks; a++) {
        relif_traffic_load out = {0}, in = {0};
        for (int b = 0; b < partition->n_ranks; b++) {
            const relif_traffic_load to =
                relif_traffic_between(network, partition, samples, first, end, a, b);
            const relif_traffic_load from =
                relif_traffic_between(network, partition, samples, first, end, b, a);
            out.messages += to.messages, in.messages += from.messages;
            out.masks += to.masks, in.masks += from.masks;
            out.bytes += to.bytes, in.bytes += from.bytes;
        }
        CHECK(traffic->sent[a].messages == out.messages);
        CHECK(traffic->sent[a].masks == out.masks);
        CHECK_NEAR(traffic->sent[a].bytes, out.bytes, 1e-6);
        CHECK(traffic->received[a].messages == in.messages);
        CHECK(traffic->received[a].masks == in.masks);
        CHECK_NEAR(traffic->received[a].bytes, in.bytes, 1e-6);
    }
    relif_traffic_destroy(traffic);
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
static relif_traffic_load exchanged(const relif_context *ctx,
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
    }
    relif_exchange *exchange = relif_exchange_create(ctx, NULL, network, partition, 1, 1);
    relif_exchange_post(exchange, parcels, &clock);
    relif_exchange_complete(exchange, &clock);
    int64_t bytes;
    relif_exchange_volume(exchange, &bytes, &load.messages);
    load.bytes = (double)bytes;
    relif_exchange_destroy(exchange);
    for (int i = 0; i < 2 * n; i++) free(masks[i]);
    return load;
}

static void the_exchange_sends_what_is_predicted(void)
{
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_network *networks[] = {every_kind_network(), odd_network()};
    const double none[8] = {0}, all[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (int n = 0; n < 2; n++) {
        for (int scheme = 0; scheme < RELIF_N_SCHEMES; scheme++)
            for (int full = 0; full < 2; full++) {
                relif_partition *partition = NULL;
                CHECK(relif_partition_create(networks[n], (relif_scheme)scheme, ctx->size,
                                             RELIF_USUAL_DENSITY,
                                             &partition) == RELIF_OK);
                const relif_traffic_load sent =
                    exchanged(ctx, networks[n], partition, full);
                relif_traffic *traffic = relif_traffic_create(
                    networks[n], partition, full ? all : none, 0, networks[n]->n_layers);
                CHECK(traffic->sent[ctx->rank].messages == sent.messages);
                CHECK_NEAR(traffic->sent[ctx->rank].bytes, sent.bytes, 0);
                relif_traffic_destroy(traffic);
                relif_partition_destroy(partition);
            }
        relif_network_destroy(networks[n]);
    }
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
