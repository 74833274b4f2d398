#include "relif/synapse.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "random_spikes.h"

/* Calls check for each spiking sample with the whole layer and with random parts of it.
 */
static void for_parts_of_layers(void (*check)(const relif_layer *, relif_range,
                                              relif_random *))
{
    relif_random random = relif_random_stream(1, 0);
    for (int s = 0; s < N_LAYER_SAMPLES; s++) {
        relif_network *network = sample_network(s);
        const relif_layer *layer = &network->layers[0];
        const relif_range all = {0, relif_shape_size(layer->out)};
        for (int trial = 0; relif_layer_spikes(layer) && trial < 10; trial++)
            check(layer, trial ? random_range(&random, all) : all, &random);
        relif_network_destroy(network);
    }
}

static void check_fan_out(const relif_layer *layer, relif_range owned,
                          relif_random *random)
{
    (void)random;
    const relif_range input = covered_range(layer, owned);
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse = relif_synapse_create(layer, &slab, input);
    int *fan_out = relif_synapse_fan_out(synapse);
    for (int i = input.first; i < input.end; i++) {
        int expected = 0;
        for (int o = owned.first; o < owned.end; o++) expected += connects(layer, o, i);
        CHECK(fan_out[i - input.first] == expected);
    }
    free(fan_out);
    relif_synapse_destroy(synapse);
}

static void fan_out_counts_the_owned_neurons_reached(void)
{
    for_parts_of_layers(check_fan_out);
}

static void check_operations(const relif_layer *layer, relif_range owned,
                             relif_random *random)
{
    const relif_range input = covered_range(layer, owned);
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse = relif_synapse_create(layer, &slab, input);
    relif_arrivals *arrivals = relif_arrivals_create(synapse);
    int *fan_out = relif_synapse_fan_out(synapse);
    relif_word *mask = empty_mask(input);
    random_spikes(random, 0.4, input, mask);
    relif_arrivals_list(arrivals, synapse, mask);
    int64_t expected = 0;
    for (int i = input.first; i < input.end; i++)
        for (int o = owned.first; o < owned.end; o++)
            expected += relif_spikes_test(mask, input, i) && connects(layer, o, i);
    CHECK(relif_arrivals_operations(arrivals, synapse, fan_out) == expected);
    free(mask);
    free(fan_out);
    relif_arrivals_destroy(arrivals);
    relif_synapse_destroy(synapse);
}

static void operations_are_spikes_times_neurons_reached(void)
{
    for_parts_of_layers(check_operations);
}

static void check_columns(const relif_layer *layer, relif_range owned,
                          relif_random *random)
{
    const relif_range input = covered_range(layer, owned);
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse = relif_synapse_create(layer, &slab, input);
    relif_arrivals *arrivals = relif_arrivals_create(synapse);
    relif_word *mask = empty_mask(input);
    random_spikes(random, relif_random_uniform(random), input, mask);
    relif_arrivals_list(arrivals, synapse, mask);
    CHECK(arrivals->n_ids == relif_spikes_count(mask, input));
    int wrong = 0;
    for (int y = 0; y < layer->in.height && !synapse->whole; y++)
        for (int x = 0; x <= layer->in.width; x++) {
            const int entry = arrivals->column_start[y * (layer->in.width + 1) + x];
            const int first = (y * layer->in.width + x) * layer->in.channels;
            int before = 0;
            for (int e = 0; e < arrivals->n_ids; e++) before += arrivals->ids[e] < first;
            wrong += entry != before;
            if (x == layer->in.width) continue;
            const relif_word *occupied =
                arrivals->occupied + y * relif_synapse_column_words(layer->in.width);
            int here = 0;
            for (int e = 0; e < arrivals->n_ids; e++)
                here += arrivals->ids[e] >= first &&
                        arrivals->ids[e] < first + layer->in.channels;
            wrong += relif_spikes_test(occupied, (relif_range){0, layer->in.width}, x) !=
                     (here > 0);
        }
    CHECK(wrong == 0);
    free(mask);
    relif_arrivals_destroy(arrivals);
    relif_synapse_destroy(synapse);
}

static void arrivals_know_where_columns_begin_and_which_are_occupied(void)
{
    for_parts_of_layers(check_columns);
}

static void check_rows(const relif_layer *layer, relif_range owned, relif_random *random)
{
    (void)random;
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse =
        relif_synapse_create(layer, &slab, covered_range(layer, owned));
    const int kernel = layer->kernel_height * layer->kernel_width;
    const int inputs = layer->in.channels, taps = kernel * inputs;
    int wrong = 0;
    for (int c = 0; synapse->rows && c < slab.pitch; c++)
        for (int t = 0; t < taps; t++) {
            const int block = c / RELIF_BLOCK_CHANNELS,
                      in_block = c % RELIF_BLOCK_CHANNELS;
            const float found =
                synapse->rows[block * RELIF_BLOCK_CHANNELS * taps +
                              t * relif_slab_block_width(&slab, block) + in_block];
            const int filter = (slab.first_channel + c) * inputs + t % inputs;
            wrong +=
                found !=
                (c < slab.n_channels ? layer->weight[filter * kernel + t / inputs] : 0);
        }
    CHECK(wrong == 0);
    CHECK((synapse->rows != NULL) ==
          (relif_layer_has_weights(layer) && slab.n_positions > 0));
    relif_synapse_destroy(synapse);
}

static void rows_are_tap_major_in_blocks_padded_with_zeros(void)
{
    for_parts_of_layers(check_rows);
}

int main(void)
{
    RUN(fan_out_counts_the_owned_neurons_reached);
    RUN(operations_are_spikes_times_neurons_reached);
    RUN(arrivals_know_where_columns_begin_and_which_are_occupied);
    RUN(rows_are_tap_major_in_blocks_padded_with_zeros);
    relif_synapse_destroy(NULL);
    relif_arrivals_destroy(NULL);
    return check_result();
}
