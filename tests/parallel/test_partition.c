#include "relif/partition.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "network_samples.h"
#include "random_partition.h"
#include "random_spikes.h"

/* Ranges of all ranks follow each other from 0 to the layer's size. */
static void check_ranges(const relif_network *network, const relif_partition *partition)
{
    CHECK(partition->n_layers == network->n_layers);
    for (int l = 0; l < network->n_layers; l++) {
        int next = 0;
        for (int r = 0; r < partition->n_ranks; r++) {
            const relif_range range = relif_partition_range(partition, l, r);
            CHECK(range.first == next && range.end >= range.first);
            next = range.end;
        }
        CHECK(next == relif_shape_size(network->layers[l].out));
    }
}

static void every_scheme_gives_every_neuron_to_one_rank(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    for (int n = 0; n < 2; n++) {
        for (int scheme = 0; scheme < RELIF_N_SCHEMES; scheme++)
            for (int ranks = 1; ranks <= 9; ranks++) {
                relif_partition *partition = NULL;
                CHECK(relif_partition_create(networks[n], (relif_scheme)scheme, ranks,
                                             RELIF_USUAL_DENSITY,
                                             &partition) == RELIF_OK);
                if (partition) check_ranges(networks[n], partition);
                CHECK(partition && partition->n_ranks == ranks);
                relif_partition_destroy(partition);
            }
        relif_network_destroy(networks[n]);
    }
}

static void a_split_leaves_no_rank_without_work_in_a_wide_layer(void)
{
    relif_network *network = every_kind_network();
    for (int ranks = 1; ranks <= 9; ranks++) {
        relif_partition *partition = NULL;
        CHECK(relif_partition_create(network, RELIF_SCHEME_SPLIT, ranks,
                                     RELIF_USUAL_DENSITY, &partition) == RELIF_OK);
        for (int r = 0; r < ranks; r++) {
            const int size = relif_range_size(relif_partition_range(partition, 0, r));
            const int share = 20 * 99 / ranks; /* of the first layer */
            CHECK(abs(size - share) <= 20);
        }
        relif_partition_destroy(partition);
    }
    relif_network_destroy(network);
}

/* The first rank that owns neurons of a layer, or the last. */
static int owner(const relif_partition *partition, int l, bool last)
{
    const int end = partition->n_ranks - 1;
    int rank = last ? end : 0;
    while (rank >= 0 && rank <= end &&
           relif_range_size(relif_partition_range(partition, l, rank)) == 0)
        rank += last ? -1 : 1;
    return rank;
}

static void a_pipeline_gives_the_layers_in_order(void)
{
    relif_network *networks[] = {every_kind_network(), odd_network()};
    for (int n = 0; n < 2; n++) {
        for (int ranks = 1; ranks <= 9; ranks++) {
            relif_partition *partition = NULL;
            CHECK(relif_partition_create(networks[n], RELIF_SCHEME_PIPELINE, ranks,
                                         RELIF_USUAL_DENSITY, &partition) == RELIF_OK);
            int before = 0;
            for (int l = 0; l < networks[n]->n_layers; l++) {
                CHECK(owner(partition, l, false) >= before);
                before = owner(partition, l, true);
            }
            CHECK(ranks == 1 || before > 0);
            relif_partition_destroy(partition);
        }
        relif_network_destroy(networks[n]);
    }
}

