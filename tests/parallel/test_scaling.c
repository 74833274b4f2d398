#include "relif/scaling.h"

#include "check.h"
#include "network_samples.h"
#include "relif/slab.h"

enum { LAYERS = 6 };
static relif_scaling_layer layers[LAYERS];

/* All layers take a millisecond an image; free messages, unless a test says otherwise. */
static relif_scaling plain_scaling(const relif_network *network)
{
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        const relif_slab slab =
            relif_slab_create(layer, (relif_range){0, relif_shape_size(layer->out)});
        const double lanes = (double)relif_slab_size(&slab);
        layers[l] = (relif_scaling_layer){.density = 0.02,
                                          .operations = 1e6,
                                          .seconds = 1e-3,
                                          .visit = 0,
                                          .lane = 1e-3 / lanes};
    }
    return (relif_scaling){
        .network = network,
        .layers = layers,
        .encode_seconds = 5e-4,
        .input_density = RELIF_USUAL_DENSITY,
        .slowdown = 1,
        .machine = {.latency = 1e-12, .bandwidth = 1e18, .node_ranks = 1},
        .pooling = RELIF_POOLING_ONLINE,
        .steps = 100,
        .images_in_flight = 8,
        .exchange_interval = 1,
        .n_images = 80,
        .base_memory = 1e6};
}

static void one_rank_takes_work_over_speed(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point point;
    CHECK_NEAR(relif_scaling_speed(&scaling), 6e6 / 6.5e-3, 1);
    for (int change = 0; change < 3; change++) {
        if (change == 1) scaling.n_images = 83; /* a last batch of 3 */
        if (change == 2) relif_scaling_set_speed(&scaling, 5e9);
        CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 1, &point) ==
              RELIF_OK);
        const double work = 6e6 * (double)scaling.n_images;
        CHECK_NEAR(point.seconds, work / relif_scaling_speed(&scaling),
                   1e-9 * point.seconds);
        CHECK_NEAR(point.exchange_share, 0, 1e-9);
        CHECK(point.messages == 0 && point.bytes == 0 && point.tick_messages == 0);
    }
    CHECK_NEAR(relif_scaling_speed(&scaling), 5e9, 1);
    relif_network_destroy(network);
}

static void replicas_share_images_as_evenly_as_they_divide(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point one, point;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 1, &one) == RELIF_OK);
    for (int replicas = 1; replicas <= 80; replicas++) {
        CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, replicas, 1, &point) ==
              RELIF_OK);
        CHECK_NEAR(point.seconds, one.seconds * ((80 + replicas - 1) / replicas) / 80,
                   1e-9);
    }
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 81, 1, &point) ==
          RELIF_ERR_PARTITION);
    CHECK_TEXT(relif_error_sentence(), "there are only 80 images");
    relif_network_destroy(network);
}

static void a_free_exchange_leaves_computing_and_the_skew(void)
{
    const random_layer equal[] = {{RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0}};
    relif_network *network = random_network(1, (relif_shape){64, 1, 1}, 4, equal);
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point point;
    scaling.encode_seconds = 0;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_PIPELINE, 1, 4, &point) ==
          RELIF_OK);
    /* a layer a rank; a tick is 8 images * 1 ms / 100; 3 lags of 2 ticks */
    CHECK_NEAR(point.tick_seconds, 8e-5, 1e-9);
    CHECK_NEAR(point.seconds, 10 * (100 + 6) * 8e-5, 1e-6);
    CHECK_NEAR(point.exchange_share, 1 - 100.0 / 106, 1e-4);
    CHECK(point.messages == 10 * 3 * 100 && point.tick_messages == 1);
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &point) == RELIF_OK);
    CHECK_NEAR(point.seconds, 10 * 100 * 8e-5, 1e-6); /* idle in no tick, or all are */
    CHECK(point.tick_messages == 3);
    relif_network_destroy(network);
}

static void ranks_of_a_node_encode_for_a_linear_layer_together(void)
{
    const random_layer equal[] = {{RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 64, 0, 0, 0, 0}};
    relif_network *network = random_network(1, (relif_shape){64, 1, 1}, 2, equal);
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point without, point;
    /* by ranks of a node; of three and one rank, the one encodes all */
    const int images[] = {0, 8, 4, 8, 2, 2};
    scaling.encode_seconds = 0;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &without) ==
          RELIF_OK);
    scaling.encode_seconds = 5e-4;
    for (int ranks = 1; ranks <= 5; ranks++) {
        scaling.machine.node_ranks = ranks;
        CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &point) ==
              RELIF_OK);
        CHECK_NEAR(point.seconds - without.seconds, 10 * images[ranks] * 5e-4, 1e-9);
    }
    relif_network_destroy(network);
}

static void a_window_pooling_waits_for_the_end_of_the_coding_time(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point online, window;
    scaling.machine.latency = 1; /* what counts is the number of ticks with messages */
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &online) == RELIF_OK);
    scaling.pooling = RELIF_POOLING_WINDOW;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &window) == RELIF_OK);
    /* 99 ticks more, in one of which nothing travels */
    CHECK_NEAR(window.seconds - online.seconds, 10 * 98 / 2, 1);
    CHECK_NEAR(window.bytes, online.bytes, 1e-6 * online.bytes);
    relif_network_destroy(network);
}

