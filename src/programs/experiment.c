#include "experiment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "activity_pass.h"
#include "relif/checkpoint.h"
#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "relif/results.h"
#include "relif/schedule.h"
#include "relif/weights.h"
#include "trained_network.h"

relif_err experiment_configure(struct experiment *experiment, const command_call *call,
                               bool *done)
{
    const command_line *line = call->line;
    experiment->world = call->world;
    experiment->log = call->log;
    experiment->stop = call->stop;
    *done = line->print_config;
    relif_err err =
        line->config
            ? relif_config_parse_collective(call->world, line->config, line->file,
                                            line->overrides, line->n_overrides,
                                            &experiment->config)
            : relif_config_read_collective(call->world, line->file, line->overrides,
                                           line->n_overrides, &experiment->config);
    if (err != RELIF_OK) return err;
    relif_config_print(experiment->config, false, &experiment->science);
    if (line->print_config && relif_context_is_root(call->world)) {
        relif_text text = {0};
        relif_config_print(experiment->config, true, &text);
        fputs(relif_text_string(&text), stdout);
        relif_text_release(&text);
    }
    return RELIF_OK;
}

relif_err experiment_refuse_sweep(const struct experiment *experiment)
{
    const relif_config *config = experiment->config;
    if (config->sweep.count == 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_CONFIG,
                      "%s: sweep: found a sweep of %lld points; expected one experiment: "
                      "use relif sweep, or leave it out with --set sweep=null",
                      config->source, (long long)relif_config_points(&config->sweep));
}

relif_err experiment_require_sweep(const struct experiment *experiment)
{
    if (experiment->config->sweep.count > 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_CONFIG,
                      "%s: sweep: is missing; expected keys and their values, or relif "
                      "run for one experiment",
                      experiment->config->source);
}

void experiment_begin_anew(const struct experiment *experiment, const char *path)
{
    const char *restarts = getenv("SLURM_RESTART_COUNT");
    if (restarts && strcmp(restarts, "0") != 0)
        relif_log_line(experiment->log,
                       "a job that Slurm restarted: --force keeps its checkpoints");
    else
        relif_checkpoint_remove(experiment->world, path);
}

relif_err experiment_make_folder(const relif_context *world, const char *path)
{
    relif_err err = RELIF_OK;
    if (relif_context_is_root(world)) {
        char *folder = relif_strdup(path);
        for (char *c = folder + 1; *c && err == RELIF_OK; c++) {
            if (*c != '/') continue;
            *c = '\0';
            if (mkdir(folder, 0777) != 0 && errno != EEXIST)
                err = relif_fail(RELIF_ERR_FILE, "make folder '%s': %s", folder,
                                 strerror(errno));
            *c = '/';
        }
        free(folder);
    }
    return relif_agree(world, err);
}

static relif_err read_dataset(struct experiment *experiment)
{
    double mark = relif_clock_now();
    relif_err err = relif_dataset_read(
        experiment->world, &experiment->config->dataset.options, &experiment->dataset);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_READ, &mark);
    return err;
}

relif_err experiment_network(struct experiment *experiment, enum training_output existing)
{
    const relif_config *config = experiment->config;
    if (config->has_training) return trained_network_get(experiment, existing);
    double mark = relif_clock_now();
    experiment->network_file = relif_strdup(config->network.file.expanded);
    relif_err err = relif_weights_read(experiment->world, config->network.file.expanded,
                                       &experiment->network, experiment->network_digest);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_READ, &mark);
    return err;
}

static relif_err check_fit(const struct experiment *experiment)
{
    const relif_network *network = experiment->network;
    const relif_shape a = network->input, b = experiment->dataset->shape;
    if (network->n_layers == 0)
        return relif_fail(RELIF_ERR_FORMAT, "network '%s' has no layers", network->name);
    if (a.channels != b.channels || a.height != b.height || a.width != b.width)
        return relif_fail(
            RELIF_ERR_DATA,
            "network '%s' expects images of %d x %d x %d (channels, height, "
            "width), the data set has %d x %d x %d",
            network->name, a.channels, a.height, a.width, b.channels, b.height, b.width);
    const int outputs = relif_shape_size(network->layers[network->n_layers - 1].out);
    if (experiment->dataset->n_classes > outputs)
        return relif_fail(RELIF_ERR_DATA,
                          "label %d of the data set is out of range: network '%s' has %d "
                          "outputs",
                          experiment->dataset->n_classes - 1, network->name, outputs);
    return RELIF_OK;
}

