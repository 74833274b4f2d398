#include "relif/simulation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relif/exchange.h"
#include "relif/memory.h"
#include "stage.h"

/* Ticks that a message needs: sent after one, there before the one after the next. */
enum { LAG = RELIF_EXCHANGE_OUTSTANDING };

struct relif_simulation {
    struct stage_plan plan;
    int n_layers;
    int *delays;          /* [n_layers] ticks behind the first layer */
    struct stage *stages; /* [n_layers] */
    relif_input *input;
    relif_exchange *exchange; /* NULL in a group of one */
    relif_parcel *parcels;    /* [n_layers] of the current tick */
};

static void ignore_stretch(void *self, const relif_stretch *stretch)
{
    (void)self;
    (void)stretch;
}

static void make_plan(struct stage_plan *plan, const relif_simulation_setup *setup)
{
    const int n_layers = setup->network->n_layers;
    plan->setup = *setup;
    if (!setup->observer.watch) plan->setup.observer.watch = ignore_stretch;
    plan->portions = relif_portions_choose(
        &(relif_portion_options){.network = setup->network,
                                 .partition = setup->partition,
                                 .pooling = setup->pooling,
                                 .images_in_flight = setup->images_in_flight,
                                 .exchange_interval = setup->exchange_interval},
        relif_coding_steps(setup->coding));
    plan->slots = setup->group->size > 1 ? LAG + 1 : 1;
    plan->lags = relif_calloc((size_t)n_layers, sizeof *plan->lags);
    for (int l = 1; l < n_layers; l++) {
        const bool crosses = relif_partition_crosses(setup->partition, setup->network, l);
        plan->lags[l] = crosses ? LAG : 0;
    }
}

/* What comes from outside, and from other ranks. */
static void connect(relif_simulation *simulation)
{
    const struct stage_plan *plan = &simulation->plan;
    const relif_simulation_setup *setup = &plan->setup;
    const bool alone = setup->group->size == 1;
    relif_context *node = alone ? NULL : relif_context_split_node(setup->group);
    simulation->input = relif_input_create(
        &(relif_input_setup){.node = node,
                             .coding = setup->coding,
                             .needed = simulation->stages[0].needed,
                             .as_lists = stage_wants_lists(&simulation->stages[0]),
                             .image_size = relif_shape_size(setup->network->input),
                             .images_in_flight = setup->images_in_flight});
    if (!alone)
        simulation->exchange =
            relif_exchange_create(setup->group, node, setup->network, setup->partition,
                                  plan->portions.images, plan->portions.interval);
    relif_context_destroy(node);
}

relif_simulation *relif_simulation_create(const relif_simulation_setup *setup)
{
    relif_simulation *simulation = relif_calloc(1, sizeof *simulation);
    struct stage_plan *plan = &simulation->plan;
    const size_t n = (size_t)setup->network->n_layers;
    make_plan(plan, setup);
    simulation->n_layers = setup->network->n_layers;
    simulation->delays = relif_calloc(n, sizeof *simulation->delays);
    simulation->stages = relif_calloc(n, sizeof *simulation->stages);
    simulation->parcels = relif_calloc(n, sizeof *simulation->parcels);
    for (int l = 0; l < simulation->n_layers; l++)
        stage_create(&simulation->stages[l], plan, l);
    connect(simulation);
    return simulation;
}

void relif_simulation_destroy(relif_simulation *simulation)
{
    if (!simulation) return;
    for (int l = 0; l < simulation->n_layers; l++) stage_destroy(&simulation->stages[l]);
    free(simulation->stages);
    relif_input_destroy(simulation->input);
    relif_exchange_destroy(simulation->exchange);
    free(simulation->parcels);
    free(simulation->delays);
    free(simulation->plan.lags);
    free(simulation);
}

/* Steps first <= s < end of a portion. */
static void watch(const relif_simulation *simulation, int l, const relif_portion *portion,
                  int first, int end)
{
    const struct stage *stage = &simulation->stages[l];
    const relif_observer *observer = &simulation->plan.setup.observer;
    const relif_raster out = stage_out(stage, portion);
    const relif_raster fired = relif_raster_steps(&out, first, end);
    const int t = portion->first_step + first;
    for (int i = 0; i < portion->n_images; i++) {
        const relif_stretch stretch = {l,          portion->first_image + i,
                                       t,          relif_raster_image(&fired, i),
                                       stage->lif, stage->counter};
        observer->watch(observer->self, &stretch);
    }
}

/* Where the steps that begin with step s of a portion and run at once end: with the
 * portion, or where the observer looks at the potentials. */
static int end_of_stretch(const relif_simulation *simulation, int l,
                          const relif_portion *portion, int s)
{
    const relif_observer *observer = &simulation->plan.setup.observer;
    const int begin = portion->first_step,
              longest = stage_longest(&simulation->stages[l]);
    int end = portion->steps;
    if (end - s > longest) end = s + longest;
    if (!observer->look) return end;
    const int look = observer->look(observer->self, l, begin + s) - begin;
    return look > s && look < end ? look : end;
}

static bool is_window(const relif_simulation *simulation, int l)
{
    return simulation->stages[l].pooling &&
           simulation->plan.setup.pooling == RELIF_POOLING_WINDOW;
}

