/*
 * Coding times: /coding_error/coding_times [times]; /coding_error/<layer>/{counts,
 * potential, arrived_charge, leaked_charge} [times, images, neurons] of recorded layers;
 * /coding_error/input/{counts [times, images, inputs], values [images, inputs]};
 * /coding_error/labels [times, images].
 */
#include <stdio.h>
#include <string.h>

#include "relif/charge.h"
#include "relif/results.h"

enum { PATH_SIZE = 256 };

/* Names under /coding_error that are no layers. */
static const char *const taken_names[] = {"input", "labels", "coding_times"};

relif_err relif_results_check_coding(const relif_network *network,
                                     const relif_record_request *record)
{
    for (int k = 0; k < record->n_layers && record->n_coding_times; k++)
        for (size_t i = 0; i < sizeof taken_names / sizeof taken_names[0]; i++)
            if (strcmp(network->layers[record->layers[k]].name, taken_names[i]) == 0)
                return relif_fail(RELIF_ERR_CONFIG,
                                  "record.coding_times: network '%s' has a layer '%s', a "
                                  "name that the archive needs; expected another name or "
                                  "record.layers without it",
                                  network->name, taken_names[i]);
    return RELIF_OK;
}

static relif_err declare(relif_archive *archive, const char *group, const char *name,
                         const relif_array *shape)
{
    char path[PATH_SIZE];
    relif_array array = *shape;
    snprintf(path, sizeof path, "/coding_error/%s%s%s", group, *group ? "/" : "", name);
    array.path = path;
    return relif_archive_declare(archive, &array);
}

static relif_err declare_input(relif_archive *archive, const relif_results_facts *facts)
{
    const int64_t size = relif_shape_size(facts->network->input);
    relif_err err = declare(
        archive, "input", "counts",
        &(relif_array){.type = RELIF_ARRAY_I32,
                       .rank = 3,
                       .dims = {facts->record->n_coding_times, facts->n_images, size},
                       .units = "spikes",
                       .description = "Spikes of the inputs within each coding time"});
    if (err == RELIF_OK)
        err = declare(archive, "input", "values",
                      &(relif_array){.type = RELIF_ARRAY_F32,
                                     .rank = 2,
                                     .dims = {facts->n_images, size},
                                     .units = "1",
                                     .description = "Values that the inputs code"});
    return err;
}

static relif_err declare_layer(relif_archive *archive, const relif_results_facts *facts,
                               int layer)
{
    const relif_layer *of = &facts->network->layers[layer];
    const char *obstacle = relif_results_charge_obstacle(facts->network, facts->mapping,
                                                         facts->record, layer);
    relif_array array = {.type = RELIF_ARRAY_I32,
                         .rank = 3,
                         .dims = {facts->record->n_coding_times, facts->n_images,
                                  relif_shape_size(of->out)},
                         .units = "spikes",
                         .description = "Spikes within each coding time"};
    relif_err err = declare(archive, of->name, "counts", &array);
    array.type = RELIF_ARRAY_F32;
    array.units = "1";
    array.description = "Membrane potential at the end of each coding time";
    if (err == RELIF_OK && relif_layer_spikes(of))
        err = declare(archive, of->name, "potential", &array);
    array.type = RELIF_ARRAY_F64;
    array.description = "Weighted sum of the input counts plus bias current times time";
    if (err == RELIF_OK && !obstacle)
        err = declare(archive, of->name, "arrived_charge", &array);
    array.description = "Charge that has leaked within each coding time";
    if (err == RELIF_OK && !obstacle && relif_charge_leaks(facts->mapping, layer))
        err = declare(archive, of->name, "leaked_charge", &array);
    char group[PATH_SIZE];
    snprintf(group, sizeof group, "/coding_error/%s", of->name);
    if (err == RELIF_OK && obstacle)
        err = relif_archive_set_text(archive, group, "no_arrived_charge", obstacle);
    return err;
}

static relif_err write_times(relif_archive *archive, const relif_record_request *record)
{
    const relif_array array = {.path = "/coding_error/coding_times",
                               .type = RELIF_ARRAY_F64,
                               .rank = 1,
                               .dims = {record->n_coding_times},
                               .units = "s",
                               .description = "Coding times"};
    const bool root = relif_context_is_root(relif_archive_context(archive));
    const int64_t offset = 0, count = root ? record->n_coding_times : 0;
    const relif_err err = relif_archive_declare(archive, &array);
    if (err != RELIF_OK) return err;
    return relif_archive_write(archive, array.path, &offset, &count,
                               record->coding_times);
}

relif_err relif_results_begin_coding(relif_archive *archive,
                                     const relif_results_facts *facts)
{
    const relif_record_request *record = facts->record;
    if (record->n_coding_times == 0) return RELIF_OK;
    relif_err err = write_times(archive, record);
    if (err == RELIF_OK)
        err = relif_archive_set_double(archive, "/coding_error", "v_init",
                                       facts->mapping->v_init);
    if (err == RELIF_OK)
        err = relif_archive_set_text(
            archive, "/coding_error", "simulations",
            record->coding_apart ? "one for each coding time, because the winners of max "
                                   "pooling depend on it"
                                 : "one for all coding times, a shorter one is the "
                                   "beginning of the longest");
    if (err == RELIF_OK)
        err = declare(archive, "", "labels",
                      &(relif_array){.type = RELIF_ARRAY_I32,
                                     .rank = 2,
                                     .dims = {record->n_coding_times, facts->n_images},
                                     .units = "class",
                                     .description = "Label given by the spiking network "
                                                    "after each coding time"});
    if (err == RELIF_OK) err = declare_input(archive, facts);
    for (int k = 0; k < record->n_layers && err == RELIF_OK; k++)
        err = declare_layer(archive, facts, record->layers[k]);
    return err;
}

const char *relif_results_charge_obstacle(const relif_network *network,
                                          const relif_mapping *mapping,
                                          const relif_record_request *record, int layer)
{
    bool recorded = layer == 0;
    for (int k = 0; k < record->n_layers; k++)
        recorded = recorded || record->layers[k] == layer - 1;
    const char *obstacle = relif_charge_obstacle(network, mapping, layer);
    if (obstacle || recorded) return obstacle;
    return "it needs the layer before in record.layers, too";
}

relif_err relif_results_write_coding(relif_archive *archive, const char *layer,
                                     const char *array, const relif_results_box *box,
                                     const void *values)
{
    char path[PATH_SIZE];
    const int64_t images = box->images.end - box->images.first;
    const int64_t neurons = relif_range_size(box->neurons);
    const int64_t offset[] = {0, box->images.first, box->neurons.first};
    const int64_t count[] = {neurons && images ? box->n_times : 0, images, neurons};
    snprintf(path, sizeof path, "/coding_error/%s/%s", layer, array);
    return relif_archive_write(archive, path, offset, count, values);
}

relif_err relif_results_write_coding_values(relif_archive *archive,
                                            relif_image_range images, int n_inputs,
                                            const float *values)
{
    const int64_t offset[] = {images.first, 0};
    const int64_t count[] = {images.end - images.first, n_inputs};
    return relif_archive_write(archive, "/coding_error/input/values", offset, count,
                               values);
}

relif_err relif_results_write_coding_labels(relif_archive *archive, int n_times,
                                            relif_image_range images,
                                            const int32_t *labels)
{
    const int64_t n = images.end - images.first;
    const int64_t offset[] = {0, images.first}, count[] = {n ? n_times : 0, n};
    return relif_archive_write(archive, "/coding_error/labels", offset, count, labels);
}
