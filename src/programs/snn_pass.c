#include "snn_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coding_pass.h"
#include "image_feed.h"
#include "relif/memory.h"
#include "relif/readout.h"

/* Results that a rank keeps before they are used. */
static const int64_t max_row_bytes = 16 << 20;

static const double longest_window = 10; /* s */

static int64_t rows_in_memory(const struct experiment *experiment)
{
    int64_t row_bytes = 1 + coding_pass_row_bytes(experiment);
    for (int k = 0; k < experiment->record.n_layers; k++)
        row_bytes += (int64_t)12 *
                     relif_shape_size(
                         experiment->network->layers[experiment->record.layers[k]].out);
    return max_row_bytes / row_bytes;
}

/* Whole batches that fit into memory and time; before anything is known of the time, one.
 */
static relif_window next_window(const struct snn_pass *pass)
{
    const struct experiment *experiment = pass->experiment;
    const double every = relif_stop_save_every(experiment->stop);
    const double time = every < longest_window ? every : longest_window;
    const int64_t batch = pass->config->execution.images_in_flight;
    int64_t rows = rows_in_memory(experiment);
    if (time < (double)rows * pass->seconds_per_row)
        rows = (int64_t)(time / pass->seconds_per_row);
    if (pass->seconds_per_row == 0) rows = batch;
    rows = rows / batch * batch;
    return relif_schedule_next(pass->done, experiment->dataset->count,
                               experiment->replicas, rows > batch ? rows : batch);
}

static size_t n_sums(const struct snn_pass *pass)
{
    return 3 + 3 * (size_t)pass->experiment->network->n_layers;
}

void snn_pass_begin(struct snn_pass *pass, struct experiment *experiment,
                    const relif_config *config)
{
    *pass = (struct snn_pass){.experiment = experiment, .config = config};
    pass->sums = relif_calloc(n_sums(pass), sizeof *pass->sums);
    pass->earlier = relif_calloc(n_sums(pass), sizeof *pass->earlier);
    pass->all_sums = relif_calloc(n_sums(pass), sizeof *pass->all_sums);
    pass->stop = relif_stop_of_group(experiment->stop, experiment->group);
    pass->recorder = relif_recorder_create(
        experiment->group, experiment->spiking, experiment->partition,
        relif_coding_steps(&config->coding), &experiment->record);
    relif_simulation_setup setup = {
        .group = experiment->group,
        .network = experiment->spiking,
        .mapping = experiment->mapping,
        .coding = &config->coding,
        .partition = experiment->partition,
        .pooling = config->pooling,
        .images_in_flight = config->execution.images_in_flight,
        .exchange_interval = config->execution.exchange_interval,
        .observer = relif_recorder_observer(pass->recorder),
        .clock = &experiment->clock,
        .stop = pass->stop,
        .twins = experiment->twins};
    pass->simulation = relif_simulation_create(&setup);
    setup.observer = relif_recorder_coding_observer(pass->recorder);
    if (experiment->record.n_coding_times && experiment->record.coding_apart)
        pass->shorter = relif_simulation_create(&setup);
}

void snn_pass_release(struct snn_pass *pass)
{
    relif_simulation_destroy(pass->simulation);
    relif_simulation_destroy(pass->shorter);
    relif_recorder_destroy(pass->recorder);
    relif_stop_destroy(pass->stop);
    free(pass->sums);
    free(pass->earlier);
    free(pass->all_sums);
    free(pass->layers);
    *pass = (struct snn_pass){0};
}

static void tally_input(struct snn_pass *pass, const float *pixels, size_t n)
{
    const relif_coding *coding = &pass->config->coding;
    const int steps = relif_coding_steps(coding);
    for (size_t i = 0; i < n; i++) {
        if (pixels[i] == 0) continue;
        const double r = relif_coding_spikes_per_step(coding, (double)pixels[i]);
        pass->input.spikes += (int64_t)floor(r * steps + 1e-9);
        pass->input.saturated += relif_coding_saturates(coding, (double)pixels[i]);
    }
}