static void a_pipeline_is_cut_where_half_of_the_work_is_done(void)
{
    const random_layer alike[] = {{RELIF_LAYER_LINEAR, 512, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 512, 0, 0, 0, 0},
                                  {RELIF_LAYER_LINEAR, 512, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 16, 32}, 3, alike);
    relif_partition *partition = NULL;
    CHECK(relif_partition_create(network, RELIF_SCHEME_PIPELINE, 2, RELIF_USUAL_DENSITY,
                                 &partition) == RELIF_OK);
    CHECK(relif_range_size(relif_partition_range(partition, 0, 0)) == 512);
    CHECK(abs(relif_partition_range(partition, 1, 0).end - 256) <= 64);
    CHECK(relif_range_size(relif_partition_range(partition, 2, 1)) == 512);
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

static void a_split_gives_small_layers_to_one_rank_and_levels_the_others(void)
{
    const random_layer layers[] = {{RELIF_LAYER_LINEAR, 600, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 10, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 28, 28}, 2, layers);
    relif_partition *partition = NULL;
    CHECK(relif_partition_create(network, RELIF_SCHEME_SPLIT, 2, RELIF_USUAL_DENSITY,
                                 &partition) == RELIF_OK);
    CHECK(relif_range_size(relif_partition_range(partition, 1, 1)) == 10);
    const int more = relif_range_size(relif_partition_range(partition, 0, 0));
    CHECK(more > 300 && more < 400);
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

/* Neurons of the first layer that rank 0 of two gets. */
static int first_share(const relif_network *network, relif_scheme scheme, double density)
{
    relif_partition *partition = NULL;
    CHECK(relif_partition_create(network, scheme, 2, density, &partition) == RELIF_OK);
    const int size = relif_range_size(relif_partition_range(partition, 0, 0));
    relif_partition_destroy(partition);
    return size;
}

static void a_denser_input_makes_the_first_layer_more_work(void)
{
    const random_layer layers[] = {{RELIF_LAYER_LINEAR, 600, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 10, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 28, 28}, 2, layers);
    for (int scheme = RELIF_SCHEME_SPLIT; scheme <= RELIF_SCHEME_PIPELINE; scheme++) {
        const int sparse = first_share(network, (relif_scheme)scheme, 0.005);
        const int dense = first_share(network, (relif_scheme)scheme, 0.05);
        CHECK(sparse > dense && dense > 0);
    }
    relif_network_destroy(network);
}

/* A little more than half of 37 vectors: 19 of them. */
static void a_split_cuts_at_the_nearest_vector(void)
{
    const random_layer layers[] = {{RELIF_LAYER_LINEAR, 592, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 10, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 28, 28}, 2, layers);
    CHECK(first_share(network, RELIF_SCHEME_SPLIT, 0.5) == 304);
    relif_network_destroy(network);
}

static void more_ranks_than_neurons_are_refused(void)
{
    const random_layer tiny[] = {{RELIF_LAYER_LINEAR, 5, 0, 0, 0, 0},
                                 {RELIF_LAYER_LINEAR, 2, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 4, 5}, 2, tiny);
    relif_partition *partition = NULL;
    for (int scheme = 0; scheme < RELIF_N_SCHEMES; scheme++) {
        CHECK(relif_partition_create(network, (relif_scheme)scheme, 6,
                                     RELIF_USUAL_DENSITY,
                                     &partition) == RELIF_ERR_PARTITION);
        CHECK(partition == NULL);
        CHECK_TEXT(relif_error_sentence(), "network 'random': 6 ranks in a group");
        CHECK_TEXT(relif_error_sentence(), "its largest layer has only 5 neurons");
        CHECK(relif_partition_create(network, (relif_scheme)scheme, 5,
                                     RELIF_USUAL_DENSITY, &partition) == RELIF_OK);
        check_ranges(network, partition);
        relif_partition_destroy(partition);
    }
    relif_network_destroy(network);
}

static void a_receptive_range_is_as_small_as_it_can_be(void)
{
    relif_random random = relif_random_stream(1, 0);
    for (int s = 0; s < N_LAYER_SAMPLES; s++) {
        relif_network *network = sample_network(s);
        const relif_layer *layer = &network->layers[0];
        const relif_range all = {0, relif_shape_size(layer->out)};
        for (int trial = 0; trial < 40; trial++) {
            const relif_range out = trial ? random_range(&random, all) : all;
            const relif_range expected = covered_range(layer, out);
            const relif_range found = relif_partition_receptive_range(layer, out);
            if (layer->padding >= layer->kernel_height) /* some neurons see nothing */
                CHECK(relif_range_size(expected) == 0 ||
                      (found.first <= expected.first && found.end >= expected.end));
            else
                CHECK(found.first == expected.first && found.end == expected.end);
            CHECK(found.first >= 0 && found.first <= found.end &&
                  found.end <= relif_shape_size(layer->in));
        }
        relif_network_destroy(network);
    }
}

static void a_rank_needs_what_its_neurons_see(void)
{
    relif_network *network = odd_network();
    relif_partition *partition = random_partition(network, 5, 4);
    for (int l = 0; l < network->n_layers; l++)
        for (int r = 0; r < 5; r++) {
            const relif_range expected = covered_range(
                &network->layers[l], relif_partition_range(partition, l, r));
            const relif_range found = relif_partition_needs(partition, network, l, r);
            CHECK(found.first == expected.first && found.end == expected.end);
        }
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

static void given_cuts_are_copied(void)
{
    const random_layer layers[] = {{RELIF_LAYER_LINEAR, 9, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 4, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 1, 2}, 2, layers);
    int cuts[] = {0, 0, 7, 9, 0, 4, 4, 4};
    relif_partition *partition = relif_partition_from_cuts(network, 3, cuts);
    cuts[2] = 1;
    const relif_range first = relif_partition_range(partition, 0, 1);
    const relif_range second = relif_partition_range(partition, 1, 0);
    CHECK(first.first == 0 && first.end == 7);
    CHECK(second.first == 0 && second.end == 4);
    CHECK(relif_range_size(relif_partition_needs(partition, network, 1, 2)) == 0);
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

/* A linear layer whose neurons, or whose inputs, are of more than one rank. */
static void spikes_for_a_linear_layer_go_as_lists(void)
{
    const random_layer layers[] = {{RELIF_LAYER_LINEAR, 9, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 4, 0, 0, 0, 0},
                                   {RELIF_LAYER_LINEAR, 4, 0, 0, 0, 0},
                                   {RELIF_LAYER_AVG_POOL2D, 0, 1, 1, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 1, 2}, 4, layers);
    const int cuts[] = {0, 0, 7, 9, 0, 0, 4, 4, 0, 0, 4, 4, 0, 2, 2, 4};
    relif_partition *partition = relif_partition_from_cuts(network, 3, cuts);
    CHECK(relif_partition_lists(partition, network, 1));
    CHECK(!relif_partition_lists(partition, network, 2)); /* all on one rank */
    CHECK(!relif_partition_lists(partition, network, 3)); /* not linear */
    CHECK(relif_partition_owners_before(partition, 0, 1) == 0);
    CHECK(relif_partition_owners_before(partition, 0, 3) == 2);
    CHECK(relif_partition_owners_before(partition, 3, 2) == 1);
    relif_partition_destroy(partition);
    relif_network_destroy(network);
}

/* 16 bits number 65536 neurons. */
static void no_list_is_of_more_neurons_than_an_id_can_name(void)
{
    for (int more = 0; more < 2; more++) {
        const random_layer layers[] = {{RELIF_LAYER_AVG_POOL2D, 0, 1, 1, 0, 0},
                                       {RELIF_LAYER_LINEAR, 2, 0, 0, 0, 0}};
        relif_network *network =
            random_network(1, (relif_shape){1, 256, 256 + more}, 2, layers);
        const int size = relif_shape_size(network->input);
        const int cuts[] = {0, 5, size, 0, 1, 2};
        relif_partition *partition = relif_partition_from_cuts(network, 2, cuts);
        CHECK(relif_partition_lists(partition, network, 1) == !more);
        relif_partition_destroy(partition);
        relif_network_destroy(network);
    }
}

static void schemes_have_words_of_their_own(void)
{
    CHECK(strcmp(relif_scheme_name(RELIF_SCHEME_AUTO), "auto") == 0);
    CHECK(strcmp(relif_scheme_name(RELIF_SCHEME_SPLIT), "split") == 0);
    CHECK(strcmp(relif_scheme_name(RELIF_SCHEME_PIPELINE), "pipeline") == 0);
    CHECK(strcmp(relif_scheme_name(RELIF_N_SCHEMES), "unknown") == 0);
}

int main(void)
{
    RUN(every_scheme_gives_every_neuron_to_one_rank);
    RUN(a_split_leaves_no_rank_without_work_in_a_wide_layer);
    RUN(a_pipeline_gives_the_layers_in_order);
    RUN(a_pipeline_is_cut_where_half_of_the_work_is_done);
    RUN(a_split_gives_small_layers_to_one_rank_and_levels_the_others);
    RUN(a_denser_input_makes_the_first_layer_more_work);
    RUN(a_split_cuts_at_the_nearest_vector);
    RUN(more_ranks_than_neurons_are_refused);
    RUN(a_receptive_range_is_as_small_as_it_can_be);
    RUN(a_rank_needs_what_its_neurons_see);
    RUN(given_cuts_are_copied);
    RUN(spikes_for_a_linear_layer_go_as_lists);
    RUN(no_list_is_of_more_neurons_than_an_id_can_name);
    RUN(schemes_have_words_of_their_own);
    relif_partition_destroy(NULL);
    return check_result();
}
