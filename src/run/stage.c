#include "stage.h"

#include <stdlib.h>
#include <string.h>

#include "list_inbox.h"
#include "relif/fan_out.h"
#include "relif/memory.h"

static size_t masks_of_portion(const struct stage_plan *plan)
{
    return (size_t)plan->portions.images * (size_t)plan->portions.interval;
}

static void create_neurons(struct stage *stage, const relif_layer *layer, int l)
{
    const relif_simulation_setup *setup = &stage->plan->setup;
    const int interval = stage->plan->portions.interval;
    const relif_slab slab = relif_slab_create(layer, stage->owned);
    stage->weights = relif_shared_create(setup->twins, relif_synapse_bytes(layer, &slab));
    stage->synapse = relif_synapse_create_in(layer, &slab, stage->needed,
                                             relif_shared_bytes(stage->weights),
                                             relif_shared_fills(stage->weights));
    relif_shared_publish(stage->weights);
    stage->lif =
        relif_lif_create(setup->mapping, l, stage->synapse, setup->images_in_flight);
    stage->arrivals = relif_arrivals_create(
        stage->synapse, interval < RELIF_STRETCH_STEPS ? interval : RELIF_STRETCH_STEPS);
}

static relif_range owned_range(const struct stage_plan *plan, int l)
{
    const relif_simulation_setup *setup = &plan->setup;
    return relif_partition_range(setup->partition, l, setup->group->rank);
}

static relif_range needed_range(const struct stage_plan *plan, int l)
{
    const relif_simulation_setup *setup = &plan->setup;
    return relif_partition_needs(setup->partition, setup->network, l, setup->group->rank);
}

/* The layer before fires exactly the spikes that are needed here, in the same tick. */
static bool reads_before(const struct stage_plan *plan, int l)
{
    const relif_range before = owned_range(plan, l - 1), needed = needed_range(plan, l);
    return plan->lags[l] == 0 && before.first == needed.first && before.end == needed.end;
}

/* What of the needed neurons is in front of those owned of the layer before, and what is
 * behind them. */
static void foreign_parts(const struct stage_plan *plan, int l, relif_range parts[2])
{
    const relif_range needed = needed_range(plan, l);
    const relif_range before = l > 0 ? owned_range(plan, l - 1) : (relif_range){0, 0};
    const relif_range own = relif_range_intersect(needed, before);
    parts[0] = needed;
    parts[1] = (relif_range){needed.end, needed.end};
    if (relif_range_size(own) == 0) return;
    parts[0].end = own.first;
    parts[1].first = own.end;
}

static relif_counter *create_counter(const struct stage_plan *plan, relif_range range)
{
    return relif_counter_create(range, plan->setup.images_in_flight,
                                plan->portions.steps);
}

/* Winners of the whole coding time depend on what has arrived, from wherever; synaptic
 * operations of neurons are counted by those who fire. */
static void count_foreign(struct stage *stage, int l)
{
    const bool window =
        stage->pooling && stage->plan->setup.pooling == RELIF_POOLING_WINDOW;
    const bool pixels = l == 0 && stage->synapse && !stage_wants_lists(stage);
    relif_range parts[2];
    foreign_parts(stage->plan, l, parts);
    for (int k = 0; k < 2; k++)
        if ((window || pixels) && relif_range_size(parts[k]) > 0)
            stage->foreign[k] = create_counter(stage->plan, parts[k]);
}

/* The spikes whose synaptic operations are counted here: those that this rank fired, in
 * all of the layer, or the pixels', in what it owns. */
static const relif_counter *source_of(const struct stage *stage)
{
    return stage->preceding ? stage->preceding : stage->foreign[0];
}

static void find_fan_out(struct stage *stage, const relif_layer *layer)
{
    const relif_counter *source = source_of(stage);
    const relif_range all = {0, relif_shape_size(layer->out)};
    if (source && relif_layer_spikes(layer))
        stage->fan_out = relif_fan_out(layer, relif_counter_range(source),
                                       stage->preceding ? all : stage->owned);
}

static bool takes_lists(const struct stage_plan *plan, int l)
{
    const relif_simulation_setup *setup = &plan->setup;
    return l > 0 && l < setup->network->n_layers &&
           relif_partition_lists(setup->partition, setup->network, l);
}

