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

static relif_raster empty_raster(relif_range range)
{
    return relif_raster_of(
        range,
        relif_calloc(IMAGES * relif_raster_words(range, STEPS), sizeof(relif_word)),
        IMAGES, STEPS);
}

static relif_raster raster_of(const train_set *trains, relif_range range)
{
    const relif_raster raster = empty_raster(range);
    for (int image = 0; image < IMAGES; image++)
        for (int t = 0; t < STEPS; t++)
            for (int i = range.first; i < range.end; i++)
                if (step_of(trains, image, t)[i])
                    relif_spikes_set(relif_raster_mask(&raster, image, t), range, i);
    return raster;
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

/* The counts come in parts, of which one reaches beyond the input. */
enum { N_COUNTERS = 3 };

static void count_parts(const relif_raster *input, relif_counter *arrived[N_COUNTERS])
{
    const relif_range all = input->range;
    const int third = relif_range_size(all) / 3;
    const relif_range parts[N_COUNTERS] = {{all.first + third, all.first + 2 * third},
                                           {all.first, all.first + third},
                                           {all.first + 2 * third, all.end}};
    for (int k = 0; k < N_COUNTERS; k++) {
        const relif_raster part = relif_raster_part(input, parts[k]);
        relif_range range = parts[k];
        if (k == 2) range.end += 70;
        arrived[k] = relif_counter_create(range, IMAGES, STEPS);
        relif_counter_add(arrived[k], &part);
    }
}

/* All images and steps, in stretches of some steps. */
static void run(relif_pooling *pooling, relif_pooling_mode mode,
                const relif_raster *input, const relif_raster *out, int stretch)
{
    const bool online = mode == RELIF_POOLING_ONLINE;
    const int n_passes = online ? 1 : 2;
    relif_counter *arrived[N_COUNTERS];
    count_parts(input, arrived);
    for (int replay = 0; replay < n_passes; replay++) {
        if (replay)
            relif_pooling_choose(pooling, (const relif_counter *const *)arrived,
                                 N_COUNTERS, 0, IMAGES);
        for (int t = 0; t < STEPS; t += stretch) {
            const int end = t + stretch < STEPS ? t + stretch : STEPS;
            const relif_raster in = relif_raster_steps(input, t, end);
            const relif_raster to = relif_raster_steps(out, t, end);
            if (online)
                relif_pooling_run(pooling, &in, &to);
            else if (replay)
                relif_pooling_replay(pooling, t, &to);
            else
                relif_pooling_collect(pooling, t, &in);
        }
    }
    for (int k = 0; k < N_COUNTERS; k++) relif_counter_destroy(arrived[k]);
}

/* Compares one image's outputs, step by step. */
static void check_image(relif_pooling_mode mode, const relif_layer *layer,
                        const train_set *trains, int image, const relif_raster *out)
{
    const relif_range owned = out->range;
    uint8_t *expected = relif_calloc((size_t)relif_shape_size(layer->out), 1);
    for (int t = 0; t < STEPS; t++) {
        const int seen = mode == RELIF_POOLING_ONLINE ? t + 1 : STEPS;
        for (int o = owned.first; o < owned.end; o++)
            expected[o] =
                step_of(trains, image, t)[leader(layer, trains, image, o, seen)];
        CHECK(wrong_spikes(relif_raster_mask(out, image, t), owned, expected) == 0);
    }
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
        const relif_raster in = raster_of(&trains, input), out = empty_raster(owned);
        relif_pooling_reset(pooling);
        run(pooling, mode, &in, &out, round ? STEPS : 4);
        for (int image = 0; image < IMAGES; image++)
            check_image(mode, layer, &trains, image, &out);
        free(in.masks);
        free(out.masks);
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
