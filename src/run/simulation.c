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

static void ignore_step(void *self, const relif_step *step)
{
    (void)self;
    (void)step;
}

/* The interval asked for, as far as there are steps and a message stays below 1 GiB. */
static int usable_interval(const relif_simulation_setup *setup, int steps)
{
    int64_t step_bytes = 1;
    for (int l = 0; l < setup->network->n_layers; l++) {
        const relif_range all = {0, relif_shape_size(setup->network->layers[l].out)};
        step_bytes +=
            (int64_t)setup->images_in_flight * (8 * (int64_t)relif_spikes_words(all) + 4);
    }
    int64_t interval = (INT64_C(1) << 30) / step_bytes;
    if (interval < 1) interval = 1;
    if (interval > steps) interval = steps;
    return interval < setup->exchange_interval ? (int)interval : setup->exchange_interval;
}

relif_simulation *relif_simulation_create(const relif_simulation_setup *setup)
{
    relif_simulation *simulation = relif_calloc(1, sizeof *simulation);
    struct stage_plan *plan = &simulation->plan;
    const bool alone = setup->group->size == 1;
    plan->setup = *setup;
    if (!setup->observer.watch) plan->setup.observer.watch = ignore_step;
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
    simulation->stages[0].encoder = simulation->encoder;
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

static void watch_step(const relif_simulation *simulation, int l, int block, int s)
{
    const struct stage *stage = &simulation->stages[l];
    const relif_observer *observer = &simulation->plan.setup.observer;
    const int t = stage_first_step(&simulation->plan, block) + s;
    for (int i = 0; i < simulation->n_images; i++) {
        const relif_step step = {
            l, i, t, stage->owned, stage_out(stage, s, i), stage->lif, stage->pooling};
        observer->watch(observer->self, &step);
    }
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

/* One block of steps of one layer. */
static void advance(relif_simulation *simulation, enum stage_work work, int l, int block)
{
    struct stage *stage = &simulation->stages[l];
    relif_clock *clock = simulation->plan.setup.clock;
    const relif_phase phase =
        work == STAGE_NEURONS ? RELIF_PHASE_DELIVER : RELIF_PHASE_POOL;
    double mark = relif_clock_now();
    stage_clear_out(stage, block);
    for (int s = 0; s < stage_block_steps(&simulation->plan, block); s++) {
        stage_step(stage, work, block, s);
        relif_clock_charge(clock, phase, &mark);
        if (work != STAGE_COLLECT) watch_step(simulation, l, block, s);
        relif_clock_charge(clock, RELIF_PHASE_RECORD, &mark);
    }
    if (work != STAGE_REPLAY) stage_clear_inbox(stage, block);
    if (work != STAGE_COLLECT && l + 1 < simulation->n_layers)
        stage_deliver(stage, &simulation->stages[l + 1], block);
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
                    stage_inbox(&simulation->stages[l + 1], block)};
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
    for (int i = 0; i < simulation->n_images; i++)
        relif_pooling_choose(simulation->stages[l].pooling, i);
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
    const struct stage *stage = &simulation->stages[layer];
    for (int n = stage->owned.first; n < stage->owned.end; n++)
        *counts++ = stage->lif ? relif_lif_count(stage->lif, image, n)
                               : relif_pooling_count(stage->pooling, image, n);
}

void relif_simulation_potentials(const relif_simulation *simulation, int layer, int image,
                                 float *potentials)
{
    const struct stage *stage = &simulation->stages[layer];
    for (int n = stage->owned.first; n < stage->owned.end; n++)
        *potentials++ = stage->lif ? relif_lif_potential(stage->lif, image, n) : 0;
}

relif_range relif_simulation_range(const relif_simulation *simulation, int layer)
{
    return simulation->stages[layer].owned;
}

relif_tally relif_simulation_tally(const relif_simulation *simulation, int layer)
{
    return simulation->stages[layer].tally;
}

void relif_simulation_volume(const relif_simulation *simulation, int64_t *bytes,
                             int64_t *messages)
{
    *bytes = *messages = 0;
    if (simulation->exchange)
        relif_exchange_volume(simulation->exchange, bytes, messages);
}