static relif_err find_layers(const relif_network *network, const char *key,
                             const relif_config_names *names, int **layers, int *n)
{
    *layers = relif_calloc((size_t)names->count + 1, sizeof **layers);
    for (int i = 0; i < names->count; i++) {
        const int layer = relif_network_find(network, names->names[i]);
        if (layer < 0) {
            relif_text known = {0};
            for (int l = 0; l < network->n_layers; l++)
                relif_text_append(&known, "%s%s", l ? ", " : "", network->layers[l].name);
            relif_err err = relif_fail(
                RELIF_ERR_CONFIG, "%s: network '%s' has no layer '%s'; it has %s", key,
                network->name, names->names[i], relif_text_string(&known));
            relif_text_release(&known);
            return err;
        }
        (*layers)[(*n)++] = layer;
    }
    return RELIF_OK;
}

static void choose_linear_layers(const relif_network *network, int **layers, int *n)
{
    free(*layers);
    *layers = relif_calloc((size_t)network->n_layers, sizeof **layers);
    for (int l = 0; l < network->n_layers; l++)
        if (network->layers[l].kind == RELIF_LAYER_LINEAR) (*layers)[(*n)++] = l;
}

/* Prefixes of one simulation stand for shorter coding times, unless winners change. */
static bool changes_winners(const struct experiment *experiment)
{
    const relif_network *network = experiment->network;
    for (int l = 0; l < network->n_layers; l++)
        if (network->layers[l].kind == RELIF_LAYER_MAX_POOL2D)
            return experiment->config->pooling == RELIF_POOLING_WINDOW;
    return false;
}

static relif_err resolve_coding_times(struct experiment *experiment)
{
    const relif_config_numbers *times = &experiment->config->record.coding_times;
    relif_record_request *record = &experiment->record;
    int *steps = relif_calloc((size_t)times->count, sizeof *steps);
    for (int i = 0; i < times->count; i++)
        steps[i] =
            relif_coding_whole_steps(&experiment->config->coding, times->values[i]);
    record->n_coding_times = times->count;
    record->coding_times = times->values;
    record->coding_steps = steps;
    record->coding_apart = changes_winners(experiment);
    return relif_results_check_coding(experiment->network, record);
}

static relif_err resolve_record(struct experiment *experiment)
{
    const relif_config *config = experiment->config;
    const relif_network *network = experiment->network;
    relif_record_request *record = &experiment->record;
    int *layers = NULL, *train_layers = NULL, *neurons = NULL;
    relif_err err = find_layers(network, "record.layers", &config->record.layers, &layers,
                                &record->n_layers);
    if (err == RELIF_OK && record->n_layers == 0)
        choose_linear_layers(network, &layers, &record->n_layers);
    if (err == RELIF_OK)
        err = find_layers(network, "record.trains.layers", &config->record.trains.layers,
                          &train_layers, &record->n_train_layers);
    const relif_config_integers *images = &config->record.trains.images;
    for (int i = 0; i < images->count && err == RELIF_OK; i++)
        if (images->values[i] >= experiment->dataset->count)
            err = relif_fail(
                RELIF_ERR_CONFIG,
                "record.trains.images: there is no image %lld, the data set has "
                "%lld",
                (long long)images->values[i], (long long)experiment->dataset->count);
    const relif_config_integers *chosen = &config->record.trains.neurons;
    neurons = relif_calloc((size_t)chosen->count, sizeof *neurons);
    for (int i = 0; i < chosen->count; i++) neurons[i] = (int)chosen->values[i];
    for (int k = 0; k < record->n_train_layers && chosen->count && err == RELIF_OK; k++) {
        const relif_layer *layer = &network->layers[train_layers[k]];
        const int last = neurons[chosen->count - 1];
        if (last >= relif_shape_size(layer->out))
            err = relif_fail(
                RELIF_ERR_CONFIG,
                "record.trains.neurons: layer '%s' has no neuron %d, it has %d",
                layer->name, last, relif_shape_size(layer->out));
    }
    record->layers = layers;
    record->train_layers = train_layers;
    record->n_train_images = images->count;
    record->train_images = images->values;
    record->n_train_neurons = chosen->count;
    record->train_neurons = neurons;
    record->train_potentials = config->record.trains.potentials;
    return err == RELIF_OK ? resolve_coding_times(experiment) : err;
}

