/* relif run: the whole pipeline, from config to archive and result table. */
#include <stdio.h>
#include <stdlib.h>

#include "ann_pass.h"
#include "coding_pass.h"
#include "experiment.h"
#include "finished.h"
#include "relif/checkpoint.h"
#include "relif/lock.h"
#include "relif/memory.h"
#include "relif/results.h"
#include "snn_pass.h"
#include "speed.h"

struct run {
    struct experiment experiment;
    struct snn_pass pass;
    relif_ann *ann;
    relif_archive *archive;
    relif_lock *lock;
    int64_t *train_spikes; /* [train layers] written so far */
    int64_t resumed;       /* images that were done before */
};

static relif_err begin_archive(struct run *run, bool force)
{
    struct experiment *experiment = &run->experiment;
    const relif_config *config = experiment->config;
    const char *path = config->output.expanded;
    relif_err err =
        relif_archive_create(experiment->world, path, "run", force, &run->archive);
    if (err == RELIF_OK)
        err = relif_results_begin(
            run->archive,
            &(relif_results_facts){.name = config->name,
                                   .config = relif_text_string(&experiment->science),
                                   .network_digest = experiment->network_digest,
                                   .dataset_digest = experiment->dataset->digest,
                                   .network = experiment->network,
                                   .mapping = experiment->mapping,
                                   .normalization = &experiment->normalization,
                                   .scales = experiment->scales,
                                   .coding = &config->coding,
                                   .record = &experiment->record,
                                   .true_labels = experiment->dataset->labels,
                                   .n_images = experiment->dataset->count});
    return err == RELIF_OK ? relif_archive_keep(run->archive) : err;
}

static relif_checkpoint_identity identity_of(const struct run *run)
{
    const struct experiment *experiment = &run->experiment;
    return (relif_checkpoint_identity){"run", relif_text_string(&experiment->science),
                                       experiment->network_digest,
                                       experiment->dataset->digest};
}

static relif_err get_state(struct run *run, const relif_state *state)
{
    const relif_record_request *record = &run->experiment.record;
    relif_err err = snn_pass_get(&run->pass, state);
    if (err == RELIF_OK)
        err = relif_state_get(state, "train_spikes", RELIF_ARRAY_I64,
                              record->n_train_layers, run->train_spikes);
    run->resumed = run->pass.done;
    return err;
}

/* Go on from a checkpoint whose part file holds what it says; otherwise the archive stays
 * NULL. */
static relif_err resume(struct run *run, bool force)
{
    struct experiment *experiment = &run->experiment;
    const relif_context *world = experiment->world;
    const char *path = experiment->config->output.expanded;
    const relif_checkpoint_identity identity = identity_of(run);
    relif_state *state = NULL;
    relif_err err =
        relif_checkpoint_read(world, experiment->log, path, &identity, &state);
    if (err != RELIF_OK || !state) return err;
    err = relif_archive_resume(world, path, "run", force, state, &run->archive);
    if (err == RELIF_ERR_FORMAT || err == RELIF_ERR_FILE) {
        relif_log_line(experiment->log, "%s; beginning anew", relif_error_sentence());
        relif_checkpoint_remove(world, path);
        err = RELIF_OK;
    } else if (err == RELIF_OK) {
        err = relif_agree(world, get_state(run, state));
    }
    relif_state_destroy(state);
    return err;
}

