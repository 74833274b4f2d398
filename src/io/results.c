#include "relif/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"

enum { PATH_SIZE = 256 };

typedef struct array_path {
    char text[PATH_SIZE];
} array_path;

static array_path path_of(const char *group, const char *layer, const char *array)
{
    array_path path;
    snprintf(path.text, sizeof path.text, "/%s/%s/%s", group, layer, array);
    return path;
}

relif_err relif_results_write_vector(relif_archive *archive, const char *path,
                                     relif_array_type type, int64_t n, const void *values,
                                     const char *units, const char *description)
{
    const relif_array array = {.path = path,
                               .type = type,
                               .rank = 1,
                               .dims = {n},
                               .units = units,
                               .description = description};
    relif_err err = relif_archive_declare(archive, &array);
    const int64_t offset = 0,
                  count = relif_context_is_root(relif_archive_context(archive)) ? n : 0;
    if (err == RELIF_OK)
        err = relif_archive_write(archive, path, &offset, &count, values);
    return err;
}

static relif_err write_mapping_layer(relif_archive *archive, const relif_layer *layer,
                                     const relif_layer_mapping *mapped, double scale)
{
    const size_t n = (size_t)mapped->n_neurons;
    double *c_m = relif_calloc(4 * n, sizeof *c_m);
    double *v_th = c_m + n, *tau_m = v_th + n, *slope = tau_m + n;
    for (size_t i = 0; i < n; i++) {
        c_m[i] = mapped->c_m;
        v_th[i] = mapped->v_th;
        tau_m[i] = mapped->g_l[i] == 0 ? (double)INFINITY : mapped->c_m / mapped->g_l[i];
        slope[i] = relif_mapping_slope(mapped->v_th, mapped->c_m);
    }
    const struct {
        const char *name;
        relif_array_type type;
        const void *values;
        const char *units, *description;
    } arrays[] = {
        {"C_m", RELIF_ARRAY_F64, c_m, "1", "Membrane capacitance"},
        {"V_th", RELIF_ARRAY_F64, v_th, "1", "Firing threshold"},
        {"g_l", RELIF_ARRAY_F64, mapped->g_l, "1/s", "Leak conductance"},
        {"tau_m", RELIF_ARRAY_F64, tau_m, "s", "Membrane time constant C_m/g_l"},
        {"slope", RELIF_ARRAY_F64, slope, "1", "Slope of the ReLU neuron, 1/(V_th C_m)"},
        {"i_bias", RELIF_ARRAY_F64, mapped->i_bias, "1/s", "Constant current of a bias"},
        {"bias_route", RELIF_ARRAY_U8, mapped->bias_route, "1",
         "How the bias is realised: 0 none, 1 leak conductance, 2 constant current"},
    };
    relif_err err = RELIF_OK;
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++)
        err = relif_results_write_vector(
            archive, path_of("mapping", layer->name, arrays[a].name).text, arrays[a].type,
            (int64_t)n, arrays[a].values, arrays[a].units, arrays[a].description);
    char group[PATH_SIZE];
    snprintf(group, sizeof group, "/mapping/%s", layer->name);
    if (err == RELIF_OK) err = relif_archive_set_double(archive, group, "scale", scale);
    free(c_m);
    return err;
}

relif_err relif_results_write_mapping(relif_archive *archive,
                                      const relif_network *network,
                                      const relif_mapping *mapping,
                                      const relif_normalization_options *normalization,
                                      const double *scales)
{
    const bool in_weights = normalization->carrier == RELIF_CARRIER_WEIGHTS;
    relif_err err =
        relif_results_write_normalization(archive, network, normalization, scales);
    for (int l = 0; l < network->n_layers && err == RELIF_OK; l++)
        if (relif_layer_spikes(&network->layers[l]))
            err = write_mapping_layer(archive, &network->layers[l], &mapping->layers[l],
                                      in_weights ? scales[l] : 1);
    return err;
}

