#include "relif/simulation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relif/encoder.h"
#include "relif/exchange.h"
#include "relif/memory.h"
#include "stage.h"

/* Ticks that a spike needs to the next layer: sent after one, there before the one after
 * the next. */
enum { LAG = RELIF_EXCHANGE_OUTSTANDING };

struct relif_simulation {
    struct stage_plan plan;
    int n_layers, n_images;
    int lag;              /* ticks between layers */
    struct stage *stages; /* [n_layers] */
    relif_encoder *encoder;
    relif_exchange *exchange; /* NULL in a group of one */
    relif_parcel *parcels;    /* [n_layers] of the current tick */
};

/* Consecutive layers whose time loop runs at once; the first may replay a window pooling.
 */
struct segment {
    int first, last;
    bool replays;
};

static void ignore_stretch(void *self, const relif_stretch *stretch)
{
    (void)self;
    (void)stretch;
}

/* Stretches of equal length, as long as they may be. */
static int longest_stretch(int steps)
{
    const int n = (steps + RELIF_STRETCH_STEPS - 1) / RELIF_STRETCH_STEPS;
    return (steps + n - 1) / n;
}

/* The interval asked for (without messages, a stretch), as far as there are steps and a
 * message stays below 1 GiB. */
static int usable_interval(const relif_simulation_setup *setup, int steps)
{
    const bool alone = setup->group->size == 1;
    const int asked = alone ? longest_stretch(steps) : setup->exchange_interval;
    int64_t step_bytes = 1;
    for (int l = 0; l < setup->network->n_layers; l++) {
        const relif_range all = {0, relif_shape_size(setup->network->layers[l].out)};
        step_bytes +=
            (int64_t)setup->images_in_flight * (8 * (int64_t)relif_spikes_words(all) + 4);
    }
    int64_t interval = (INT64_C(1) << 30) / step_bytes;
    if (interval < 1) interval = 1;
    if (interval > steps) interval = steps;
    return interval < asked ? (int)interval : asked;
}

relif_simulation *relif_simulation_create(const relif_simulation_setup *setup)
{
    relif_simulation *simulation = relif_calloc(1, sizeof *simulation);
    struct stage_plan *plan = &simulation->plan;
    const bool alone = setup->group->size == 1;
    plan->setup = *setup;
    if (!setup->observer.watch) plan->setup.observer.watch = ignore_stretch;
    plan->steps = relif_coding_steps(setup->coding);
    plan->interval = usable_interval(setup, plan->steps);
    simulation->n_layers = setup->network->n_layers;
    simulation->lag = alone ? 0 : LAG;
    plan->slots = simulation->lag + 1;
    const size_t n = (size_t)simulation->n_layers;
    simulation->stages = relif_calloc(n, sizeof *simulation->stages);
    simulation->parcels = relif_calloc(n, sizeof *simulation->parcels);
    for (int l = 0; l < simulation->n_layers; l++)
        stage_create(&simulation->stages[l], plan, l);
    simulation->encoder = relif_encoder_create(
        setup->coding, simulation->stages[0].needed, setup->images_in_flight);
    simulation->stages[0].trains = relif_encoder_trains(simulation->encoder);
    if (!alone)
        simulation->exchange =
            relif_exchange_create(setup->group, setup->network, setup->partition,
                                  setup->images_in_flight, plan->interval);
    return simulation;
}

void relif_simulation_destroy(relif_simulation *simulation)
{
    if (!simulation) return;
    for (int l = 0; l < simulation->n_layers; l++) stage_destroy(&simulation->stages[l]);
    free(simulation->stages);
    relif_encoder_destroy(simulation->encoder);
    relif_exchange_destroy(simulation->exchange);
    free(simulation->parcels);
    free(simulation);
}

/* Steps first <= s < end of a block. */
static void watch(const relif_simulation *simulation, int l, int block, int first,
                  int end)
{
    const struct stage *stage = &simulation->stages[l];
    const relif_observer *observer = &simulation->plan.setup.observer;
    const relif_raster out = stage_out(stage, block);
    const relif_raster fired = relif_raster_steps(&out, first, end);
    const int t = stage_first_step(&simulation->plan, block) + first;
    for (int i = 0; i < simulation->n_images; i++) {
        const relif_stretch stretch = {
            l, i, t, relif_raster_image(&fired, i), stage->lif, stage->counter};
        observer->watch(observer->self, &stretch);
    }
}

