#include "relif/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* Rows of one layer. */
struct rows {
    int layer;
    relif_range owned;
    int32_t *counts;
    float *potentials;
    int32_t *coding_counts; /* [coding times][n_room][owned] */
    float *coding_potentials;
    double *sums;        /* [n_room][owned] of the potentials so far, of a leaky layer */
    double *coding_sums; /* [coding times][n_room][owned] */
};

/* Trains of one layer. */
struct trains {
    int layer;
    int n_neurons;
    int *neurons;       /* chosen, canonical */
    relif_range owned;  /* canonical */
    relif_range mine;   /* entries of neurons that are owned here */
    relif_word **masks; /* [images] NULL or [steps][words of owned] */
    float **potentials; /* [images] NULL or [mine][steps] */
};

struct relif_recorder {
    const relif_context *group;
    const relif_partition *partition;
    relif_record_request request;
    int steps;
    int n_room, n_rows; /* rows that there is room for, that are taken */
    int64_t first_image;
    int n_images;          /* of the batch */
    struct rows *rows;     /* [request.n_layers] */
    struct rows output;    /* of the last layer, for the labels */
    struct trains *trains; /* [request.n_train_layers] */
};

static struct rows make_rows(const relif_recorder *recorder, int layer)
{
    return (struct rows){.layer = layer,
                         .owned = relif_partition_range(recorder->partition, layer,
                                                        recorder->group->rank)};
}

int *relif_record_train_neurons(const relif_record_request *request, int size, int *n)
{
    const bool all = request->n_train_neurons == 0;
    const int most = all ? size : request->n_train_neurons;
    int *neurons = relif_calloc((size_t)most, sizeof *neurons);
    *n = 0;
    for (int i = 0; i < most; i++) {
        const int neuron = all ? i : request->train_neurons[i];
        if (neuron < size) neurons[(*n)++] = neuron;
    }
    return neurons;
}

static struct trains make_trains(const relif_recorder *recorder,
                                 const relif_network *network, int layer)
{
    const relif_range owned =
        relif_partition_range(recorder->partition, layer, recorder->group->rank);
    struct trains trains = {.layer = layer, .owned = owned};
    const size_t images = (size_t)recorder->request.n_train_images;
    trains.neurons = relif_record_train_neurons(
        &recorder->request, relif_shape_size(network->layers[layer].out),
        &trains.n_neurons);
    for (int i = 0; i < trains.n_neurons; i++) {
        trains.mine.first += trains.neurons[i] < owned.first;
        trains.mine.end += trains.neurons[i] < owned.end;
    }
    trains.masks = relif_calloc(images, sizeof *trains.masks);
    trains.potentials = relif_calloc(images, sizeof *trains.potentials);
    return trains;
}

relif_recorder *relif_recorder_create(const relif_context *group,
                                      const relif_network *network,
                                      const relif_partition *partition, int steps,
                                      const relif_record_request *request)
{
    relif_recorder *recorder = relif_calloc(1, sizeof *recorder);
    recorder->group = group;
    recorder->partition = partition;
    recorder->request = *request;
    recorder->steps = steps;
    recorder->rows = relif_calloc((size_t)request->n_layers, sizeof *recorder->rows);
    recorder->trains =
        relif_calloc((size_t)request->n_train_layers, sizeof *recorder->trains);
    for (int k = 0; k < request->n_layers; k++)
        recorder->rows[k] = make_rows(recorder, request->layers[k]);
    recorder->output = make_rows(recorder, network->n_layers - 1);
    for (int k = 0; k < request->n_train_layers; k++)
        recorder->trains[k] = make_trains(recorder, network, request->train_layers[k]);
    return recorder;
}

static void release_rows(struct rows *rows)
{
    free(rows->counts);
    free(rows->potentials);
    free(rows->coding_counts);
    free(rows->coding_potentials);
    free(rows->sums);
    free(rows->coding_sums);
}

static void forget_trains(const relif_recorder *recorder)
{
    for (int k = 0; k < recorder->request.n_train_layers; k++)
        for (int i = 0; i < recorder->request.n_train_images; i++) {
            struct trains *trains = &recorder->trains[k];
            free(trains->masks[i]);
            free(trains->potentials[i]);
            trains->masks[i] = NULL;
            trains->potentials[i] = NULL;
        }
}

