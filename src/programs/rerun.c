/* relif rerun: what a sidecar says was done, done again; the archive must be the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "sweep_task.h"
#include "verify.h"

struct rerun {
    const command_call *call;
    relif_sidecar_record *record;
    char *output;  /* what takes the place of the config's output */
    char *written; /* the archive: output or, of a task, its part */
};

/* Root's word whether the folder of the run is still there; else all stay here. */
static relif_err enter_folder(const struct rerun *rerun)
{
    const relif_context *world = rerun->call->world;
    const char *folder = rerun->record->folder;
    bool there = relif_context_is_root(world) && access(folder, X_OK) == 0;
    relif_context_broadcast(world, &there, sizeof there);
    if (!there) {
        relif_log_line(rerun->call->log, "folder '%s' of the run is gone; staying here",
                       folder);
        return RELIF_OK;
    }
    relif_err err = RELIF_OK;
    if (chdir(folder) != 0)
        err = relif_fail(RELIF_ERR_FILE, "enter folder '%s' of the run: %s", folder,
                         strerror(errno));
    return relif_agree(world, err);
}

static char *with_suffix(const char *path, const char *suffix)
{
    static const char extension[] = ".h5";
    const size_t length = strlen(path), ending = sizeof extension - 1;
    const bool h5 = length > ending && strcmp(path + length - ending, extension) == 0;
    relif_text text = {0};
    relif_text_append(&text, "%.*s%s.h5", (int)(h5 ? length - ending : length), path,
                      suffix);
    return text.bytes;
}

static relif_err choose_output(struct rerun *rerun)
{
    const command_line *line = rerun->call->line;
    const relif_sidecar_record *record = rerun->record;
    relif_sweep_task task;
    rerun->output = line->output ? relif_strdup(line->output)
                                 : with_suffix(record->archive, "_rerun");
    if (!record->task) {
        rerun->written = relif_strdup(rerun->output);
        return RELIF_OK;
    }
    const relif_err err = sweep_task_read(rerun->call->world, record->task, &task);
    if (err == RELIF_OK) rerun->written = sweep_task_path(rerun->output, &task);
    return err;
}

/* "key='path'", as YAML. */
static void append_override(relif_text *out, const char *key, const char *path)
{
    relif_text_append(out, "%s='", key);
    for (; *path; path++) relif_text_append(out, *path == '\'' ? "''" : "%c", *path);
    relif_text_append(out, "'");
}

/* A network that was trained for the run and is still there is not trained again. */
static void keep_network(const struct rerun *rerun, relif_text *out)
{
    const relif_sidecar_record *record = rerun->record;
    const relif_input *network = relif_sidecar_record_input(record, "network");
    const bool trained = network && network->n_files == 1 && verify_trains(record);
    bool there = trained && relif_context_is_root(rerun->call->world) &&
                 access(network->files[0], R_OK) == 0;
    relif_context_broadcast(rerun->call->world, &there, sizeof there);
    if (there && network) append_override(out, "training.output", network->files[0]);
}

static relif_err repeat(const struct rerun *rerun)
{
    const relif_sidecar_record *record = rerun->record;
    const bool trains = strcmp(record->argv[1], "train") == 0;
    relif_text output = {0}, network = {0};
    append_override(&output, trains ? "training.output" : "output", rerun->output);
    keep_network(rerun, &network);
    const char *const more[] = {output.bytes, network.bytes};
    const relif_err err =
        command_repeat(rerun->call, record, rerun->output, more, network.length ? 2 : 1);
    relif_text_release(&output);
    relif_text_release(&network);
    return err;
}

/* Only what the caller named is kept. */
static void remove_written(const struct rerun *rerun)
{
    if (!relif_context_is_root(rerun->call->world)) return;
    char *sidecar = relif_sidecar_path(rerun->written);
    char *network = with_suffix(rerun->output, "_network");
    unlink(rerun->written);
    unlink(sidecar);
    unlink(network);
    free(network);
    free(sidecar);
}

static relif_err compare(const struct rerun *rerun)
{
    const relif_context *world = rerun->call->world;
    const relif_sidecar_record *record = rerun->record;
    char digest[RELIF_DIGEST_TEXT] = "";
    relif_err err = RELIF_OK;
    if (relif_context_is_root(world))
        err = relif_digest_files(1, (const char *const *)&rerun->written, digest);
    if (err == RELIF_OK && relif_context_is_root(world) &&
        strcmp(digest, record->archive_digest) != 0)
        err = relif_fail(RELIF_ERR_DATA,
                         "another archive than '%s': SHA-256 %s, recorded %s; it is kept "
                         "as '%s'",
                         record->archive, digest, record->archive_digest, rerun->written);
    err = relif_agree(world, err);
    if (err != RELIF_OK) return err;
    if (relif_context_is_root(world))
        printf("the same archive as '%s', byte for byte: SHA-256 %s\n", record->archive,
               digest);
    if (!rerun->call->line->output) remove_written(rerun);
    return RELIF_OK;
}

/* A command that a config and its inputs suffice for. */
static relif_err require_repeatable(const relif_sidecar_record *record)
{
    static const char *const commands[] = {"run", "train", "map", "neuron", "sweep"};
    for (size_t c = 0; c < sizeof commands / sizeof commands[0]; c++)
        if (record->config && record->argc > 1 &&
            strcmp(record->argv[1], commands[c]) == 0)
            return RELIF_OK;
    relif_text words = {0};
    for (int i = 0; i < record->argc; i++)
        relif_text_append(&words, "%s%s", i ? " " : "", record->argv[i]);
    const relif_err err = relif_fail(
        RELIF_ERR_USAGE, "'%s' was made from other archives; repeat it in '%s' with: %s",
        record->archive, record->folder, relif_text_string(&words));
    relif_text_release(&words);
    return err;
}

relif_err command_rerun(const command_call *call)
{
    struct rerun rerun = {.call = call};
    relif_err err =
        relif_sidecar_record_read(call->world, call->line->file, &rerun.record);
    if (err == RELIF_OK) err = require_repeatable(rerun.record);
    if (err == RELIF_OK) err = enter_folder(&rerun);
    if (err == RELIF_OK) err = verify_inputs(call->world, rerun.record);
    if (err == RELIF_OK) err = choose_output(&rerun);
    if (err == RELIF_OK) err = repeat(&rerun);
    if (err == RELIF_OK && !call->line->print_config) err = compare(&rerun);
    relif_sidecar_record_destroy(rerun.record);
    free(rerun.output);
    free(rerun.written);
    return err;
}
