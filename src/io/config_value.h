/**
 * One value of a configuration, by the type of its key: from YAML, to YAML, released.
 */
#ifndef RELIF_CONFIG_VALUE_H
#define RELIF_CONFIG_VALUE_H

#include <stdbool.h>

#include "config_keys.h"
#include "yaml_tree.h"

/** A value to be read. */
typedef struct relif_config_source {
    const relif_config_key *key;
    const char *label; /* the key in messages ("network.layers[0].conv2d.kernel") */
    const relif_yaml_node *node;
    bool expand; /* false: leave path.expanded NULL, the environment is not looked at */
} relif_config_source;

/**
 * Read a value into the record (relif_config or relif_config_layer) that the key is of.
 * RELIF_ERR_CONFIG; what was read until then is the record's.
 */
relif_err relif_config_value_read(const relif_config_source *source, void *record);

/** "<place>: <label>: <what was found>; expected <what the key expects>". */
relif_err relif_config_value_refuse(const relif_config_source *source, const char *format,
                                    ...) __attribute__((format(printf, 2, 3)));

/** The value is there: no text, path or list of layers that is missing. */
bool relif_config_value_is_given(const relif_config_key *key, const void *record);

/** Append the value as YAML; an entry of a list of layers begins with a new line. */
void relif_config_value_print(const relif_config_key *key, const void *record,
                              relif_text *out);

/** Free what the value owns. */
void relif_config_value_release(const relif_config_key *key, void *record);

/** The value in a record. */
static inline void *relif_config_value_of(const relif_config_key *key, const void *record)
{
    return (char *)record + key->offset;
}

#endif
