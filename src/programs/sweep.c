/*
 * relif sweep: every point of a grid, or the share of a task.
 *
 * What is done so far, also of a point that is not complete, is in a checkpoint beside
 * the output; the same command goes on from there. A task's output is a part for relif
 * collect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "experiment.h"
#include "finished.h"
#include "relif/checkpoint.h"
#include "relif/config_sweep.h"
#include "relif/lock.h"
#include "relif/memory.h"
#include "speed.h"
#include "sweep_point.h"
#include "sweep_task.h"

struct sweep {
    const command_line *line;
    struct experiment experiment;
    relif_sweep_task task;
    char *part;         /* path of a task's part */
    const char *output; /* what this command makes: the archive or, of a task, the part */
    const char *kind;   /* of that archive */
    relif_lock *lock;
    relif_sweep_table *table;
    struct ann_answers answers;
    relif_state *state; /* of the checkpoint gone on from, or NULL */
    int64_t begun;      /* the point that state has a part of, or -1 */
    double seconds_per_row;
    struct speed speed;
};

static bool is_mine(const struct sweep *sweep, int64_t point)
{
    return point % sweep->task.count == sweep->task.index;
}

static int64_t count_open(const struct sweep *sweep)
{
    int64_t n = 0;
    for (int64_t p = 0; p < relif_sweep_table_points(sweep->table); p++)
        n += is_mine(sweep, p) && !relif_sweep_table_has(sweep->table, p);
    return n;
}

static void print_points(const struct sweep *sweep)
{
    const relif_config_sweep *grid = &sweep->experiment.config->sweep;
    if (!relif_context_is_root(sweep->experiment.world)) return;
    for (int64_t p = 0; p < relif_config_points(grid); p++) {
        relif_text text = {0};
        if (!is_mine(sweep, p)) continue;
        relif_config_point_print(grid, p, &text);
        printf("%5lld  %s\n", (long long)p, relif_text_string(&text));
        relif_text_release(&text);
    }
}

static relif_checkpoint_identity identity_of(const struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    return (relif_checkpoint_identity){"sweep", relif_text_string(&experiment->science),
                                       experiment->network_digest,
                                       experiment->dataset->digest};
}

/* The points that are done, and what is done of a point that is not. */
static relif_err save(struct sweep *sweep, int64_t number, struct sweep_point *point)
{
    const struct experiment *experiment = &sweep->experiment;
    const relif_checkpoint_identity identity = identity_of(sweep);
    relif_state *state = relif_state_create();
    relif_sweep_table_put_state(sweep->table, state);
    relif_state_put(state, "point", RELIF_ARRAY_I64, 1, &number);
    sweep_point_put(point, state);
    const relif_err err =
        relif_checkpoint_write(experiment->world, sweep->output, &identity, state);
    relif_state_destroy(state);
    relif_stop_saved(experiment->stop);
    return err;
}

static relif_err resume(struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    const relif_checkpoint_identity identity = identity_of(sweep);
    sweep->begun = -1;
    if (sweep->line->force) experiment_begin_anew(experiment, sweep->output);
    relif_err err = relif_checkpoint_read(experiment->world, experiment->log,
                                          sweep->output, &identity, &sweep->state);
    if (err != RELIF_OK || !sweep->state) return err;
    err = relif_sweep_table_get_state(sweep->table, sweep->state);
    if (err == RELIF_OK)
        err = relif_state_get(sweep->state, "point", RELIF_ARRAY_I64, 1, &sweep->begun);
    if (err == RELIF_OK) return RELIF_OK;
    return relif_fail(err, "checkpoint of '%s': %s", sweep->output,
                      relif_error_sentence());
}

static relif_err refuse_point(const struct sweep *sweep, int64_t point, relif_err err)
{
    relif_text text = {0};
    relif_config_point_print(&sweep->experiment.config->sweep, point, &text);
    err = relif_fail(err, "point %lld (%s): %s", (long long)point,
                     relif_text_string(&text), relif_error_sentence());
    relif_text_release(&text);
    return err;
}

/* All windows of a point that are not done. */
static relif_err run_windows(struct sweep *sweep, int64_t number,
                             struct sweep_point *point)
{
    const struct experiment *experiment = &sweep->experiment;
    relif_err err = RELIF_OK;
    while (point->pass.done < experiment->dataset->count && err == RELIF_OK) {
        sweep_point_window(point, &sweep->answers);
        const bool stopped = relif_stop_agreed_now(experiment->stop);
        if (relif_stop_save_due(experiment->stop)) err = save(sweep, number, point);
        if (err == RELIF_OK && stopped)
            err = relif_stop_fail(experiment->stop, sweep->output);
    }
    return err;
}

