/*
 * Trains: /spikes/<layer>/{image_ids, node_ids, timestamps} hold one entry per spike,
 * ordered by image, neuron and time; v_m holds the potentials of recorded_images x
 * recorded_nodes x steps, if they are recorded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/results.h"

enum { PATH_SIZE = 256 };

/* One recorded layer of a window, as all functions below need it. */
struct train_layer {
    relif_archive *archive;
    const relif_context *ctx;
    const relif_layer *layer;
    const relif_record_request *record;
    const relif_recorder *recorder;
    double dt;
    int k, steps;
    relif_range chosen; /* those of record->train_images that are in the window */
};

static void set_path(const relif_layer *layer, const char *array, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "/spikes/%s/%s", layer->name, array);
}

/* Beginning: what a layer's arrays are, and which neurons and images they are of. */

static relif_err write_ids(relif_archive *archive, const relif_layer *layer,
                           const char *name, int64_t n, const int64_t *ids,
                           const char *description)
{
    char path[PATH_SIZE];
    set_path(layer, name, path);
    return relif_results_write_vector(archive, path, RELIF_ARRAY_I64, n, ids, "1",
                                      description);
}

static relif_err declare_list(relif_archive *archive, const relif_layer *layer,
                              const char *name, const relif_array *list)
{
    char path[PATH_SIZE];
    relif_array array = *list;
    set_path(layer, name, path);
    array.path = path;
    array.rank = 1;
    return relif_archive_declare_at_most(archive, &array);
}

static relif_err declare_lists(relif_archive *archive, const relif_layer *layer,
                               int64_t most)
{
    relif_array list = {.type = RELIF_ARRAY_I64,
                        .dims = {most},
                        .units = "1",
                        .description = "Image of each spike"};
    relif_err err = declare_list(archive, layer, "image_ids", &list);
    list.description = "Neuron of each spike, canonical index";
    if (err == RELIF_OK) err = declare_list(archive, layer, "node_ids", &list);
    list.type = RELIF_ARRAY_F64;
    list.units = "s";
    list.description = "Time of each spike from the start of the coding time";
    if (err == RELIF_OK) err = declare_list(archive, layer, "timestamps", &list);
    return err;
}

static relif_err declare_potentials(relif_archive *archive, const relif_layer *layer,
                                    int n_images, int n_neurons, int steps)
{
    char path[PATH_SIZE];
    set_path(layer, "v_m", path);
    return relif_archive_declare(
        archive,
        &(relif_array){.path = path,
                       .type = RELIF_ARRAY_F32,
                       .rank = 3,
                       .dims = {n_images, n_neurons, steps},
                       .units = "1",
                       .description = "Membrane potential after the reset of each step"});
}

static relif_err begin_layer(relif_archive *archive, const relif_results_facts *facts,
                             const relif_layer *layer)
{
    const relif_record_request *record = facts->record;
    const int n_images = record->n_train_images,
              steps = relif_coding_steps(facts->coding);
    int n;
    int *neurons = relif_record_train_neurons(record, relif_shape_size(layer->out), &n);
    int64_t *nodes = relif_calloc((size_t)n, sizeof *nodes);
    for (int i = 0; i < n; i++) nodes[i] = neurons[i];
    relif_err err =
        write_ids(archive, layer, "recorded_nodes", n, nodes, "Neurons recorded");
    if (err == RELIF_OK)
        err = write_ids(archive, layer, "recorded_images", n_images, record->train_images,
                        "Images recorded");
    if (err == RELIF_OK)
        err = declare_lists(archive, layer, (int64_t)n_images * n * steps);
    if (err == RELIF_OK && relif_layer_spikes(layer) && record->train_potentials)
        err = declare_potentials(archive, layer, n_images, n, steps);
    free(neurons);
    free(nodes);
    return err;
}

relif_err relif_results_begin_trains(relif_archive *archive,
                                     const relif_results_facts *facts)
{
    relif_err err = RELIF_OK;
    for (int k = 0; k < facts->record->n_train_layers && err == RELIF_OK; k++)
        err = begin_layer(archive, facts,
                          &facts->network->layers[facts->record->train_layers[k]]);
    return err;
}