static double input_density(const struct experiment *experiment)
{
    enum { ENOUGH_IMAGES = 64 };
    const relif_dataset *dataset = experiment->dataset;
    const int size = relif_shape_size(dataset->shape);
    const int n = dataset->count < ENOUGH_IMAGES ? (int)dataset->count : ENOUGH_IMAGES;
    double spikes = 0; /* in a step */
    float *pixels = relif_calloc((size_t)size, sizeof *pixels);
    for (int i = 0; i < n; i++) {
        relif_dataset_image(dataset, i, pixels);
        for (int p = 0; p < size; p++)
            spikes += relif_coding_spikes_per_step(&experiment->config->coding,
                                                   (double)pixels[p]);
    }
    free(pixels);
    return spikes / ((double)n * size);
}

relif_err experiment_read(struct experiment *experiment, enum training_output existing)
{
    relif_err err = read_dataset(experiment);
    if (err == RELIF_OK) err = experiment_network(experiment, existing);
    if (err == RELIF_OK) err = check_fit(experiment);
    if (err != RELIF_OK) return err;
    if (relif_context_is_root(experiment->world)) /* all ranks must cut alike */
        experiment->input_density = input_density(experiment);
    relif_context_broadcast(experiment->world, &experiment->input_density,
                            sizeof experiment->input_density);
    experiment->node = relif_context_split_node(experiment->world);
    experiment->network_memory =
        relif_shared_weights(experiment->node, experiment->network);
    return resolve_record(experiment);
}

relif_err experiment_load(struct experiment *experiment, enum training_output existing)
{
    const relif_err err = experiment_read(experiment, existing);
    return err != RELIF_OK ? err : experiment_map(experiment, experiment->config);
}

relif_err experiment_place(struct experiment *experiment, int64_t n_images)
{
    const relif_config *config = experiment->config;
    const relif_context *world = experiment->world;
    int replicas = config->execution.replicas;
    if (replicas == 0)
        replicas = relif_schedule_replicas(world->size, n_images,
                                           config->execution.images_in_flight);
    if (world->size % replicas != 0)
        return relif_fail(RELIF_ERR_PARTITION,
                          "execution.replicas is %d, expected a divisor of the %d ranks",
                          replicas, world->size);
    const int group_size = world->size / replicas;
    experiment->replicas = replicas;
    experiment->replica = world->rank / group_size;
    relif_err err =
        relif_partition_create(experiment->network, config->execution.scheme, group_size,
                               experiment->input_density, &experiment->partition);
    if (err != RELIF_OK) return err;
    experiment->group = relif_context_split(world, experiment->replica);
    experiment->twins = relif_context_split(experiment->node, experiment->group->rank);
    return RELIF_OK;
}

void experiment_release(struct experiment *experiment)
{
    relif_partition_destroy(experiment->partition);
    relif_context_destroy(experiment->group);
    relif_context_destroy(experiment->twins);
    experiment_release_mapping(experiment);
    activity_release(&experiment->activity);
    relif_network_destroy(experiment->network);
    relif_shared_destroy(experiment->network_memory);
    relif_context_destroy(experiment->node);
    free(experiment->network_file);
    relif_dataset_destroy(experiment->dataset);
    relif_config_destroy(experiment->config);
    relif_text_release(&experiment->science);
    free((void *)experiment->record.layers);
    free((void *)experiment->record.train_layers);
    free((void *)experiment->record.train_neurons);
    free((void *)experiment->record.coding_steps);
    *experiment = (struct experiment){0};
}
