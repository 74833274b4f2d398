/**
 * A table of keys being filled: where each key's value stands, and from there into a
 * record.
 *
 *     relif_config_table table = relif_config_table_create(keys, n_keys, help);
 *     err = relif_config_table_place_all(&table, root);       the file
 *     err = relif_config_table_place(&table, path, &name, value);   an override: it wins
 *     err = relif_config_table_read(&table, true, record);
 *     relif_config_table_release(&table);
 *
 * Nodes are borrowed and must outlive the table.
 */
#ifndef RELIF_CONFIG_TABLE_H
#define RELIF_CONFIG_TABLE_H

#include <stdbool.h>

#include "config_keys.h"
#include "relif/error.h"
#include "yaml_tree.h"

enum { RELIF_CONFIG_PATH_SIZE = 128 };

typedef struct relif_config_table {
    const relif_config_key *keys; /* [n_keys], borrowed */
    int n_keys;
    const char *help;              /* the command that lists the keys */
    const char *prefix;            /* of the keys in messages ("inputs[0]."); borrowed */
    const relif_yaml_node **given; /* [n_keys] the value of each key, NULL: not given */
} relif_config_table;

relif_config_table relif_config_table_create(const relif_config_key *keys, int n_keys,
                                             const char *help);
void relif_config_table_release(relif_config_table *table);

/** Place the value of a key, or every key of a section. A range ("frequency.start",
 * "frequency.stop") may be one number, which is both. path: dotted; name: the node that
 * names it, for messages. RELIF_ERR_CONFIG for unknown keys. */
relif_err relif_config_table_place(relif_config_table *table, const char *path,
                                   const relif_yaml_node *name,
                                   const relif_yaml_node *value);
relif_err relif_config_table_place_all(relif_config_table *table,
                                       const relif_yaml_node *mapping);

/** Take back every key of that path and below it. RELIF_ERR_CONFIG if there is none. */
relif_err relif_config_table_forget(relif_config_table *table, const char *path,
                                    const relif_yaml_node *name);

/** The value given for a key that the table has; NULL: not given. */
const relif_yaml_node *relif_config_table_given(const relif_config_table *table,
                                                const char *path);

/** Read all values, in the order of the table. expand: as in relif_config_source. */
relif_err relif_config_table_read(const relif_config_table *table, bool expand,
                                  void *record);

/** An override "key=value" (--set). */
typedef struct relif_config_override {
    char *place;                       /* "--set key=value" */
    char path[RELIF_CONFIG_PATH_SIZE]; /* the key */
    relif_yaml_node name;              /* has the place as its source */
    relif_yaml_node *value;
} relif_config_override;

/** RELIF_ERR_CONFIG. Caller releases, also after an error. */
relif_err relif_config_override_parse(const char *text, relif_config_override *override);
void relif_config_override_release(relif_config_override *override);

/** Parse a file's text to a mapping. RELIF_ERR_CONFIG. Caller destroys *root, also after
 * an error. */
relif_err relif_config_parse_mapping(const char *text, const char *path,
                                     relif_yaml_node **root);

/** The text of a file of at most 1 MiB. RELIF_ERR_FILE, RELIF_ERR_CONFIG. Caller frees.
 */
relif_err relif_config_read_text(const char *path, char **text);

#endif
