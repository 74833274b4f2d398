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
#include "relif/image_order.h"
#include "relif/memory.h"
#include "relif/shards.h"
#include "relif/text.h"
#include "relif/validation.h"

struct relif_training {
    const relif_context *ctx; /* borrowed */
    relif_log *log;           /* borrowed */
    relif_training_options options;
    relif_training_sets sets;
    relif_training_length length;
    int input_size;
    relif_parameters *parameters;
    relif_backpropagation *bp;
    relif_shards *shards;
    relif_sgd *sgd;
    relif_validation *validation; /* NULL: none */
    relif_image_order *order;
    float *images;             /* [batch / shards][input_size] */
    uint8_t *labels;           /* [batch / shards] */
    relif_tally *tallies;      /* [shards] of this step */
    double begin, epoch_begin; /* s on the clock */
    double late_loss;          /* of an image, for the progress line */

    /* What a step changes. */
    int64_t step;                 /* steps that are done */
    relif_tally epoch;            /* of the steps of this epoch that are done */
    relif_training_result result; /* so far */
    float *values;                /* [parameters->count] */
    float *kept; /* [parameters->count] of the best epoch; NULL: the last */
};

static relif_err check(const relif_network *network, const relif_training_sets *sets,
                       const relif_training_options *options)
{
    relif_err err = relif_training_options_check(options);
    if (err != RELIF_OK) return err;
    const int64_t weights = relif_network_weights(network);
    if (weights == 0 || weights + relif_network_neurons(network) > INT_MAX)
        return relif_fail(RELIF_ERR_DATA,
                          "network '%s': it has %lld weights, expected 1 to %d to train",
                          network->name, (long long)weights, INT_MAX);
    if (sets->learn.count < options->batch)
        return relif_fail(RELIF_ERR_DATA,
                          "training set: it has %lld images, expected at least one batch "
                          "(training.batch is %d)",
                          (long long)sets->learn.count, options->batch);
    if (options->keep == RELIF_KEEP_BEST && sets->validation.count == 0)
        return relif_fail(RELIF_ERR_CONFIG,
                          "training.keep is best, but there is no training.validation to "
                          "tell which weights are the best");
    err = relif_image_set_check(&sets->learn, "training set", network);
    if (err != RELIF_OK) return err;
    return relif_image_set_check(&sets->validation, "validation set", network);
}

static relif_training_length length_of(const relif_training_options *options,
                                       int64_t images)
{
    const int64_t steps_per_epoch = images / options->batch;
    const int64_t steps =
        options->steps ? options->steps : steps_per_epoch * options->epochs;
    return (relif_training_length){steps, steps_per_epoch};
}

relif_err relif_training_create(const relif_context *ctx, const relif_network *network,
                                const relif_training_sets *sets,
                                const relif_training_options *options, relif_log *log,
                                relif_training **training)
{
    *training = NULL;
    const relif_err err = relif_agree(ctx, check(network, sets, options));
    if (err != RELIF_OK) return err;
    const int shard_images = options->batch / options->shards;
    relif_training *made = relif_calloc(1, sizeof *made);
    made->ctx = ctx;
    made->log = log;
    made->options = *options;
    made->sets = *sets;
    made->length = length_of(options, sets->learn.count);
    made->input_size = relif_shape_size(network->input);
    made->parameters = relif_parameters_create(network);
    const size_t count = (size_t)made->parameters->count;
    made->bp = relif_backpropagation_create(network, made->parameters, shard_images);
    made->shards = relif_shards_create(ctx, options->shards, made->parameters->count);
    made->sgd = relif_sgd_create(&options->sgd, made->parameters->count);
    if (sets->validation.count > 0)
        made->validation = relif_validation_create(ctx, &made->sets.validation, made->bp);
    made->order = relif_image_order_create(sets->learn.count, options->seed);
    made->images = relif_calloc_aligned((size_t)shard_images * (size_t)made->input_size,
                                        sizeof *made->images);
    made->labels = relif_calloc((size_t)shard_images, sizeof *made->labels);
    made->tallies = relif_calloc((size_t)options->shards, sizeof *made->tallies);
    made->values = relif_calloc_aligned(count, sizeof *made->values);
    if (options->keep == RELIF_KEEP_BEST)
        made->kept = relif_calloc_aligned(count, sizeof *made->kept);
    made->result.validation_accuracy = NAN;
    relif_parameters_read(made->parameters, network, made->values);
    *training = made;
    return RELIF_OK;
}

void relif_training_destroy(relif_training *training)
{
    if (!training) return;
    relif_backpropagation_destroy(training->bp);
    relif_shards_destroy(training->shards);
    relif_sgd_destroy(training->sgd);
    relif_validation_destroy(training->validation);
    relif_image_order_destroy(training->order);
    relif_parameters_destroy(training->parameters);
    free(training->images);
    free(training->labels);
    free(training->tallies);
    free(training->values);
    free(training->kept);
    free(training);
}

int64_t relif_training_step_count(const relif_training *training)
{
    return training->step;
}

int64_t relif_training_steps(const relif_training *training)
{
    return training->length.steps;
}

bool relif_training_finished(const relif_training *training)
{
    return training->step == training->length.steps;
}

/* batch: [options.batch] the images of this step. */
static void compute_shard(relif_training *training, const int64_t *batch, int shard)
{
    const int n = training->options.batch / training->options.shards;
    relif_image_set_read(&training->sets.learn, batch + (int64_t)shard * n, n,
                         training->input_size, training->images, training->labels);
    relif_backpropagation_run(training->bp, training->values, training->images,
                              training->labels, 1.0 / training->options.batch,
                              relif_shards_buffer(training->shards, shard),
                              &training->tallies[shard]);
    relif_shards_submit(training->shards, shard);
}

