/*
 * Trains: /spikes/<layer>/{image_ids, node_ids, timestamps} hold one entry per spike,
 * ordered by image, neuron and time; v_m holds the potentials of recorded_images x
 * recorded_nodes x steps.
 */
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/results.h"

enum { PATH_SIZE = 256 };

/* One recorded layer, as all functions below need it. */
struct train_layer {
    relif_archive *archive;
    const relif_context *ctx;
    const relif_layer *layer;
    const relif_record_request *record;
    const relif_recorder *recorder;
    double dt;
    int k, steps;
};

static void set_path(const struct train_layer *t, const char *array, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "/spikes/%s/%s", t->layer->name, array);
}

static relif_err declare(const struct train_layer *t, const char *name,
                         relif_array_type type, int rank, const int64_t *dims,
                         const char *units, const char *description)
{
    char path[PATH_SIZE];
    set_path(t, name, path);
    relif_array array = {.path = path,
                         .type = type,
                         .rank = rank,
                         .units = units,
                         .description = description};
    for (int d = 0; d < rank; d++) array.dims[d] = dims[d];
    return relif_archive_declare(t->archive, &array);
}

static relif_err write_box(const struct train_layer *t, const char *name,
                           const int64_t *offset, const int64_t *count,
                           const void *values)
{
    char path[PATH_SIZE];
    set_path(t, name, path);
    return relif_archive_write(t->archive, path, offset, count, values);
}

static relif_err write_ids(const struct train_layer *t, const char *name, int64_t n,
                           const int64_t *ids, const char *description)
{
    const int64_t offset = 0, count = relif_context_is_root(t->ctx) ? n : 0;
    relif_err err = declare(t, name, RELIF_ARRAY_I64, 1, &n, "1", description);
    return err == RELIF_OK ? write_box(t, name, &offset, &count, ids) : err;
}

static relif_err write_selection(const struct train_layer *t, const int *neurons, int n)
{
    int64_t *nodes = relif_calloc((size_t)n, sizeof *nodes);
    for (int i = 0; i < n; i++) nodes[i] = neurons[i];
    relif_err err = write_ids(t, "recorded_nodes", n, nodes, "Neurons recorded");
    free(nodes);
    if (err == RELIF_OK)
        err = write_ids(t, "recorded_images", t->record->n_train_images,
                        t->record->train_images, "Images recorded");
    return err;
}

static int64_t count_spikes(const struct train_layer *t, int image)
{
    const uint8_t *spikes = relif_recorder_train_spikes(t->recorder, t->k, image);
    const int n = relif_range_size(relif_recorder_train_range(t->recorder, t->k));
    int64_t sum = 0;
    for (int64_t i = 0; spikes && i < (int64_t)n * t->steps; i++) sum += spikes[i];
    return sum;
}

/* First entry of each image's spikes of this rank, and the total of all. */
static int64_t place_spikes(const struct train_layer *t, int64_t *first)
{
    const int images = t->record->n_train_images, ranks = t->ctx->size;
    int64_t *mine = relif_calloc((size_t)images, sizeof *mine);
    int64_t *all = relif_calloc((size_t)images * (size_t)ranks, sizeof *all);
    for (int i = 0; i < images; i++) mine[i] = count_spikes(t, i);
    MPI_Allgather(mine, images, MPI_INT64_T, all, images, MPI_INT64_T, t->ctx->comm);
    int64_t total = 0;
    for (int i = 0; i < images; i++)
        for (int r = 0; r < ranks; r++) {
            if (r == t->ctx->rank) first[i] = total;
            total += all[(size_t)r * (size_t)images + (size_t)i];
        }
    free(mine);
    free(all);
    return total;
}

static relif_err write_image_spikes(const struct train_layer *t, int image, int64_t first)
{
    const uint8_t *spikes = relif_recorder_train_spikes(t->recorder, t->k, image);
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    int n_neurons;
    const int *neurons = relif_recorder_train_neurons(t->recorder, t->k, &n_neurons);
    const int64_t count = count_spikes(t, image);
    int64_t *images = relif_calloc((size_t)count, sizeof *images);
    int64_t *nodes = relif_calloc((size_t)count, sizeof *nodes);
    double *times = relif_calloc((size_t)count, sizeof *times);
    int64_t n = 0;
    for (int i = mine.first; spikes && i < mine.end; i++)
        for (int s = 0; s < t->steps; s++) {
            if (!spikes[(size_t)(i - mine.first) * (size_t)t->steps + (size_t)s])
                continue;
            images[n] = t->record->train_images[image];
            nodes[n] = neurons[i];
            times[n++] = (s + 1) * t->dt;
        }
    relif_err err = write_box(t, "image_ids", &first, &count, images);
    if (err == RELIF_OK) err = write_box(t, "node_ids", &first, &count, nodes);
    if (err == RELIF_OK) err = write_box(t, "timestamps", &first, &count, times);
    free(images);
    free(nodes);
    free(times);
    return err;
}

static relif_err write_spikes(const struct train_layer *t)
{
    int64_t *first = relif_calloc((size_t)t->record->n_train_images, sizeof *first);
    const int64_t total = place_spikes(t, first);
    relif_err err =
        declare(t, "image_ids", RELIF_ARRAY_I64, 1, &total, "1", "Image of each spike");
    if (err == RELIF_OK)
        err = declare(t, "node_ids", RELIF_ARRAY_I64, 1, &total, "1",
                      "Neuron of each spike, canonical index");
    if (err == RELIF_OK)
        err = declare(t, "timestamps", RELIF_ARRAY_F64, 1, &total, "s",
                      "Time of each spike from the start of the coding time");
    for (int i = 0; i < t->record->n_train_images && err == RELIF_OK; i++)
        err = write_image_spikes(t, i, first[i]);
    free(first);
    return err;
}

static relif_err write_potentials(const struct train_layer *t, int n_neurons)
{
    const int64_t dims[] = {t->record->n_train_images, n_neurons, t->steps};
    const relif_range mine = relif_recorder_train_range(t->recorder, t->k);
    relif_err err = declare(t, "v_m", RELIF_ARRAY_F32, 3, dims, "1",
                            "Membrane potential after the reset of each step");
    for (int i = 0; i < t->record->n_train_images && err == RELIF_OK; i++) {
        const float *v = relif_recorder_train_potentials(t->recorder, t->k, i);
        const int64_t offset[] = {i, mine.first, 0};
        const int64_t count[] = {v && relif_range_size(mine) ? 1 : 0,
                                 relif_range_size(mine), t->steps};
        err = write_box(t, "v_m", offset, count, v);
    }
    return err;
}

relif_err relif_results_write_trains(relif_archive *archive, const relif_network *network,
                                     const relif_coding *coding,
                                     const relif_record_request *record,
                                     const relif_recorder *recorder)
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
                                      relif_coding_steps(coding)};
        int n;
        const int *neurons = relif_recorder_train_neurons(recorder, k, &n);
        err = write_selection(&t, neurons, n);
        if (err == RELIF_OK) err = write_spikes(&t);
        if (err == RELIF_OK && relif_layer_spikes(t.layer)) err = write_potentials(&t, n);
    }
    return err;
}
