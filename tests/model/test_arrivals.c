#include "relif/arrivals.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "random_spikes.h"
#include "relif/kernel.h"

enum { IMAGES = 2 };

/* One listing of random spikes, and what has been seen of it. */
typedef struct listing_case {
    const relif_layer *layer;
    relif_synapse *synapse;
    relif_raster input, listed;   /* the same spikes; input has masks */
    relif_word *waiting, *waited; /* [IMAGES][words of the tiles] before and now */
    bool everywhere;
    uint8_t *seen; /* [IMAGES][tiles] visits */
} listing_case;

static relif_range tiles_of(const listing_case *now)
{
    return (relif_range){0, now->synapse->slab.n_tiles};
}

/* An input neuron lies in the field of a tile: under the kernel of one of the positions
 * that a tile may have, be they inside the layer or not. */
static bool in_field(const listing_case *now, int tile, int input)
{
    const relif_layer *layer = now->layer;
    const relif_slab *slab = &now->synapse->slab;
    const int at = slab->first_tile + tile, in = input / layer->in.channels;
    const int y =
        in / layer->in.width + layer->padding - at / slab->row_tiles * layer->stride;
    const int x = in % layer->in.width + layer->padding -
                  at % slab->row_tiles * slab->tile_width * layer->stride;
    return y >= 0 && y < layer->kernel_height && x >= 0 && x < now->synapse->field_width;
}

/* The weight row of an input in the field of a tile. */
static int row_of(const listing_case *now, int tile, int input)
{
    const relif_layer *layer = now->layer;
    const relif_slab *slab = &now->synapse->slab;
    const int at = slab->first_tile + tile, in = input / layer->in.channels;
    const int y =
        in / layer->in.width + layer->padding - at / slab->row_tiles * layer->stride;
    const int x = in % layer->in.width + layer->padding -
                  at % slab->row_tiles * slab->tile_width * layer->stride;
    return (y * now->synapse->field_width + x) * layer->in.channels +
           input % layer->in.channels;
}

/* Rows of a tile in a step that differ from the spikes in its field, one by one. */
static int wrong_rows(const listing_case *now, int image, int tile, int step,
                      const int *rows, int n)
{
    const relif_word *mask = relif_raster_mask(&now->input, image, step);
    const relif_range input = now->input.range;
    int wrong = 0, next = 0;
    for (int i = input.first; i < input.end; i++) {
        if (!relif_spikes_test(mask, input, i) || !in_field(now, tile, i)) continue;
        wrong += next >= n || rows[next] != row_of(now, tile, i);
        next++;
    }
    return wrong + (next != n);
}

static void check_visit(const listing_case *now, const relif_arrivals *arrivals,
                        const relif_visit *visit)
{
    const int *counts = arrivals->counts + visit->first_count;
    const int *rows = arrivals->rows + visit->first_row;
    int wrong = 0;
    for (int s = 0; s < visit->steps; s++) {
        const int n = visit->busy >> s & 1 ? *counts++ : 0;
        wrong +=
            wrong_rows(now, visit->image, visit->tile, visit->first_step + s, rows, n);
        rows += n;
    }
    CHECK(wrong == 0);
    const size_t words = (size_t)relif_spikes_words(tiles_of(now));
    const bool waited = relif_spikes_test(now->waited + (size_t)visit->image * words,
                                          tiles_of(now), visit->tile);
    CHECK(visit->waits == (visit->first_step == 0 && waited));
    const bool follows = visit->first_step > 0 && visit > arrivals->visits;
    CHECK(visit->follows == follows);
    if (follows)
        CHECK(visit[-1].image == visit->image && visit[-1].tile == visit->tile &&
              visit[-1].first_step + visit[-1].steps == visit->first_step);
    now->seen[visit->image * now->synapse->slab.n_tiles + visit->tile]++;
}

/* Every tile at which anything arrives, or that waits, has one visit, the others none.
 * Where there are several stretches, each is visited. */
