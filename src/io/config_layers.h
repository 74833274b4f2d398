/**
 * The list network.layers: entries "kind: {name: ..., ...}".
 */
#ifndef RELIF_CONFIG_LAYERS_H
#define RELIF_CONFIG_LAYERS_H

#include "config_value.h"

/** The source's node is a list. RELIF_ERR_CONFIG. */
relif_err relif_config_layers_read(const relif_config_source *source,
                                   relif_config_layers *layers);

/** Append one line for each layer, each after a line break, indented by 4. */
void relif_config_layers_print(const relif_config_layers *layers, relif_text *out);
void relif_config_layers_release(relif_config_layers *layers);

#endif
