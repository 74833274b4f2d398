/*
 * Every step: gradient of the mean cross-entropy of a batch, shard by shard; sum of the
 * shards in their order; one step of gradient descent, the same on every rank.
 */
#include "relif/training.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/backpropagation.h"
#include "relif/clock.h"
#include "relif/memory.h"
#include "relif/random.h"
#include "relif/sgd.h"
#include "relif/shards.h"

/* Streams of the seed: layer l draws its weights from stream l, epoch e its order. */
static const uint64_t epoch_streams = (uint64_t)1 << 32;

typedef struct training {
    const relif_context *ctx;
    const relif_training_set *set;
    const relif_training_options *options;
    relif_log *log;
    int input_size;
    int64_t steps_per_epoch;
    relif_parameters *parameters;
    relif_backpropagation *bp;
    relif_shards *shards;
    relif_sgd *sgd;
    float *values;                   /* [parameters->count] */
    int64_t *order;                  /* [set->count], of this epoch */
    float *images;                   /* [batch / shards][input_size] */
    uint8_t *labels;                 /* [batch / shards] */
    relif_tally *tallies, *everyone; /* [shards] of this step: this rank's, all */
} training;

void relif_training_initialize(relif_network *network, uint64_t seed)
{
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &network->layers[l];
        const int64_t count = relif_layer_weights(layer);
        if (count == 0) continue;
        const double fan_in = (double)count / layer->out.channels;
        const double deviation = sqrt(2.0 / fan_in);
        relif_random random = relif_random_stream(seed, (uint64_t)l);
        for (int64_t i = 0; i < count; i++)
            layer->weight[i] = (float)(deviation * relif_random_normal(&random));
        for (int c = 0; layer->bias && c < layer->out.channels; c++) layer->bias[c] = 0;
    }
}

static relif_err check_set(const relif_network *network, const relif_training_set *set,
                           const relif_training_options *options)
{
    if (set->count < options->batch)
        return relif_fail(RELIF_ERR_DATA,
                          "training set: it has %lld images, expected at least one batch "
                          "(training.batch is %d)",
                          (long long)set->count, options->batch);
    const relif_layer *last = &network->layers[network->n_layers - 1];
    const int outputs = relif_shape_size(last->out);
    for (int64_t i = 0; i < set->count; i++)
        if (set->labels[i] >= outputs)
            return relif_fail(RELIF_ERR_DATA,
                              "training set: the label of image %lld is %d, expected "
                              "less than the %d outputs of layer '%s'",
                              (long long)i, set->labels[i], outputs, last->name);
    return RELIF_OK;
}

static relif_err check(const relif_network *network, const relif_training_set *set,
                       const relif_training_options *options)
{
    const relif_err err = relif_training_options_check(options);
    if (err != RELIF_OK) return err;
    const int64_t weights = relif_network_weights(network);
    if (weights == 0 || weights + relif_network_neurons(network) > INT_MAX)
        return relif_fail(RELIF_ERR_DATA,
                          "network '%s': it has %lld weights, expected 1 to %d to train",
                          network->name, (long long)weights, INT_MAX);
    return check_set(network, set, options);
}

static training begin(const relif_context *ctx, const relif_network *network,
                      const relif_training_set *set,
                      const relif_training_options *options, relif_log *log)
{
    const size_t n_shards = (size_t)options->shards;
    const int shard_images = options->batch / options->shards;
    training run = {.ctx = ctx, .set = set, .options = options, .log = log};
    run.input_size = relif_shape_size(network->input);
    run.steps_per_epoch = set->count / options->batch;
    run.parameters = relif_parameters_create(network);
    const int64_t count = run.parameters->count;
    run.bp = relif_backpropagation_create(network, run.parameters, shard_images);
    run.shards = relif_shards_create(ctx, options->shards, count);
    run.sgd = relif_sgd_create(options, count);
    run.values = relif_calloc_aligned((size_t)count, sizeof *run.values);
    run.order = relif_calloc((size_t)set->count, sizeof *run.order);
    run.images = relif_calloc_aligned((size_t)shard_images * (size_t)run.input_size,
                                      sizeof *run.images);
    run.labels = relif_calloc((size_t)shard_images, sizeof *run.labels);
    run.tallies = relif_calloc(n_shards, sizeof *run.tallies);
    run.everyone = relif_calloc(n_shards, sizeof *run.everyone);
    relif_parameters_read(run.parameters, network, run.values);
    return run;
}

static void end(training *run)
{
    relif_backpropagation_destroy(run->bp);
    relif_shards_destroy(run->shards);
    relif_sgd_destroy(run->sgd);
    relif_parameters_destroy(run->parameters);
    free(run->values);
    free(run->order);
    free(run->images);
    free(run->labels);
    free(run->tallies);
    free(run->everyone);
}

/* Fisher and Yates: every order is equally likely, and a function of (seed, epoch). */
static void shuffle(training *run, int epoch)
{
    const uint64_t stream = epoch_streams + (uint64_t)epoch;
    relif_random random = relif_random_stream(run->options->seed, stream);
    for (int64_t i = 0; i < run->set->count; i++) run->order[i] = i;
    for (int64_t i = run->set->count - 1; i > 0; i--) {
        const int64_t j = relif_random_below(&random, i + 1);
        const int64_t swap = run->order[i];
        run->order[i] = run->order[j];
        run->order[j] = swap;
    }
}