void relif_recorder_destroy(relif_recorder *recorder)
{
    if (!recorder) return;
    for (int k = 0; k < recorder->request.n_layers; k++) release_rows(&recorder->rows[k]);
    release_rows(&recorder->output);
    forget_trains(recorder);
    for (int k = 0; k < recorder->request.n_train_layers; k++) {
        struct trains *trains = &recorder->trains[k];
        free(trains->masks);
        free(trains->potentials);
        free(trains->neurons);
    }
    free(recorder->rows);
    free(recorder->trains);
    free(recorder);
}

static void resize(struct rows *rows, int n_rows, int n_times)
{
    const size_t size = (size_t)n_rows * (size_t)relif_range_size(rows->owned);
    rows->counts = relif_realloc(rows->counts, size, sizeof *rows->counts);
    rows->potentials = relif_realloc(rows->potentials, size, sizeof *rows->potentials);
    const size_t all = (size_t)n_times * size;
    rows->coding_counts =
        relif_realloc(rows->coding_counts, all, sizeof *rows->coding_counts);
    rows->coding_potentials =
        relif_realloc(rows->coding_potentials, all, sizeof *rows->coding_potentials);
    rows->sums = relif_realloc(rows->sums, n_times ? size : 0, sizeof *rows->sums);
    rows->coding_sums = relif_realloc(rows->coding_sums, all, sizeof *rows->coding_sums);
}

void relif_recorder_begin(relif_recorder *recorder, int n_rows)
{
    const int n_times = recorder->request.n_coding_times;
    recorder->n_room = n_rows;
    recorder->n_rows = 0;
    forget_trains(recorder);
    for (int k = 0; k < recorder->request.n_layers; k++)
        resize(&recorder->rows[k], n_rows, n_times);
    resize(&recorder->output, n_rows, n_times);
}

void relif_recorder_expect(relif_recorder *recorder, int64_t first_image, int n)
{
    recorder->first_image = first_image;
    recorder->n_images = n;
}

static void take_rows(struct rows *rows, int at, const relif_simulation *simulation,
                      int n)
{
    const size_t width = (size_t)relif_range_size(rows->owned);
    for (int i = 0; i < n; i++) {
        const size_t start = (size_t)(at + i) * width;
        relif_simulation_counts(simulation, rows->layer, i, rows->counts + start);
        relif_simulation_potentials(simulation, rows->layer, i, rows->potentials + start);
    }
}

void relif_recorder_take(relif_recorder *recorder, const relif_simulation *simulation,
                         int n)
{
    for (int k = 0; k < recorder->request.n_layers; k++)
        take_rows(&recorder->rows[k], recorder->n_rows, simulation, n);
    take_rows(&recorder->output, recorder->n_rows, simulation, n);
    recorder->n_rows += n;
}

const int32_t *relif_recorder_counts(const relif_recorder *recorder, int k)
{
    return recorder->rows[k].counts;
}

const float *relif_recorder_potentials(const relif_recorder *recorder, int k)
{
    return recorder->rows[k].potentials;
}

/* Joins rows of a layer, 4-byte elements, over the ranks of the group. */
static void join(const relif_recorder *recorder, int layer, const void *mine, void *all)
{
    const relif_context *group = recorder->group;
    const int rows = recorder->n_rows;
    const size_t width =
        (size_t)relif_partition_range(recorder->partition, layer, group->size - 1).end;
    int *sizes = relif_calloc(2 * (size_t)group->size, sizeof *sizes);
    int *starts = sizes + group->size;
    uint32_t *parts = relif_calloc((size_t)rows * width, sizeof *parts);
    uint32_t *to = all;
    for (int r = 0; r < group->size; r++) {
        const relif_range range = relif_partition_range(recorder->partition, layer, r);
        sizes[r] = rows * relif_range_size(range);
        starts[r] = rows * range.first;
    }
    MPI_Allgatherv(mine, sizes[group->rank], MPI_UINT32_T, parts, sizes, starts,
                   MPI_UINT32_T, group->comm);
    for (int r = 0; r < group->size; r++) {
        const relif_range range = relif_partition_range(recorder->partition, layer, r);
        const size_t part = (size_t)relif_range_size(range);
        for (size_t row = 0; row < (size_t)rows; row++)
            memcpy(to + row * width + range.first, parts + (size_t)starts[r] + row * part,
                   part * sizeof *to);
    }
    free(parts);
    free(sizes);
}

