/* relif run: the whole pipeline, from config to archive and result table. */
#include <stdio.h>

#include "ann_pass.h"
#include "coding_pass.h"
#include "experiment.h"
#include "finished.h"
#include "relif/results.h"
#include "snn_pass.h"
#include "speed.h"

struct run {
    struct experiment experiment;
    struct snn_pass pass;
    relif_ann *ann;
    relif_archive *archive;
};

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

/* Labels are written by the roots of the groups. */
static relif_err write_labels(struct run *run, const struct snn_labels *labels)
{
    relif_image_range images = labels->images;
    if (!relif_context_is_root(run->experiment.group)) images.end = images.first;
    return relif_results_write_labels(run->archive, "snn",
                                      &(relif_results_labels){.images = images,
                                                              .labels = labels->labels,
                                                              .silent = labels->silent});
}

static relif_err run_window(struct run *run, int window)
{
    struct experiment *experiment = &run->experiment;
    struct snn_labels labels = snn_pass_window(&run->pass, window);
    double mark = relif_clock_now();
    relif_err err = relif_results_write_rows(
        run->archive, experiment->network, &experiment->record, experiment->partition,
        experiment->group->rank, run->pass.recorder, labels.images);
    if (err == RELIF_OK) err = write_labels(run, &labels);
    if (err == RELIF_OK)
        err = coding_pass_write(experiment, run->pass.recorder, run->archive,
                                labels.images);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    if (err == RELIF_OK)
        err = ann_pass_write(experiment, run->ann, run->archive,
                             relif_schedule_window(&run->pass.schedule, window));
    snn_labels_release(&labels);
    return err;
}

static relif_err simulate_and_archive(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    struct snn_pass *pass = &run->pass;
    relif_err err = RELIF_OK;
    relif_progress_begin(experiment->log, "simulate", "images",
                         experiment->dataset->count);
    for (int w = 0; w < pass->schedule.n_windows && err == RELIF_OK; w++)
        err = run_window(run, w);
    relif_progress_end(experiment->log);
    if (err != RELIF_OK) return err;
    double mark = relif_clock_now();
    snn_pass_finish(pass);
    err = relif_results_write_trains(run->archive, experiment->network,
                                     &experiment->config->coding, &experiment->record,
                                     pass->recorder);
    if (err == RELIF_OK)
        err = relif_results_write_totals(
            run->archive, experiment->network,
            &(relif_results_totals){pass->layers, pass->input.spikes,
                                    pass->input.saturated, pass->input.silent_images});
    if (err == RELIF_OK) err = relif_archive_commit(run->archive);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    return err;
}

static relif_err report(struct run *run, const command_line *line)
{
    struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    struct speed speed = {.seconds = run->pass.seconds,
                          .images = experiment->dataset->count,
                          .operations = snn_pass_operations(&run->pass)};
    relif_simulation_volume(run->pass.simulation, &speed.bytes_sent,
                            &speed.messages_sent);
    relif_err err = speed_write_sidecar(experiment, line, path, NULL, &speed);
    if (err == RELIF_OK) err = finished_print(experiment->world, path);
    if (err == RELIF_OK) speed_print(experiment, path, &speed);
    return err;
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
    snn_pass_begin(&run->pass, experiment, experiment->config);
    run->ann = relif_ann_create(experiment->network);
    err = simulate_and_archive(run);
    return err != RELIF_OK ? err : report(run, line);
}

static void release(struct run *run)
{
    snn_pass_release(&run->pass);
    relif_ann_destroy(run->ann);
    relif_archive_close(run->archive);
    experiment_release(&run->experiment);
}

relif_err command_run(const command_call *call)
{
    struct run run = {0};
    bool done = false, finished = false;
    relif_err err = experiment_configure(&run.experiment, call, &done);
    if (err != RELIF_OK || done) goto cleanup;
    err = experiment_refuse_sweep(&run.experiment);
    if (err == RELIF_OK && !call->line->force &&
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