/* Loss and accuracy of the step go to the epoch's tally. */
static void descend(relif_training *training, double rate)
{
    const int64_t steps = training->length.steps_per_epoch;
    const int64_t *batch = relif_image_order_of(training->order, training->step / steps) +
                           training->step % steps * training->options.batch;
    const int end = relif_shards_end(training->shards),
              n_shards = training->options.shards;
    memset(training->tallies, 0, (size_t)n_shards * sizeof *training->tallies);
    for (int s = relif_shards_first(training->shards); s < end; s++)
        compute_shard(training, batch, s);
    relif_sgd_step(training->sgd, rate, relif_shards_sum(training->shards),
                   training->values);
    relif_tally_add(&training->epoch,
                    relif_tally_sum(training->ctx, training->tallies, n_shards));
}

static void keep(relif_training *training, int64_t epoch, double accuracy)
{
    const bool better = !(accuracy <= training->result.validation_accuracy);
    if (training->options.keep == RELIF_KEEP_BEST && !better) return;
    training->result.kept_epoch = epoch;
    training->result.validation_accuracy = accuracy;
    if (training->kept)
        memcpy(training->kept, training->values,
               (size_t)training->parameters->count * sizeof *training->kept);
}

/* The accuracy on the validation set, NAN if there is none, and the words for it. */
static double validate(relif_training *training, relif_text *words)
{
    if (!training->validation) return NAN;
    const double images = (double)training->sets.validation.count;
    const relif_tally tally =
        relif_validation_run(training->validation, training->values);
    relif_text_append(words, "; validation: loss %.4f, accuracy %.2f %%",
                      tally.loss / images, 100 * tally.correct / images);
    return tally.correct / images;
}

static void end_epoch(relif_training *training, double rate)
{
    const int64_t per_epoch = training->length.steps_per_epoch;
    const int64_t epoch = (training->step - 1) / per_epoch + 1;
    const int64_t epochs = (training->length.steps - 1) / per_epoch + 1;
    const int64_t steps = training->step - (epoch - 1) * per_epoch;
    const double images = (double)(steps * training->options.batch);
    const double speed = images / (relif_clock_now() - training->epoch_begin);
    relif_text words = {0};
    training->result.loss = training->epoch.loss / images;
    training->result.accuracy = training->epoch.correct / images;
    keep(training, epoch, validate(training, &words));
    relif_log_line(
        training->log,
        "epoch %lld of %lld: loss %.4f, accuracy %.2f %%%s; learning rate %.3g, "
        "%.4g images/s",
        (long long)epoch, (long long)epochs, training->result.loss,
        100 * training->result.accuracy, relif_text_string(&words), rate, speed);
    relif_text_release(&words);
    training->epoch = (relif_tally){0};
    training->epoch_begin = relif_clock_now();
}

/* Between progress lines: the loss of late, a mean that forgets within 50 steps or so. */
static void note(relif_training *training, const relif_tally *before)
{
    const double loss = (training->epoch.loss - before->loss) / training->options.batch;
    const double share = training->step < 50 ? 1.0 / (double)training->step : 1.0 / 50;
    training->late_loss += share * (loss - training->late_loss);
    relif_progress_note(training->log, "step %lld, loss %.4f", (long long)training->step,
                        training->late_loss);
}

relif_err relif_training_step(relif_training *training)
{
    const relif_tally before = training->epoch;
    const int64_t per_epoch = training->length.steps_per_epoch;
    const double rate = relif_learning_rate_at(&training->options.rate, training->step,
                                               &training->length);
    if (training->begin == 0) training->begin = training->epoch_begin = relif_clock_now();
    descend(training, rate);
    training->step++;
    if (!isfinite(training->epoch.loss))
        return relif_fail(RELIF_ERR_DATA,
                          "training: the loss is %g in epoch %lld, step %lld (learning "
                          "rate %g), expected a finite value; a smaller "
                          "training.learning_rate or a training.clip may help",
                          training->epoch.loss,
                          (long long)((training->step - 1) / per_epoch + 1),
                          (long long)((training->step - 1) % per_epoch + 1), rate);
    note(training, &before);
    if (training->step % per_epoch == 0 || relif_training_finished(training))
        end_epoch(training, rate);
    return RELIF_OK;
}

/* The last step moves the weights after the last loss was computed. */
static relif_err check_values(const relif_training *training, const float *values)
{
    for (int64_t i = 0; i < training->parameters->count; i++)
        if (!isfinite(values[i]))
            return relif_fail(RELIF_ERR_DATA,
                              "training: a weight is %g after the last step, expected a "
                              "finite value; a smaller training.learning_rate may help",
                              (double)values[i]);
    return RELIF_OK;
}

relif_err relif_training_finish(relif_training *training, relif_network *network,
                                relif_training_result *result)
{
    const float *values = training->kept ? training->kept : training->values;
    const double operations = relif_backpropagation_operations(training->bp) *
                              training->options.shards * (double)training->length.steps;
    *result = training->result;
    result->seconds = relif_clock_now() - training->begin;
    result->gflops = result->seconds > 0 ? operations / result->seconds / 1e9 : 0;
    relif_context_broadcast(training->ctx, result, sizeof *result);
    const relif_err err = check_values(training, values);
    if (err == RELIF_OK) relif_parameters_write(training->parameters, values, network);
    return err;
}
