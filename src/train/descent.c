/*
 * Every step: gradient of the mean cross-entropy of a batch, shard by shard; sum of the
 * shards in their order; one step of gradient descent, the same on every rank.
 */
#include "descent.h"

#include <stdlib.h>
#include <string.h>

#include "relif/clock.h"
#include "relif/memory.h"

struct descent descent_begin(const relif_context *ctx, const relif_network *network,
                             const relif_image_set *set,
                             const relif_training_options *options)
{
    const int shard_images = options->batch / options->shards;
    struct descent descent = {.ctx = ctx,
                              .set = set,
                              .batch = options->batch,
                              .n_shards = options->shards,
                              .steps_per_epoch = set->count / options->batch,
                              .input_size = relif_shape_size(network->input)};
    descent.order = relif_image_order_create(set->count, options->seed);
    descent.parameters = relif_parameters_create(network);
    const int64_t count = descent.parameters->count;
    descent.bp = relif_backpropagation_create(network, descent.parameters, shard_images);
    descent.shards = relif_shards_create(ctx, options->shards, count);
    descent.sgd = relif_sgd_create(&options->sgd, count);
    descent.values = relif_calloc_aligned((size_t)count, sizeof *descent.values);
    descent.images = relif_calloc_aligned(
        (size_t)shard_images * (size_t)descent.input_size, sizeof *descent.images);
    descent.labels = relif_calloc((size_t)shard_images, sizeof *descent.labels);
    descent.tallies = relif_calloc((size_t)options->shards, sizeof *descent.tallies);
    relif_parameters_read(descent.parameters, network, descent.values);
    return descent;
}

void descent_release(struct descent *descent)
{
    relif_image_order_destroy(descent->order);
    relif_parameters_destroy(descent->parameters);
    relif_backpropagation_destroy(descent->bp);
    relif_shards_destroy(descent->shards);
    relif_sgd_destroy(descent->sgd);
    free(descent->values);
    free(descent->images);
    free(descent->labels);
    free(descent->tallies);
}

/* batch: [descent->batch] the images of this step. */
static void compute_shard(struct descent *descent, const int64_t *batch, int shard)
{
    const int n = descent->batch / descent->n_shards;
    relif_image_set_read(descent->set, batch + (int64_t)shard * n, n, descent->input_size,
                         descent->images, descent->labels);
    relif_backpropagation_run(descent->bp, descent->values, descent->images,
                              descent->labels, 1.0 / descent->batch,
                              relif_shards_buffer(descent->shards, shard),
                              &descent->tallies[shard]);
    relif_shards_submit(descent->shards, shard);
}

relif_tally descent_step(struct descent *descent, int64_t step, double rate)
{
    const double start = relif_clock_now();
    const int64_t *batch =
        relif_image_order_of(descent->order, step / descent->steps_per_epoch) +
        step % descent->steps_per_epoch * descent->batch;
    const int end = relif_shards_end(descent->shards);
    memset(descent->tallies, 0, (size_t)descent->n_shards * sizeof *descent->tallies);
    for (int s = relif_shards_first(descent->shards); s < end; s++)
        compute_shard(descent, batch, s);
    relif_sgd_step(descent->sgd, rate, relif_shards_sum(descent->shards),
                   descent->values);
    const relif_tally tally =
        relif_tally_sum(descent->ctx, descent->tallies, descent->n_shards);
    descent->operations +=
        relif_backpropagation_operations(descent->bp) * descent->n_shards;
    descent->seconds += relif_clock_now() - start;
    return tally;
}

double descent_gflops(const struct descent *descent)
{
    return descent->seconds > 0 ? descent->operations / descent->seconds / 1e9 : 0;
}