/* batch: the place in the order of the first image of the batch. */
static void compute_shard(training *run, int64_t batch, int shard)
{
    const int n_images = run->options->batch / run->options->shards;
    const int64_t *order = run->order + batch + (int64_t)shard * n_images;
    for (int i = 0; i < n_images; i++) {
        run->set->pixels(run->set->source, order[i],
                         run->images + (size_t)i * (size_t)run->input_size);
        run->labels[i] = run->set->labels[order[i]];
    }
    relif_backpropagation_run(
        run->bp, run->values, run->images, run->labels, 1.0 / run->options->batch,
        relif_shards_buffer(run->shards, shard), &run->tallies[shard]);
    relif_shards_submit(run->shards, shard);
}

/* Adds the tallies of all shards in their order. The others' are zeros in each rank's
 * list, so the reduction is exact in whatever order it is made. */
static void add_tallies(training *run, relif_tally *sum)
{
    MPI_Allreduce(run->tallies, run->everyone, 2 * run->options->shards, MPI_DOUBLE,
                  MPI_SUM, run->ctx->comm);
    for (int s = 0; s < run->options->shards; s++) {
        sum->loss += run->everyone[s].loss;
        sum->correct += run->everyone[s].correct;
    }
}

static void run_step(training *run, int64_t step, double rate, relif_tally *sum)
{
    const int64_t batch = step % run->steps_per_epoch * run->options->batch;
    const int end_shard = relif_shards_end(run->shards);
    for (int s = relif_shards_first(run->shards); s < end_shard; s++)
        compute_shard(run, batch, s);
    relif_sgd_step(run->sgd, rate, relif_shards_sum(run->shards), run->values);
    add_tallies(run, sum);
}

/* Loss and accuracy of the epoch go to result. */
static relif_err run_epoch(training *run, int epoch, relif_training_result *result)
{
    const int64_t steps = run->steps_per_epoch, first = epoch * steps;
    const int64_t batch = run->options->batch;
    const double start = relif_clock_now();
    relif_tally sum = {0};
    double rate = 0;
    shuffle(run, epoch);
    for (int64_t step = first; step < first + steps; step++) {
        rate = relif_sgd_rate(run->options, step, steps * run->options->epochs);
        run_step(run, step, rate, &sum);
        if (!isfinite(sum.loss))
            return relif_fail(RELIF_ERR_DATA,
                              "training: the loss is %g in epoch %d, step %lld (learning "
                              "rate %g), expected a finite value; a smaller "
                              "training.learning_rate or a training.clip may help",
                              sum.loss, epoch + 1, (long long)(step - first + 1), rate);
        relif_progress_update(run->log, (step + 1) * batch);
    }
    const double images = (double)(steps * batch);
    result->loss = sum.loss / images;
    result->accuracy = sum.correct / images;
    relif_log_line(run->log,
                   "epoch %d of %d: loss %.4f, accuracy %.2f %%, learning rate %.3g, "
                   "%.4g images/s",
                   epoch + 1, run->options->epochs, result->loss, 100 * result->accuracy,
                   rate, images / (relif_clock_now() - start));
    return RELIF_OK;
}

/* The last step moves the weights after the last loss was computed. */
static relif_err check_values(const training *run)
{
    for (int64_t i = 0; i < run->parameters->count; i++)
        if (!isfinite(run->values[i]))
            return relif_fail(RELIF_ERR_DATA,
                              "training: a weight is %g after the last step, expected a "
                              "finite value; a smaller training.learning_rate may help",
                              (double)run->values[i]);
    return RELIF_OK;
}

static relif_err run_epochs(training *run, relif_training_result *result)
{
    const int64_t steps = run->steps_per_epoch * run->options->epochs;
    const double start = relif_clock_now();
    relif_err err = RELIF_OK;
    relif_progress_begin(run->log, "train", "images", steps * run->options->batch);
    for (int epoch = 0; epoch < run->options->epochs && err == RELIF_OK; epoch++)
        err = run_epoch(run, epoch, result);
    if (err == RELIF_OK) err = check_values(run);
    relif_progress_end(run->log);
    const double operations =
        relif_backpropagation_operations(run->bp) * run->options->shards * (double)steps;
    result->seconds = relif_clock_now() - start;
    result->gflops = result->seconds > 0 ? operations / result->seconds / 1e9 : 0;
    relif_context_broadcast(run->ctx, result, sizeof *result);
    return err;
}

relif_err relif_training_run(const relif_context *ctx, relif_network *network,
                             const relif_training_set *set,
                             const relif_training_options *options, relif_log *log,
                             relif_training_result *result)
{
    *result = (relif_training_result){0};
    relif_err err = relif_agree(ctx, check(network, set, options));
    if (err != RELIF_OK) return err;
    training run = begin(ctx, network, set, options, log);
    err = run_epochs(&run, result);
    if (err == RELIF_OK) relif_parameters_write(run.parameters, run.values, network);
    end(&run);
    return err;
}