static void check_visits(const listing_case *now, int longest)
{
    const int stretches = (now->input.steps + longest - 1) / longest;
    const size_t words = (size_t)relif_spikes_words(tiles_of(now));
    int wrong = 0;
    for (int image = 0; image < IMAGES; image++)
        for (int tile = 0; tile < now->synapse->slab.n_tiles; tile++) {
            bool expected = now->everywhere || stretches > 1 ||
                            relif_spikes_test(now->waited + (size_t)image * words,
                                              tiles_of(now), tile);
            for (int s = 0; s < now->input.steps; s++)
                expected |= wrong_rows(now, image, tile, s, NULL, 0) > 0;
            wrong += now->seen[image * now->synapse->slab.n_tiles + tile] !=
                     (expected ? stretches : 0);
        }
    CHECK(wrong == 0);
    for (size_t w = 0; w < IMAGES * words; w++) CHECK(now->waiting[w] == 0);
}

static void check_totals(const relif_arrivals *arrivals)
{
    int counts = 0, rows = 0;
    for (int v = 0; v < arrivals->n_visits; v++)
        counts += __builtin_popcountll(arrivals->visits[v].busy);
    for (int c = 0; c < arrivals->n_counts; c++) rows += arrivals->counts[c];
    CHECK(arrivals->n_counts == counts && arrivals->n_rows == rows);
}

static void list_all(listing_case *now, const relif_kernel *kernel,
                     relif_arrivals *arrivals, int longest)
{
    const size_t words = (size_t)relif_spikes_words(tiles_of(now));
    now->seen = relif_calloc((size_t)(IMAGES * now->synapse->slab.n_tiles), 1);
    memcpy(now->waiting, now->waited, IMAGES * words * sizeof *now->waited);
    relif_arrivals_begin(arrivals, &now->listed, now->waiting, now->everywhere);
    while (kernel->next(arrivals)) {
        check_totals(arrivals);
        for (int v = 0; v < arrivals->n_visits; v++)
            check_visit(now, arrivals, &arrivals->visits[v]);
    }
    check_visits(now, longest);
    free(now->seen);
}

/* The spikes of a part of the range in an image as a list, of which the raster's steps
 * are the second half; nothing is known of the first. */
static relif_spike_lists list_of(const relif_kernel *kernel, const relif_raster *raster,
                                 int image, relif_range part)
{
    const size_t steps = (size_t)raster->steps;
    const size_t most = steps * (size_t)relif_range_size(part) + RELIF_LIST_GROUP;
    relif_word *masks = relif_calloc(relif_raster_words(part, raster->steps) + 1, 8);
    relif_raster here = relif_raster_of(part, masks, 1, raster->steps);
    const relif_raster all = relif_raster_image(raster, image);
    relif_spike_lists list = {relif_calloc(most, sizeof(uint16_t)),
                              relif_calloc(2 * steps + 1, sizeof(int))};
    relif_raster_merge(&here, &all, part);
    here.first_step = raster->steps;
    kernel->list(&here, &list);
    free(masks);
    return list;
}

enum { MOST_LISTS = 3 };

/* Whole inputs can come as lists, one or more of an image, or one of all but the first.
 */
static void list_all_from_lists(listing_case *now, const relif_kernel *kernel,
                                relif_arrivals *arrivals, int longest, int n_lists,
                                int n_masks)
{
    const relif_raster masks = now->input;
    const int first = masks.range.first, size = relif_range_size(masks.range);
    relif_spike_lists made[MOST_LISTS][IMAGES], lists[MOST_LISTS][IMAGES];
    for (int k = 0; k < n_lists; k++) {
        const relif_range part = {first + size * k / n_lists,
                                  first + size * (k + 1) / n_lists};
        for (int i = 0; i < IMAGES; i++) {
            made[k][i] = lists[k][i] = list_of(kernel, &masks, i, part);
            if (i < n_masks) lists[k][i].ids = NULL;
        }
    }
    if (n_masks == 0) now->listed.masks = NULL;
    now->listed.lists = lists[0];
    now->listed.n_lists = n_lists;
    now->listed.lists_pitch = IMAGES;
    now->listed.first_step = masks.steps;
    list_all(now, kernel, arrivals, longest);
    now->listed = masks;
    for (int k = 0; k < n_lists; k++)
        for (int i = 0; i < IMAGES; i++) {
            free(made[k][i].ids);
            free(made[k][i].starts);
        }
}

/* With every kernel, and twice: the second listing must not remember the first. Weights
 * in parts of so many rows, 0: as the layer asks for. */