/* A window. */

static relif_err write_box(const struct train_layer *t, const char *name,
                           const int64_t *offset, const int64_t *count,
                           const void *values)
{
    char path[PATH_SIZE];
    set_path(t->layer, name, path);
    return relif_archive_write(t->archive, path, offset, count, values);
}

/* The spikes of an image, neuron after neuron: entry e of the recorder's list of neurons
 * has those from first[e] up to first[e + 1]. */
struct sorted_spikes {
    int64_t *first;
    int *steps; /* ascending for each neuron */
};

/* Calls for each spike of a recorded neuron that is owned here, step after step: the
 * first time they are counted, then they are put into their places. */
static void visit_spikes(const struct train_layer *t, const relif_raster *raster,
                         int64_t *entry, int *steps)
{
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    int n_neurons;
    const int *neurons = relif_recorder_train_neurons(t->recorder, t->k, &n_neurons);
    int *ids = relif_calloc(relif_spikes_capacity(raster->range), sizeof *ids);
    for (int s = 0; s < t->steps; s++) {
        const int n = relif_spikes_list(relif_raster_mask(raster, 0, s), raster->range,
                                        raster->range, ids);
        for (int i = 0, e = mine.first; i < n; i++) {
            while (e < mine.end && neurons[e] < ids[i]) e++;
            if (e == mine.end) break;
            if (neurons[e] != ids[i]) continue;
            if (steps) steps[entry[e]] = s;
            entry[e]++;
        }
    }
    free(ids);
}

static struct sorted_spikes sort_spikes(const struct train_layer *t, int image)
{
    const relif_raster raster = relif_recorder_train_spikes(t->recorder, t->k, image);
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    struct sorted_spikes sorted = {
        relif_calloc((size_t)mine.end + 1, sizeof *sorted.first), NULL};
    int64_t *entry = relif_calloc((size_t)mine.end + 1, sizeof *entry);
    if (raster.masks) visit_spikes(t, &raster, entry, NULL);
    for (int e = 0; e < mine.end; e++) sorted.first[e + 1] = sorted.first[e] + entry[e];
    memcpy(entry, sorted.first, (size_t)mine.end * sizeof *entry);
    sorted.steps = relif_calloc((size_t)sorted.first[mine.end], sizeof *sorted.steps);
    if (raster.masks) visit_spikes(t, &raster, entry, sorted.steps);
    free(entry);
    return sorted;
}

static int64_t count_spikes(const struct train_layer *t,
                            const struct sorted_spikes *sorted)
{
    return sorted->first[relif_recorder_train_range(t->recorder, t->k).end];
}

/* First entry of each image's spikes of this rank, and the total of all; total are those
 * of earlier windows. */
static int64_t place_spikes(const struct train_layer *t,
                            const struct sorted_spikes *sorted, int64_t total,
                            int64_t *first)
{
    const int images = relif_range_size(t->chosen), ranks = t->ctx->size;
    int64_t *mine = relif_calloc((size_t)images, sizeof *mine);
    int64_t *all = relif_calloc((size_t)images * (size_t)ranks, sizeof *all);
    for (int i = 0; i < images; i++) mine[i] = count_spikes(t, &sorted[i]);
    MPI_Allgather(mine, images, MPI_INT64_T, all, images, MPI_INT64_T, t->ctx->comm);
    for (int i = 0; i < images; i++)
        for (int r = 0; r < ranks; r++) {
            if (r == t->ctx->rank) first[i] = total;
            total += all[(size_t)r * (size_t)images + (size_t)i];
        }
    free(mine);
    free(all);
    return total;
}