/* Where the stretch that begins at step s of a block ends: at the end of the block, or
 * where the observer looks at the potentials. */
static int end_of_stretch(const relif_simulation *simulation, int l, int block, int s)
{
    const struct stage_plan *plan = &simulation->plan;
    const relif_observer *observer = &plan->setup.observer;
    const int begin = stage_first_step(plan, block);
    int end = stage_block_steps(plan, block);
    if (end > s + RELIF_STRETCH_STEPS) end = s + RELIF_STRETCH_STEPS;
    if (!observer->look) return end;
    const int look = observer->look(observer->self, l, begin + s) - begin;
    return look > s && look < end ? look : end;
}

static bool is_window(const relif_simulation *simulation, int l)
{
    return simulation->stages[l].pooling &&
           simulation->plan.setup.pooling == RELIF_POOLING_WINDOW;
}

static enum stage_work work_of(const relif_simulation *simulation,
                               const struct segment *segment, int l)
{
    if (simulation->stages[l].lif) return STAGE_NEURONS;
    if (!is_window(simulation, l)) return STAGE_POOL;
    return segment->replays && l == segment->first ? STAGE_REPLAY : STAGE_COLLECT;
}

static void run_stretch(const relif_simulation *simulation, enum stage_work work, int l,
                        int block, relif_range steps)
{
    struct stage *stage = &simulation->stages[l];
    const bool measures = simulation->plan.setup.measures_layers;
    const double start = measures ? relif_clock_busy() : 0;
    stage_run(stage, work, block, steps.first, steps.end);
    if (measures) stage->seconds += relif_clock_busy() - start;
}

/* One block of steps of one layer. */
static void advance(relif_simulation *simulation, enum stage_work work, int l, int block)
{
    struct stage *stage = &simulation->stages[l];
    struct stage *next = l + 1 < simulation->n_layers ? stage + 1 : NULL;
    relif_clock *clock = simulation->plan.setup.clock;
    const relif_phase phase =
        work == STAGE_NEURONS ? RELIF_PHASE_DELIVER : RELIF_PHASE_POOL;
    const int steps = stage_block_steps(&simulation->plan, block);
    double mark = relif_clock_now();
    stage_open(stage, block);
    for (int s = 0, end; s < steps; s = end) {
        end = end_of_stretch(simulation, l, block, s);
        run_stretch(simulation, work, l, block, (relif_range){s, end});
        relif_clock_charge(clock, phase, &mark);
        if (work != STAGE_COLLECT) watch(simulation, l, block, s, end);
        relif_clock_charge(clock, RELIF_PHASE_RECORD, &mark);
    }
    stage_close(stage, work, block, next);
    relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
}

static void exchange_tick(relif_simulation *simulation)
{
    relif_clock *clock = simulation->plan.setup.clock;
    if (!simulation->exchange) return;
    relif_exchange_post(simulation->exchange, simulation->parcels, simulation->n_images,
                        clock);
    if (relif_exchange_outstanding(simulation->exchange) == RELIF_EXCHANGE_OUTSTANDING)
        relif_exchange_complete(simulation->exchange, clock);
}

static void finish_exchange(relif_simulation *simulation)
{
    while (simulation->exchange && relif_exchange_outstanding(simulation->exchange) > 0)
        relif_exchange_complete(simulation->exchange, simulation->plan.setup.clock);
}

