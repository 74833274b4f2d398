#include "relif/pooling.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "random_spikes.h"

enum { STEPS = 25, IMAGES = 2 };

/* Input trains, one byte a neuron: [image][step][size]. */
typedef struct train_set {
    int size;
    uint8_t *bytes;
} train_set;

static uint8_t *step_of(const train_set *trains, int image, int t)
{
    return trains->bytes + (size_t)(image * STEPS + t) * (size_t)trains->size;
}

/* Few different rates, so that many windows have a tie; a third are silent. */
static train_set random_trains(relif_random *random, int size)
{
    train_set trains = {size, relif_calloc((size_t)(IMAGES * STEPS * size), 1)};
    for (int image = 0; image < IMAGES; image++)
        for (int i = 0; i < size; i++) {
            const double density = (double)relif_random_below(random, 3) / 6;
            for (int t = 0; t < STEPS; t++)
                step_of(&trains, image, t)[i] = relif_random_uniform(random) < density;
        }
    return trains;
}

static relif_word *mask_of(const train_set *trains, int image, int t, relif_range range)
{
    relif_word *mask = empty_mask(range);
    for (int i = range.first; i < range.end; i++)
        if (step_of(trains, image, t)[i]) relif_spikes_set(mask, range, i);
    return mask;
}

/* Spikes of an input neuron in the first steps. */
static int spikes_until(const train_set *trains, int image, int neuron, int steps)
{
    int count = 0;
    for (int t = 0; t < steps; t++) count += step_of(trains, image, t)[neuron];
    return count;
}

/* The first input of the window with most spikes in the first steps. */
static int leader(const relif_layer *layer, const train_set *trains, int image,
                  int output, int steps)
{
    int best = -1, most = -1;
    for (int i = 0; i < trains->size; i++) {
        if (!connects(layer, output, i)) continue;
        const int count = spikes_until(trains, image, i, steps);
        if (count > most) {
            most = count;
            best = i;
        }
    }
    return best;
}

static void step(relif_pooling *pooling, relif_pooling_mode mode, const train_set *trains,
                 int image, int t, relif_range input, relif_word *out)
{
    relif_word *mask = mask_of(trains, image, t, input);
    if (mode == RELIF_POOLING_ONLINE)
        relif_pooling_step(pooling, image, mask, out);
    else
        relif_pooling_replay(pooling, image, t, out);
    free(mask);
}

static void collect(relif_pooling *pooling, const train_set *trains, relif_range input)
{
    for (int t = 0; t < STEPS; t++)
        for (int image = 0; image < IMAGES; image++) {
            relif_word *mask = mask_of(trains, image, t, input);
            relif_pooling_collect(pooling, image, t, mask);
            free(mask);
        }
    for (int image = 0; image < IMAGES; image++) relif_pooling_choose(pooling, image);
}

/* Compares one image's outputs, step by step. */
static void check_image(relif_pooling *pooling, relif_pooling_mode mode,
                        const relif_layer *layer, const train_set *trains, int image,
                        relif_range owned, relif_range input)
{
    const size_t size = (size_t)relif_shape_size(layer->out);
    uint8_t *expected = relif_calloc(size, 1);
    int *counts = relif_calloc(size, sizeof *counts);
    for (int t = 0; t < STEPS; t++) {
        const int seen = mode == RELIF_POOLING_ONLINE ? t + 1 : STEPS;
        for (int o = owned.first; o < owned.end; o++) {
            expected[o] =
                step_of(trains, image, t)[leader(layer, trains, image, o, seen)];
            counts[o] += expected[o];
        }
        relif_word *out = empty_mask(owned);
        step(pooling, mode, trains, image, t, input, out);
        CHECK(wrong_spikes(out, owned, expected) == 0);
        free(out);
    }
    int wrong = 0;
    for (int o = owned.first; o < owned.end; o++)
        wrong += relif_pooling_count(pooling, image, o) != counts[o];
    CHECK(wrong == 0);
    free(counts);
    free(expected);
}

/* Two rounds with the same object: the second must not remember the first. */
static void check_part(const relif_layer *layer, relif_pooling_mode mode,
                       relif_range owned, relif_random *random)
{
    const relif_range input = covered_range(layer, owned);
    relif_pooling *pooling =
        relif_pooling_create(layer, owned, input, mode, IMAGES, STEPS);
    for (int round = 0; round < 2; round++) {
        train_set trains = random_trains(random, relif_shape_size(layer->in));
        relif_pooling_reset(pooling);
        if (mode == RELIF_POOLING_WINDOW) collect(pooling, &trains, input);
        for (int image = 0; image < IMAGES; image++)
            check_image(pooling, mode, layer, &trains, image, owned, input);
        free(trains.bytes);
    }
    relif_pooling_destroy(pooling);
}

static void check_mode(relif_pooling_mode mode)
{
    relif_random random = relif_random_stream(1, (uint64_t)mode);
    for (int s = 0; s < N_LAYER_SAMPLES; s++) {
        relif_network *network = sample_network(s);
        const relif_layer *layer = &network->layers[0];
        const relif_range all = {0, relif_shape_size(layer->out)};
        for (int trial = 0; !relif_layer_spikes(layer) && trial < 4; trial++)
            check_part(layer, mode, trial ? random_range(&random, all) : all, &random);
        relif_network_destroy(network);
    }
}

static void the_winner_of_the_whole_time_forwards_its_train(void)
{
    check_mode(RELIF_POOLING_WINDOW);
}

static void online_the_leader_so_far_forwards_its_spike(void)
{
    check_mode(RELIF_POOLING_ONLINE);
}

static void the_modes_have_words_of_their_own(void)
{
    CHECK(strcmp(relif_pooling_mode_name(RELIF_POOLING_WINDOW), "window") == 0);
    CHECK(strcmp(relif_pooling_mode_name(RELIF_POOLING_ONLINE), "online") == 0);
    CHECK(strcmp(relif_pooling_mode_name(RELIF_N_POOLING_MODES), "unknown") == 0);
}

int main(void)
{
    RUN(the_winner_of_the_whole_time_forwards_its_train);
    RUN(online_the_leader_so_far_forwards_its_spike);
    RUN(the_modes_have_words_of_their_own);
    relif_pooling_destroy(NULL);
    return check_result();
}
