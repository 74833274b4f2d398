#include "snn_pass.h"

#include <math.h>
#include <stdlib.h>

#include "coding_pass.h"
#include "relif/memory.h"
#include "relif/readout.h"

/* Results that a rank keeps before they are used. */
static const int64_t max_row_bytes = 16 << 20;

static int64_t rows_per_window(const struct experiment *experiment)
{
    int64_t row_bytes = 1 + coding_pass_row_bytes(experiment);
    for (int k = 0; k < experiment->record.n_layers; k++)
        row_bytes +=
            12 * relif_shape_size(
                     experiment->network->layers[experiment->record.layers[k]].out);
    const int64_t batch = experiment->config->execution.images_in_flight;
    const int64_t rows = max_row_bytes / row_bytes / batch * batch;
    return rows > batch ? rows : batch;
}

relif_schedule snn_pass_schedule(const struct experiment *experiment)
{
    return relif_schedule_create(experiment->dataset->count, experiment->replicas,
                                 rows_per_window(experiment));
}

void snn_pass_begin(struct snn_pass *pass, struct experiment *experiment,
                    const relif_config *config)
{
    *pass = (struct snn_pass){.experiment = experiment, .config = config};
    pass->schedule = snn_pass_schedule(experiment);
    pass->recorder = relif_recorder_create(
        experiment->group, experiment->spiking, experiment->partition,
        relif_coding_steps(&config->coding), &experiment->record);
    pass->simulation = relif_simulation_create(&(relif_simulation_setup){
        .group = experiment->group,
        .network = experiment->spiking,
        .mapping = experiment->mapping,
        .coding = &config->coding,
        .partition = experiment->partition,
        .pooling = config->pooling,
        .images_in_flight = config->execution.images_in_flight,
        .exchange_interval = config->execution.exchange_interval,
        .observer = relif_recorder_observer(pass->recorder),
        .clock = &experiment->clock});
}

void snn_pass_release(struct snn_pass *pass)
{
    relif_simulation_destroy(pass->simulation);
    relif_recorder_destroy(pass->recorder);
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

static void simulate_batch(struct snn_pass *pass, int64_t first, int n, float *pixels)
{
    const struct experiment *experiment = pass->experiment;
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    for (int i = 0; i < n; i++)
        relif_dataset_image(experiment->dataset, first + i, pixels + (size_t)i * size);
    if (relif_context_is_root(experiment->group))
        tally_input(pass, pixels, (size_t)n * size);
    relif_recorder_expect(pass->recorder, first, n);
    relif_simulation_run(pass->simulation, n, pixels);
    relif_recorder_take(pass->recorder, pass->simulation, n);
}

/* Root's replica is the first of a window; the others are about as far. */
static void show_progress(const struct snn_pass *pass, int64_t first, int64_t done)
{
    const int64_t n_images = pass->schedule.n_images;
    const int64_t all = first + done * pass->schedule.n_replicas;
    relif_progress_update(pass->experiment->log,
                          pass->progress + (all < n_images ? all : n_images));
}

static void simulate_rows(struct snn_pass *pass, relif_image_range images)
{
    struct experiment *experiment = pass->experiment;
    const int batch = pass->config->execution.images_in_flight;
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *pixels = relif_calloc((size_t)batch * size, sizeof *pixels);
    const double start = relif_clock_now();
    relif_recorder_begin(pass->recorder, (int)(images.end - images.first));
    for (int64_t i = images.first; i < images.end; i += batch) {
        const int64_t left = images.end - i;
        const int n = left < batch ? (int)left : batch;
        simulate_batch(pass, i, n, pixels);
        show_progress(pass, images.first, i + n - images.first);
    }
    pass->seconds += relif_clock_now() - start;
    free(pixels);
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

struct snn_labels snn_pass_window(struct snn_pass *pass, int window)
{
    const relif_image_range mine =
        relif_schedule_rows(&pass->schedule, window, pass->experiment->replica);
    simulate_rows(pass, mine);
    return read_out(pass, mine);
}

void snn_labels_release(struct snn_labels *labels)
{
    free(labels->labels);
    free(labels->silent);
    *labels = (struct snn_labels){0};
}

/* Integers, so the order of the sums does not matter. */
void snn_pass_finish(struct snn_pass *pass)
{
    const MPI_Comm comm = pass->experiment->world->comm;
    const int n = pass->experiment->network->n_layers;
    pass->layers = relif_calloc((size_t)n, sizeof *pass->layers);
    for (int l = 0; l < n; l++)
        pass->layers[l] = relif_simulation_tally(pass->simulation, l);
    MPI_Allreduce(MPI_IN_PLACE, pass->layers, 3 * n, MPI_INT64_T, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, &pass->input, 3, MPI_INT64_T, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, &pass->seconds, 1, MPI_DOUBLE, MPI_MAX, comm);
}

int64_t snn_pass_operations(const struct snn_pass *pass)
{
    int64_t sum = 0;
    for (int l = 0; l < pass->experiment->network->n_layers; l++)
        sum += pass->layers[l].operations;
    return sum;
}