/* The next layer has an inbox with room for all spikes. */
static bool fires_into_next(const struct stage_plan *plan, int l)
{
    if (l + 1 == plan->setup.network->n_layers || reads_before(plan, l + 1) ||
        takes_lists(plan, l + 1))
        return false;
    const relif_range owned = owned_range(plan, l), needed = needed_range(plan, l + 1);
    return relif_range_size(owned) > 0 && needed.first <= owned.first &&
           owned.end <= needed.end;
}

void stage_create(struct stage *stage, const struct stage_plan *plan, int l)
{
    const relif_simulation_setup *setup = &plan->setup;
    const relif_layer *layer = &setup->network->layers[l];
    const int images = setup->images_in_flight;
    const size_t masks = masks_of_portion(plan);
    *stage = (struct stage){
        .plan = plan, .owned = owned_range(plan, l), .needed = needed_range(plan, l)};
    const size_t out_words = (size_t)relif_spikes_words(stage->owned);
    const size_t in_words = (size_t)relif_spikes_words(stage->needed);
    if (fires_into_next(plan, l))
        stage->after = stage + 1;
    else
        stage->out = relif_calloc(masks * out_words, sizeof(relif_word));
    stage->counter = create_counter(plan, stage->owned);
    if (l > 0) stage->preceding = stage[-1].counter;
    if (takes_lists(plan, l))
        stage[-1].listed = stage->lists = list_inbox_create(plan, l);
    else if (l > 0 && reads_before(plan, l))
        stage->before = stage - 1;
    else if (l > 0)
        stage->inbox =
            relif_calloc((size_t)plan->slots * masks * in_words, sizeof(relif_word));
    if (relif_layer_spikes(layer))
        create_neurons(stage, layer, l);
    else
        stage->pooling =
            relif_pooling_create(layer, stage->owned, stage->needed, setup->pooling,
                                 images, plan->portions.steps);
    count_foreign(stage, l);
    find_fan_out(stage, layer);
}

bool stage_wants_lists(const struct stage *stage)
{
    return !stage->preceding && stage->synapse && stage->synapse->whole;
}

void stage_destroy(struct stage *stage)
{
    relif_arrivals_destroy(stage->arrivals);
    relif_lif_destroy(stage->lif);
    relif_synapse_destroy(stage->synapse);
    relif_shared_destroy(stage->weights);
    relif_pooling_destroy(stage->pooling);
    relif_counter_destroy(stage->counter);
    for (int k = 0; k < 2; k++) relif_counter_destroy(stage->foreign[k]);
    free(stage->fan_out);
    list_inbox_destroy(stage->lists);
    free(stage->inbox);
    free(stage->out);
}

void stage_begin(struct stage *stage, int n_images)
{
    stage->n_images = n_images;
    relif_counter_reset(stage->counter);
    for (int k = 0; k < 2; k++)
        if (stage->foreign[k]) relif_counter_reset(stage->foreign[k]);
    if (stage->lif) relif_lif_reset_state(stage->lif);
    if (stage->pooling) relif_pooling_reset(stage->pooling);
}

/* Masks of a range that hold a portion. */
static relif_raster raster_of(const relif_portion *portion, relif_range range,
                              relif_word *masks)
{
    relif_raster raster =
        relif_raster_of(range, masks, portion->n_images, portion->steps);
    raster.first_image = portion->first_image;
    return raster;
}

static relif_raster part_of_trains(const relif_raster *trains,
                                   const relif_portion *portion)
{
    const int step = portion->first_step, image = portion->first_image;
    const relif_raster block = relif_raster_steps(trains, step, step + portion->steps);
    return relif_raster_images(&block, image, image + portion->n_images);
}

relif_raster stage_inbox(const struct stage *stage, const relif_portion *portion)
{
    const struct stage_plan *plan = stage->plan;
    if (stage->before) return stage_out(stage->before, portion);
    if (stage->lists) return list_inbox_raster(stage->lists, portion);
    if (!stage->inbox) return part_of_trains(&stage->trains, portion);
    const size_t slot = (size_t)(portion->number % plan->slots) * masks_of_portion(plan);
    return raster_of(portion, stage->needed,
                     stage->inbox + slot * (size_t)relif_spikes_words(stage->needed));
}

