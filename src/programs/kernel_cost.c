#include "kernel_cost.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "relif/clock.h"
#include "relif/counter.h"
#include "relif/lif.h"
#include "relif/memory.h"
#include "relif/partition.h"
#include "relif/random.h"

static const double most_operations = 2e7; /* in a run of the kernel */
static const double trial_seconds = 5e-4;
enum { TRIALS = 12, MOST_RUNS = 1024 };

static double operations_per_neuron(const struct kernel_probe *probe)
{
    const relif_layer *layer = &probe->network->layers[probe->layer];
    const double channels =
        layer->kind == RELIF_LAYER_AVG_POOL2D ? 1 : layer->in.channels;
    return channels * layer->kernel_height * layer->kernel_width * probe->density *
           probe->n_images * probe->steps;
}

/* The whole layer, or of a large one its first rows. */
static relif_range wide_range(const struct kernel_probe *probe)
{
    const relif_layer *layer = &probe->network->layers[probe->layer];
    const int row = layer->out.width * layer->out.channels;
    const double rows = most_operations / (operations_per_neuron(probe) * row + 1);
    if (rows >= layer->out.height) return (relif_range){0, row * layer->out.height};
    return (relif_range){0, row * (rows < 1 ? 1 : (int)rows)};
}

/* Some channels of a position in the middle. */
static relif_range narrow_range(const struct kernel_probe *probe)
{
    const relif_layer *layer = &probe->network->layers[probe->layer];
    const int channels = layer->out.channels;
    const int first =
        (layer->out.height / 2 * layer->out.width + layer->out.width / 2) * channels;
    const int n = channels < RELIF_PAD_LANES ? channels : RELIF_PAD_LANES;
    return (relif_range){first, first + n};
}

static void fill(const struct kernel_probe *probe, const relif_raster *input)
{
    relif_random random = relif_random_stream(1, (uint64_t)probe->layer);
    for (int i = 0; i < input->n_images; i++)
        for (int s = 0; s < input->steps; s++) {
            relif_word *mask = relif_raster_mask(input, i, s);
            for (int n = input->range.first; n < input->range.end; n++)
                if (relif_random_uniform(&random) < probe->density)
                    relif_spikes_set(mask, input->range, n);
        }
}

static relif_word *masks_of(const struct kernel_probe *probe, relif_range range)
{
    return relif_calloc(relif_raster_words(range, probe->steps) * (size_t)probe->n_images,
                        sizeof(relif_word));
}

/* What a rank does with its part of a layer. */
struct part {
    relif_raster input, fired;
    relif_slab slab;
    relif_synapse *synapse;
    relif_lif *lif;
    relif_arrivals *arrivals;
    relif_counter *counter;
};

static void create_part(struct part *part, const struct kernel_probe *probe,
                        relif_range range)
{
    const relif_layer *layer = &probe->network->layers[probe->layer];
    const relif_range needed = relif_partition_receptive_range(layer, range);
    const int images = probe->n_images, steps = probe->steps;
    part->input = relif_raster_of(needed, masks_of(probe, needed), images, steps);
    part->fired = relif_raster_of(range, masks_of(probe, range), images, steps);
    part->slab = relif_slab_create(layer, range);
    part->synapse = relif_synapse_create(layer, &part->slab, needed);
    part->lif = relif_lif_create(probe->mapping, probe->layer, part->synapse, images);
    part->arrivals = relif_arrivals_create(part->synapse, steps);
    part->counter = relif_counter_create(range, images, MOST_RUNS * steps);
    fill(probe, &part->input);
    relif_lif_reset_state(part->lif);
}

static void destroy_part(struct part *part)
{
    free(part->input.masks);
    free(part->fired.masks);
    relif_counter_destroy(part->counter);
    relif_arrivals_destroy(part->arrivals);
    relif_lif_destroy(part->lif);
    relif_synapse_destroy(part->synapse);
}

static double seconds_of_runs(const struct part *part, int runs)
{
    relif_counter_reset(part->counter);
    const double start = relif_clock_busy();
    for (int i = 0; i < runs; i++) {
        relif_lif_run(part->lif, part->arrivals, &part->input, &part->fired);
        relif_counter_add(part->counter, &part->fired);
    }
    return relif_clock_busy() - start;
}

/* The shortest of several trials, each of so many runs that reading the clock is nothing.
 */
static double seconds_of_run(const struct part *part)
{
    double best = DBL_MAX;
    int runs = 1;
    while (runs < MOST_RUNS && seconds_of_runs(part, runs) < trial_seconds) runs *= 2;
    for (int t = 0; t < TRIALS; t++) best = fmin(best, seconds_of_runs(part, runs));
    return best / runs;
}

/* Seconds of an image and step for the neurons of a range. */
static double time_range(const struct kernel_probe *probe, relif_range range,
                         relif_slab *slab)
{
    struct part part;
    create_part(&part, probe, range);
    const double seconds = seconds_of_run(&part);
    *slab = part.slab;
    destroy_part(&part);
    return seconds / ((double)probe->n_images * probe->steps);
}

struct kernel_cost kernel_cost_measure(const struct kernel_probe *probe)
{
    const relif_layer *layer = &probe->network->layers[probe->layer];
    const relif_slab all =
        relif_slab_create(layer, (relif_range){0, relif_shape_size(layer->out)});
    relif_slab wide, narrow;
    const double wide_seconds = time_range(probe, wide_range(probe), &wide);
    const double narrow_seconds = time_range(probe, narrow_range(probe), &narrow);
    const double tile = wide_seconds / wide.n_tiles;
    struct kernel_cost cost = {.whole = tile * all.n_tiles, .visit = tile};
    if (narrow.pitch < wide.pitch && narrow_seconds < tile)
        cost.lane = (tile - narrow_seconds) / (wide.pitch - narrow.pitch);
    cost.visit -= wide.pitch * cost.lane;
    if (cost.visit < 0) { /* narrower is faster than its share: as fast */
        cost.visit = 0;
        cost.lane = tile / wide.pitch;
    }
    return cost;
}
