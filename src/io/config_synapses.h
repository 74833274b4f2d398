/**
 * The list inputs of a neuron experiment: entries "{weight: ..., frequency: ...}".
 */
#ifndef RELIF_CONFIG_SYNAPSES_H
#define RELIF_CONFIG_SYNAPSES_H

#include "config_value.h"
#include "relif/neuron_experiment.h"

/** The keys of one entry. Static. */
const relif_config_key *relif_config_synapse_keys(int *n_keys);
relif_neuron_synapse relif_config_synapse_default(void);

/** The source's node is a list. RELIF_ERR_CONFIG. */
relif_err relif_config_synapses_read(const relif_config_source *source,
                                     relif_neuron_synapses *synapses);
void relif_config_synapses_print(const relif_neuron_synapses *synapses, relif_text *out);
void relif_config_synapses_release(relif_neuron_synapses *synapses);

/** The key is an end or a step of a range that this record does not use. */
bool relif_config_key_is_unused(const relif_config_key *key, const void *record);

#endif
