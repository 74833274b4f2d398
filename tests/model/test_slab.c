#include "relif/slab.h"

#include "check.h"
#include "random_spikes.h"

/* A layer of that many channels and positions; a slab reads nothing else of it. */
static relif_layer layer_of(int channels, int height, int width)
{
    return (relif_layer){.kind = RELIF_LAYER_CONV2D,
                         .in = {2, height, width},
                         .out = {channels, height, width},
                         .kernel_height = 3,
                         .kernel_width = 3,
                         .stride = 1,
                         .padding = 1};
}

/* Every owned neuron has a place of its own; neighbours in a tile are neighbours. */
static void check_places(const relif_slab *slab)
{
    int *visits = relif_calloc(relif_slab_size(slab), sizeof *visits);
    int wrong = 0;
    for (int tile = 0; tile < slab->n_tiles; tile++) {
        const relif_range all = relif_slab_tile(slab, tile);
        const relif_range here = relif_range_intersect(all, slab->owned);
        CHECK(relif_range_size(here) > 0 && relif_range_size(all) <= slab->n_lanes);
        for (int neuron = here.first; neuron < here.end; neuron++) {
            const size_t at = relif_slab_offset(slab, neuron);
            wrong += at != (size_t)(tile * slab->pitch + neuron - all.first);
            if (at < relif_slab_size(slab)) wrong += visits[at]++;
        }
    }
    int places = 0;
    for (size_t i = 0; i < relif_slab_size(slab); i++) places += visits[i];
    CHECK(places == relif_range_size(slab->owned));
    CHECK(wrong == 0);
    free(visits);
}

static void check_blocks(const relif_slab *slab)
{
    int width = 0;
    for (int b = 0; b < slab->n_blocks; b++) {
        const int w = relif_slab_block_width(slab, b);
        CHECK(w > 0 && w <= RELIF_BLOCK_LANES && w % RELIF_PAD_LANES == 0);
        CHECK(width == b * RELIF_BLOCK_LANES);
        width += w;
    }
    CHECK(width == slab->pitch);
    CHECK(slab->pitch >= slab->n_lanes && slab->pitch < slab->n_lanes + RELIF_PAD_LANES);
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
            check_places(&slab);
            check_blocks(&slab);
        }
    }
}

static void channels_of_one_position_make_a_narrow_slab(void)
{
    const relif_layer layer = layer_of(600, 1, 1);
    const relif_slab slab = relif_slab_create(&layer, (relif_range){300, 317});
    CHECK(slab.n_tiles == 1 && slab.first_channel == 300 && slab.n_lanes == 17);
    CHECK(slab.pitch == 32 && slab.n_blocks == 1);
    CHECK(relif_slab_offset(&slab, 300) == 0 && relif_slab_offset(&slab, 316) == 16);
}

static void a_range_over_two_positions_holds_all_channels(void)
{
    const relif_layer layer = layer_of(70, 2, 2);
    const relif_slab slab = relif_slab_create(&layer, (relif_range){139, 141});
    CHECK(slab.first_tile == 1 && slab.n_tiles == 2 && slab.tile_width == 1);
    CHECK(slab.first_channel == 0 && slab.n_lanes == 70);
    CHECK(slab.pitch == 80 && slab.n_blocks == 2);
    CHECK(relif_slab_block_width(&slab, 0) == 64 &&
          relif_slab_block_width(&slab, 1) == 16);
    CHECK(relif_slab_offset(&slab, 139) == 69 && relif_slab_offset(&slab, 140) == 80);
}

/* Rows of 12 positions with 12 channels: tiles of 5, 5 and 2 positions. */
static void adjacent_positions_of_few_channels_make_a_tile(void)
{
    const relif_layer layer = layer_of(12, 3, 12);
    const relif_slab slab = relif_slab_create(&layer, (relif_range){0, 12 * 36});
    CHECK(slab.tile_width == 5 && slab.row_tiles == 3 && slab.n_tiles == 9);
    CHECK(slab.n_lanes == 60 && slab.pitch == 64 && slab.n_blocks == 1);
    CHECK(relif_slab_field_width(&slab, &layer) == 7);
    const relif_range second = relif_slab_tile(&slab, 4),
                      last = relif_slab_tile(&slab, 8);
    CHECK(second.first == 12 * 17 && second.end == 12 * 22);
    CHECK(last.first == 12 * 34 && last.end == 12 * 36);
    CHECK(relif_slab_offset(&slab, 12 * 18 + 3) == 4 * 64 + 15);
}

static void an_empty_range_has_an_empty_slab(void)
{
    const relif_layer layer = layer_of(70, 2, 2);
    const int at[] = {0, 69, 70, 280};
    for (int i = 0; i < 4; i++) {
        const relif_slab slab = relif_slab_create(&layer, (relif_range){at[i], at[i]});
        CHECK(relif_slab_size(&slab) == 0 && slab.n_blocks == 0 && slab.n_tiles == 0);
    }
}

int main(void)
{
    RUN(every_owned_neuron_has_a_place_of_its_own);
    RUN(channels_of_one_position_make_a_narrow_slab);
    RUN(a_range_over_two_positions_holds_all_channels);
    RUN(adjacent_positions_of_few_channels_make_a_tile);
    RUN(an_empty_range_has_an_empty_slab);
    return check_result();
}