static void messages_that_take_longer_than_computing_set_the_pace(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point point, slow, piped;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &point) == RELIF_OK);
    const double busiest = point.tick_seconds;
    scaling.machine.latency = 1e-3;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &point) == RELIF_OK);
    CHECK_NEAR(point.tick_seconds, (1e-3 + busiest) / 2, 1e-9);
    scaling.machine.bandwidth = 1e6;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &slow) == RELIF_OK);
    CHECK_NEAR(slow.tick_seconds, (1e-3 + busiest) / 2 + slow.tick_bytes / 1e6,
               0.1 * slow.tick_seconds);
    scaling.machine.bandwidth = 1e4;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_PIPELINE, 1, 2, &piped) ==
          RELIF_OK);
    CHECK_NEAR(piped.tick_seconds, piped.tick_bytes / 1e4, 0.01 * piped.tick_seconds);
    scaling.machine.bandwidth = 1e6;
    scaling.exchange_interval = 50; /* fewer messages of the same spikes */
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 2, &slow) == RELIF_OK);
    CHECK(slow.messages * 8 < point.messages);
    CHECK_NEAR(slow.bytes, point.bytes, 1e-6 * point.bytes);
    relif_network_destroy(network);
}

static void spikes_within_a_node_do_not_pass_the_network(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point apart, pairs, together;
    scaling.machine.bandwidth = 1e5;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &apart) == RELIF_OK);
    scaling.machine.node_ranks = 2;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &pairs) == RELIF_OK);
    scaling.machine.node_ranks = 4;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &together) ==
          RELIF_OK);
    CHECK(apart.seconds > pairs.seconds && pairs.seconds > together.seconds);
    CHECK(apart.messages == pairs.messages && apart.messages == together.messages);
    const double free_of_network = together.seconds;
    scaling.machine.shared_mask_cost = 1e-6;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &together) ==
          RELIF_OK);
    CHECK(together.seconds > free_of_network);
    relif_network_destroy(network);
}

static void the_recommendation_is_the_fastest_placement(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point best, point;
    scaling.n_images = 4;
    for (int ranks = 1; ranks <= 64; ranks++) {
        CHECK(relif_scaling_recommend(&scaling, ranks, RELIF_SCHEME_AUTO, 0, &best) ==
              RELIF_OK);
        CHECK(best.ranks == ranks && best.replicas * best.group == ranks);
        CHECK(best.replicas <= 4);
        for (int replicas = 1; replicas <= 4; replicas++)
            for (int s = RELIF_SCHEME_SPLIT; s <= RELIF_SCHEME_PIPELINE; s++) {
                if (ranks % replicas != 0) continue;
                CHECK(relif_scaling_predict(&scaling, (relif_scheme)s, replicas,
                                            ranks / replicas, &point) == RELIF_OK);
                CHECK(best.seconds <= point.seconds);
            }
    }
    CHECK(relif_scaling_recommend(&scaling, 6, RELIF_SCHEME_PIPELINE, 1, &best) ==
          RELIF_OK);
    CHECK(best.replicas == 1 && best.scheme == RELIF_SCHEME_PIPELINE);
    CHECK(relif_scaling_recommend(&scaling, 6, RELIF_SCHEME_AUTO, 4, &best) ==
          RELIF_ERR_PARTITION);
    CHECK_TEXT(relif_error_sentence(), "expected a divisor of the 6 ranks");
    CHECK(relif_scaling_recommend(&scaling, 100000, RELIF_SCHEME_AUTO, 0, &best) ==
          RELIF_ERR_PARTITION);
    CHECK_TEXT(relif_error_sentence(), "its largest layer has only");
    relif_network_destroy(network);
}

static void ranks_of_a_group_need_less_memory(void)
{
    relif_network *network = every_kind_network();
    relif_scaling scaling = plain_scaling(network);
    relif_scaling_point one, four;
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 4, 1, &one) == RELIF_OK);
    CHECK(relif_scaling_predict(&scaling, RELIF_SCHEME_SPLIT, 1, 4, &four) == RELIF_OK);
    CHECK(one.memory > four.memory && four.memory > scaling.base_memory);
    CHECK(one.memory - scaling.base_memory >
          4.0 * (double)relif_network_weights(network));
    relif_network_destroy(network);
}

int main(void)
{
    RUN(one_rank_takes_work_over_speed);
    RUN(replicas_share_images_as_evenly_as_they_divide);
    RUN(a_free_exchange_leaves_computing_and_the_skew);
    RUN(ranks_of_a_node_encode_for_a_linear_layer_together);
    RUN(a_window_pooling_waits_for_the_end_of_the_coding_time);
    RUN(messages_that_take_longer_than_computing_set_the_pace);
    RUN(spikes_within_a_node_do_not_pass_the_network);
    RUN(the_recommendation_is_the_fastest_placement);
    RUN(ranks_of_a_group_need_less_memory);
    return check_result();
}