/* A portion of one layer's work. */
static void advance(relif_simulation *simulation, enum stage_work work, int l,
                    const relif_portion *portion)
{
    struct stage *stage = &simulation->stages[l];
    struct stage *next = l + 1 < simulation->n_layers ? stage + 1 : NULL;
    relif_clock *clock = simulation->plan.setup.clock;
    const relif_phase phase =
        work == STAGE_NEURONS ? RELIF_PHASE_DELIVER : RELIF_PHASE_POOL;
    double mark = relif_clock_now();
    if (work != STAGE_COLLECT) stage_open(stage, portion);
    for (int s = 0, end; s < portion->steps; s = end) {
        const double began = mark;
        end = end_of_stretch(simulation, l, portion, s);
        stage_run(stage, work, portion, s, end);
        relif_clock_charge(clock, phase, &mark);
        stage->seconds += mark - began;
        if (work != STAGE_COLLECT) watch(simulation, l, portion, s, end);
        relif_clock_charge(clock, RELIF_PHASE_RECORD, &mark);
    }
    stage_close(stage, work, portion, next);
    relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
}

/* The trains of a portion for a window pooling; with the last block of its images the
 * winners are known. */
static void collect(relif_simulation *simulation, int l, const relif_portion *portion)
{
    const relif_portions *portions = &simulation->plan.portions;
    advance(simulation, STAGE_COLLECT, l, portion);
    if (portion->first_step + portion->steps < portions->steps) return;
    double mark = relif_clock_now();
    stage_choose(&simulation->stages[l], portion);
    relif_clock_charge(simulation->plan.setup.clock, RELIF_PHASE_POOL, &mark);
}

/* What a layer fires in a tick, and what of it the next layer gets. */
static void fire(relif_simulation *simulation, enum stage_work work, int l,
                 const relif_portion *portion)
{
    advance(simulation, work, l, portion);
    if (l + 1 == simulation->n_layers) return;
    simulation->parcels[l] =
        (relif_parcel){stage_out(&simulation->stages[l], portion),
                       stage_inbox(&simulation->stages[l + 1], portion)};
}

/* One layer in one tick. A window pooling replays the trains that it
 * collected. */
static void step_layer(relif_simulation *simulation, int l, int tick)
{
    const relif_portions *portions = &simulation->plan.portions;
    const int count = relif_portions_count(portions),
              number = tick - simulation->delays[l];
    const bool window = is_window(simulation, l);
    const int fired = window ? number - (relif_portions_blocks(portions) - 1) : number;
    const enum stage_work work = window                          ? STAGE_REPLAY
                                 : simulation->stages[l].pooling ? STAGE_POOL
                                                                 : STAGE_NEURONS;
    if (window && number >= 0 && number < count) {
        const relif_portion portion = relif_portions_at(portions, number);
        collect(simulation, l, &portion);
    }
    if (fired < 0 || fired >= count) return;
    const relif_portion portion = relif_portions_at(portions, fired);
    fire(simulation, work, l, &portion);
}

static void exchange_tick(relif_simulation *simulation)
{
    relif_clock *clock = simulation->plan.setup.clock;
    if (!simulation->exchange) return;
    relif_exchange_post(simulation->exchange, simulation->parcels, clock);
    if (relif_exchange_outstanding(simulation->exchange) == RELIF_EXCHANGE_OUTSTANDING)
        relif_exchange_complete(simulation->exchange, clock);
}

static void finish_exchange(relif_simulation *simulation)
{
    while (simulation->exchange && relif_exchange_outstanding(simulation->exchange) > 0)
        relif_exchange_complete(simulation->exchange, simulation->plan.setup.clock);
}

/* A layer begins when its first spikes have arrived, behind a window pooling after the
 * pooling's last block; returns the ticks until the last layer begins. */
static int set_delays(relif_simulation *simulation)
{
    const int blocks = relif_portions_blocks(&simulation->plan.portions);
    int delay = 0;
    for (int l = 0; l < simulation->n_layers; l++) {
        delay += simulation->plan.lags[l];
        simulation->delays[l] = delay;
        if (is_window(simulation, l)) delay += blocks - 1;
    }
    return delay;
}

void relif_simulation_load(relif_simulation *simulation, int n,
                           const relif_pixel_source *source)
{
    relif_input_load(simulation->input, n, source, simulation->plan.setup.clock);
}

static void begin_batch(relif_simulation *simulation)
{
    const int n = relif_input_begin(simulation->input, simulation->plan.setup.clock);
    simulation->plan.portions.n_images = n;
    simulation->stages[0].trains = relif_input_trains(simulation->input);
    for (int l = 0; l < simulation->n_layers; l++) stage_begin(&simulation->stages[l], n);
}

bool relif_simulation_run(relif_simulation *simulation)
{
    const size_t all_parcels = (size_t)simulation->n_layers * sizeof(relif_parcel);
    bool stopped = false;
    begin_batch(simulation);
    const int ticks =
        relif_portions_count(&simulation->plan.portions) + set_delays(simulation);
    for (int tick = 0; tick < ticks && !stopped; tick++) {
        memset(simulation->parcels, 0, all_parcels);
        for (int l = 0; l < simulation->n_layers; l++) step_layer(simulation, l, tick);
        exchange_tick(simulation);
        stopped = relif_stop_agreed(simulation->plan.setup.stop);
    }
    finish_exchange(simulation);
    for (int l = 0; l < simulation->n_layers && !stopped; l++)
        stage_count(&simulation->stages[l]);
    return !stopped;
}

void relif_simulation_set_steps(relif_simulation *simulation, int steps)
{
    assert(steps >= 1 && steps <= relif_coding_steps(simulation->plan.setup.coding));
    simulation->plan.portions.steps = steps;
}

void relif_simulation_counts(const relif_simulation *simulation, int layer, int image,
                             int32_t *counts)
{
    const struct stage *stage = &simulation->stages[layer];
    relif_counter_values(stage->counter, image, stage->owned, counts);
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