void relif_recorder_outputs(const relif_recorder *recorder, int32_t *counts,
                            float *potentials)
{
    const struct rows *output = &recorder->output;
    join(recorder, output->layer, output->counts, counts);
    join(recorder, output->layer, output->potentials, potentials);
}

/* Where row number row of coding time number c begins. */
static size_t coding_start(const relif_recorder *recorder, const struct rows *rows, int c,
                           int row)
{
    return ((size_t)c * (size_t)recorder->n_room + (size_t)row) *
           (size_t)relif_range_size(rows->owned);
}

const int32_t *relif_recorder_coding_counts(const relif_recorder *recorder, int k)
{
    return recorder->rows[k].coding_counts;
}

const float *relif_recorder_coding_potentials(const relif_recorder *recorder, int k)
{
    return recorder->rows[k].coding_potentials;
}

const double *relif_recorder_coding_sums(const relif_recorder *recorder, int k)
{
    return recorder->rows[k].coding_sums;
}

void relif_recorder_coding_join(const relif_recorder *recorder, int k, int c,
                                int32_t *counts)
{
    const struct rows *rows = &recorder->rows[k];
    join(recorder, rows->layer, rows->coding_counts + coding_start(recorder, rows, c, 0),
         counts);
}

void relif_recorder_coding_outputs(const relif_recorder *recorder, int c, int32_t *counts,
                                   float *potentials)
{
    const struct rows *output = &recorder->output;
    const size_t start = coding_start(recorder, output, c, 0);
    join(recorder, output->layer, output->coding_counts + start, counts);
    join(recorder, output->layer, output->coding_potentials + start, potentials);
}

static bool leaks(const relif_stretch *stretch)
{
    return stretch->lif && stretch->lif->leaky;
}

/* What leaks in a step is a share of the potential before it; the stretch is a single
 * step. */
static void add_potentials(const relif_recorder *recorder, const struct rows *rows,
                           const relif_stretch *stretch)
{
    if (rows->layer != stretch->layer || !leaks(stretch)) return;
    double *sum =
        rows->sums + coding_start(recorder, rows, 0, recorder->n_rows + stretch->image);
    for (int n = rows->owned.first; n < rows->owned.end; n++, sum++)
        *sum = (stretch->first ? *sum : 0) +
               (double)relif_lif_potential(stretch->lif, stretch->image, n);
}

static void watch_rows(const relif_recorder *recorder, const struct rows *rows, int c,
                       const relif_stretch *stretch)
{
    if (rows->layer != stretch->layer) return;
    const int row = recorder->n_rows + stretch->image;
    const size_t at = coding_start(recorder, rows, c, row);
    const size_t size = (size_t)relif_range_size(rows->owned);
    if (leaks(stretch))
        memcpy(rows->coding_sums + at, rows->sums + coding_start(recorder, rows, 0, row),
               size * sizeof *rows->sums);
    relif_counter_values(stretch->counter, stretch->image, rows->owned,
                         rows->coding_counts + at);
    if (stretch->lif)
        relif_lif_potentials(stretch->lif, stretch->image, rows->coding_potentials + at);
    else
        memset(rows->coding_potentials + at, 0, size * sizeof *rows->coding_potentials);
}

static void watch_coding(void *self, const relif_stretch *stretch)
{
    const relif_recorder *recorder = self;
    const relif_record_request *request = &recorder->request;
    const int steps = stretch->first + stretch->fired.steps;
    int c = 0;
    for (int k = 0; k < request->n_layers && request->n_coding_times; k++)
        add_potentials(recorder, &recorder->rows[k], stretch);
    while (c < request->n_coding_times && request->coding_steps[c] != steps) c++;
    if (c == request->n_coding_times) return;
    for (int k = 0; k < request->n_layers; k++)
        watch_rows(recorder, &recorder->rows[k], c, stretch);
    watch_rows(recorder, &recorder->output, c, stretch);
}

/* The first chosen image at or after one of the data set; n_train_images if none is. */
static int find_image(const relif_record_request *request, int64_t image)
{
    int i = 0;
    while (i < request->n_train_images && request->train_images[i] < image) i++;
    return i;
}