static void take_point(struct sweep *sweep, int64_t number, struct sweep_point *point,
                       int64_t n_images)
{
    int64_t bytes = 0, messages = 0;
    relif_summary summary = sweep_point_finish(point);
    relif_sweep_table_put(sweep->table, number, &summary);
    sweep->seconds_per_row = point->pass.seconds_per_row;
    sweep->speed.seconds += point->pass.seconds;
    sweep->speed.images += n_images;
    sweep->speed.operations += point->pass.operations;
    relif_simulation_volume(point->pass.simulation, &bytes, &messages);
    sweep->speed.bytes_sent += bytes;
    sweep->speed.messages_sent += messages;
}

static relif_err run_point(struct sweep *sweep, int64_t number)
{
    struct experiment *experiment = &sweep->experiment;
    const relif_config at = relif_config_at(experiment->config, number);
    struct sweep_point point;
    relif_err err = experiment_map(experiment, &at);
    if (err != RELIF_OK) return refuse_point(sweep, number, err);
    sweep_point_begin(&point, experiment, &at);
    point.pass.progress = sweep->speed.images;
    point.pass.seconds_per_row = sweep->seconds_per_row;
    if (number == sweep->begun) err = sweep_point_get(&point, sweep->state);
    err = relif_agree(experiment->world, err);
    const int64_t before = point.pass.done;
    if (err == RELIF_OK) err = run_windows(sweep, number, &point);
    if (err == RELIF_OK)
        take_point(sweep, number, &point, experiment->dataset->count - before);
    sweep_point_release(&point);
    return err;
}

static void describe_layers(struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    const size_t n = (size_t)experiment->network->n_layers;
    const char **names = relif_calloc(n, sizeof *names);
    int64_t *neurons = relif_calloc(n, sizeof *neurons);
    bool *recorded = relif_calloc(n, sizeof *recorded);
    for (size_t l = 0; l < n; l++) {
        names[l] = experiment->network->layers[l].name;
        neurons[l] = relif_shape_size(experiment->network->layers[l].out);
    }
    for (int k = 0; k < experiment->record.n_layers; k++)
        recorded[experiment->record.layers[k]] = true;
    relif_sweep_table_set_layers(sweep->table, (int)n, names, neurons, recorded);
    free(names);
    free(neurons);
    free(recorded);
}

static relif_err run_points(struct sweep *sweep, int64_t n_open)
{
    struct experiment *experiment = &sweep->experiment;
    const int64_t n_points = relif_sweep_table_points(sweep->table);
    relif_err err = RELIF_OK;
    relif_log_line(experiment->log,
                   "%s: %lld of %lld points with %lld images each on %d ranks (%d "
                   "replicas x %d)",
                   experiment->config->name, (long long)n_open, (long long)n_points,
                   (long long)experiment->dataset->count, experiment->world->size,
                   experiment->replicas, experiment->group->size);
    if (n_open > 0) sweep->answers = ann_answers_compute(experiment);
    relif_progress_begin(experiment->log, "simulate", "images",
                         n_open * experiment->dataset->count);
    for (int64_t p = 0; p < n_points && err == RELIF_OK; p++)
        if (is_mine(sweep, p) && !relif_sweep_table_has(sweep->table, p))
            err = run_point(sweep, p);
    relif_progress_end(experiment->log);
    return err;
}

static relif_err publish(struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    const bool part = sweep->line->task != NULL;
    const relif_err err =
        relif_sweep_table_write(sweep->table, experiment->world, sweep->output,
                                part ? &sweep->task : NULL, part || sweep->line->force);
    if (err == RELIF_OK) relif_checkpoint_remove(experiment->world, sweep->output);
    return err;
}

static relif_err write_sidecar(const struct sweep *sweep)
{
    relif_text task = {0};
    if (sweep->line->task)
        relif_text_append(&task, "%d/%d", sweep->task.index + 1, sweep->task.count);
    const relif_err err = speed_write_sidecar(&sweep->experiment, sweep->line,
                                              sweep->output, task.bytes, &sweep->speed);
    relif_text_release(&task);
    return err;
}

