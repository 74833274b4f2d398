/* relif run: the whole pipeline, from config to archive and result table. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ann_pass.h"
#include "coding_pass.h"
#include "experiment.h"
#include "finished.h"
#include "relif/lif.h"
#include "relif/memory.h"
#include "relif/readout.h"
#include "relif/results.h"
#include "relif/sidecar.h"
#include "relif/simulation.h"

/* Results that a rank keeps before it writes them. */
static const int64_t max_row_bytes = 16 << 20;

/* What is counted beside the layers' tallies. */
struct input_tally {
    int64_t spikes, saturated, silent_images;
};

struct run {
    struct experiment experiment;
    relif_simulation *simulation;
    relif_recorder *recorder;
    relif_ann *ann;
    relif_archive *archive;
    relif_schedule schedule;
    struct input_tally input;
    relif_tally *layers; /* [n_layers] sums over all ranks, at the end */
    double start_time, simulate_seconds;
};

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

static void create_simulation(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    const relif_config *config = experiment->config;
    run->schedule = relif_schedule_create(
        experiment->dataset->count, experiment->replicas, rows_per_window(experiment));
    run->recorder = relif_recorder_create(
        experiment->group, experiment->spiking, experiment->partition,
        relif_coding_steps(&config->coding), &experiment->record);
    run->simulation = relif_simulation_create(&(relif_simulation_setup){
        .group = experiment->group,
        .network = experiment->spiking,
        .mapping = experiment->mapping,
        .coding = &config->coding,
        .partition = experiment->partition,
        .pooling = config->pooling,
        .images_in_flight = config->execution.images_in_flight,
        .exchange_interval = config->execution.exchange_interval,
        .observer = relif_recorder_observer(run->recorder),
        .clock = &experiment->clock});
    run->ann = relif_ann_create(experiment->network);
}

static relif_err begin_archive(struct run *run, bool force)
{
    struct experiment *experiment = &run->experiment;
    const relif_config *config = experiment->config;
    const char *path = config->output.expanded;
    relif_err err =
        relif_archive_create(experiment->world, path, "run", force, &run->archive);
    if (err != RELIF_OK) return err;
    return relif_results_begin(
        run->archive,
        &(relif_results_facts){.name = config->name,
                               .config = relif_text_string(&experiment->science),
                               .network_digest = experiment->network_digest,
                               .dataset_digest = experiment->dataset->digest,
                               .network = experiment->network,
                               .mapping = experiment->mapping,
                               .scales = experiment->scales,
                               .coding = &config->coding,
                               .record = &experiment->record,
                               .true_labels = experiment->dataset->labels,
                               .n_images = experiment->dataset->count});
}

static void tally_input(struct run *run, const float *pixels, size_t n)
{
    const relif_coding *coding = &run->experiment.config->coding;
    const int steps = relif_coding_steps(coding);
    for (size_t i = 0; i < n; i++) {
        if (pixels[i] == 0) continue;
        const double r = relif_coding_spikes_per_step(coding, (double)pixels[i]);
        run->input.spikes += (int64_t)floor(r * steps + 1e-9);
        run->input.saturated += relif_coding_saturates(coding, (double)pixels[i]);
    }
}

static void simulate_batch(struct run *run, int64_t first, int n, float *pixels)
{
    const struct experiment *experiment = &run->experiment;
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    for (int i = 0; i < n; i++)
        relif_dataset_image(experiment->dataset, first + i, pixels + (size_t)i * size);
    if (relif_context_is_root(experiment->group))
        tally_input(run, pixels, (size_t)n * size);
    relif_recorder_expect(run->recorder, first);
    relif_simulation_run(run->simulation, n, pixels);
    relif_recorder_take(run->recorder, run->simulation, n);
}

static void simulate_rows(struct run *run, relif_image_range images)
{
    struct experiment *experiment = &run->experiment;
    const int batch = experiment->config->execution.images_in_flight;
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *pixels = relif_calloc((size_t)batch * size, sizeof *pixels);
    const double start = relif_clock_now();
    relif_recorder_begin(run->recorder, (int)(images.end - images.first));
    for (int64_t i = images.first; i < images.end; i += batch) {
        const int64_t left = images.end - i;
        simulate_batch(run, i, left < batch ? (int)left : batch, pixels);
        const int64_t done = i + batch - images.first;
        const int64_t before = images.first; /* root's replica is the first of a window */
        relif_progress_update(experiment->log,
                              before + (done < images.end - images.first
                                            ? done
                                            : images.end - images.first) *
                                           experiment->replicas);
    }
    run->simulate_seconds += relif_clock_now() - start;
    free(pixels);
}

