#include "portion.h"

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

/* Stretches of equal length, as long as they may be. */
static int longest_stretch(int steps)
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

static bool waits_for_the_end(const relif_simulation_setup *setup)
{
    for (int l = 0; l < setup->network->n_layers; l++)
        if (setup->network->layers[l].kind == RELIF_LAYER_MAX_POOL2D)
            return setup->pooling == RELIF_POOLING_WINDOW;
    return false;
}

static bool all_begin_together(const relif_simulation_setup *setup)
{
    for (int r = 0; r < setup->group->size; r++)
        if (relif_range_size(relif_partition_range(setup->partition, 0, r)) == 0)
            return false;
    return true;
}

static struct portions choose_in_group(const relif_simulation_setup *setup, int steps)
{
    const int all = setup->images_in_flight, asked = setup->exchange_interval;
    const int chosen = waits_for_the_end(setup) ? steps : longest_stretch(steps);
    const int interval = smaller(asked ? asked : chosen, steps);
    const int n = all_begin_together(setup) ? PORTIONS_OF_SPLIT : PORTIONS_OF_PIPELINE;
    const int64_t images = (int64_t)all * steps / interval / n;
    const int some = images < 1 ? 1 : images < all ? (int)images : all;
    return (struct portions){
        .steps = steps,
        .images = some,
        .interval = smaller(interval, longest_message(setup->network, some))};
}

struct portions portions_choose(const relif_simulation_setup *setup, int steps)
{
    if (setup->group->size > 1) return choose_in_group(setup, steps);
    return (struct portions){.steps = steps,
                             .images = setup->images_in_flight,
                             .interval = longest_stretch(steps)};
}

int portions_blocks(const struct portions *portions)
{
    return divide_up(portions->steps, portions->interval);
}

int portions_count(const struct portions *portions)
{
    return divide_up(portions->n_images, portions->images) * portions_blocks(portions);
}

struct portion portions_at(const struct portions *portions, int number)
{
    const int blocks = portions_blocks(portions);
    const int image = number / blocks * portions->images;
    const int step = number % blocks * portions->interval;
    return (struct portion){.number = number,
                            .first_image = image,
                            .n_images =
                                smaller(portions->images, portions->n_images - image),
                            .first_step = step,
                            .steps = smaller(portions->interval, portions->steps - step)};
}
