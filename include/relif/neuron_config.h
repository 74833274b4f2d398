/**
 * The configuration of single-neuron experiments: a YAML file, read as strictly as
 * relif_config and with the same overrides.
 *
 *     relif_neuron_config *config = NULL;
 *     err = relif_neuron_config_read_collective(ctx, path, sets, n_sets, &config);
 *     ... config->experiments[0].neuron.g_l, config->output.expanded ...
 *     relif_neuron_config_destroy(config);
 *
 * Below experiments: each name has the keys of one experiment. The same keys at the top
 * of the file are what every experiment has that does not say otherwise. A range is
 * {start, stop, step} or {start, stop, count} or one number.
 *
 * Overrides reach both: "coding.dt=0.001", "experiments.rates.frequency.step=5";
 * "experiments.rates=null" leaves an experiment out.
 */
#ifndef RELIF_NEURON_CONFIG_H
#define RELIF_NEURON_CONFIG_H

#include "relif/config.h"
#include "relif/context.h"
#include "relif/error.h"
#include "relif/neuron_experiment.h"
#include "relif/text.h"

typedef struct relif_neuron_config {
    char *source; /* the file's name in messages */
    char *name;
    relif_config_path output;
    int n_experiments;
    relif_neuron_experiment *experiments; /* [n_experiments], complete and checked */
} relif_neuron_config;

/** From text; path is the file's name in messages. RELIF_ERR_CONFIG, in a sentence that
 * begins with the place. Not collective. Caller destroys *config. */
relif_err relif_neuron_config_parse(const char *text, const char *path,
                                    const char *const *overrides, int n_overrides,
                                    relif_neuron_config **config);

/** Root reads the file and the environment, everyone gets the same configuration or the
 * same error (also RELIF_ERR_FILE). Collective on ctx; the same overrides on every rank.
 */
relif_err relif_neuron_config_read_collective(const relif_context *ctx, const char *path,
                                              const char *const *overrides,
                                              int n_overrides,
                                              relif_neuron_config **config);

/** The same from text, which every rank has; path is its name in messages. */
relif_err relif_neuron_config_parse_collective(const relif_context *ctx, const char *text,
                                               const char *path,
                                               const char *const *overrides,
                                               int n_overrides,
                                               relif_neuron_config **config);
void relif_neuron_config_destroy(relif_neuron_config *config);

/** Append the complete configuration as YAML that reads back to the same; without
 * execution: without the output, which does not decide the result. */
void relif_neuron_config_print(const relif_neuron_config *config, bool with_execution,
                               relif_text *out);

/** Append the documented list of all keys. */
void relif_neuron_config_describe(relif_text *out);

#endif
