/* The loop: steps of the descent, after each epoch its validation, and what is kept. */
#include "relif/training.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "descent.h"
#include "progress.h"
#include "relif/clock.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "relif/validation.h"

struct relif_training {
    const relif_context *ctx; /* borrowed, as is log */
    relif_log *log;
    relif_training_options options;
    relif_training_sets sets;
    relif_training_length length;
    struct descent descent;
    relif_validation *validation; /* NULL: none */
    struct training_progress now;
    float *kept; /* [parameters->count] of the best epoch; NULL: the last are kept */
    double begin, epoch_begin; /* s on the clock */
    int64_t epoch_first_step;  /* steps that were done at epoch_begin */
};

/* Numbers in the vector of weights and biases. */
static int64_t count_of(const relif_training *training)
{
    return training->descent.parameters->count;
}

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
    relif_training *made = relif_calloc(1, sizeof *made);
    made->ctx = ctx;
    made->log = log;
    made->options = *options;
    made->sets = *sets;
    made->length = length_of(options, sets->learn.count);
    made->descent = descent_begin(ctx, network, &made->sets.learn, options);
    if (sets->validation.count > 0)
        made->validation =
            relif_validation_create(ctx, &made->sets.validation, made->descent.bp);
    if (options->keep == RELIF_KEEP_BEST)
        made->kept = relif_calloc_aligned((size_t)count_of(made), sizeof *made->kept);
    made->now.validation_accuracy = NAN;
    made->begin = made->epoch_begin = relif_clock_now();
    *training = made;
    return RELIF_OK;
}

void relif_training_destroy(relif_training *training)
{
    if (!training) return;
    relif_validation_destroy(training->validation);
    descent_release(&training->descent);
    free(training->kept);
    free(training);
}

int64_t relif_training_step_count(const relif_training *training)
{
    return training->now.steps_done;
}

int64_t relif_training_steps(const relif_training *training)
{
    return training->length.steps;
}

/* Epochs in some steps, the last one perhaps not complete. */
static int64_t epochs_in(const relif_training *training, int64_t steps)
{
    const int64_t per_epoch = training->length.steps_per_epoch;
    return (steps + per_epoch - 1) / per_epoch;
}

bool relif_training_finished(const relif_training *training)
{
    return training->now.epochs_done == epochs_in(training, training->length.steps);
}

/* Between the lines of epochs: a mean loss that forgets after 50 steps or so. */
static void note_loss(relif_training *training, double loss)
{
    struct training_progress *now = &training->now;
    const double share = now->steps_done < 50 ? 1.0 / (double)now->steps_done : 1.0 / 50;
    now->late_loss += share * (loss - now->late_loss);
    relif_progress_note(training->log, "step %lld, loss %.4f, %.1f GFLOP/s",
                        (long long)now->steps_done, now->late_loss,
                        descent_gflops(&training->descent));
}

static relif_err step_descent(relif_training *training)
{
    struct training_progress *now = &training->now;
    const int64_t per_epoch = training->length.steps_per_epoch;
    const double rate = relif_learning_rate_at(&training->options.rate, now->steps_done,
                                               &training->length);
    const relif_tally tally = descent_step(&training->descent, now->steps_done, rate);
    if (!isfinite(tally.loss))
        return relif_fail(RELIF_ERR_DATA,
                          "training: the loss is %g in epoch %lld, step %lld (learning "
                          "rate %g), expected a finite value; a smaller "
                          "training.learning_rate or a training.clip may help",
                          tally.loss, (long long)now->steps_done / per_epoch + 1,
                          (long long)now->steps_done % per_epoch + 1, rate);
    now->steps_done++;
    now->epoch_loss += tally.loss;
    now->epoch_correct += tally.correct;
    note_loss(training, tally.loss / training->options.batch);
    return RELIF_OK;
}

/* The weights of this epoch, if they are to be kept. accuracy: NAN if not known. */
static void keep(relif_training *training, double accuracy)
{
    struct training_progress *now = &training->now;
    if (training->kept && accuracy <= now->validation_accuracy) return;
    now->kept_epoch = now->epochs_done;
    now->validation_accuracy = accuracy;
    if (training->kept)
        memcpy(training->kept, training->descent.values,
               (size_t)count_of(training) * sizeof *training->kept);
}

