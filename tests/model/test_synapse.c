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

/* The weight that row (ky, column, c) of the field holds for a lane of a tile. */
static float weight_at(const relif_layer *layer, const relif_slab *slab, int lane,
                       int row)
{
    const int inputs = layer->in.channels, outputs = layer->out.channels;
    const int width = relif_slab_field_width(slab, layer);
    const int kx = row / inputs % width - lane / outputs * layer->stride;
    const int ky = row / inputs / width, c = row % inputs;
    const int filter = slab->first_channel + lane % outputs;
    if (lane >= slab->n_lanes) return 0;
    if (kx < 0 || kx >= layer->kernel_width) return -0.0f;
    return layer->weight[((filter * inputs + c) * layer->kernel_height + ky) *
                             layer->kernel_width +
                         kx];
}

static void check_rows(const relif_layer *layer, relif_range owned, relif_random *random)
{
    (void)random;
    const relif_slab slab = relif_slab_create(layer, owned);
    relif_synapse *synapse =
        relif_synapse_create(layer, &slab, covered_range(layer, owned));
    CHECK(synapse->field_width == relif_slab_field_width(&slab, layer));
    CHECK(synapse->taps ==
          layer->kernel_height * synapse->field_width * layer->in.channels);
    int wrong = 0;
    for (int b = 0; synapse->rows && b < slab.n_blocks; b++) {
        const float *rows = relif_synapse_block(synapse, b);
        for (int r = 0; r < synapse->taps; r++)
            for (int i = 0; i < relif_slab_block_width(&slab, b); i++, rows++) {
                const float w = weight_at(layer, &slab, b * RELIF_BLOCK_LANES + i, r);
                wrong += memcmp(rows, &w, sizeof w) != 0;
            }
    }
    CHECK(wrong == 0);
    CHECK((synapse->rows != NULL) ==
          (relif_layer_has_weights(layer) && slab.n_tiles > 0));
    relif_synapse_destroy(synapse);
}

static void rows_are_tap_major_in_blocks_padded_with_zeros(void)
{
    for_parts_of_layers(check_rows);
}

/* One block of lanes and so many rows: how many rows a part has. */
static int part_of(int taps)
{
    relif_network *network =
        random_network(1, (relif_shape){taps, 1, 1}, 1,
                       &(random_layer){RELIF_LAYER_LINEAR, 1, 0, 0, 0, 0});
    const relif_layer *layer = &network->layers[0];
    const relif_slab slab = relif_slab_create(layer, (relif_range){0, 1});
    relif_synapse *synapse = relif_synapse_create(layer, &slab, (relif_range){0, taps});
    const int part = synapse->part_taps;
    relif_synapse_destroy(synapse);
    relif_network_destroy(network);
    return part;
}

static void weights_beyond_the_cache_come_in_equal_parts(void)
{
    CHECK(part_of(1) == 1);
    CHECK(part_of(1792) == 1792);
    CHECK(part_of(1793) == 897);
    CHECK(part_of(4096) == 1024);
    CHECK(part_of(4097) == 820);
}

int main(void)
{
    RUN(rows_are_tap_major_in_blocks_padded_with_zeros);
    RUN(weights_beyond_the_cache_come_in_equal_parts);
    relif_synapse_destroy(NULL);
    return check_result();
}
