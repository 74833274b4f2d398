/* relif map: the parameters of every neuron, what cannot be mapped to a conductance, and
 * what rates are to be expected. */
#include <math.h>
#include <stdio.h>

#include "diagnosis_pass.h"
#include "experiment.h"
#include "provenance.h"
#include "relif/archive.h"
#include "relif/results.h"

struct route_counts {
    int none, conductance, current;
    double g_l_min, g_l_max;
};

static struct route_counts count_routes(const relif_layer_mapping *mapped)
{
    struct route_counts counts = {.g_l_min = INFINITY, .g_l_max = -INFINITY};
    for (int i = 0; i < mapped->n_neurons; i++) {
        counts.none += mapped->bias_route[i] == RELIF_ROUTE_NONE;
        counts.conductance += mapped->bias_route[i] == RELIF_ROUTE_CONDUCTANCE;
        counts.current += mapped->bias_route[i] == RELIF_ROUTE_CURRENT;
        counts.g_l_min = fmin(counts.g_l_min, mapped->g_l[i]);
        counts.g_l_max = fmax(counts.g_l_max, mapped->g_l[i]);
    }
    return counts;
}

static void print_mapping(const struct experiment *experiment)
{
    printf("%-10s %9s %7s %7s %9s %9s %7s %8s | %s\n", "layer", "neurons", "V_th", "C_m",
           "g_l min", "g_l max", "slope", "scale",
           "bias: none, as conductance, as current");
    for (int l = 0; l < experiment->spiking->n_layers; l++) {
        const relif_layer *layer = &experiment->spiking->layers[l];
        const relif_layer_mapping *mapped = &experiment->mapping->layers[l];
        if (!relif_layer_spikes(layer)) {
            printf("%-10s %9d forwards spike trains\n", layer->name,
                   relif_shape_size(layer->out));
            continue;
        }
        const struct route_counts counts = count_routes(mapped);
        printf("%-10s %9d %7.4g %7.4g %9.4g %9.4g %7.4g %8.4g | %d, %d, %d\n",
               layer->name, mapped->n_neurons, mapped->v_th, mapped->c_m, counts.g_l_min,
               counts.g_l_max, relif_mapping_slope(mapped->v_th, mapped->c_m),
               experiment->scales[l], counts.none, counts.conductance, counts.current);
    }
}

static relif_err write_mapping(const struct experiment *experiment,
                               const relif_diagnosis *diagnosis, const command_line *line)
{
    const char *path = line->output;
    relif_archive *archive = NULL;
    relif_err err = experiment_make_folder(experiment->world, path);
    if (err == RELIF_OK)
        err = relif_archive_create(experiment->world, path, "mapping", line->force,
                                   &archive);
    if (err != RELIF_OK) return err;
    err = relif_archive_set_text(archive, "/", "config",
                                 relif_text_string(&experiment->science));
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, "/", "network_digest",
                                     experiment->network_digest);
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, "/", "dataset_digest",
                                     experiment->dataset->digest);
    if (err == RELIF_OK)
        err = relif_results_write_layer_names(archive, experiment->network);
    if (err == RELIF_OK)
        err =
            relif_results_write_mapping(archive, experiment->spiking, experiment->mapping,
                                        &experiment->normalization, experiment->scales);
    if (err == RELIF_OK) err = relif_results_write_diagnosis(archive, diagnosis);
    if (err == RELIF_OK) err = relif_archive_commit(archive);
    relif_archive_close(archive);
    if (err == RELIF_OK)
        err = provenance_write(
            experiment, line,
            &(relif_sidecar){.archive = path, .clock = &experiment->clock});
    if (err == RELIF_OK && relif_context_is_root(experiment->world))
        printf("archive: %s\n", path);
    return err;
}

/* From as many images as are asked for, else as many as a normalisation would take. */
static relif_err diagnose(struct experiment *experiment, const command_line *line)
{
    int64_t n = line->images ? line->images : experiment->config->normalization.images;
    if (n > experiment->dataset->count) n = experiment->dataset->count;
    relif_diagnosis *diagnosis = diagnosis_pass_compute(experiment, n);
    if (relif_context_is_root(experiment->world)) {
        print_mapping(experiment);
        diagnosis_pass_print(diagnosis);
    }
    relif_err err = RELIF_OK;
    if (line->output) err = write_mapping(experiment, diagnosis, line);
    relif_diagnosis_destroy(diagnosis);
    return err;
}

relif_err command_map(const command_call *call)
{
    struct experiment experiment = {0};
    bool done = false;
    relif_err err = experiment_configure(&experiment, call, &done);
    if (err == RELIF_OK && !done) err = experiment_refuse_sweep(&experiment);
    if (err == RELIF_OK && !done) err = experiment_load(&experiment, KEEP_OTHERS);
    if (err == RELIF_OK && !done) err = diagnose(&experiment, call->line);
    experiment_release(&experiment);
    return err;
}
