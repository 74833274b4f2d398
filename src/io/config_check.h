/**
 * What the keys of a configuration must be together.
 */
#ifndef RELIF_CONFIG_CHECK_H
#define RELIF_CONFIG_CHECK_H

#include "relif/config.h"
#include "yaml_tree.h"

/**
 * Required keys, keys that exclude or need each other, counts, and the options' own
 * checks. given: [keys] where each key is given, NULL if not. RELIF_ERR_CONFIG.
 */
relif_err relif_config_check(const relif_config *config,
                             const relif_yaml_node *const *given);

#endif
