/* A key that is given has a place in messages; one that is missing has only the file. */
#include "config_check.h"

#include "config_keys.h"
#include "relif/config_sweep.h"

static const relif_yaml_node *given_at(const relif_yaml_node *const *given,
                                       const char *path)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    return given[relif_config_key_find(keys, n_keys, path)];
}

static relif_err check_network(const relif_config *config,
                               const relif_yaml_node *const *given)
{
    const relif_yaml_node *file = given_at(given, "network.file");
    const relif_yaml_node *layers = given_at(given, "network.layers");
    if (file && layers)
        return relif_yaml_fail(layers, "network.layers: network.file is given too; "
                                       "expected one of them");
    if (!file && !layers)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: network: neither file nor layers is given; expected "
                          "one of them",
                          config->source);
    if (layers && !config->has_training)
        return relif_yaml_fail(layers, "network.layers: training is missing; expected "
                                       "training.dataset, what to learn from");
    return RELIF_OK;
}

/* The best weights are those that do best on the validation set. */
static relif_err check_keep(const relif_config *config,
                            const relif_yaml_node *const *given)
{
    const relif_yaml_node *keep = given_at(given, "training.keep");
    if (config->training.options.keep == RELIF_KEEP_BEST &&
        !config->training.has_validation)
        return relif_yaml_fail(keep, "training.keep: best needs a validation set to tell "
                                     "which weights are the best; expected "
                                     "training.validation");
    return RELIF_OK;
}

static relif_err check_training(const relif_config *config,
                                const relif_yaml_node *const *given)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    if (given_at(given, "network.layers")) return check_keep(config, given);
    for (int k = 0; k < n_keys && config->has_training; k++)
        if (given[k] && relif_config_key_trains(&keys[k]))
            return relif_yaml_fail(given[k],
                                   "%s: network.file is given; expected "
                                   "training only with network.layers",
                                   keys[k].path);
    return RELIF_OK;
}

static relif_err refuse_missing(const relif_config *config, const relif_config_key *key)
{
    relif_text expected = {0};
    relif_config_key_expects(key, &expected);
    const relif_err err =
        relif_fail(RELIF_ERR_CONFIG, "%.300s: %s: is missing; expected %s",
                   config->source, key->path, relif_text_string(&expected));
    relif_text_release(&expected);
    return err;
}

static relif_err refuse_format(const relif_config *config, const relif_config_key *key,
                               const relif_yaml_node *node)
{
    const relif_dataset_format format =
        relif_config_key_dataset(config, key)->options.format;
    relif_text expected = {0};
    relif_config_key_formats(key, &expected);
    const relif_err err = relif_yaml_fail(
        node, "%s: the dataset's format is %s; expected this key only with %s", key->path,
        relif_dataset_format_name(format), relif_text_string(&expected));
    relif_text_release(&expected);
    return err;
}

static relif_err check_presence(const relif_config *config,
                                const relif_yaml_node *const *given)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) {
        const bool applies = relif_config_key_applies(config, &keys[k]);
        if (given[k] && !applies) return refuse_format(config, &keys[k], given[k]);
        if (!given[k] && applies && keys[k].required)
            return refuse_missing(config, &keys[k]);
    }
    return RELIF_OK;
}

/* images: where they are given, for messages. */
static relif_err check_dataset(const relif_config *config,
                               const relif_config_dataset *dataset, const char *label,
                               const relif_yaml_node *images)
{
    const int n = dataset->images.count;
    switch (dataset->options.format) {
    case RELIF_DATASET_SYNTHETIC:
        if (dataset->options.count > 0) return RELIF_OK;
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: %s.count: is missing or 0; expected the number of "
                          "images to draw",
                          config->source, label);
    case RELIF_DATASET_CIFAR10:
        if (n >= 1 && n <= RELIF_DATASET_MAX_FILES) return RELIF_OK;
        return relif_yaml_fail(images, "%s.images: found %d files; expected 1 to %d",
                               label, n, RELIF_DATASET_MAX_FILES);
    default:
        if (n == 1) return RELIF_OK;
        return relif_yaml_fail(images, "%s.images: found %d files; expected one", label,
                               n);
    }
}