static relif_err write_image_spikes(const struct train_layer *t, int image,
                                    const struct sorted_spikes *sorted, int64_t first)
{
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    int n_neurons;
    const int *neurons = relif_recorder_train_neurons(t->recorder, t->k, &n_neurons);
    const int64_t count = count_spikes(t, sorted);
    int64_t *images = relif_calloc((size_t)count, sizeof *images);
    int64_t *nodes = relif_calloc((size_t)count, sizeof *nodes);
    double *times = relif_calloc((size_t)count, sizeof *times);
    for (int e = mine.first; e < mine.end; e++)
        for (int64_t n = sorted->first[e]; n < sorted->first[e + 1]; n++) {
            images[n] = t->record->train_images[image];
            nodes[n] = neurons[e];
            times[n] = (sorted->steps[n] + 1) * t->dt;
        }
    relif_err err = write_box(t, "image_ids", &first, &count, images);
    if (err == RELIF_OK) err = write_box(t, "node_ids", &first, &count, nodes);
    if (err == RELIF_OK) err = write_box(t, "timestamps", &first, &count, times);
    free(images);
    free(nodes);
    free(times);
    return err;
}

static relif_err write_spikes(const struct train_layer *t, int64_t *n_spikes)
{
    const int images = relif_range_size(t->chosen);
    int64_t *first = relif_calloc((size_t)images, sizeof *first);
    struct sorted_spikes *sorted = relif_calloc((size_t)images, sizeof *sorted);
    relif_err err = RELIF_OK;
    for (int i = 0; i < images; i++) sorted[i] = sort_spikes(t, t->chosen.first + i);
    *n_spikes = place_spikes(t, sorted, *n_spikes, first);
    for (int i = 0; i < images && err == RELIF_OK; i++)
        err = write_image_spikes(t, t->chosen.first + i, &sorted[i], first[i]);
    for (int i = 0; i < images; i++) {
        free(sorted[i].first);
        free(sorted[i].steps);
    }
    free(sorted);
    free(first);
    return err;
}

static relif_err write_potentials(const struct train_layer *t)
{
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    relif_err err = RELIF_OK;
    for (int i = t->chosen.first; i < t->chosen.end && err == RELIF_OK; i++) {
        const float *v = relif_recorder_train_potentials(t->recorder, t->k, i);
        const int64_t offset[] = {i, mine.first, 0};
        const int64_t count[] = {v && relif_range_size(mine) ? 1 : 0,
                                 relif_range_size(mine), t->steps};
        err = write_box(t, "v_m", offset, count, v);
    }
    return err;
}

static relif_range choose_images(const relif_record_request *record,
                                 relif_image_range window)
{
    relif_range chosen = {0, 0};
    for (int i = 0; i < record->n_train_images; i++) {
        chosen.first += record->train_images[i] < window.first;
        chosen.end += record->train_images[i] < window.end;
    }
    return chosen;
}

relif_err relif_results_write_trains(relif_archive *archive, const relif_network *network,
                                     const relif_coding *coding,
                                     const relif_record_request *record,
                                     const relif_recorder *recorder,
                                     relif_image_range window, int64_t *n_spikes)
{
    relif_err err = RELIF_OK;
    for (int k = 0; k < record->n_train_layers && err == RELIF_OK; k++) {
        const struct train_layer t = {archive,
                                      relif_archive_context(archive),
                                      &network->layers[record->train_layers[k]],
                                      record,
                                      recorder,
                                      coding->dt,
                                      k,
                                      relif_coding_steps(coding),
                                      choose_images(record, window)};
        err = write_spikes(&t, &n_spikes[k]);
        if (err == RELIF_OK && relif_layer_spikes(t.layer) && record->train_potentials)
            err = write_potentials(&t);
    }
    return err;
}

void relif_results_end_trains(relif_archive *archive, const relif_network *network,
                              const relif_record_request *record, const int64_t *n_spikes)
{
    static const char *const lists[] = {"image_ids", "node_ids", "timestamps"};
    for (int k = 0; k < record->n_train_layers; k++)
        for (int i = 0; i < 3; i++) {
            char path[PATH_SIZE];
            set_path(&network->layers[record->train_layers[k]], lists[i], path);
            relif_archive_shorten(archive, path, n_spikes[k]);
        }
}