/* Each image by one rank of the group. */
static void tally_batch(struct snn_pass *pass, const struct image_batch *batch)
{
    const relif_context *group = pass->experiment->group;
    const size_t size = (size_t)relif_shape_size(pass->experiment->network->input);
    float *pixels = relif_calloc(size, sizeof *pixels);
    for (int i = group->rank; i < batch->n; i += group->size) {
        relif_dataset_image(batch->dataset, batch->first + i, pixels);
        tally_input(pass, pixels, size);
    }
    free(pixels);
}

/* The batch again for each shorter coding time, the longest first (recorder.h). */
static bool simulate_shorter(const struct snn_pass *pass, const struct image_batch *batch)
{
    const relif_record_request *record = &pass->experiment->record;
    const relif_pixel_source source = image_batch_source(batch);
    for (int c = record->n_coding_times - 1; pass->shorter && c >= 0; c--) {
        const int steps = record->coding_steps[c];
        if (steps == relif_coding_steps(&pass->config->coding)) continue;
        relif_simulation_set_steps(pass->shorter, steps);
        relif_simulation_load(pass->shorter, batch->n, &source);
        if (!relif_simulation_run(pass->shorter)) return false;
    }
    return true;
}

static bool simulate_batch(struct snn_pass *pass, const struct image_batch *batch)
{
    relif_recorder_expect(pass->recorder, batch->first, batch->n);
    if (!relif_simulation_run(pass->simulation)) return false;
    if (!simulate_shorter(pass, batch)) return false;
    relif_recorder_take(pass->recorder, pass->simulation, batch->n);
    return true;
}

/* Root's replica is the first of a window; the others are about as far. */
static void show_progress(const struct snn_pass *pass, int64_t rows)
{
    const int64_t all = rows * pass->experiment->replicas;
    const relif_image_range images = pass->window.images;
    const int64_t size = images.end - images.first;
    relif_progress_update(pass->experiment->log,
                          pass->progress + images.first + (all < size ? all : size));
}

/* false: left early. */
static bool simulate_rows(struct snn_pass *pass, relif_image_range images)
{
    struct image_feed feed;
    struct image_batch batch;
    bool complete = true;
    relif_recorder_begin(pass->recorder, (int)(images.end - images.first));
    image_feed_begin(&feed, pass->experiment, pass->simulation, images);
    while (complete && image_feed_next(&feed, &batch)) {
        tally_batch(pass, &batch);
        complete = simulate_batch(pass, &batch);
        show_progress(pass, batch.first + batch.n - images.first);
    }
    return complete;
}

/* Left early by one replica is left early by all; how long it took the slowest decides
 * how long the next window is. */
static bool agree(struct snn_pass *pass, bool complete, double seconds)
{
    double worst[] = {complete ? 0 : 1, seconds};
    MPI_Allreduce(MPI_IN_PLACE, worst, 2, MPI_DOUBLE, MPI_MAX,
                  pass->experiment->world->comm);
    pass->seconds_per_row = worst[1] / (double)pass->window.rows;
    return worst[0] == 0;
}

static struct snn_labels read_out(struct snn_pass *pass, relif_image_range images)
{
    const relif_network *network = pass->experiment->network;
    const int outputs = relif_shape_size(network->layers[network->n_layers - 1].out);
    const size_t n = (size_t)(images.end - images.first), width = (size_t)outputs;
    const bool root = relif_context_is_root(pass->experiment->group);
    struct snn_labels answers = {images, relif_calloc(n, sizeof(int32_t)),
                                 relif_calloc(n, 1)};
    int32_t *counts = relif_calloc(n * width, sizeof *counts);
    float *potentials = relif_calloc(n * width, sizeof *potentials);
    relif_recorder_outputs(pass->recorder, counts, potentials);
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;
        for (size_t o = 0; o < width; o++) sum += counts[i * width + o];
        answers.labels[i] = relif_readout_label(pass->config->readout, counts + i * width,
                                                potentials + i * width, outputs);
        answers.silent[i] = sum == 0;
        if (root) pass->input.silent_images += answers.silent[i];
    }
    free(counts);
    free(potentials);
    return answers;
}

