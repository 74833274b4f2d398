#include "stage.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

static size_t masks_of_block(const struct stage_plan *plan)
{
    return (size_t)plan->setup.images_in_flight * (size_t)plan->interval;
}

static void create_neurons(struct stage *stage, const relif_layer *layer, int l)
{
    const relif_simulation_setup *setup = &stage->plan->setup;
    const int images = setup->images_in_flight;
    const relif_slab slab = relif_slab_create(layer, stage->owned);
    stage->synapse = relif_synapse_create(layer, &slab, stage->needed);
    stage->lif = relif_lif_create(setup->mapping, l, stage->synapse, images);
    stage->fan_out = relif_synapse_fan_out(stage->synapse);
    stage->arrivals = relif_calloc((size_t)images, sizeof(relif_arrivals *));
    for (int i = 0; i < images; i++)
        stage->arrivals[i] = relif_arrivals_create(stage->synapse);
}

void stage_create(struct stage *stage, const struct stage_plan *plan, int l)
{
    const relif_simulation_setup *setup = &plan->setup;
    const relif_layer *layer = &setup->network->layers[l];
    const int rank = setup->group->rank;
    const size_t masks = masks_of_block(plan);
    *stage = (struct stage){
        .plan = plan,
        .owned = relif_partition_range(setup->partition, l, rank),
        .needed = relif_partition_needs(setup->partition, setup->network, l, rank)};
    const size_t out_words = (size_t)relif_spikes_words(stage->owned);
    const size_t in_words = (size_t)relif_spikes_words(stage->needed);
    stage->out = relif_calloc(masks * out_words, sizeof(relif_word));
    if (l > 0)
        stage->inbox =
            relif_calloc((size_t)plan->slots * masks * in_words, sizeof(relif_word));
    if (relif_layer_spikes(layer))
        create_neurons(stage, layer, l);
    else
        stage->pooling =
            relif_pooling_create(layer, stage->owned, stage->needed, setup->pooling,
                                 setup->images_in_flight, plan->steps);
}

void stage_destroy(struct stage *stage)
{
    for (int i = 0; stage->arrivals && i < stage->plan->setup.images_in_flight; i++)
        relif_arrivals_destroy(stage->arrivals[i]);
    free(stage->arrivals);
    free(stage->fan_out);
    relif_lif_destroy(stage->lif);
    relif_synapse_destroy(stage->synapse);
    relif_pooling_destroy(stage->pooling);
    free(stage->inbox);
    free(stage->out);
}

void stage_begin(struct stage *stage, int n_images)
{
    stage->n_images = n_images;
    if (stage->lif) relif_lif_reset_state(stage->lif);
    if (stage->pooling) relif_pooling_reset(stage->pooling);
}

int stage_first_step(const struct stage_plan *plan, int block)
{
    return block * plan->interval;
}

int stage_block_steps(const struct stage_plan *plan, int block)
{
    const int left = plan->steps - stage_first_step(plan, block);
    return left < plan->interval ? left : plan->interval;
}

relif_word *stage_inbox(const struct stage *stage, int block)
{
    return stage->inbox + (size_t)(block % stage->plan->slots) *
                              masks_of_block(stage->plan) *
                              (size_t)relif_spikes_words(stage->needed);
}

relif_word *stage_out(const struct stage *stage, int s, int image)
{
    return stage->out + (size_t)(s * stage->n_images + image) *
                            (size_t)relif_spikes_words(stage->owned);
}

/* Spikes that arrive for an image at step s of a block. */
static const relif_word *arriving(const struct stage *stage, int block, int s, int image)
{
    if (stage->encoder)
        return relif_encoder_spikes(stage->encoder, image,
                                    stage_first_step(stage->plan, block) + s);
    return stage_inbox(stage, block) + (size_t)(s * stage->n_images + image) *
                                           (size_t)relif_spikes_words(stage->needed);
}

static void clear(const struct stage *stage, relif_word *masks, relif_range range,
                  int block)
{
    const int n = stage_block_steps(stage->plan, block) * stage->n_images;
    memset(masks, 0, (size_t)n * (size_t)relif_spikes_words(range) * sizeof *masks);
}

void stage_clear_out(struct stage *stage, int block)
{
    clear(stage, stage->out, stage->owned, block);
}

void stage_clear_inbox(struct stage *stage, int block)
{
    if (stage->inbox) clear(stage, stage_inbox(stage, block), stage->needed, block);
}

/* Block after block of channels, so that weights are used for all images while in cache.
 */
static void step_neurons(struct stage *stage, int block, int s)
{
    for (int i = 0; i < stage->n_images; i++) {
        relif_arrivals_list(stage->arrivals[i], stage->synapse,
                            arriving(stage, block, s, i));
        stage->tally.operations +=
            relif_arrivals_operations(stage->arrivals[i], stage->synapse, stage->fan_out);
    }
    for (int b = 0; b < stage->synapse->slab.n_blocks; b++)
        for (int i = 0; i < stage->n_images; i++)
            relif_lif_step(stage->lif, b, stage->arrivals[i], i, stage_out(stage, s, i));
}

static void step_pooling(struct stage *stage, enum stage_work work, int block, int s)
{
    const int t = stage_first_step(stage->plan, block) + s;
    for (int i = 0; i < stage->n_images; i++)
        if (work == STAGE_COLLECT)
            relif_pooling_collect(stage->pooling, i, t, arriving(stage, block, s, i));
        else if (work == STAGE_REPLAY)
            relif_pooling_replay(stage->pooling, i, t, stage_out(stage, s, i));
        else
            relif_pooling_step(stage->pooling, i, arriving(stage, block, s, i),
                               stage_out(stage, s, i));
}

void stage_step(struct stage *stage, enum stage_work work, int block, int s)
{
    if (work == STAGE_NEURONS)
        step_neurons(stage, block, s);
    else
        step_pooling(stage, work, block, s);
}

void stage_deliver(const struct stage *from, struct stage *to, int block)
{
    const relif_range part = relif_range_intersect(from->owned, to->needed);
    const size_t words = (size_t)relif_spikes_words(to->needed);
    relif_word *inbox = stage_inbox(to, block);
    for (int s = 0; s < stage_block_steps(from->plan, block); s++)
        for (int i = 0; i < from->n_images; i++)
            relif_spikes_merge(inbox + (size_t)(s * from->n_images + i) * words,
                               to->needed, stage_out(from, s, i), from->owned, part);
}

/* A neuron is saturated if it owes spikes that one spike per step does not let it fire.
 */
static bool is_saturated(const struct stage *stage, int image, int neuron, int count)
{
    return count == stage->plan->steps ||
           relif_lif_potential(stage->lif, image, neuron) >= stage->lif->v_th;
}

void stage_count(struct stage *stage)
{
    for (int i = 0; i < stage->n_images; i++)
        for (int n = stage->owned.first; n < stage->owned.end; n++) {
            const int count = stage->lif ? relif_lif_count(stage->lif, i, n)
                                         : relif_pooling_count(stage->pooling, i, n);
            stage->tally.spikes += count;
            if (stage->lif) stage->tally.saturated += is_saturated(stage, i, n, count);
        }
}
