#include "finished.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/archive.h"
#include "relif/checkpoint.h"
#include "relif/summary.h"

relif_err finished_check(const relif_context *world, const char *path, const char *kind,
                         const char *config, bool *finished)
{
    relif_archive *archive = NULL;
    char *found = NULL;
    relif_err err = relif_archive_open(world, path, kind, &archive);
    if (err == RELIF_OK) err = relif_archive_get_text(archive, "/", "config", &found);
    relif_archive_close(archive);
    *finished = err == RELIF_OK && strcmp(found, config) == 0;
    free(found);
    if (*finished) return RELIF_OK;
    if (err != RELIF_OK)
        return relif_fail(RELIF_ERR_EXISTS,
                          "output '%s' exists and is not a finished archive of this kind "
                          "(%s); use --force to replace it or choose another output",
                          path, relif_error_sentence());
    return relif_fail(RELIF_ERR_EXISTS,
                      "output '%s' exists and holds the results of another "
                      "configuration; use --force to replace it or choose another output",
                      path);
}

relif_err finished_check_inputs(struct experiment *experiment)
{
    const char *path = experiment->config->output.expanded;
    relif_archive *archive = NULL;
    char *network = NULL, *dataset = NULL;
    relif_err err = relif_archive_open(experiment->world, path, "run", &archive);
    if (err == RELIF_OK)
        err = relif_archive_get_text(archive, "/", "network_digest", &network);
    if (err == RELIF_OK)
        err = relif_archive_get_text(archive, "/", "dataset_digest", &dataset);
    relif_archive_close(archive);
    if (err == RELIF_OK && (strcmp(network, experiment->network_digest) != 0 ||
                            strcmp(dataset, experiment->dataset->digest) != 0))
        err = relif_fail(
            RELIF_ERR_EXISTS,
            "output '%s' exists and was made from another network or data set; "
            "use --force to replace it or choose another output",
            path);
    free(network);
    free(dataset);
    return err;
}

bool finished_exists(const relif_context *world, const char *path)
{
    bool there = relif_context_is_root(world) && access(path, F_OK) == 0;
    relif_context_broadcast(world, &there, sizeof there);
    return there;
}

void finished_tidy(const struct experiment *experiment, const char *path,
                   relif_lock **lock)
{
    const relif_context *world = experiment->world;
    if (!*lock && relif_lock_exists(world, path) &&
        relif_lock_take(world, experiment->log, path, lock) != RELIF_OK)
        return;
    if (!*lock) return;
    relif_checkpoint_remove(world, path);
    relif_archive_forget(world, path);
}

relif_err finished_print(const relif_context *world, const char *path)
{
    relif_archive *archive = NULL;
    relif_summary summary;
    relif_err err = relif_archive_open(world, path, "run", &archive);
    if (err == RELIF_OK) err = relif_summary_read(archive, &summary);
    relif_archive_close(archive);
    if (err != RELIF_OK) return err;
    if (relif_context_is_root(world)) relif_summary_print(&summary, stdout);
    relif_summary_release(&summary);
    return RELIF_OK;
}
