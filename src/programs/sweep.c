/*
 * relif sweep: every point of a grid, or the share of a task.
 *
 * What is done so far is kept in a part file, which is rewritten after a point if the
 * last time is long enough ago; the same command goes on from there. A task's part stays
 * for relif collect; a whole sweep is task 1 of 1, whose part becomes the archive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "experiment.h"
#include "finished.h"
#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "speed.h"
#include "sweep_point.h"
#include "sweep_task.h"

struct sweep {
    const command_line *line;
    struct experiment experiment;
    relif_sweep_task task;
    char *part;         /* path of the points done so far */
    const char *output; /* what this command makes: the archive or, of a task, the part */
    relif_sweep_table *table;
    struct ann_answers answers;
    struct speed speed;
    double saved_at;
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

static relif_err save(const struct sweep *sweep)
{
    return relif_sweep_table_write(sweep->table, sweep->experiment.world, sweep->part,
                                   &sweep->task, true);
}

/* Root's clock decides: those of others may differ. */
static relif_err save_if_due(struct sweep *sweep)
{
    const relif_context *world = sweep->experiment.world;
    bool due = relif_clock_now() - sweep->saved_at >= sweep->line->stop.save_every;
    relif_context_broadcast(world, &due, sizeof due);
    if (!due) return RELIF_OK;
    const relif_err err = save(sweep);
    sweep->saved_at = relif_clock_now();
    return err;
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

static relif_err run_point(struct sweep *sweep, int64_t point)
{
    struct experiment *experiment = &sweep->experiment;
    const relif_config at = relif_config_at(experiment->config, point);
    struct snn_pass pass;
    int64_t bytes = 0, messages = 0;
    const relif_err err = experiment_map(experiment, &at);
    if (err != RELIF_OK) return refuse_point(sweep, point, err);
    snn_pass_begin(&pass, experiment, &at);
    pass.progress = sweep->speed.images;
    relif_summary summary = sweep_point_run(&pass, &sweep->answers);
    relif_sweep_table_put(sweep->table, point, &summary);
    sweep->speed.seconds += pass.seconds;
    sweep->speed.images += experiment->dataset->count;
    sweep->speed.operations += snn_pass_operations(&pass);
    relif_simulation_volume(pass.simulation, &bytes, &messages);
    sweep->speed.bytes_sent += bytes;
    sweep->speed.messages_sent += messages;
    snn_pass_release(&pass);
    return RELIF_OK;
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
    sweep->saved_at = relif_clock_now();
    for (int64_t p = 0; p < n_points && err == RELIF_OK; p++) {
        if (!is_mine(sweep, p) || relif_sweep_table_has(sweep->table, p)) continue;
        err = run_point(sweep, p);
        if (err == RELIF_OK && --n_open > 0) err = save_if_due(sweep);
    }
    relif_progress_end(experiment->log);
    return err;
}

/* Also what a killed job may have left of it. */
static void remove_part(const struct sweep *sweep)
{
    relif_text unfinished = {0};
    relif_text_append(&unfinished, "%s.part", sweep->part);
    unlink(sweep->part);
    unlink(relif_text_string(&unfinished));
    relif_text_release(&unfinished);
}

static relif_err publish(struct sweep *sweep)
{
    const struct experiment *experiment = &sweep->experiment;
    if (sweep->line->task) return save(sweep);
    const relif_err err = relif_sweep_table_write(
        sweep->table, experiment->world, sweep->output, NULL, sweep->line->force);
    if (err == RELIF_OK && relif_context_is_root(experiment->world)) remove_part(sweep);
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
    const int64_t n_open = count_open(sweep);
    relif_err err = experiment_place(experiment, experiment->dataset->count);
    if (err == RELIF_OK) err = experiment_make_folder(experiment->world, sweep->output);
    if (err == RELIF_OK) err = run_points(sweep, n_open);
    if (err == RELIF_OK) err = publish(sweep);
    if (err == RELIF_OK && n_open > 0) err = write_sidecar(sweep);
    if (err != RELIF_OK) return err;
    if (relif_context_is_root(experiment->world))
        relif_sweep_table_print(sweep->table, stdout);
    if (n_open > 0) speed_print(experiment, sweep->output, &sweep->speed);
    return RELIF_OK;
}

/* An output or part that is there: refused if it is of anything else. */
static relif_err look(struct sweep *sweep, const char *path, const char *kind,
                      relif_err (*visit)(struct sweep *, const char *, const char *),
                      bool *there)
{
    *there = !sweep->line->force && finished_exists(sweep->experiment.world, path);
    return *there ? visit(sweep, path, kind) : RELIF_OK;
}

static relif_err check_file(struct sweep *sweep, const char *path, const char *kind)
{
    return relif_sweep_table_check(sweep->table, sweep->experiment.world, path, kind);
}

static relif_err read_file(struct sweep *sweep, const char *path, const char *kind)
{
    return relif_sweep_table_read(sweep->table, sweep->experiment.world, path, kind);
}

/* *finished: the archive of a whole sweep, or a task's part with all its points. */
static relif_err look_at_files(struct sweep *sweep,
                               relif_err (*visit)(struct sweep *, const char *,
                                                  const char *),
                               bool *finished)
{
    bool archive = false, part = false;
    relif_err err = RELIF_OK;
    if (!sweep->line->task) err = look(sweep, sweep->output, "sweep", visit, &archive);
    if (err == RELIF_OK && !archive)
        err = look(sweep, sweep->part, "sweep-part", visit, &part);
    *finished = archive || (part && sweep->line->task && count_open(sweep) == 0);
    return err;
}

static relif_err start(struct sweep *sweep)
{
    struct experiment *experiment = &sweep->experiment;
    const relif_config *config = experiment->config;
    bool finished = false;
    sweep->part = sweep_task_path(config->output.expanded, &sweep->task);
    sweep->output = sweep->line->task ? sweep->part : config->output.expanded;
    sweep->table = relif_sweep_table_create(
        &(relif_sweep_facts){.sweep = &config->sweep,
                             .name = config->name,
                             .config = relif_text_string(&experiment->science)});
    relif_err err = look_at_files(sweep, check_file, &finished);
    if (err == RELIF_OK)
        err = experiment_read(experiment,
                              sweep->line->force ? REPLACE_OTHERS : KEEP_OTHERS);
    if (err != RELIF_OK) return err;
    experiment->record.n_train_layers = experiment->record.n_train_images = 0;
    experiment->record.n_coding_times = 0;
    relif_sweep_table_set_digests(sweep->table, experiment->network_digest,
                                  experiment->dataset->digest);
    err = look_at_files(sweep, read_file, &finished);
    if (err != RELIF_OK) return err;
    describe_layers(sweep);
    if (!finished) return compute(sweep);
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
    free(sweep.part);
    experiment_release(&sweep.experiment);
    return err;
}
