/**
 * From text and overrides to a neuron configuration.
 */
#ifndef RELIF_NEURON_CONFIG_READER_H
#define RELIF_NEURON_CONFIG_READER_H

#include "config_reader.h"
#include "relif/neuron_config.h"

/** Read and check everything. RELIF_ERR_CONFIG. Caller destroys *config. */
relif_err relif_neuron_config_input_read(const relif_config_input *input,
                                         relif_neuron_config **config);

#endif