static relif_err check_trains(const relif_config *config,
                              const relif_yaml_node *const *given)
{
    const relif_config_integers *images = &config->record.trains.images;
    const int64_t count = config->dataset.options.count;
    if (config->record.trains.layers.count > 0 && images->count == 0)
        return relif_yaml_fail(given_at(given, "record.trains.layers"),
                               "record.trains.layers: record.trains.images is missing; "
                               "expected the images whose trains are kept");
    if (config->record.trains.layers.count == 0 &&
        (images->count > 0 || config->record.trains.neurons.count > 0))
        return relif_yaml_fail(given_at(given, images->count ? "record.trains.images"
                                                             : "record.trains.neurons"),
                               "record.trains.layers is missing; expected the layers "
                               "whose trains are kept");
    if (count > 0 && images->count > 0 && images->values[images->count - 1] >= count)
        return relif_yaml_fail(given_at(given, "record.trains.images"),
                               "record.trains.images: %lld is too large; expected image "
                               "numbers below dataset.count, %lld",
                               (long long)images->values[images->count - 1],
                               (long long)count);
    return RELIF_OK;
}

/* Each time a whole number of steps within the coding time. */
static relif_err check_coding_times(const relif_config *config,
                                    const relif_yaml_node *const *given)
{
    const relif_config_numbers *times = &config->record.coding_times;
    for (int i = 0; i < times->count; i++) {
        const relif_yaml_node *node = &given_at(given, "record.coding_times")->items[i];
        if (times->values[i] > config->coding.coding_time * (1 + 1e-9))
            return relif_yaml_fail(node,
                                   "record.coding_times[%d]: %.60s is beyond the end; "
                                   "expected at most coding.coding_time, %.10g s",
                                   i, node->text, config->coding.coding_time);
        if (relif_coding_whole_steps(&config->coding, times->values[i]) == 0)
            return relif_yaml_fail(node,
                                   "record.coding_times[%d]: %.60s is no whole number of "
                                   "steps; expected a multiple of coding.dt, %.10g s",
                                   i, node->text, config->coding.dt);
    }
    return RELIF_OK;
}

static relif_err check_options(const relif_config *config)
{
    relif_err err = relif_coding_check(&config->coding);
    if (err == RELIF_OK) err = relif_neuron_options_check(&config->neuron);
    if (err == RELIF_OK && config->has_training)
        err = relif_training_options_check(&config->training.options);
    if (err == RELIF_OK) return RELIF_OK;
    return relif_fail(err, "%.300s: %s", config->source, relif_error_sentence());
}

static relif_err check_point(const relif_config *config, int64_t point,
                             const relif_yaml_node *sweep)
{
    const relif_config at = relif_config_at(config, point);
    relif_err err = relif_coding_check(&at.coding);
    if (err == RELIF_OK) err = relif_neuron_options_check(&at.neuron);
    if (err == RELIF_OK) return RELIF_OK;
    relif_text values = {0};
    relif_config_point_print(&config->sweep, point, &values);
    err = relif_yaml_fail(sweep, "sweep: point %lld (%s): %s", (long long)point,
                          relif_text_string(&values), relif_error_sentence());
    relif_text_release(&values);
    return err;
}

static relif_err check_sweep(const relif_config *config,
                             const relif_yaml_node *const *given)
{
    const int64_t n = relif_config_points(&config->sweep);
    relif_err err = RELIF_OK;
    for (int64_t p = 0; config->sweep.count && p < n && err == RELIF_OK; p++)
        err = check_point(config, p, given_at(given, "sweep"));
    return err;
}

relif_err relif_config_check(const relif_config *config,
                             const relif_yaml_node *const *given)
{
    relif_err err = check_training(config, given);
    if (err == RELIF_OK) err = check_network(config, given);
    if (err == RELIF_OK) err = check_presence(config, given);
    if (err == RELIF_OK)
        err = check_dataset(config, &config->dataset, "dataset",
                            given_at(given, "dataset.images"));
    if (err == RELIF_OK && config->has_training)
        err = check_dataset(config, &config->training.dataset, "training.dataset",
                            given_at(given, "training.dataset.images"));
    if (err == RELIF_OK && config->training.has_validation)
        err = check_dataset(config, &config->training.validation, "training.validation",
                            given_at(given, "training.validation.images"));
    if (err == RELIF_OK) err = check_trains(config, given);
    if (err == RELIF_OK) err = check_options(config);
    if (err == RELIF_OK) err = check_coding_times(config, given);
    return err != RELIF_OK ? err : check_sweep(config, given);
}