/* false: left early. */
static bool run_segment(relif_simulation *simulation, const struct segment *segment)
{
    const struct stage_plan *plan = &simulation->plan;
    const int n_blocks = (plan->steps + plan->interval - 1) / plan->interval;
    const int depth = segment->last - segment->first;
    bool stopped = false;
    for (int tick = 0; tick < n_blocks + simulation->lag * depth && !stopped; tick++) {
        memset(simulation->parcels, 0,
               (size_t)simulation->n_layers * sizeof *simulation->parcels);
        for (int l = segment->first; l <= segment->last; l++) {
            const int block = tick - simulation->lag * (l - segment->first);
            if (block < 0 || block >= n_blocks) continue;
            advance(simulation, work_of(simulation, segment, l), l, block);
            if (l < segment->last)
                simulation->parcels[l] = (relif_parcel){
                    stage_block_steps(plan, block), simulation->stages[l].out,
                    stage_inbox(&simulation->stages[l + 1], block).masks};
        }
        exchange_tick(simulation);
        stopped = relif_stop_agreed(plan->setup.stop);
    }
    finish_exchange(simulation);
    return !stopped;
}

/* From the first layer to the next window pooling, which the following segment replays.
 */
static struct segment next_segment(const relif_simulation *simulation, int first,
                                   bool replays)
{
    const int end = simulation->n_layers - 1;
    struct segment segment = {first, first, replays};
    if (replays && first == end) return segment;
    if (replays) segment.last++;
    while (segment.last < end && !is_window(simulation, segment.last)) segment.last++;
    return segment;
}

static void choose_winners(relif_simulation *simulation, int l)
{
    double mark = relif_clock_now();
    relif_pooling_choose(simulation->stages[l].pooling, simulation->n_images);
    relif_clock_charge(simulation->plan.setup.clock, RELIF_PHASE_POOL, &mark);
}

static void begin_batch(relif_simulation *simulation, int n, const float *pixels)
{
    const size_t size = (size_t)relif_shape_size(simulation->plan.setup.network->input);
    double mark = relif_clock_now();
    simulation->n_images = n;
    for (int i = 0; i < n; i++)
        relif_encoder_load(simulation->encoder, i, pixels + (size_t)i * size);
    for (int l = 0; l < simulation->n_layers; l++) stage_begin(&simulation->stages[l], n);
    relif_clock_charge(simulation->plan.setup.clock, RELIF_PHASE_ENCODE, &mark);
}

bool relif_simulation_run(relif_simulation *simulation, int n, const float *pixels)
{
    assert(n <= simulation->plan.setup.images_in_flight);
    begin_batch(simulation, n, pixels);
    struct segment segment = next_segment(simulation, 0, false);
    bool complete = run_segment(simulation, &segment);
    while (complete && is_window(simulation, segment.last) &&
           !(segment.replays && segment.first == segment.last)) {
        choose_winners(simulation, segment.last);
        segment = next_segment(simulation, segment.last, true);
        complete = run_segment(simulation, &segment);
    }
    for (int l = 0; l < simulation->n_layers && complete; l++)
        stage_count(&simulation->stages[l]);
    return complete;
}

void relif_simulation_set_steps(relif_simulation *simulation, int steps)
{
    assert(steps >= 1 && steps <= relif_coding_steps(simulation->plan.setup.coding));
    simulation->plan.steps = steps;
}

void relif_simulation_counts(const relif_simulation *simulation, int layer, int image,
                             int32_t *counts)
{
    relif_counter_values(simulation->stages[layer].counter, image, counts);
}

void relif_simulation_potentials(const relif_simulation *simulation, int layer, int image,
                                 float *potentials)
{
    const struct stage *stage = &simulation->stages[layer];
    if (stage->lif)
        relif_lif_potentials(stage->lif, image, potentials);
    else
        memset(potentials, 0,
               (size_t)relif_range_size(stage->owned) * sizeof *potentials);
}

relif_range relif_simulation_range(const relif_simulation *simulation, int layer)
{
    return simulation->stages[layer].owned;
}

relif_tally relif_simulation_tally(const relif_simulation *simulation, int layer)
{
    return simulation->stages[layer].tally;
}

double relif_simulation_seconds(const relif_simulation *simulation, int layer)
{
    return simulation->stages[layer].seconds;
}

void relif_simulation_volume(const relif_simulation *simulation, int64_t *bytes,
                             int64_t *messages)
{
    *bytes = *messages = 0;
    if (simulation->exchange)
        relif_exchange_volume(simulation->exchange, bytes, messages);
}
