/* relif collect: the parts of a sweep's tasks become the archive of the sweep. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "experiment.h"
#include "finished.h"
#include "provenance.h"
#include "sweep_task.h"

enum { NAMED_POINTS = 5 };

static relif_err refuse_missing(const relif_sweep_table *table, const char *output,
                                int n_parts)
{
    const int64_t n = relif_sweep_table_points(table);
    int64_t missing = 0;
    relif_text names = {0};
    for (int64_t p = 0; p < n; p++) {
        if (relif_sweep_table_has(table, p)) continue;
        if (missing++ < NAMED_POINTS)
            relif_text_append(&names, "%s%lld", missing > 1 ? ", " : "", (long long)p);
    }
    if (missing > NAMED_POINTS) relif_text_append(&names, ", ...");
    relif_err err = RELIF_OK;
    if (missing > 0)
        err = relif_fail(RELIF_ERR_FILE,
                         "%lld of %lld points are missing in the %d parts "
                         "'%s.task-*-of-*.h5': %s; finish their tasks with relif sweep",
                         (long long)missing, (long long)n, n_parts, output,
                         relif_text_string(&names));
    relif_text_release(&names);
    return err;
}

static void remove_parts(const relif_context *world, char *const *parts, int n_parts)
{
    for (int i = 0; i < n_parts && relif_context_is_root(world); i++) {
        relif_text sidecar = {0};
        relif_text_append(&sidecar, "%s.run.json", parts[i]);
        unlink(parts[i]);
        unlink(relif_text_string(&sidecar));
        relif_text_release(&sidecar);
    }
}

/* Parts that are to be removed are no inputs that anyone could look at again. */
static relif_err write_sidecar(const struct experiment *experiment,
                               const command_line *line, char *const *parts, int n_parts)
{
    char digest[RELIF_DIGEST_TEXT] = "";
    const relif_input input = {"parts", n_parts, (const char *const *)parts, digest};
    relif_err err = RELIF_OK;
    if (relif_context_is_root(experiment->world) && !line->remove_parts)
        err = relif_digest_files(n_parts, input.files, digest);
    err = relif_agree(experiment->world, err);
    if (err != RELIF_OK) return err;
    return provenance_write(
        experiment, line,
        &(relif_sidecar){.archive = experiment->config->output.expanded,
                         .inputs = &input,
                         .n_inputs = !line->remove_parts});
}

static relif_err join(const struct experiment *experiment, const command_line *line,
                      relif_sweep_table *table, char *const *parts, int n_parts)
{
    const relif_context *world = experiment->world;
    const char *output = experiment->config->output.expanded;
    const bool root = relif_context_is_root(world);
    const bool finished = !line->force && finished_exists(world, output);
    relif_err err = RELIF_OK;
    if (finished) err = relif_sweep_table_read(table, world, output, "sweep");
    for (int i = 0; i < n_parts && err == RELIF_OK; i++)
        err = relif_sweep_table_read(table, world, parts[i], "sweep-part");
    if (err == RELIF_OK) err = refuse_missing(table, output, n_parts);
    if (err == RELIF_OK && !finished)
        err = relif_sweep_table_write(table, world, output, NULL, line->force);
    if (err != RELIF_OK) return err;
    if (!finished) err = write_sidecar(experiment, line, parts, n_parts);
    if (err != RELIF_OK) return err;
    if (line->remove_parts) remove_parts(world, parts, n_parts);
    if (root) relif_sweep_table_print(table, stdout);
    if (root && finished)
        printf("nothing to do: %s holds all points (--force joins the parts again)\n",
               output);
    else if (root)
        printf("archive: %s\n", output);
    return RELIF_OK;
}

relif_err command_collect(const command_call *call)
{
    struct experiment experiment = {0};
    relif_sweep_table *table = NULL;
    char **parts = NULL;
    int n_parts = 0;
    bool done = false;
    relif_err err = experiment_configure(&experiment, call, &done);
    if (err == RELIF_OK && !done) err = experiment_require_sweep(&experiment);
    if (err == RELIF_OK && !done)
        err = sweep_task_parts(call->world, experiment.config->output.expanded, &parts,
                               &n_parts);
    if (err == RELIF_OK && !done) {
        table = relif_sweep_table_create(
            &(relif_sweep_facts){.sweep = &experiment.config->sweep,
                                 .name = experiment.config->name,
                                 .config = relif_text_string(&experiment.science)});
        err = join(&experiment, call->line, table, parts, n_parts);
    }
    for (int i = 0; i < n_parts; i++) free(parts[i]);
    free(parts);
    relif_sweep_table_destroy(table);
    experiment_release(&experiment);
    return err;
}
