#include "trained_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "finished.h"
#include "relif/initialization.h"
#include "relif/memory.h"
#include "relif/sidecar.h"
#include "relif/training.h"
#include "relif/weights.h"

static void pixels_of(const void *source, int64_t i, float *pixels)
{
    relif_dataset_image(source, i, pixels);
}

/* Where the trained network is kept: training.output, or beside the archive. */
static char *network_path(const relif_config *config)
{
    if (config->training.output.expanded)
        return relif_strdup(config->training.output.expanded);
    relif_text path = {0};
    const char *output = config->output.expanded;
    const size_t length = strlen(output);
    const bool h5 = length > 3 && strcmp(output + length - 3, ".h5") == 0;
    relif_text_append(&path, "%.*s_network.h5", (int)(h5 ? length - 3 : length), output);
    return path.bytes;
}

/* What is learned from and what it is validated with; NULL: no validation. Owned. */
struct training_data {
    relif_dataset *learn, *validation;
};

static relif_err read_data(struct experiment *experiment, struct training_data *data)
{
    const relif_config *config = experiment->config;
    relif_err err = relif_dataset_read(experiment->world,
                                       &config->training.dataset.options, &data->learn);
    if (err == RELIF_OK && config->training.has_validation)
        err = relif_dataset_read(experiment->world, &config->training.validation.options,
                                 &data->validation);
    if (err != RELIF_OK || !data->validation) return err;
    const relif_shape a = data->learn->shape, b = data->validation->shape;
    if (a.channels == b.channels && a.height == b.height && a.width == b.width)
        return RELIF_OK;
    return relif_fail(RELIF_ERR_DATA,
                      "training.validation: images of %d x %d x %d (channels, height, "
                      "width), expected those of training.dataset, %d x %d x %d",
                      b.channels, b.height, b.width, a.channels, a.height, a.width);
}

static relif_image_set set_of(const relif_dataset *dataset)
{
    if (!dataset) return (relif_image_set){0};
    return (relif_image_set){dataset->count, pixels_of, dataset, dataset->labels};
}

/* All steps of the training, into experiment->network. */
static relif_err descend(struct experiment *experiment, const struct training_data *data,
                         relif_training_result *result)
{
    const relif_training_options *options = &experiment->config->training.options;
    const relif_training_sets sets = {set_of(data->learn), set_of(data->validation)};
    relif_training *training = NULL;
    relif_err err = relif_training_create(experiment->world, experiment->network, &sets,
                                          options, experiment->log, &training);
    if (err == RELIF_OK)
        relif_progress_begin(experiment->log, "train", "images",
                             relif_training_steps(training) * options->batch);
    while (err == RELIF_OK && !relif_training_finished(training)) {
        err = relif_training_step(training);
        relif_progress_update(experiment->log,
                              relif_training_step_count(training) * options->batch);
    }
    if (err == RELIF_OK)
        err = relif_training_finish(training, experiment->network, result);
    if (err == RELIF_OK) relif_progress_end(experiment->log);
    relif_training_destroy(training);
    return err;
}

static void report(const struct experiment *experiment, const char *path,
                   const relif_training_result *result)
{
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    relif_log_line(experiment->log,
                   "trained in %.1f s at %.1f GFLOP/s on %d ranks, at most %.0f MB each: "
                   "loss %.4f, accuracy %.2f %% on the training images of the last epoch",
                   result->seconds, result->gflops, experiment->world->size,
                   (double)peak / 1e6, result->loss, 100 * result->accuracy);
    if (!isnan(result->validation_accuracy))
        relif_log_line(experiment->log,
                       "weights of epoch %lld: accuracy %.2f %% on the "
                       "validation images",
                       (long long)result->kept_epoch, 100 * result->validation_accuracy);
    relif_log_line(experiment->log, "written to %s", path);
}

static relif_err train(struct experiment *experiment, const char *path,
                       const char *origin)
{
    const relif_config *config = experiment->config;
    const relif_context *world = experiment->world;
    struct training_data data = {0};
    relif_training_result result = {0};
    relif_err err = read_data(experiment, &data);
    if (err == RELIF_OK)
        err = relif_config_network(config, data.learn->shape, &experiment->network);
    if (err == RELIF_OK) {
        relif_initialize_kaiming(experiment->network, config->training.options.seed);
        relif_network_set_origin(experiment->network, origin);
        err = descend(experiment, &data, &result);
    }
    relif_dataset_destroy(data.learn);
    relif_dataset_destroy(data.validation);
    if (err == RELIF_OK) err = experiment_make_folder(world, path);
    if (err == RELIF_OK) err = relif_weights_write(world, path, experiment->network);
    if (err == RELIF_OK) report(experiment, path, &result);
    return err;
}

/* The part of the config that decides a trained network. */
static void origin_of(const relif_config *config, relif_text *origin)
{
    relif_text whole = {0};
    relif_config_print(config, false, &whole);
    const char *text = relif_text_string(&whole);
    bool keep = false;
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        const size_t length = end ? (size_t)(end - line) + 1 : strlen(line);
        if (*line != ' ' && *line != '-')
            keep =
                strncmp(line, "network:", 8) == 0 || strncmp(line, "training:", 9) == 0;
        if (keep) relif_text_append(origin, "%.*s", (int)length, line);
        line += length;
    }
    relif_text_release(&whole);
}

/* Reads the network at path; *same says whether this very training made it. */
static relif_err read_trained(struct experiment *experiment, const char *path,
                              const char *origin, bool *same)
{
    relif_err err = relif_weights_read(experiment->world, path, &experiment->network,
                                       experiment->network_digest);
    const char *found = err == RELIF_OK ? experiment->network->origin : NULL;
    *same = found && strcmp(found, origin) == 0;
    return err;
}

static relif_err reuse(struct experiment *experiment, const char *path,
                       const char *origin, enum training_output existing, bool *reused)
{
    relif_err err = read_trained(experiment, path, origin, reused);
    if (*reused) {
        relif_log_line(experiment->log, "using the network trained before: %s", path);
        return RELIF_OK;
    }
    relif_network_destroy(experiment->network);
    experiment->network = NULL;
    if (existing == REPLACE_OTHERS) return RELIF_OK;
    return relif_fail(
        RELIF_ERR_EXISTS,
        "network file '%s' exists and %s; use --force to replace it or name "
        "another training.output",
        path,
        err == RELIF_OK ? "was not made by this training" : "is not a network file");
}

relif_err trained_network_get(struct experiment *experiment,
                              enum training_output existing)
{
    relif_text text = {0};
    char *path = network_path(experiment->config);
    relif_err err = RELIF_OK;
    bool ready = false;
    origin_of(experiment->config, &text);
    const char *origin = relif_text_string(&text);
    if (existing != TRAIN_AGAIN && finished_exists(experiment->world, path))
        err = reuse(experiment, path, origin, existing, &ready);
    if (err == RELIF_OK && !ready) {
        err = train(experiment, path, origin);
        relif_network_destroy(experiment->network);
        experiment->network = NULL;
        if (err == RELIF_OK) err = read_trained(experiment, path, origin, &ready);
    }
    relif_text_release(&text);
    free(path);
    return err;
}
