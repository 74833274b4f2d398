#include "relif/slab.h"

#include "check.h"
#include "random_spikes.h"

/* A layer of that many channels and positions; a slab reads nothing else of it. */
static relif_layer layer_of(int channels, int height, int width)
{
    return (relif_layer){.kind = RELIF_LAYER_CONV2D, .out = {channels, height, width}};
}

/* Every owned neuron has a place of its own; neighbours in channel are neighbours. */
static void check_places(const relif_slab *slab)
{
    int *visits = relif_calloc(relif_slab_size(slab), sizeof *visits);
    int wrong = 0;
    for (int neuron = slab->owned.first; neuron < slab->owned.end; neuron++) {
        const size_t at = relif_slab_offset(slab, neuron);
        CHECK(at < relif_slab_size(slab));
        if (at >= relif_slab_size(slab)) break;
        wrong += visits[at]++;
        if (neuron + 1 < slab->owned.end && (neuron + 1) % slab->layer_channels)
            wrong += relif_slab_offset(slab, neuron + 1) != at + 1;
        wrong += (int)at % slab->pitch >= slab->n_channels;
    }
    CHECK(wrong == 0);
    free(visits);
}

static void check_blocks(const relif_slab *slab)
{
    int width = 0;
    for (int b = 0; b < slab->n_blocks; b++) {
        const int w = relif_slab_block_width(slab, b);
        CHECK(w > 0 && w <= RELIF_BLOCK_CHANNELS && w % RELIF_PAD_CHANNELS == 0);
        CHECK(width == b * RELIF_BLOCK_CHANNELS);
        width += w;
    }
    CHECK(width == slab->pitch);
    CHECK(slab->pitch >= slab->n_channels &&
          slab->pitch < slab->n_channels + RELIF_PAD_CHANNELS);
}

static void every_owned_neuron_has_a_place_of_its_own(void)
{
    const int channels[] = {1, 2, 5, 15, 16, 17, 63, 64, 65, 70, 128, 130};
    relif_random random = relif_random_stream(1, 0);
    for (int c = 0; c < (int)(sizeof channels / sizeof channels[0]); c++) {
        const relif_layer layer = layer_of(channels[c], 3, 4);
        const relif_range all = {0, relif_shape_size(layer.out)};
        for (int trial = 0; trial < 100; trial++) {
            const relif_range owned = trial ? random_range(&random, all) : all;
            const relif_slab slab = relif_slab_create(&layer, owned);
            if (owned.first == owned.end) continue;
            CHECK(slab.first_position == owned.first / channels[c]);
            CHECK(slab.first_position + slab.n_positions ==
                  (owned.end - 1) / channels[c] + 1);
            check_places(&slab);
            check_blocks(&slab);
        }
    }
}

static void channels_of_one_position_make_a_narrow_slab(void)
{
    const relif_layer layer = layer_of(600, 1, 1);
    const relif_slab slab = relif_slab_create(&layer, (relif_range){300, 317});
    CHECK(slab.n_positions == 1 && slab.first_channel == 300 && slab.n_channels == 17);
    CHECK(slab.pitch == 32 && slab.n_blocks == 1);
    CHECK(relif_slab_offset(&slab, 300) == 0 && relif_slab_offset(&slab, 316) == 16);
}

static void a_range_over_two_positions_holds_all_channels(void)
{
    const relif_layer layer = layer_of(70, 2, 2);
    const relif_slab slab = relif_slab_create(&layer, (relif_range){139, 141});
    CHECK(slab.first_position == 1 && slab.n_positions == 2);
    CHECK(slab.first_channel == 0 && slab.n_channels == 70);
    CHECK(slab.pitch == 80 && slab.n_blocks == 2);
    CHECK(relif_slab_block_width(&slab, 0) == 64 &&
          relif_slab_block_width(&slab, 1) == 16);
    CHECK(relif_slab_offset(&slab, 139) == 69 && relif_slab_offset(&slab, 140) == 80);
}

static void an_empty_range_has_an_empty_slab(void)
{
    const relif_layer layer = layer_of(70, 2, 2);
    const int at[] = {0, 69, 70, 280};
    for (int i = 0; i < 4; i++) {
        const relif_slab slab = relif_slab_create(&layer, (relif_range){at[i], at[i]});
        CHECK(relif_slab_size(&slab) == 0 && slab.n_blocks == 0 && slab.n_positions == 0);
    }
}

int main(void)
{
    RUN(every_owned_neuron_has_a_place_of_its_own);
    RUN(channels_of_one_position_make_a_narrow_slab);
    RUN(a_range_over_two_positions_holds_all_channels);
    RUN(an_empty_range_has_an_empty_slab);
    return check_result();
}
