/**
 * A YAML document as a tree whose nodes know where they stand.
 *
 *     relif_yaml_node *root = NULL;
 *     err = relif_yaml_parse(text, "config.yaml", true, &root);
 *     ... return relif_yaml_fail(&root->items[0], "coding.dt: ...") ...
 *     relif_yaml_destroy(root);
 *
 * Refused: a second document, duplicate keys, keys that are not scalars, anchors,
 * aliases, tags, control characters, nesting deeper than 16 levels, more than 256 keys in
 * one mapping.
 */
#ifndef RELIF_YAML_TREE_H
#define RELIF_YAML_TREE_H

#include <stdbool.h>

#include "relif/error.h"

typedef enum relif_yaml_kind {
    RELIF_YAML_SCALAR,
    RELIF_YAML_LIST,
    RELIF_YAML_MAPPING
} relif_yaml_kind;

typedef struct relif_yaml_node relif_yaml_node;
struct relif_yaml_node {
    relif_yaml_kind kind;
    const char *source; /* file or override it comes from. Borrowed */
    int line, column;   /* from 1; 0: the source is the whole place */
    char *text;         /* scalar: its characters */
    bool plain;         /* scalar: written without quotes */
    int n_items;
    relif_yaml_node *keys;  /* [n_items] mapping: scalars */
    relif_yaml_node *items; /* [n_items] list, mapping: values */
};

/**
 * Parse one document; *root is NULL if there is none. source is borrowed by the nodes;
 * with_places: errors name line and column. RELIF_ERR_CONFIG. Caller destroys *root.
 */
relif_err relif_yaml_parse(const char *text, const char *source, bool with_places,
                           relif_yaml_node **root);
void relif_yaml_destroy(relif_yaml_node *root);

/** A plain scalar that stands for nothing: empty, "~" or "null". */
bool relif_yaml_is_null(const relif_yaml_node *node);

/** Record a RELIF_ERR_CONFIG whose sentence begins with the place of a node. */
relif_err relif_yaml_fail(const relif_yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
