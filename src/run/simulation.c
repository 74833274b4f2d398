#include "relif/simulation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relif/encoder.h"
#include "relif/exchange.h"
#include "relif/memory.h"
#include "relif/synapse.h"

/* Ticks that a spike needs to the next layer: sent after one, there before the one after
 * the next. */
enum { LAG = RELIF_EXCHANGE_OUTSTANDING };

/* A layer on its way through time. */
struct stage {
    relif_range owned, needed;
    relif_synapse *synapse; /* NULL for max pooling, as is lif */
    relif_lif *lif;
    relif_arrivals **arrivals; /* [images] */
    int *fan_out;
    relif_pooling *pooling; /* NULL unless max pooling */
    relif_word *
        inbox; /* [slots][interval][images][words of needed] spikes of the layer before */
    relif_word *out; /* [interval][images][words of owned] spikes of the current block */
    relif_tally tally;
};

struct relif_simulation {
    relif_simulation_setup setup;
    int steps, n_layers, n_images;
    int lag, slots;       /* ticks between layers; blocks an inbox holds */
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

static void create_stage(relif_simulation *simulation, int l)
{
    const relif_simulation_setup *setup = &simulation->setup;
    const relif_layer *layer = &setup->network->layers[l];
    const int rank = setup->group->rank, images = setup->images_in_flight;
    const size_t masks = (size_t)images * (size_t)setup->exchange_interval;
    struct stage *stage = &simulation->stages[l];
    stage->owned = relif_partition_range(setup->partition, l, rank);
    stage->needed = relif_partition_needs(setup->partition, setup->network, l, rank);
    stage->out = relif_calloc(masks * (size_t)relif_spikes_words(stage->owned),
                              sizeof(relif_word));
    if (l > 0)
        stage->inbox = relif_calloc((size_t)simulation->slots * masks *
                                        (size_t)relif_spikes_words(stage->needed),
                                    sizeof(relif_word));
    if (!relif_layer_spikes(layer)) {
        stage->pooling = relif_pooling_create(layer, stage->owned, stage->needed,
                                              setup->pooling, images, simulation->steps);
        return;
    }
    const relif_slab slab = relif_slab_create(layer, stage->owned);
    stage->synapse = relif_synapse_create(layer, &slab, stage->needed);
    stage->lif = relif_lif_create(setup->mapping, l, stage->synapse, images);
    stage->fan_out = relif_synapse_fan_out(stage->synapse);
    stage->arrivals = relif_calloc((size_t)images, sizeof(relif_arrivals *));
    for (int i = 0; i < images; i++)
        stage->arrivals[i] = relif_arrivals_create(stage->synapse);
}

static void destroy_stage(struct stage *stage, int images)
{
    for (int i = 0; stage->arrivals && i < images; i++)
        relif_arrivals_destroy(stage->arrivals[i]);
    free(stage->arrivals);
    free(stage->fan_out);
    relif_lif_destroy(stage->lif);
    relif_synapse_destroy(stage->synapse);
    relif_pooling_destroy(stage->pooling);
    free(stage->inbox);
    free(stage->out);
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
    const bool alone = setup->group->size == 1;
    simulation->setup = *setup;
    if (!setup->observer.watch) simulation->setup.observer.watch = ignore_step;
    simulation->steps = relif_coding_steps(setup->coding);
    simulation->setup.exchange_interval = usable_interval(setup, simulation->steps);
    simulation->n_layers = setup->network->n_layers;
    simulation->lag = alone ? 0 : LAG;
    simulation->slots = simulation->lag + 1;
    simulation->stages =
        relif_calloc((size_t)simulation->n_layers, sizeof *simulation->stages);
    for (int l = 0; l < simulation->n_layers; l++) create_stage(simulation, l);
    simulation->encoder = relif_encoder_create(
        setup->coding, simulation->stages[0].needed, setup->images_in_flight);
    simulation->parcels =
        relif_calloc((size_t)simulation->n_layers, sizeof *simulation->parcels);
    if (!alone)
        simulation->exchange = relif_exchange_create(
            setup->group, setup->network, setup->partition, setup->images_in_flight,
            simulation->setup.exchange_interval);
    return simulation;
}

void relif_simulation_destroy(relif_simulation *simulation)
{
    if (!simulation) return;
    for (int l = 0; l < simulation->n_layers; l++)
        destroy_stage(&simulation->stages[l], simulation->setup.images_in_flight);
    free(simulation->stages);
    relif_encoder_destroy(simulation->encoder);
    relif_exchange_destroy(simulation->exchange);
    free(simulation->parcels);
    free(simulation);
}

/* Masks of one block in the inbox of a stage. */
static relif_word *inbox_slot(const relif_simulation *simulation, int l, int block)
{
    const struct stage *stage = &simulation->stages[l];
    const size_t masks = (size_t)simulation->setup.images_in_flight *
                         (size_t)simulation->setup.exchange_interval;
    return stage->inbox + (size_t)(block % simulation->slots) * masks *
                              (size_t)relif_spikes_words(stage->needed);
}

static int first_step(const relif_simulation *simulation, int block)
{
    return block * simulation->setup.exchange_interval;
}

static int steps_of(const relif_simulation *simulation, int block)
{
    const int left = simulation->steps - first_step(simulation, block);
    const int interval = simulation->setup.exchange_interval;
    return left < interval ? left : interval;
}

/* Spikes that arrive at a layer for one image at step s of a block. */
static const relif_word *arriving(const relif_simulation *simulation, int l, int block,
                                  int s, int image)
{
    if (l == 0)
        return relif_encoder_spikes(simulation->encoder, image,
                                    first_step(simulation, block) + s);
    return inbox_slot(simulation, l, block) +
           (size_t)(s * simulation->n_images + image) *
               (size_t)relif_spikes_words(simulation->stages[l].needed);
}

static relif_word *outgoing(const relif_simulation *simulation, int l, int s, int image)
{
    return simulation->stages[l].out +
           (size_t)(s * simulation->n_images + image) *
               (size_t)relif_spikes_words(simulation->stages[l].owned);
}

/* Deliver and integrate: one step of a layer of LIF neurons, all images in flight. */
static void step_neurons(relif_simulation *simulation, int l, int block, int s)
{
    struct stage *stage = &simulation->stages[l];
    for (int i = 0; i < simulation->n_images; i++) {
        relif_arrivals_list(stage->arrivals[i], stage->synapse,
                            arriving(simulation, l, block, s, i));
        stage->tally.operations +=
            relif_arrivals_operations(stage->arrivals[i], stage->synapse, stage->fan_out);
    }
    for (int b = 0; b < stage->synapse->slab.n_blocks; b++)
        for (int i = 0; i < simulation->n_images; i++)
            relif_lif_step(stage->lif, b, stage->arrivals[i], i,
                           outgoing(simulation, l, s, i));
}

static void step_pooling(relif_simulation *simulation, int l, int block, int s)
{
    for (int i = 0; i < simulation->n_images; i++)
        relif_pooling_step(simulation->stages[l].pooling, i,
                           arriving(simulation, l, block, s, i),
                           outgoing(simulation, l, s, i));
}

static void collect(relif_simulation *simulation, int l, int block, int s)
{
    for (int i = 0; i < simulation->n_images; i++)
        relif_pooling_collect(simulation->stages[l].pooling, i,
                              first_step(simulation, block) + s,
                              arriving(simulation, l, block, s, i));
}

static void replay(relif_simulation *simulation, int l, int block, int s)
{
    for (int i = 0; i < simulation->n_images; i++)
        relif_pooling_replay(simulation->stages[l].pooling, i,
                             first_step(simulation, block) + s,
                             outgoing(simulation, l, s, i));
}

static void watch_step(const relif_simulation *simulation, int l, int t, int s)
{
    const struct stage *stage = &simulation->stages[l];
    const relif_observer *observer = &simulation->setup.observer;
    for (int i = 0; i < simulation->n_images; i++) {
        const relif_step step = {
            l, i, t, stage->owned, outgoing(simulation, l, s, i), stage->lif};
        observer->watch(observer->self, &step);
    }
}

/* Spikes of a block to the part of the next layer that is computed here. */
static void deliver_here(relif_simulation *simulation, int l, int block)
{
    if (l + 1 == simulation->n_layers) return;
    const struct stage *from = &simulation->stages[l], *to = &simulation->stages[l + 1];
    const relif_range part = relif_range_intersect(from->owned, to->needed);
    const size_t to_words = (size_t)relif_spikes_words(to->needed);
    relif_word *inbox = inbox_slot(simulation, l + 1, block);
    for (int s = 0; s < steps_of(simulation, block); s++)
        for (int i = 0; i < simulation->n_images; i++)
            relif_spikes_merge(inbox + (size_t)(s * simulation->n_images + i) * to_words,
                               to->needed, outgoing(simulation, l, s, i), from->owned,
                               part);
}

static void clear_inbox(relif_simulation *simulation, int l, int block)
{
    const size_t words = (size_t)relif_spikes_words(simulation->stages[l].needed);
    if (l > 0)
        memset(inbox_slot(simulation, l, block), 0,
               (size_t)(steps_of(simulation, block) * simulation->n_images) * words *
                   sizeof(relif_word));
}

static bool is_window(const relif_simulation *simulation, int l)
{
    return simulation->stages[l].pooling &&
           simulation->setup.pooling == RELIF_POOLING_WINDOW;
}

/* One block of steps of one layer. */
static void advance(relif_simulation *simulation, const struct segment *segment, int l,
                    int block)
{
    struct stage *stage = &simulation->stages[l];
    relif_clock *clock = simulation->setup.clock;
    const bool replays = segment->replays && l == segment->first;
    const bool collects = is_window(simulation, l) && !replays;
    const size_t masks = (size_t)(steps_of(simulation, block) * simulation->n_images);
    double mark = relif_clock_now();
    memset(stage->out, 0,
           masks * (size_t)relif_spikes_words(stage->owned) * sizeof(relif_word));
    for (int s = 0; s < steps_of(simulation, block); s++) {
        if (stage->lif)
            step_neurons(simulation, l, block, s);
        else if (replays)
            replay(simulation, l, block, s);
        else if (collects)
            collect(simulation, l, block, s);
        else
            step_pooling(simulation, l, block, s);
        relif_clock_charge(clock, stage->lif ? RELIF_PHASE_DELIVER : RELIF_PHASE_POOL,
                           &mark);
        if (!collects) watch_step(simulation, l, first_step(simulation, block) + s, s);
        relif_clock_charge(clock, RELIF_PHASE_RECORD, &mark);
    }
    if (!replays) clear_inbox(simulation, l, block);
    if (!collects) deliver_here(simulation, l, block);
    relif_clock_charge(clock, RELIF_PHASE_EXCHANGE, &mark);
}

static void exchange_tick(relif_simulation *simulation)
{
    relif_clock *clock = simulation->setup.clock;
    if (!simulation->exchange) return;
    relif_exchange_post(simulation->exchange, simulation->parcels, simulation->n_images,
                        clock);
    if (relif_exchange_outstanding(simulation->exchange) == RELIF_EXCHANGE_OUTSTANDING)
        relif_exchange_complete(simulation->exchange, clock);
}

static void finish_exchange(relif_simulation *simulation)
{
    while (simulation->exchange && relif_exchange_outstanding(simulation->exchange) > 0)
        relif_exchange_complete(simulation->exchange, simulation->setup.clock);
}

/* What a layer has to send after the given block, to others' inboxes and from others to
 * mine. */
static relif_parcel parcel_of(const relif_simulation *simulation, int l, int block)
{
    return (relif_parcel){steps_of(simulation, block), simulation->stages[l].out,
                          inbox_slot(simulation, l + 1, block)};
}

static void run_segment(relif_simulation *simulation, const struct segment *segment)
{
    const int interval = simulation->setup.exchange_interval;
    const int n_blocks = (simulation->steps + interval - 1) / interval;
    const int depth = segment->last - segment->first;
    for (int tick = 0; tick < n_blocks + simulation->lag * depth; tick++) {
        memset(simulation->parcels, 0,
               (size_t)simulation->n_layers * sizeof *simulation->parcels);
        for (int l = segment->first; l <= segment->last; l++) {
            const int block = tick - simulation->lag * (l - segment->first);
            if (block < 0 || block >= n_blocks) continue;
            advance(simulation, segment, l, block);
            if (l < segment->last)
                simulation->parcels[l] = parcel_of(simulation, l, block);
        }
        exchange_tick(simulation);
    }
    finish_exchange(simulation);
}

/* From the first layer to the next window pooling, which the following segment
 * replays.
 */
static struct segment next_segment(const relif_simulation *simulation, int first,
                                   bool replays)
{
    struct segment segment = {first, first, replays};
    const int end = simulation->n_layers - 1;
    if (replays && first < end) segment.last++;
    if (replays && first == end) return segment;
    while (segment.last < end && !is_window(simulation, segment.last)) segment.last++;
    return segment;
}

static void choose_winners(relif_simulation *simulation, int l)
{
    double mark = relif_clock_now();
    for (int i = 0; i < simulation->n_images; i++)
        relif_pooling_choose(simulation->stages[l].pooling, i);
    relif_clock_charge(simulation->setup.clock, RELIF_PHASE_POOL, &mark);
}

static void begin_batch(relif_simulation *simulation, int n, const float *pixels)
{
    const size_t size = (size_t)relif_shape_size(simulation->setup.network->input);
    double mark = relif_clock_now();
    simulation->n_images = n;
    for (int i = 0; i < n; i++)
        relif_encoder_load(simulation->encoder, i, pixels + (size_t)i * size);
    for (int l = 0; l < simulation->n_layers; l++) {
        if (simulation->stages[l].lif) relif_lif_reset_state(simulation->stages[l].lif);
        if (simulation->stages[l].pooling)
            relif_pooling_reset(simulation->stages[l].pooling);
    }
    relif_clock_charge(simulation->setup.clock, RELIF_PHASE_ENCODE, &mark);
}

/* A neuron is saturated if it owes spikes that one spike per step does not let it fire.
 */
static bool is_saturated(const relif_simulation *simulation, const struct stage *stage,
                         int image, int neuron, int count)
{
    return count == simulation->steps ||
           relif_lif_potential(stage->lif, image, neuron) >= stage->lif->v_th;
}

static void tally_batch(relif_simulation *simulation)
{
    for (int l = 0; l < simulation->n_layers; l++) {
        struct stage *stage = &simulation->stages[l];
        for (int i = 0; i < simulation->n_images; i++)
            for (int n = stage->owned.first; n < stage->owned.end; n++) {
                const int count = stage->lif ? relif_lif_count(stage->lif, i, n)
                                             : relif_pooling_count(stage->pooling, i, n);
                stage->tally.spikes += count;
                if (stage->lif)
                    stage->tally.saturated +=
                        is_saturated(simulation, stage, i, n, count);
            }
    }
}

void relif_simulation_run(relif_simulation *simulation, int n, const float *pixels)
{
    assert(n <= simulation->setup.images_in_flight);
    begin_batch(simulation, n, pixels);
    struct segment segment = next_segment(simulation, 0, false);
    run_segment(simulation, &segment);
    while (is_window(simulation, segment.last) &&
           !(segment.replays && segment.first == segment.last)) {
        choose_winners(simulation, segment.last);
        segment = next_segment(simulation, segment.last, true);
        run_segment(simulation, &segment);
    }
    tally_batch(simulation);
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
