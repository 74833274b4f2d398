/* Reading: text -> tree (yaml_tree) -> key by key (config_reader, config_value, by the
 * table in config_keys) -> checks across keys (config_check). */
#include "relif/config.h"

#include <stdlib.h>

#include "config_keys.h"
#include "config_reader.h"
#include "config_table.h"
#include "config_value.h"
#include "relif/memory.h"

void relif_config_destroy(relif_config *config)
{
    if (!config) return;
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) relif_config_value_release(&keys[k], config);
    free(config->source);
    free(config);
}

/* Let the options of a dataset point to its expanded paths. */
static void connect_dataset(relif_config_dataset *dataset)
{
    dataset->options.n_files = dataset->images.count;
    for (int i = 0; i < dataset->images.count; i++)
        dataset->options.files[i] = dataset->images.paths[i].expanded;
    dataset->options.labels = dataset->labels.expanded;
}

static void connect_paths(relif_config *config)
{
    connect_dataset(&config->dataset);
    if (config->has_training) connect_dataset(&config->training.dataset);
    if (config->training.has_validation) connect_dataset(&config->training.validation);
}

relif_err relif_config_parse(const char *text, const char *path,
                             const char *const *overrides, int n_overrides,
                             relif_config **config)
{
    const relif_config_input input = {.text = text,
                                      .path = path,
                                      .overrides = overrides,
                                      .n_overrides = n_overrides,
                                      .expand = true};
    *config = NULL;
    const relif_err err = relif_config_input_read(&input, config);
    if (err == RELIF_OK) connect_paths(*config);
    return err;
}

relif_err relif_config_read(const char *path, const char *const *overrides,
                            int n_overrides, relif_config **config)
{
    char *text = NULL;
    *config = NULL;
    relif_err err = relif_config_read_text(path, &text);
    if (err == RELIF_OK)
        err = relif_config_parse(text, path, overrides, n_overrides, config);
    free(text);
    return err;
}

/* Root's expanded paths to everyone: their environments may differ. */
static void share_paths(const relif_context *ctx, relif_config *config)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) {
        relif_config_paths all = {0};
        if (!relif_config_value_is_given(&keys[k], config)) continue;
        if (keys[k].type == RELIF_CONFIG_PATH)
            all = (relif_config_paths){1, relif_config_value_of(&keys[k], config)};
        else if (keys[k].type == RELIF_CONFIG_PATHS)
            all = *(relif_config_paths *)relif_config_value_of(&keys[k], config);
        for (int i = 0; i < all.count; i++)
            relif_context_broadcast_text(ctx, &all.paths[i].expanded);
    }
}

relif_err relif_config_parse_collective(const relif_context *ctx, const char *text,
                                        const char *path, const char *const *overrides,
                                        int n_overrides, relif_config **config)
{
    *config = NULL;
    const relif_config_input input = {.text = text,
                                      .path = path,
                                      .overrides = overrides,
                                      .n_overrides = n_overrides,
                                      .expand = relif_context_is_root(ctx)};
    const relif_err err = relif_agree(ctx, relif_config_input_read(&input, config));
    if (err != RELIF_OK) {
        relif_config_destroy(*config);
        *config = NULL;
        return err;
    }
    share_paths(ctx, *config);
    connect_paths(*config);
    return RELIF_OK;
}

relif_err relif_config_read_collective(const relif_context *ctx, const char *path,
                                       const char *const *overrides, int n_overrides,
                                       relif_config **config)
{
    const bool root = relif_context_is_root(ctx);
    char *text = NULL;
    *config = NULL;
    relif_err err =
        relif_agree(ctx, root ? relif_config_read_text(path, &text) : RELIF_OK);
    if (err != RELIF_OK) return err;
    relif_context_broadcast_text(ctx, &text);
    err = relif_config_parse_collective(ctx, text, path, overrides, n_overrides, config);
    free(text);
    return err;
}