static void check_part(const relif_layer *layer, relif_range owned, int part_taps,
                       int steps, relif_random *random)
{
    const char *kernels[] = {"baseline", "avx2", "avx512"};
    const relif_range input = covered_range(layer, owned);
    const relif_slab slab = relif_slab_create(layer, owned);
    listing_case now = {.layer = layer,
                        .synapse = relif_synapse_create(layer, &slab, input)};
    const size_t words = (size_t)relif_spikes_words(tiles_of(&now));
    if (part_taps) now.synapse->part_taps = part_taps;
    const int longest = now.synapse->whole ? (steps + 2) / 3 : steps;
    relif_arrivals *arrivals = relif_arrivals_create(now.synapse, longest);
    now.waiting = relif_calloc(IMAGES * words, sizeof(relif_word));
    now.waited = relif_calloc(IMAGES * words, sizeof(relif_word));
    relif_word *masks =
        relif_calloc(IMAGES * relif_raster_words(input, steps), sizeof *masks);
    for (int round = 0; round < 4; round++) {
        const double density = round == 3 ? 0.9 : round * 0.02;
        now.everywhere = round == 2;
        now.input = relif_raster_of(input, masks, IMAGES, round ? steps : 1);
        relif_raster_clear(&now.input);
        for (int i = 0; i < IMAGES; i++) {
            for (int s = 0; s < now.input.steps; s++)
                random_spikes(random, density, input,
                              relif_raster_mask(&now.input, i, s));
            if (words)
                random_spikes(random, 0.1, tiles_of(&now),
                              now.waited + (size_t)i * words);
        }
        now.listed = now.input;
        for (int k = 0; k < 3; k++) {
            const relif_kernel *kernel = relif_kernel_named(kernels[k]);
            if (!kernel) continue;
            list_all(&now, kernel, arrivals, longest);
            if (!now.synapse->whole) continue;
            list_all_from_lists(&now, kernel, arrivals, longest, 1, 1);
            for (int n_lists = 1; n_lists <= MOST_LISTS; n_lists++)
                list_all_from_lists(&now, kernel, arrivals, longest, n_lists, 0);
        }
    }
    relif_arrivals_destroy(arrivals);
    relif_synapse_destroy(now.synapse);
    free(now.waiting);
    free(now.waited);
    free(masks);
}

static void the_rows_of_every_tile_and_step_are_its_spikes_in_order(void)
{
    relif_random random = relif_random_stream(1, 0);
    for (int s = 0; s < N_LAYER_SAMPLES; s++) {
        relif_network *network = sample_network(s);
        const relif_layer *layer = &network->layers[0];
        const relif_range all = {0, relif_shape_size(layer->out)};
        for (int trial = 0; relif_layer_spikes(layer) && trial < 6; trial++)
            check_part(layer, trial ? random_range(&random, all) : all, 0,
                       trial == 1 ? RELIF_STRETCH_STEPS : 1 + 2 * trial, &random);
        relif_network_destroy(network);
    }
}

/* More rows than one batch holds. */
static void many_arrivals_come_in_batches(void)
{
    const random_layer wide = {RELIF_LAYER_CONV2D, 4, 5, 1, 2, 0};
    relif_network *network = random_network(1, (relif_shape){20, 9, 9}, 1, &wide);
    const relif_range all = {0, relif_shape_size(network->layers[0].out)};
    relif_random random = relif_random_stream(2, 0);
    check_part(&network->layers[0], all, 0, 20, &random);
    check_part(&network->layers[0], all, 7, 20, &random);
    relif_network_destroy(network);
}

/* Inputs of several words, so that lists begin in any of them. */
static void so_they_are_in_a_linear_layer_with_many_inputs(void)
{
    const random_layer linear = {RELIF_LAYER_LINEAR, 5, 0, 0, 0, 0};
    relif_network *network = random_network(1, (relif_shape){9, 10, 7}, 1, &linear);
    relif_random random = relif_random_stream(3, 0);
    check_part(&network->layers[0], (relif_range){1, 4}, 0, 20, &random);
    relif_network_destroy(network);
}

int main(void)
{
    RUN(the_rows_of_every_tile_and_step_are_its_spikes_in_order);
    RUN(so_they_are_in_a_linear_layer_with_many_inputs);
    RUN(many_arrivals_come_in_batches);
    relif_arrivals_destroy(NULL);
    return check_result();
}