relif_raster stage_out(const struct stage *stage, const relif_portion *portion)
{
    if (!stage->after) return raster_of(portion, stage->owned, stage->out);
    const relif_raster inbox = stage_inbox(stage->after, portion);
    return relif_raster_part(&inbox, stage->owned);
}

void stage_open(struct stage *stage, const relif_portion *portion)
{
    if (stage->after) return; /* an inbox has been cleared */
    const relif_raster out = stage_out(stage, portion);
    relif_raster_clear(&out);
}

static void add_foreign(struct stage *stage, const relif_raster *arriving)
{
    for (int k = 0; k < 2; k++) {
        relif_counter *foreign = stage->foreign[k];
        if (!foreign) continue;
        const relif_raster part =
            relif_raster_part(arriving, relif_counter_range(foreign));
        relif_counter_add(foreign, &part);
    }
}

int stage_longest(const struct stage *stage)
{
    const bool one_stretch = stage->synapse && !stage->synapse->whole;
    return one_stretch ? RELIF_STRETCH_STEPS : stage->plan->portions.interval;
}

void stage_run(struct stage *stage, enum stage_work work, const relif_portion *portion,
               int first, int end)
{
    const relif_raster inbox = stage_inbox(stage, portion);
    const relif_raster out = stage_out(stage, portion);
    const relif_raster arriving = relif_raster_steps(&inbox, first, end);
    const relif_raster fired = relif_raster_steps(&out, first, end);
    const int t = portion->first_step + first;
    if (work != STAGE_REPLAY) add_foreign(stage, &arriving);
    switch (work) {
    case STAGE_NEURONS:
        relif_lif_run(stage->lif, stage->arrivals, &arriving, &fired);
        break;
    case STAGE_POOL: relif_pooling_run(stage->pooling, &arriving, &fired); break;
    case STAGE_COLLECT: relif_pooling_collect(stage->pooling, t, &arriving); return;
    case STAGE_REPLAY: relif_pooling_replay(stage->pooling, t, &fired); break;
    }
    relif_counter_add(stage->counter, &fired);
    if (stage->listed) list_inbox_add(stage->listed, portion, &fired);
}

void stage_choose(struct stage *stage, const relif_portion *portion)
{
    const relif_counter *arrived[3];
    int n = 0;
    for (int k = 0; k < 2; k++)
        if (stage->foreign[k]) arrived[n++] = stage->foreign[k];
    if (stage->preceding) arrived[n++] = stage->preceding;
    relif_pooling_choose(stage->pooling, arrived, n, portion->first_image,
                         portion->n_images);
}

void stage_close(struct stage *stage, enum stage_work work, const relif_portion *portion,
                 struct stage *next)
{
    const relif_raster inbox = stage_inbox(stage, portion);
    if (stage->inbox && work != STAGE_REPLAY) relif_raster_clear(&inbox);
    if (work == STAGE_COLLECT || !next || next->before || next->lists || stage->after)
        return;
    const relif_raster out = stage_out(stage, portion);
    const relif_raster to = stage_inbox(next, portion);
    relif_raster_merge(&to, &out, relif_range_intersect(stage->owned, next->needed));
}

/* Neurons that owe spikes that one spike per step does not let them fire. */
static int64_t count_saturated(const struct stage *stage, int image, relif_word *mask)
{
    relif_counter_equal(stage->counter, image, stage->plan->portions.steps, mask);
    relif_lif_waiting(stage->lif, image, mask);
    return relif_spikes_count(mask, stage->owned);
}

/* Where input comes as lists, every spike of the coding time reaches all neurons. */
static int64_t count_operations(const struct stage *stage, int image)
{
    const relif_spike_lists *lists = stage->trains.lists;
    if (lists)
        return (int64_t)lists[image].starts[stage->plan->portions.steps] *
               relif_range_size(stage->owned);
    return stage->fan_out
               ? relif_counter_weighted(source_of(stage), image, stage->fan_out)
               : 0;
}

void stage_count(struct stage *stage)
{
    relif_word *mask =
        relif_calloc((size_t)relif_spikes_words(stage->owned), sizeof *mask);
    for (int i = 0; i < stage->n_images; i++) {
        stage->tally.spikes += relif_counter_total(stage->counter, i);
        if (!stage->lif) continue;
        stage->tally.saturated += count_saturated(stage, i, mask);
        stage->tally.operations += count_operations(stage, i);
    }
    free(mask);
}