static relif_err write_labels(struct run *run, relif_image_range images)
{
    struct experiment *experiment = &run->experiment;
    const relif_network *network = experiment->network;
    const int outputs = relif_shape_size(network->layers[network->n_layers - 1].out);
    const size_t n = (size_t)(images.end - images.first), width = (size_t)outputs;
    int32_t *counts = relif_calloc(n * width, sizeof *counts);
    float *potentials = relif_calloc(n * width, sizeof *potentials);
    int32_t *labels = relif_calloc(n, sizeof *labels);
    uint8_t *silent = relif_calloc(n, 1);
    relif_recorder_outputs(run->recorder, counts, potentials);
    const bool root = relif_context_is_root(experiment->group);
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;
        for (size_t o = 0; o < width; o++) sum += counts[i * width + o];
        labels[i] = relif_readout_label(experiment->config->readout, counts + i * width,
                                        potentials + i * width, outputs);
        silent[i] = sum == 0;
        if (root) run->input.silent_images += silent[i];
    }
    if (!root) images.end = images.first;
    relif_err err = relif_results_write_labels(
        run->archive, "snn",
        &(relif_results_labels){.images = images, .labels = labels, .silent = silent});
    free(counts);
    free(potentials);
    free(labels);
    free(silent);
    return err;
}

static relif_err run_window(struct run *run, int window)
{
    struct experiment *experiment = &run->experiment;
    const relif_image_range mine =
        relif_schedule_rows(&run->schedule, window, experiment->replica);
    simulate_rows(run, mine);
    double mark = relif_clock_now();
    relif_err err = relif_results_write_rows(
        run->archive, experiment->network, &experiment->record, experiment->partition,
        experiment->group->rank, run->recorder, mine);
    if (err == RELIF_OK) err = write_labels(run, mine);
    if (err == RELIF_OK)
        err = coding_pass_write(experiment, run->recorder, run->archive, mine);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    if (err == RELIF_OK)
        err = ann_pass_write(experiment, run->ann, run->archive,
                             relif_schedule_window(&run->schedule, window));
    return err;
}

/* Sums over all ranks; integers, so the order does not matter. */
static void sum_tallies(struct run *run)
{
    const struct experiment *experiment = &run->experiment;
    const int n = experiment->network->n_layers;
    run->layers = relif_calloc((size_t)n, sizeof *run->layers);
    for (int l = 0; l < n; l++)
        run->layers[l] = relif_simulation_tally(run->simulation, l);
    MPI_Allreduce(MPI_IN_PLACE, run->layers, 3 * n, MPI_INT64_T, MPI_SUM,
                  experiment->world->comm);
    MPI_Allreduce(MPI_IN_PLACE, &run->input, 3, MPI_INT64_T, MPI_SUM,
                  experiment->world->comm);
    MPI_Allreduce(MPI_IN_PLACE, &run->simulate_seconds, 1, MPI_DOUBLE, MPI_MAX,
                  experiment->world->comm);
}

static relif_err simulate_and_archive(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    relif_err err = RELIF_OK;
    relif_progress_begin(experiment->log, "simulate", "images",
                         experiment->dataset->count);
    for (int w = 0; w < run->schedule.n_windows && err == RELIF_OK; w++)
        err = run_window(run, w);
    relif_progress_end(experiment->log);
    if (err != RELIF_OK) return err;
    double mark = relif_clock_now();
    sum_tallies(run);
    err = relif_results_write_trains(run->archive, experiment->network,
                                     &experiment->config->coding, &experiment->record,
                                     run->recorder);
    if (err == RELIF_OK)
        err = relif_results_write_totals(
            run->archive, experiment->network,
            &(relif_results_totals){run->layers, run->input.spikes, run->input.saturated,
                                    run->input.silent_images});
    if (err == RELIF_OK) err = relif_archive_commit(run->archive);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    return err;
}

static int64_t total_operations(const struct run *run)
{
    int64_t sum = 0;
    for (int l = 0; l < run->experiment.network->n_layers; l++)
        sum += run->layers[l].operations;
    return sum;
}

