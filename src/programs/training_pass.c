#include "training_pass.h"

#include <math.h>
#include <string.h>

#include "relif/checkpoint.h"
#include "relif/sidecar.h"
#include "relif/training.h"
#include "relif/weights.h"

/* What is learned from and what it is validated with (NULL: nothing). Owned. */
struct training_data {
    relif_dataset *learn, *validation;
    relif_text digest; /* of both */
};

static void release_data(struct training_data *data)
{
    relif_dataset_destroy(data->learn);
    relif_dataset_destroy(data->validation);
    relif_text_release(&data->digest);
}

static relif_err check_shapes(const struct training_data *data)
{
    const relif_shape a = data->learn->shape, b = data->validation->shape;
    if (a.channels == b.channels && a.height == b.height && a.width == b.width)
        return RELIF_OK;
    return relif_fail(RELIF_ERR_DATA,
                      "training.validation: images of %d x %d x %d (channels, height, "
                      "width), expected those of training.dataset, %d x %d x %d",
                      b.channels, b.height, b.width, a.channels, a.height, a.width);
}

static relif_err read_data(struct experiment *experiment, struct training_data *data)
{
    const relif_config *config = experiment->config;
    relif_err err = relif_dataset_read(experiment->world,
                                       &config->training.dataset.options, &data->learn);
    if (err != RELIF_OK) return err;
    relif_text_append(&data->digest, "%s", data->learn->digest);
    memcpy(experiment->training_digest, data->learn->digest, RELIF_DIGEST_TEXT);
    if (!config->training.has_validation) return RELIF_OK;
    err = relif_dataset_read(experiment->world, &config->training.validation.options,
                             &data->validation);
    if (err != RELIF_OK) return err;
    relif_text_append(&data->digest, " %s", data->validation->digest);
    return check_shapes(data);
}

static void pixels_of(const void *source, int64_t i, float *pixels)
{
    relif_dataset_image(source, i, pixels);
}

static relif_image_set set_of(const relif_dataset *dataset)
{
    if (!dataset) return (relif_image_set){0};
    return (relif_image_set){dataset->count, pixels_of, dataset, dataset->labels};
}

/* A training that can be saved and gone on with. */
struct resumable {
    struct experiment *experiment;
    const struct training_pass *pass;
    relif_checkpoint_identity identity;
    relif_training *training;
};

static relif_err resume(struct resumable *work)
{
    const relif_context *world = work->experiment->world;
    const enum training_output existing = work->pass->existing;
    relif_state *state = NULL;
    if (existing == TRAIN_AGAIN)
        experiment_begin_anew(work->experiment, work->pass->path);
    relif_err err = relif_checkpoint_read(world, work->experiment->log, work->pass->path,
                                          &work->identity, &state);
    if (err == RELIF_ERR_EXISTS && existing == REPLACE_OTHERS) {
        relif_checkpoint_remove(world, work->pass->path);
        err = RELIF_OK;
    }
    if (err == RELIF_OK && state)
        err = relif_agree(world, relif_training_restore(work->training, state));
    relif_state_destroy(state);
    return err;
}

static relif_err save(struct resumable *work)
{
    relif_state *state = relif_state_create();
    relif_training_save(work->training, state);
    const relif_err err = relif_checkpoint_write(
        work->experiment->world, work->pass->path, &work->identity, state);
    relif_state_destroy(state);
    relif_stop_saved(work->experiment->stop);
    return err;
}

/* Saves when it is time to, and ends early when that is asked for. */
static relif_err pause(struct resumable *work)
{
    relif_stop *stop = work->experiment->stop;
    const bool end = relif_stop_agreed_now(stop);
    relif_err err = RELIF_OK;
    if (relif_stop_save_due(stop)) err = save(work);
    if (err == RELIF_OK && end) err = relif_stop_fail(stop, work->pass->path);
    return err;
}

static relif_err step_through(struct resumable *work)
{
    relif_log *log = work->experiment->log;
    relif_training *training = work->training;
    const int batch = work->experiment->config->training.options.batch;
    relif_err err = RELIF_OK;
    relif_progress_begin(log, "train", "images", relif_training_steps(training) * batch);
    relif_progress_skip(log, relif_training_step_count(training) * batch);
    while (err == RELIF_OK && !relif_training_finished(training)) {
        err = relif_training_step(training);
        relif_progress_update(log, relif_training_step_count(training) * batch);
        if (err == RELIF_OK && !relif_training_finished(training)) err = pause(work);
    }
    relif_progress_end(log);
    return err;
}

/* All steps of the training, into experiment->network. */
static relif_err train(struct experiment *experiment, const struct training_pass *pass,
                       const struct training_data *data, relif_training_result *result)
{
    const relif_training_options *options = &experiment->config->training.options;
    const relif_training_sets sets = {set_of(data->learn), set_of(data->validation)};
    struct resumable work = {.experiment = experiment,
                             .pass = pass,
                             .identity = {.kind = "training",
                                          .config = pass->origin,
                                          .dataset_digest = data->digest.bytes}};
    relif_err err = relif_training_create(experiment->world, experiment->network, &sets,
                                          options, experiment->log, &work.training);
    if (err == RELIF_OK) err = resume(&work);
    if (err == RELIF_OK) err = step_through(&work);
    if (err == RELIF_OK)
        err = relif_training_finish(work.training, experiment->network, result);
    relif_training_destroy(work.training);
    return err;
}

static void report(const struct experiment *experiment, const char *path,
                   const relif_training_result *result)
{
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    relif_log_line(experiment->log,
                   "trained in %.1f s at %.1f GFLOP/s, %d ranks, at most %.0f MB each: "
                   "loss %.4f, accuracy %.2f %% on the training images of the last epoch",
                   result->seconds, result->gflops, experiment->world->size,
                   (double)peak / 1e6, result->loss, 100 * result->accuracy);
    if (!isnan(result->validation_accuracy))
        relif_log_line(experiment->log,
                       "weights of epoch %lld: accuracy %.2f %% on the validation images",
                       (long long)result->kept_epoch, 100 * result->validation_accuracy);
    relif_log_line(experiment->log, "written to %s", path);
}

relif_err training_pass_run(struct experiment *experiment,
                            const struct training_pass *pass)
{
    const relif_config *config = experiment->config;
    const relif_context *world = experiment->world;
    struct training_data data = {0};
    relif_training_result result = {0};
    relif_err err = read_data(experiment, &data);
    if (err == RELIF_OK)
        err = relif_config_network(config, data.learn->shape, &experiment->network);
    if (err == RELIF_OK) err = experiment_make_folder(world, pass->path);
    if (err == RELIF_OK) {
        relif_initialize(experiment->network, config->training.options.initialization,
                         config->training.options.seed);
        relif_network_set_origin(experiment->network, pass->origin);
        err = train(experiment, pass, &data, &result);
    }
    release_data(&data);
    if (err == RELIF_OK)
        err = relif_weights_write(world, pass->path, experiment->network);
    if (err == RELIF_OK) relif_checkpoint_remove(world, pass->path);
    if (err == RELIF_OK) report(experiment, pass->path, &result);
    return err;
}
