/**
 * The keys of a neuron configuration.
 */
#ifndef RELIF_NEURON_CONFIG_KEYS_H
#define RELIF_NEURON_CONFIG_KEYS_H

#include "config_keys.h"
#include "relif/neuron_config.h"

/** The keys of the file itself: name, experiments, output (of relif_neuron_config).
 * Static. */
const relif_config_key *relif_neuron_file_keys(int *n_keys);

/** The keys of an experiment (of relif_neuron_experiment); only: 1 << kind. Static. */
const relif_config_key *relif_neuron_experiment_keys(int *n_keys);

/** The key means something for that kind of experiment. */
bool relif_neuron_key_applies(const relif_config_key *key, relif_neuron_kind kind);

/** Append the kinds that a key is only for. */
void relif_neuron_key_kinds(const relif_config_key *key, relif_text *out);

#endif