static relif_err write_sidecar(const struct run *run, const command_line *line)
{
    const struct experiment *experiment = &run->experiment;
    const relif_config *config = experiment->config;
    relif_text text = {0};
    relif_config_print(config, true, &text);
    relif_sidecar sidecar = {.archive = config->output.expanded,
                             .argc = line->argc,
                             .argv = line->argv,
                             .config = relif_text_string(&text),
                             .network_digest = experiment->network_digest,
                             .dataset_digest = experiment->dataset->digest,
                             .scheme = relif_scheme_name(config->execution.scheme),
                             .kernel = relif_lif_kernel_name(),
                             .replicas = experiment->replicas,
                             .group_size = experiment->group->size,
                             .start_time = run->start_time,
                             .simulate_seconds = run->simulate_seconds,
                             .images = experiment->dataset->count,
                             .synaptic_operations = total_operations(run),
                             .clock = &experiment->clock};
    relif_simulation_volume(run->simulation, &sidecar.bytes_sent, &sidecar.messages_sent);
    relif_err err = relif_sidecar_write(experiment->world, &sidecar);
    relif_text_release(&text);
    return err;
}

static void print_speed(const struct run *run)
{
    const struct experiment *experiment = &run->experiment;
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    if (!relif_context_is_root(experiment->world)) return;
    const char *path = experiment->config->output.expanded;
    printf("  %-44s %9.1f images/s, %.3g synaptic operations/s\n", "simulation speed",
           (double)experiment->dataset->count / run->simulate_seconds,
           (double)total_operations(run) / run->simulate_seconds);
    printf("  %-44s %9d (%d x %d, %s kernel), at most %.0f MB each\n",
           "ranks (replicas x group)", experiment->world->size, experiment->replicas,
           experiment->group->size, relif_lif_kernel_name(), (double)peak / 1e6);
    printf("archive: %s\nsidecar: %s.run.json\n", path, path);
}

static relif_err compute(struct run *run, const command_line *line)
{
    struct experiment *experiment = &run->experiment;
    relif_err err = experiment_place(experiment, experiment->dataset->count);
    if (err == RELIF_OK)
        err = experiment_make_folder(experiment->world,
                                     experiment->config->output.expanded);
    if (err == RELIF_OK) err = begin_archive(run, line->force);
    if (err != RELIF_OK) return err;
    relif_log_line(experiment->log, "%s: %lld images on %d ranks (%d replicas x %d)",
                   experiment->config->name, (long long)experiment->dataset->count,
                   experiment->world->size, experiment->replicas,
                   experiment->group->size);
    create_simulation(run);
    err = simulate_and_archive(run);
    if (err == RELIF_OK) err = write_sidecar(run, line);
    if (err == RELIF_OK)
        err = finished_print(experiment->world, experiment->config->output.expanded);
    if (err == RELIF_OK) print_speed(run);
    return err;
}

static void release(struct run *run)
{
    relif_simulation_destroy(run->simulation);
    relif_recorder_destroy(run->recorder);
    relif_ann_destroy(run->ann);
    relif_archive_close(run->archive);
    free(run->layers);
    experiment_release(&run->experiment);
}

relif_err command_run(const command_call *call)
{
    struct run run = {.start_time = (double)time(NULL)};
    bool done = false, finished = false;
    relif_err err = experiment_configure(&run.experiment, call, &done);
    if (err != RELIF_OK || done) goto cleanup;
    if (!call->line->force &&
        finished_exists(call->world, run.experiment.config->output.expanded))
        err = finished_check(call->world, run.experiment.config->output.expanded, "run",
                             relif_text_string(&run.experiment.science), &finished);
    if (err == RELIF_OK)
        err = experiment_load(&run.experiment,
                              call->line->force ? REPLACE_OTHERS : KEEP_OTHERS);
    if (err != RELIF_OK) goto cleanup;
    if (!finished) {
        err = compute(&run, call->line);
        goto cleanup;
    }
    err = finished_check_inputs(&run.experiment);
    if (err == RELIF_OK)
        err = finished_print(call->world, run.experiment.config->output.expanded);
    if (err == RELIF_OK && relif_context_is_root(call->world))
        printf("nothing to do: %s holds the finished results of this configuration "
               "(--force computes them again)\n",
               run.experiment.config->output.expanded);
cleanup:
    release(&run);
    return err;
}