static relif_err compute(struct sweep *sweep)
{
    struct experiment *experiment = &sweep->experiment;
    relif_err err = experiment_place(experiment, experiment->dataset->count);
    if (err == RELIF_OK) err = resume(sweep);
    if (err != RELIF_OK) return err;
    const int64_t n_open = count_open(sweep);
    err = run_points(sweep, n_open);
    if (err == RELIF_OK) err = publish(sweep);
    if (err == RELIF_OK && n_open > 0) err = write_sidecar(sweep);
    if (err != RELIF_OK) return err;
    if (relif_context_is_root(experiment->world))
        relif_sweep_table_print(sweep->table, stdout);
    if (n_open > 0) speed_print(experiment, sweep->output, &sweep->speed);
    return RELIF_OK;
}

/* *there: the output is, and of this very sweep; anything else is refused. */
static relif_err look_at_output(const struct sweep *sweep, bool *there)
{
    const relif_context *world = sweep->experiment.world;
    *there = !sweep->line->force && finished_exists(world, sweep->output);
    if (!*there) return RELIF_OK;
    return relif_sweep_table_check(sweep->table, world, sweep->output, sweep->kind);
}

/* Another job may have finished it while this one waited for the lock. */
static relif_err lock_output(struct sweep *sweep, bool *there)
{
    const struct experiment *experiment = &sweep->experiment;
    relif_err err = experiment_make_folder(experiment->world, sweep->output);
    if (err == RELIF_OK)
        err = relif_lock_take(experiment->world, experiment->log, sweep->output,
                              &sweep->lock);
    return err == RELIF_OK ? look_at_output(sweep, there) : err;
}

static relif_err read_inputs(struct sweep *sweep)
{
    struct experiment *experiment = &sweep->experiment;
    const relif_err err =
        experiment_read(experiment, sweep->line->force ? REPLACE_OTHERS : KEEP_OTHERS);
    if (err != RELIF_OK) return err;
    experiment->record.n_train_layers = experiment->record.n_train_images = 0;
    experiment->record.n_coding_times = 0;
    relif_sweep_table_set_digests(sweep->table, experiment->network_digest,
                                  experiment->dataset->digest);
    describe_layers(sweep);
    return RELIF_OK;
}

/* A task of a sweep whose archive is there has the archive as its output, not a part. */
static void name_output(struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    const relif_config *config = experiment->config;
    const bool part = sweep->line->task &&
                      (sweep->line->force ||
                       !finished_exists(experiment->world, config->output.expanded));
    sweep->part = sweep_task_path(config->output.expanded, &sweep->task);
    sweep->output = part ? sweep->part : config->output.expanded;
    sweep->kind = part ? "sweep-part" : "sweep";
    sweep->table = relif_sweep_table_create(
        &(relif_sweep_facts){.sweep = &config->sweep,
                             .name = config->name,
                             .config = relif_text_string(&experiment->science)});
}

static relif_err start(struct sweep *sweep)
{
    struct experiment *experiment = &sweep->experiment;
    bool there = false;
    name_output(sweep);
    relif_err err = look_at_output(sweep, &there);
    if (err == RELIF_OK && !there) err = lock_output(sweep, &there);
    if (err == RELIF_OK) err = read_inputs(sweep);
    if (err == RELIF_OK && !there) return compute(sweep);
    if (err == RELIF_OK)
        err = relif_sweep_table_read(sweep->table, experiment->world, sweep->output,
                                     sweep->kind);
    if (err != RELIF_OK) return err;
    finished_tidy(experiment, sweep->output, &sweep->lock);
    if (relif_context_is_root(experiment->world)) {
        relif_sweep_table_print(sweep->table, stdout);
        printf("nothing to do: %s holds the finished points of this configuration "
               "(--force computes them again)\n",
               sweep->output);
    }
    return RELIF_OK;
}

relif_err command_sweep(const command_call *call)
{
    struct sweep sweep = {.line = call->line};
    bool done = false;
    relif_err err = experiment_configure(&sweep.experiment, call, &done);
    if (err != RELIF_OK || done) goto cleanup;
    err = experiment_require_sweep(&sweep.experiment);
    if (err == RELIF_OK)
        err = sweep_task_read(call->world, call->line->task, &sweep.task);
    if (err == RELIF_OK && call->line->list)
        print_points(&sweep);
    else if (err == RELIF_OK)
        err = start(&sweep);
cleanup:
    ann_answers_release(&sweep.answers);
    relif_sweep_table_destroy(sweep.table);
    relif_state_destroy(sweep.state);
    relif_lock_release(sweep.lock);
    free(sweep.part);
    experiment_release(&sweep.experiment);
    return err;
}