static relif_raster train_raster(const relif_recorder *recorder,
                                 const struct trains *trains, int image)
{
    return relif_raster_of(trains->owned, trains->masks[image], 1, recorder->steps);
}

/* The stretch is a single step. */
static void watch_potentials(const relif_recorder *recorder, struct trains *trains,
                             int image, const relif_stretch *stretch)
{
    const size_t steps = (size_t)recorder->steps;
    const size_t size = (size_t)relif_range_size(trains->mine) * steps;
    if (!trains->potentials[image])
        trains->potentials[image] = relif_calloc(size, sizeof(float));
    float *v = trains->potentials[image] + stretch->first;
    for (int i = trains->mine.first; i < trains->mine.end; i++, v += steps)
        *v = relif_lif_potential(stretch->lif, stretch->image, trains->neurons[i]);
}

static void watch_trains(const relif_recorder *recorder, struct trains *trains, int image,
                         const relif_stretch *stretch)
{
    const size_t words = (size_t)relif_spikes_words(trains->owned);
    if (!trains->masks[image])
        trains->masks[image] =
            relif_calloc(words * (size_t)recorder->steps, sizeof(relif_word));
    const relif_raster raster = train_raster(recorder, trains, image);
    for (int s = 0; s < stretch->fired.steps; s++)
        memcpy(relif_raster_mask(&raster, 0, stretch->first + s),
               relif_raster_mask(&stretch->fired, 0, s), words * sizeof(relif_word));
    if (stretch->lif && recorder->request.train_potentials)
        watch_potentials(recorder, trains, image, stretch);
}

static void watch(void *self, const relif_stretch *stretch)
{
    const relif_recorder *recorder = self;
    const relif_record_request *request = &recorder->request;
    const int64_t image = recorder->first_image + stretch->image;
    const int i = find_image(request, image);
    watch_coding(self, stretch);
    if (i == request->n_train_images || request->train_images[i] != image) return;
    for (int k = 0; k < request->n_train_layers; k++)
        if (recorder->trains[k].layer == stretch->layer)
            watch_trains(recorder, &recorder->trains[k], i, stretch);
}

/* Rows are kept at the coding times; recorded layers are seen in every step until the
 * last of them, for what may leak in it. */
static int look_at_coding(void *self, int layer, int t)
{
    const relif_recorder *recorder = self;
    const relif_record_request *request = &recorder->request;
    int c = 0;
    while (c < request->n_coding_times && request->coding_steps[c] <= t) c++;
    if (c == request->n_coding_times) return recorder->steps;
    for (int k = 0; k < request->n_layers; k++)
        if (request->layers[k] == layer) return t + 1;
    return request->coding_steps[c];
}

/* Potentials of a train are kept in every step; its spikes wait until the stretch ends.
 */
static int look(void *self, int layer, int t)
{
    const relif_recorder *recorder = self;
    const relif_record_request *request = &recorder->request;
    if (!request->train_potentials) return look_at_coding(self, layer, t);
    const int i = find_image(request, recorder->first_image);
    for (int k = 0; k < request->n_train_layers; k++)
        if (recorder->trains[k].layer == layer && i < request->n_train_images &&
            request->train_images[i] < recorder->first_image + recorder->n_images)
            return t + 1;
    return look_at_coding(self, layer, t);
}

relif_observer relif_recorder_observer(relif_recorder *recorder)
{
    return (relif_observer){watch, look, recorder};
}

relif_observer relif_recorder_coding_observer(relif_recorder *recorder)
{
    return (relif_observer){watch_coding, look_at_coding, recorder};
}

const int *relif_recorder_train_neurons(const relif_recorder *recorder, int k, int *n)
{
    *n = recorder->trains[k].n_neurons;
    return recorder->trains[k].neurons;
}

relif_range relif_recorder_train_range(const relif_recorder *recorder, int k)
{
    return recorder->trains[k].mine;
}

relif_raster relif_recorder_train_spikes(const relif_recorder *recorder, int k, int i)
{
    return train_raster(recorder, &recorder->trains[k], i);
}

const float *relif_recorder_train_potentials(const relif_recorder *recorder, int k, int i)
{
    return recorder->trains[k].potentials[i];
}
