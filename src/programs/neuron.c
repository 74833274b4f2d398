/* relif neuron: experiments with a single neuron, from config to archive and tables. */
#include <stdio.h>

#include "experiment.h"
#include "finished.h"
#include "neuron_table.h"
#include "relif/archive.h"
#include "relif/neuron_config.h"
#include "relif/text.h"

struct neuron_run {
    const command_call *call;
    relif_neuron_config *config;
    relif_text science; /* the config as archived: what decides the result */
};

static relif_err configure(struct neuron_run *run)
{
    const command_line *line = run->call->line;
    const relif_context *world = run->call->world;
    const relif_err err =
        line->config
            ? relif_neuron_config_parse_collective(world, line->config, line->file,
                                                   line->overrides, line->n_overrides,
                                                   &run->config)
            : relif_neuron_config_read_collective(world, line->file, line->overrides,
                                                  line->n_overrides, &run->config);
    if (err != RELIF_OK) return err;
    relif_neuron_config_print(run->config, false, &run->science);
    if (line->print_config && relif_context_is_root(run->call->world)) {
        relif_text text = {0};
        relif_neuron_config_print(run->config, true, &text);
        fputs(relif_text_string(&text), stdout);
        relif_text_release(&text);
    }
    return RELIF_OK;
}

static const char *output_of(const struct neuron_run *run)
{
    const char *given = run->call->line->output;
    return given ? given : run->config->output.expanded;
}

static relif_err compute_all(const struct neuron_run *run, relif_archive *archive)
{
    const bool root = relif_context_is_root(run->call->world);
    relif_err err = relif_archive_set_text(archive, "/", "name", run->config->name);
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, "/", "config",
                                     relif_text_string(&run->science));
    for (int e = 0; e < run->config->n_experiments && err == RELIF_OK; e++) {
        struct neuron_table table;
        neuron_table_compute(&table, run->call, &run->config->experiments[e]);
        if (root) neuron_table_print(&table);
        err = neuron_table_archive(&table, archive);
        neuron_table_release(&table);
    }
    return err;
}

static relif_err write_sidecar(const struct neuron_run *run, const char *path)
{
    relif_text text = {0};
    relif_neuron_config_print(run->config, true, &text);
    const relif_err err = relif_sidecar_write(
        run->call->world, &(relif_sidecar){.archive = path,
                                           .invocation = run->call->line->invocation,
                                           .config = relif_text_string(&text)});
    relif_text_release(&text);
    return err;
}

static relif_err compute(const struct neuron_run *run)
{
    const relif_context *world = run->call->world;
    const char *path = output_of(run);
    relif_archive *archive = NULL;
    relif_err err = experiment_make_folder(world, path);
    if (err == RELIF_OK)
        err =
            relif_archive_create(world, path, "neuron", run->call->line->force, &archive);
    if (err != RELIF_OK) return err;
    err = compute_all(run, archive);
    if (err == RELIF_OK) err = relif_archive_commit(archive);
    relif_archive_close(archive);
    if (err == RELIF_OK) err = write_sidecar(run, path);
    if (err == RELIF_OK && relif_context_is_root(world)) printf("archive: %s\n", path);
    return err;
}

relif_err command_neuron(const command_call *call)
{
    struct neuron_run run = {.call = call};
    bool finished = false;
    relif_err err = configure(&run);
    if (err == RELIF_OK && !call->line->print_config) {
        if (!call->line->force && finished_exists(call->world, output_of(&run)))
            err = finished_check(call->world, output_of(&run), "neuron",
                                 relif_text_string(&run.science), &finished);
        if (err == RELIF_OK && !finished) err = compute(&run);
        if (finished && relif_context_is_root(call->world))
            printf("nothing to do: %s holds the finished results of this configuration "
                   "(--force computes them again)\n",
                   output_of(&run));
    }
    relif_neuron_config_destroy(run.config);
    relif_text_release(&run.science);
    return err;
}