/* The accuracy on the validation set, NAN if there is none, and the words for it. */
static double end_validation(relif_training *training, relif_text *words)
{
    if (!training->validation) return NAN;
    const double images = (double)training->sets.validation.count;
    const relif_tally tally = relif_validation_end(training->validation);
    relif_text_append(words, "; validation: loss %.4f, accuracy %.2f %%",
                      tally.loss / images, 100 * tally.correct / images);
    return tally.correct / images;
}

static void end_epoch(relif_training *training)
{
    struct training_progress *now = &training->now;
    const int64_t batch = training->options.batch;
    const int64_t first = now->epochs_done * training->length.steps_per_epoch;
    const double images = (double)((now->steps_done - first) * batch);
    const double here = (double)((now->steps_done - training->epoch_first_step) * batch);
    const double speed = here / (relif_clock_now() - training->epoch_begin);
    relif_text words = {0};
    now->epochs_done++;
    now->last_loss = now->epoch_loss / images;
    now->last_accuracy = now->epoch_correct / images;
    keep(training, end_validation(training, &words));
    relif_log_line(
        training->log,
        "epoch %lld of %lld: loss %.4f, accuracy %.2f %%%s; learning rate %.3g, "
        "%.4g images/s",
        (long long)now->epochs_done,
        (long long)epochs_in(training, training->length.steps), now->last_loss,
        100 * now->last_accuracy, relif_text_string(&words),
        relif_learning_rate_at(&training->options.rate, now->steps_done - 1,
                               &training->length),
        speed);
    relif_text_release(&words);
    now->epoch_loss = now->epoch_correct = 0;
    training->epoch_begin = relif_clock_now();
    training->epoch_first_step = now->steps_done;
}

relif_err relif_training_step(relif_training *training)
{
    const struct training_progress *now = &training->now;
    const bool all = now->steps_done == training->length.steps;
    const int64_t per_epoch = training->length.steps_per_epoch;
    if (!all && now->steps_done < (now->epochs_done + 1) * per_epoch)
        return step_descent(training);
    if (!training->validation ||
        !relif_validation_advance(training->validation, training->descent.values))
        end_epoch(training);
    return RELIF_OK;
}

void relif_training_save(const relif_training *training, relif_state *state)
{
    const int64_t count = count_of(training);
    training_progress_put(&training->now, state);
    relif_state_put(state, "weights", RELIF_ARRAY_F32, count, training->descent.values);
    relif_state_put(state, "velocities", RELIF_ARRAY_F32, count,
                    relif_sgd_velocity(training->descent.sgd));
    if (training->kept)
        relif_state_put(state, "kept_weights", RELIF_ARRAY_F32, count, training->kept);
}

relif_err relif_training_restore(relif_training *training, const relif_state *state)
{
    const int64_t count = count_of(training);
    relif_err err = training_progress_get(&training->now, state);
    if (err == RELIF_OK)
        err = relif_state_get(state, "weights", RELIF_ARRAY_F32, count,
                              training->descent.values);
    if (err == RELIF_OK)
        err = relif_state_get(state, "velocities", RELIF_ARRAY_F32, count,
                              relif_sgd_velocity(training->descent.sgd));
    if (err == RELIF_OK && training->kept)
        err = relif_state_get(state, "kept_weights", RELIF_ARRAY_F32, count,
                              training->kept);
    training->epoch_first_step = training->now.steps_done;
    return err;
}

/* The last step moves the weights after the last loss was computed. */
static relif_err check_values(const relif_training *training, const float *values)
{
    for (int64_t i = 0; i < count_of(training); i++)
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
    const float *values = training->kept ? training->kept : training->descent.values;
    const struct training_progress *now = &training->now;
    *result = (relif_training_result){.loss = now->last_loss,
                                      .accuracy = now->last_accuracy,
                                      .validation_accuracy = now->validation_accuracy,
                                      .kept_epoch = now->kept_epoch,
                                      .seconds = relif_clock_now() - training->begin,
                                      .gflops = descent_gflops(&training->descent)};
    relif_context_broadcast(training->ctx, result, sizeof *result);
    const relif_err err = check_values(training, values);
    if (err == RELIF_OK)
        relif_parameters_write(training->descent.parameters, values, network);
    return err;
}