static relif_err declare_layer(relif_archive *archive, const relif_layer *layer,
                               int64_t n_images)
{
    const struct {
        const char *name;
        relif_array_type type;
        const char *units, *description;
        bool spiking_only;
    } arrays[] = {
        {"spike_counts", RELIF_ARRAY_I32, "spikes", "Spikes within the coding time",
         false},
        {"activations", RELIF_ARRAY_F32, "1", "Output of the ReLU network", false},
        {"residual_potential", RELIF_ARRAY_F32, "1",
         "Membrane potential at the end of the coding time", true},
    };
    relif_err err = RELIF_OK;
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++) {
        if (arrays[a].spiking_only && !relif_layer_spikes(layer)) continue;
        const array_path path = path_of("layers", layer->name, arrays[a].name);
        const relif_array array = {.path = path.text,
                                   .type = arrays[a].type,
                                   .rank = 2,
                                   .dims = {n_images, relif_shape_size(layer->out)},
                                   .units = arrays[a].units,
                                   .description = arrays[a].description};
        err = relif_archive_declare(archive, &array);
    }
    char group[PATH_SIZE];
    snprintf(group, sizeof group, "/layers/%s", layer->name);
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, group, "type",
                                     relif_layer_kind_name(layer->kind));
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, group, "channels", layer->out.channels);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, group, "height", layer->out.height);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, group, "width", layer->out.width);
    return err;
}

static relif_err write_attributes(relif_archive *archive,
                                  const relif_results_facts *facts)
{
    const struct {
        const char *name, *value;
    } texts[] = {{"name", facts->name},
                 {"config", facts->config},
                 {"network_digest", facts->network_digest},
                 {"dataset_digest", facts->dataset_digest}};
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"dt", facts->coding->dt},
                   {"coding_time", facts->coding->coding_time},
                   {"coding_range", facts->coding->coding_range}};
    relif_err err = RELIF_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && err == RELIF_OK; i++)
        err = relif_archive_set_text(archive, "/", texts[i].name, texts[i].value);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && err == RELIF_OK; i++)
        err = relif_archive_set_double(archive, "/", numbers[i].name, numbers[i].value);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/", "steps",
                                    relif_coding_steps(facts->coding));
    const relif_layer *output = &facts->network->layers[facts->network->n_layers - 1];
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/", "n_outputs",
                                    relif_shape_size(output->out));
    return err;
}

relif_err relif_results_write_layer_names(relif_archive *archive,
                                          const relif_network *network)
{
    const char **names = relif_calloc((size_t)network->n_layers, sizeof *names);
    for (int l = 0; l < network->n_layers; l++) names[l] = network->layers[l].name;
    relif_err err =
        relif_archive_write_names(archive, "/layer_names", names, network->n_layers,
                                  "Layers of the network, input side first");
    free(names);
    return err;
}

static relif_err declare_labels(relif_archive *archive, const relif_results_facts *facts)
{
    int32_t *labels = relif_calloc((size_t)facts->n_images, sizeof *labels);
    for (int64_t i = 0; i < facts->n_images; i++) labels[i] = facts->true_labels[i];
    relif_err err = relif_results_write_vector(archive, "/labels/true", RELIF_ARRAY_I32,
                                               facts->n_images, labels, "class",
                                               "Label of the data set");
    free(labels);
    const relif_array arrays[] = {
        {.path = "/labels/ann",
         .type = RELIF_ARRAY_I32,
         .units = "class",
         .description = "Label given by the ReLU network"},
        {.path = "/labels/snn",
         .type = RELIF_ARRAY_I32,
         .units = "class",
         .description = "Label given by the spiking network"},
        {.path = "/labels/silent",
         .type = RELIF_ARRAY_U8,
         .units = "1",
         .description = "1 if no output neuron fired within the coding time"}};
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++) {
        relif_array array = arrays[a];
        array.rank = 1;
        array.dims[0] = facts->n_images;
        err = relif_archive_declare(archive, &array);
    }
    return err;
}

/* Arrays of totals: one value a layer. */
static const struct total {
    const char *path, *units, *description;
} total_arrays[] = {
    {"/statistics/neurons", "neurons", "Neurons of each layer"},
    {"/statistics/spikes", "spikes", "Spikes of each layer over all images"},
    {"/statistics/synaptic_operations", "operations",
     "Arriving spikes times neurons reached, of each layer over all images"},
    {"/statistics/saturated", "neurons",
     "Neurons that owed spikes at the end or fired every step, summed over images"},
};

enum { N_TOTALS = sizeof total_arrays / sizeof total_arrays[0] };