static void sum_up(struct snn_pass *pass)
{
    int64_t *sums = pass->sums;
    memcpy(sums, &pass->input, sizeof pass->input);
    for (int l = 0; l < pass->experiment->network->n_layers; l++) {
        const relif_tally tally = relif_simulation_tally(pass->simulation, l);
        memcpy(sums + 3 * ((size_t)l + 1), &tally, sizeof tally);
    }
}

bool snn_pass_window(struct snn_pass *pass, struct snn_labels *labels)
{
    const double start = relif_clock_now();
    pass->window = next_window(pass);
    const relif_image_range mine =
        relif_schedule_rows(&pass->window, pass->experiment->replica);
    bool complete = simulate_rows(pass, mine);
    const double seconds = relif_clock_now() - start;
    complete = agree(pass, complete, seconds);
    *labels = (struct snn_labels){0};
    if (!complete) return false;
    *labels = read_out(pass, mine);
    pass->seconds += seconds;
    pass->done = pass->window.images.end;
    sum_up(pass);
    return true;
}

void snn_labels_release(struct snn_labels *labels)
{
    free(labels->labels);
    free(labels->silent);
    *labels = (struct snn_labels){0};
}

/* Integers, so the order of the sums does not matter. */
static void add_up(struct snn_pass *pass)
{
    const size_t n = n_sums(pass);
    for (size_t i = 0; i < n; i++) pass->all_sums[i] = pass->sums[i] + pass->earlier[i];
    MPI_Allreduce(MPI_IN_PLACE, pass->all_sums, (int)n, MPI_INT64_T, MPI_SUM,
                  pass->experiment->world->comm);
}

void snn_pass_put(struct snn_pass *pass, relif_state *state)
{
    add_up(pass);
    relif_state_put(state, "images_done", RELIF_ARRAY_I64, 1, &pass->done);
    relif_state_put(state, "tallies", RELIF_ARRAY_I64, (int64_t)n_sums(pass),
                    pass->all_sums);
}

relif_err snn_pass_get(struct snn_pass *pass, const relif_state *state)
{
    relif_err err =
        relif_state_get(state, "images_done", RELIF_ARRAY_I64, 1, &pass->done);
    if (err == RELIF_OK)
        err = relif_state_get(state, "tallies", RELIF_ARRAY_I64, (int64_t)n_sums(pass),
                              pass->earlier);
    if (err == RELIF_OK &&
        (pass->done < 0 || pass->done > pass->experiment->dataset->count))
        err = relif_fail(RELIF_ERR_FORMAT, "%lld of %lld images are done",
                         (long long)pass->done,
                         (long long)pass->experiment->dataset->count);
    if (!relif_context_is_root(pass->experiment->world))
        memset(pass->earlier, 0, n_sums(pass) * sizeof *pass->earlier);
    return err;
}

void snn_pass_finish(struct snn_pass *pass)
{
    const MPI_Comm comm = pass->experiment->world->comm;
    const size_t n = (size_t)pass->experiment->network->n_layers;
    add_up(pass);
    for (size_t l = 0; l < n; l++)
        pass->operations += relif_simulation_tally(pass->simulation, (int)l).operations;
    MPI_Allreduce(MPI_IN_PLACE, &pass->operations, 1, MPI_INT64_T, MPI_SUM, comm);
    pass->layers = relif_calloc(n, sizeof *pass->layers);
    memcpy(&pass->input, pass->all_sums, sizeof pass->input);
    memcpy(pass->layers, pass->all_sums + 3, n * sizeof *pass->layers);
    MPI_Allreduce(MPI_IN_PLACE, &pass->seconds, 1, MPI_DOUBLE, MPI_MAX, comm);
}
