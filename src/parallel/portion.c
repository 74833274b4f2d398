#include "relif/portion.h"

#include <stdbool.h>
#include <stdint.h>

#include "relif/arrivals.h"

/* Of a batch, if it has as many. In a pipeline those that fill and drain it must be few
 * among them; where all ranks begin together, a message has to be on its way while other
 * portions are computed. Larger portions use weights from cache more often. */
enum { PORTIONS_OF_PIPELINE = 16, PORTIONS_OF_SPLIT = 4 };

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int relif_stretch_longest(int steps)
{
    return divide_up(steps, divide_up(steps, RELIF_STRETCH_STEPS));
}

/* Largest number of steps with which a message of some images stays below 1 GiB. */
static int longest_message(const relif_network *network, int images)
{
    int64_t step_bytes = 1;
    for (int l = 0; l < network->n_layers; l++) {
        const relif_range all = {0, relif_shape_size(network->layers[l].out)};
        step_bytes += (int64_t)images * (8 * (int64_t)relif_spikes_words(all) + 4);
    }
    const int64_t steps = (INT64_C(1) << 30) / step_bytes;
    return steps < 1 ? 1 : steps < INT32_MAX ? (int)steps : INT32_MAX;
}

static bool waits_for_the_end(const relif_portion_options *options)
{
    for (int l = 0; l < options->network->n_layers; l++)
        if (options->network->layers[l].kind == RELIF_LAYER_MAX_POOL2D)
            return options->pooling == RELIF_POOLING_WINDOW;
    return false;
}

static bool all_begin_together(const relif_portion_options *options)
{
    for (int r = 0; r < options->partition->n_ranks; r++)
        if (relif_range_size(relif_partition_range(options->partition, 0, r)) == 0)
            return false;
    return true;
}

static relif_portions choose_in_group(const relif_portion_options *options, int steps)
{
    const int all = options->images_in_flight, asked = options->exchange_interval;
    const int chosen = waits_for_the_end(options) ? steps : relif_stretch_longest(steps);
    const int interval = smaller(asked ? asked : chosen, steps);
    const int n = all_begin_together(options) ? PORTIONS_OF_SPLIT : PORTIONS_OF_PIPELINE;
    const int64_t images = (int64_t)all * steps / interval / n;
    const int some = images < 1 ? 1 : images < all ? (int)images : all;
    return (relif_portions){
        .steps = steps,
        .images = some,
        .interval = smaller(interval, longest_message(options->network, some))};
}

relif_portions relif_portions_choose(const relif_portion_options *options, int steps)
{
    if (options->partition->n_ranks > 1) return choose_in_group(options, steps);
    return (relif_portions){.steps = steps,
                            .images = options->images_in_flight,
                            .interval = relif_stretch_longest(steps)};
}

int relif_portions_blocks(const relif_portions *portions)
{
    return divide_up(portions->steps, portions->interval);
}

int relif_portions_count(const relif_portions *portions)
{
    return divide_up(portions->n_images, portions->images) *
           relif_portions_blocks(portions);
}

relif_portion relif_portions_at(const relif_portions *portions, int number)
{
    const int blocks = relif_portions_blocks(portions);
    const int image = number / blocks * portions->images;
    const int step = number % blocks * portions->interval;
    return (relif_portion){.number = number,
                           .first_image = image,
                           .n_images =
                               smaller(portions->images, portions->n_images - image),
                           .first_step = step,
                           .steps = smaller(portions->interval, portions->steps - step)};
}