static relif_err declare_totals(relif_archive *archive, const relif_network *network)
{
    relif_err err = RELIF_OK;
    for (int a = 0; a < N_TOTALS && err == RELIF_OK; a++)
        err = relif_archive_declare(
            archive, &(relif_array){.path = total_arrays[a].path,
                                    .type = RELIF_ARRAY_I64,
                                    .rank = 1,
                                    .dims = {network->n_layers},
                                    .units = total_arrays[a].units,
                                    .description = total_arrays[a].description});
    return err;
}

relif_err relif_results_begin(relif_archive *archive, const relif_results_facts *facts)
{
    const relif_network *network = facts->network;
    relif_err err = write_attributes(archive, facts);
    if (err == RELIF_OK) err = relif_results_write_layer_names(archive, network);
    if (err == RELIF_OK) err = declare_labels(archive, facts);
    for (int k = 0; k < facts->record->n_layers && err == RELIF_OK; k++)
        err = declare_layer(archive, &network->layers[facts->record->layers[k]],
                            facts->n_images);
    if (err == RELIF_OK)
        err = relif_results_write_mapping(archive, network, facts->mapping,
                                          facts->normalization, facts->scales);
    if (err == RELIF_OK) err = relif_results_begin_coding(archive, facts);
    if (err == RELIF_OK) err = relif_results_begin_trains(archive, facts);
    if (err == RELIF_OK) err = declare_totals(archive, network);
    return err;
}

relif_err relif_results_write_rows(relif_archive *archive, const relif_network *network,
                                   const relif_record_request *record,
                                   const relif_partition *partition, int group_rank,
                                   const relif_recorder *recorder,
                                   relif_image_range images)
{
    relif_err err = RELIF_OK;
    for (int k = 0; k < record->n_layers && err == RELIF_OK; k++) {
        const relif_layer *layer = &network->layers[record->layers[k]];
        const relif_range owned =
            relif_partition_range(partition, record->layers[k], group_rank);
        const int64_t offset[] = {images.first, owned.first};
        const int64_t count[] = {relif_range_size(owned) ? images.end - images.first : 0,
                                 relif_range_size(owned)};
        err = relif_archive_write(archive,
                                  path_of("layers", layer->name, "spike_counts").text,
                                  offset, count, relif_recorder_counts(recorder, k));
        if (err == RELIF_OK && relif_layer_spikes(layer))
            err = relif_archive_write(
                archive, path_of("layers", layer->name, "residual_potential").text,
                offset, count, relif_recorder_potentials(recorder, k));
    }
    return err;
}

relif_err relif_results_write_activations(relif_archive *archive, const char *layer,
                                          relif_image_range images, int n_neurons,
                                          const float *activations)
{
    const int64_t offset[] = {images.first, 0};
    const int64_t count[] = {images.end - images.first, n_neurons};
    return relif_archive_write(archive, path_of("layers", layer, "activations").text,
                               offset, count, activations);
}

relif_err relif_results_write_labels(relif_archive *archive, const char *which,
                                     const relif_results_labels *labels)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/labels/%s", which);
    const int64_t offset = labels->images.first;
    const int64_t count = labels->images.end - labels->images.first;
    relif_err err = relif_archive_write(archive, path, &offset, &count, labels->labels);
    if (err == RELIF_OK && labels->silent)
        err = relif_archive_write(archive, "/labels/silent", &offset, &count,
                                  labels->silent);
    return err;
}

relif_err relif_results_write_totals(relif_archive *archive, const relif_network *network,
                                     const relif_results_totals *totals)
{
    const size_t n = (size_t)network->n_layers;
    int64_t *values = relif_calloc(N_TOTALS * n, sizeof *values);
    for (size_t l = 0; l < n; l++) {
        values[l] = relif_shape_size(network->layers[l].out);
        values[n + l] = totals->layers[l].spikes;
        values[2 * n + l] = totals->layers[l].operations;
        values[3 * n + l] = totals->layers[l].saturated;
    }
    const bool root = relif_context_is_root(relif_archive_context(archive));
    const int64_t offset = 0, count = root ? network->n_layers : 0;
    relif_err err = RELIF_OK;
    for (size_t a = 0; a < N_TOTALS && err == RELIF_OK; a++)
        err = relif_archive_write(archive, total_arrays[a].path, &offset, &count,
                                  values + a * n);
    free(values);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/statistics", "input_spikes",
                                    totals->input_spikes);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/statistics", "input_saturated",
                                    totals->input_saturated);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/statistics", "silent_images",
                                    totals->silent_images);
    return err;
}
