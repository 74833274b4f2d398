/* Reading is neuron_config_reader's, by the table in neuron_config_keys; here are the
 * ways in and the printing. */
#include "relif/neuron_config.h"

#include <stdlib.h>

#include "config_print.h"
#include "config_synapses.h"
#include "config_table.h"
#include "config_value.h"
#include "neuron_config_keys.h"
#include "neuron_config_reader.h"

void relif_neuron_config_destroy(relif_neuron_config *config)
{
    if (!config) return;
    int n_keys;
    const relif_config_key *keys = relif_neuron_file_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) relif_config_value_release(&keys[k], config);
    keys = relif_neuron_experiment_keys(&n_keys);
    for (int e = 0; e < config->n_experiments; e++) {
        for (int k = 0; k < n_keys; k++)
            relif_config_value_release(&keys[k], &config->experiments[e]);
        free(config->experiments[e].name);
    }
    free(config->experiments);
    free(config->source);
    free(config);
}

relif_err relif_neuron_config_parse(const char *text, const char *path,
                                    const char *const *overrides, int n_overrides,
                                    relif_neuron_config **config)
{
    const relif_config_input input = {.text = text,
                                      .path = path,
                                      .overrides = overrides,
                                      .n_overrides = n_overrides,
                                      .expand = true};
    *config = NULL;
    return relif_neuron_config_input_read(&input, config);
}

relif_err relif_neuron_config_parse_collective(const relif_context *ctx, const char *text,
                                               const char *path,
                                               const char *const *overrides,
                                               int n_overrides,
                                               relif_neuron_config **config)
{
    *config = NULL;
    const relif_config_input input = {.text = text,
                                      .path = path,
                                      .overrides = overrides,
                                      .n_overrides = n_overrides,
                                      .expand = relif_context_is_root(ctx)};
    const relif_err err =
        relif_agree(ctx, relif_neuron_config_input_read(&input, config));
    if (err != RELIF_OK) {
        relif_neuron_config_destroy(*config);
        *config = NULL;
        return err;
    }
    relif_context_broadcast_text(ctx, &(*config)->output.expanded);
    return RELIF_OK;
}

relif_err relif_neuron_config_read_collective(const relif_context *ctx, const char *path,
                                              const char *const *overrides,
                                              int n_overrides,
                                              relif_neuron_config **config)
{
    const bool root = relif_context_is_root(ctx);
    char *text = NULL;
    *config = NULL;
    relif_err err =
        relif_agree(ctx, root ? relif_config_read_text(path, &text) : RELIF_OK);
    if (err != RELIF_OK) return err;
    relif_context_broadcast_text(ctx, &text);
    err = relif_neuron_config_parse_collective(ctx, text, path, overrides, n_overrides,
                                               config);
    free(text);
    return err;
}

static void print_experiment(const relif_neuron_experiment *experiment, relif_text *out)
{
    int n_keys;
    const relif_config_key *keys = relif_neuron_experiment_keys(&n_keys);
    const char *before = "";
    relif_text_append(out, "  %s:\n", experiment->name);
    for (int k = 0; k < n_keys; k++) {
        if (!relif_neuron_key_applies(&keys[k], experiment->kind) ||
            relif_config_key_is_unused(&keys[k], experiment))
            continue;
        relif_config_print_name(keys[k].path, before, 4, out);
        relif_text_append(out, " ");
        relif_config_value_print(&keys[k], experiment, out);
        relif_text_append(out, "\n");
        before = keys[k].path;
    }
}

void relif_neuron_config_print(const relif_neuron_config *config, bool with_execution,
                               relif_text *out)
{
    int n_keys;
    const relif_config_key *keys = relif_neuron_file_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) {
        if (keys[k].only_run && !with_execution) continue;
        relif_text_append(out, "%s:%s", keys[k].path,
                          keys[k].type == RELIF_CONFIG_GROUP ? "" : " ");
        relif_config_value_print(&keys[k], config, out);
        relif_text_append(out, "\n");
        if (keys[k].type != RELIF_CONFIG_GROUP) continue;
        for (int e = 0; e < config->n_experiments; e++)
            print_experiment(&config->experiments[e], out);
    }
}

void relif_neuron_config_describe(relif_text *out)
{
    int n_keys;
    const relif_config_key *keys = relif_neuron_file_keys(&n_keys);
    const relif_neuron_config config = {0};
    const relif_neuron_experiment experiment = relif_neuron_experiment_default();
    const relif_neuron_synapse synapse = relif_config_synapse_default();
    relif_config_describe_keys(keys, n_keys, &config, relif_neuron_key_kinds, out);
    relif_text_append(out, "\nKeys of an experiment, at the top of the file or in "
                           "experiments.<name>\n");
    keys = relif_neuron_experiment_keys(&n_keys);
    relif_config_describe_keys(keys, n_keys, &experiment, relif_neuron_key_kinds, out);
    relif_text_append(out, "\nKeys of an entry of inputs, as in "
                           "- {weight: 0.3, frequency: {start: 1, stop: 30}}\n");
    keys = relif_config_synapse_keys(&n_keys);
    relif_config_describe_keys(keys, n_keys, &synapse, relif_neuron_key_kinds, out);
}
