#include "trained_network.h"

#include <stdlib.h>
#include <string.h>

#include "finished.h"
#include "relif/memory.h"
#include "relif/weights.h"
#include "training_pass.h"

/* Where the trained network is kept: training.output, or beside the archive. */
static char *network_path(const relif_config *config)
{
    if (config->training.output.expanded)
        return relif_strdup(config->training.output.expanded);
    relif_text path = {0};
    const char *output = config->output.expanded;
    const size_t length = strlen(output);
    const bool h5 = length > 3 && strcmp(output + length - 3, ".h5") == 0;
    relif_text_append(&path, "%.*s_network.h5", (int)(h5 ? length - 3 : length), output);
    return path.bytes;
}

/* The part of the config that decides a trained network. */
static void origin_of(const relif_config *config, relif_text *origin)
{
    relif_text whole = {0};
    relif_config_print(config, false, &whole);
    const char *text = relif_text_string(&whole);
    bool keep = false;
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        const size_t length = end ? (size_t)(end - line) + 1 : strlen(line);
        if (*line != ' ' && *line != '-')
            keep =
                strncmp(line, "network:", 8) == 0 || strncmp(line, "training:", 9) == 0;
        if (keep) relif_text_append(origin, "%.*s", (int)length, line);
        line += length;
    }
    relif_text_release(&whole);
}

/* Reads the network at path; *same says whether this very training made it. */
static relif_err read_trained(struct experiment *experiment, const char *path,
                              const char *origin, bool *same)
{
    relif_err err = relif_weights_read(experiment->world, path, &experiment->network,
                                       experiment->network_digest);
    const char *found = err == RELIF_OK ? experiment->network->origin : NULL;
    *same = found && strcmp(found, origin) == 0;
    return err;
}

static relif_err reuse(struct experiment *experiment, const char *path,
                       const char *origin, enum training_output existing, bool *reused)
{
    relif_err err = read_trained(experiment, path, origin, reused);
    if (*reused) {
        relif_log_line(experiment->log, "using the network trained before: %s", path);
        return RELIF_OK;
    }
    relif_network_destroy(experiment->network);
    experiment->network = NULL;
    if (existing == REPLACE_OTHERS) return RELIF_OK;
    return relif_fail(
        RELIF_ERR_EXISTS,
        "network file '%s' exists and %s; use --force to replace it or name "
        "another training.output",
        path,
        err == RELIF_OK ? "was not made by this training" : "is not a network file");
}

relif_err trained_network_get(struct experiment *experiment,
                              enum training_output existing)
{
    relif_text text = {0};
    char *path = network_path(experiment->config);
    experiment->network_file = path;
    relif_err err = RELIF_OK;
    bool ready = false;
    origin_of(experiment->config, &text);
    const char *origin = relif_text_string(&text);
    if (existing != TRAIN_AGAIN && finished_exists(experiment->world, path))
        err = reuse(experiment, path, origin, existing, &ready);
    if (err == RELIF_OK && !ready) {
        const struct training_pass pass = {path, origin, existing};
        err = training_pass_run(experiment, &pass);
        relif_network_destroy(experiment->network);
        experiment->network = NULL;
        if (err == RELIF_OK) err = read_trained(experiment, path, origin, &ready);
    }
    relif_text_release(&text);
    return err;
}