static relif_err save(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    const relif_checkpoint_identity identity = identity_of(run);
    relif_state *state = relif_state_create();
    snn_pass_put(&run->pass, state);
    relif_state_put(state, "train_spikes", RELIF_ARRAY_I64,
                    experiment->record.n_train_layers, run->train_spikes);
    relif_err err = relif_archive_save(run->archive, state);
    if (err == RELIF_OK)
        err = relif_checkpoint_write(
            experiment->world, experiment->config->output.expanded, &identity, state);
    relif_state_destroy(state);
    relif_stop_saved(experiment->stop);
    return err;
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

static relif_err write_window(struct run *run, const struct snn_labels *labels)
{
    struct experiment *experiment = &run->experiment;
    const relif_image_range window = run->pass.window.images;
    double mark = relif_clock_now();
    relif_err err = relif_results_write_rows(
        run->archive, experiment->network, &experiment->record, experiment->partition,
        experiment->group->rank, run->pass.recorder, labels->images);
    if (err == RELIF_OK) err = write_labels(run, labels);
    if (err == RELIF_OK)
        err = coding_pass_write(experiment, run->pass.recorder, run->archive,
                                labels->images);
    if (err == RELIF_OK)
        err = relif_results_write_trains(run->archive, experiment->network,
                                         &experiment->config->coding, &experiment->record,
                                         run->pass.recorder, window, run->train_spikes);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    if (err == RELIF_OK) err = ann_pass_write(experiment, run->ann, run->archive, window);
    return err;
}

static relif_err run_window(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    struct snn_labels labels;
    relif_err err = RELIF_OK;
    if (snn_pass_window(&run->pass, &labels)) err = write_window(run, &labels);
    snn_labels_release(&labels);
    const bool stopped = relif_stop_agreed_now(experiment->stop);
    if (err == RELIF_OK && relif_stop_save_due(experiment->stop)) err = save(run);
    if (err == RELIF_OK && stopped)
        err = relif_stop_fail(experiment->stop, experiment->config->output.expanded);
    return err;
}

static relif_err simulate(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    const int64_t n_images = experiment->dataset->count;
    relif_err err = RELIF_OK;
    relif_progress_begin(experiment->log, "simulate", "images", n_images);
    relif_progress_skip(experiment->log, run->resumed);
    while (run->pass.done < n_images && err == RELIF_OK) err = run_window(run);
    relif_progress_end(experiment->log);
    return err;
}

static relif_err complete_archive(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    struct snn_pass *pass = &run->pass;
    double mark = relif_clock_now();
    snn_pass_finish(pass);
    relif_results_end_trains(run->archive, experiment->network, &experiment->record,
                             run->train_spikes);
    relif_err err = relif_results_write_totals(
        run->archive, experiment->network,
        &(relif_results_totals){pass->layers, pass->input.spikes, pass->input.saturated,
                                pass->input.silent_images});
    if (err == RELIF_OK) err = relif_archive_commit(run->archive);
    if (err == RELIF_OK)
        relif_checkpoint_remove(experiment->world, experiment->config->output.expanded);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    return err;
}

static relif_err report(struct run *run, const command_line *line)
{
    struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    struct speed speed = {.seconds = run->pass.seconds,
                          .images = experiment->dataset->count - run->resumed,
                          .operations = run->pass.operations};
    relif_simulation_volume(run->pass.simulation, &speed.bytes_sent,
                            &speed.messages_sent);
    relif_err err = speed_write_sidecar(experiment, line, path, NULL, &speed);
    if (err == RELIF_OK) err = finished_print(experiment->world, path);
    if (err == RELIF_OK) speed_print(experiment, path, &speed);
    return err;
}

static relif_err begin(struct run *run, bool force)
{
    struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    relif_err err = experiment_place(experiment, experiment->dataset->count);
    if (err != RELIF_OK) return err;
    if (force) experiment_begin_anew(experiment, path);
    snn_pass_begin(&run->pass, experiment, experiment->config);
    run->ann = relif_ann_create(experiment->network);
    run->train_spikes = relif_calloc((size_t)experiment->record.n_train_layers,
                                     sizeof *run->train_spikes);
    err = resume(run, force);
    if (err == RELIF_OK && !run->archive) err = begin_archive(run, force);
    return err;
}

static relif_err compute(struct run *run, const command_line *line)
{
    struct experiment *experiment = &run->experiment;
    relif_err err = begin(run, line->force);
    if (err != RELIF_OK) return err;
    relif_log_line(experiment->log, "%s: %lld images on %d ranks (%d replicas x %d)",
                   experiment->config->name, (long long)experiment->dataset->count,
                   experiment->world->size, experiment->replicas,
                   experiment->group->size);
    err = simulate(run);
    if (err == RELIF_OK) err = complete_archive(run);
    return err != RELIF_OK ? err : report(run, line);
}

static void release(struct run *run)
{
    snn_pass_release(&run->pass);
    relif_ann_destroy(run->ann);
    relif_archive_close(run->archive);
    relif_lock_release(run->lock);
    free(run->train_spikes);
    experiment_release(&run->experiment);
}

/* The output is there: of this very configuration, or refused. */
static relif_err look_at_output(const struct run *run, bool force, bool *finished)
{
    const struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    *finished = false;
    if (force || !finished_exists(experiment->world, path)) return RELIF_OK;
    return finished_check(experiment->world, path, "run",
                          relif_text_string(&experiment->science), finished);
}

/* Another job may have finished it while this one waited for the lock. */
static relif_err lock_output(struct run *run, bool force, bool *finished)
{
    const struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    relif_err err = experiment_make_folder(experiment->world, path);
    if (err == RELIF_OK)
        err = relif_lock_take(experiment->world, experiment->log, path, &run->lock);
    return err == RELIF_OK ? look_at_output(run, force, finished) : err;
}

static relif_err show_finished(struct run *run)
{
    struct experiment *experiment = &run->experiment;
    const char *path = experiment->config->output.expanded;
    relif_err err = finished_check_inputs(experiment);
    if (err != RELIF_OK) return err;
    finished_tidy(experiment, path, &run->lock);
    err = finished_print(experiment->world, path);
    if (err == RELIF_OK && relif_context_is_root(experiment->world))
        printf("nothing to do: %s holds the finished results of this configuration "
               "(--force computes them again)\n",
               path);
    return err;
}

relif_err command_run(const command_call *call)
{
    const bool force = call->line->force;
    struct run run = {0};
    bool done = false, finished = false;
    relif_err err = experiment_configure(&run.experiment, call, &done);
    if (err != RELIF_OK || done) goto cleanup;
    err = experiment_refuse_sweep(&run.experiment);
    if (err == RELIF_OK) err = look_at_output(&run, force, &finished);
    if (err == RELIF_OK && !finished) err = lock_output(&run, force, &finished);
    if (err == RELIF_OK)
        err = experiment_load(&run.experiment, force ? REPLACE_OTHERS : KEEP_OTHERS);
    if (err == RELIF_OK) err = finished ? show_finished(&run) : compute(&run, call->line);
cleanup:
    release(&run);
    return err;
}
