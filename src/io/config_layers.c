/* - conv2d: {name: conv1, channels: 12, kernel: 5, padding: 2, activation: relu} */
#include "config_layers.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum { LABEL_SIZE = 128, MAX_LAYER_KEYS = 16 };

static bool belongs(const relif_config_key *key, relif_layer_kind kind)
{
    return !key->only || (key->only >> kind & 1);
}

static relif_err refuse_key(const relif_yaml_node *name, const char *label,
                            relif_layer_kind kind)
{
    int n_keys, n_own = 0;
    const relif_config_key *keys = relif_config_layer_keys(&n_keys);
    const char *own[MAX_LAYER_KEYS];
    relif_text expected = {0};
    for (int k = 0; k < n_keys && n_own < MAX_LAYER_KEYS; k++)
        if (belongs(&keys[k], kind)) {
            relif_text_append(&expected, "%s%s", n_own ? ", " : "", keys[k].path);
            own[n_own++] = keys[k].path;
        }
    relif_config_suggest_word(own, n_own, name->text, &expected);
    const relif_err err =
        relif_yaml_fail(name, "%s: unknown key '%.60s'; expected %s", label, name->text,
                        relif_text_string(&expected));
    relif_text_release(&expected);
    return err;
}

static relif_err refuse_kind(const relif_yaml_node *name, const char *label)
{
    const char *kinds[RELIF_N_LAYER_KINDS];
    relif_text expected = {0};
    for (int k = 0; k < RELIF_N_LAYER_KINDS; k++) {
        kinds[k] = relif_layer_kind_name((relif_layer_kind)k);
        relif_text_append(&expected, "%s%s", k ? ", " : "", kinds[k]);
    }
    relif_config_suggest_word(kinds, RELIF_N_LAYER_KINDS, name->text, &expected);
    const relif_err err =
        relif_yaml_fail(name, "%s: unknown kind of layer '%.60s'; expected %s", label,
                        name->text, relif_text_string(&expected));
    relif_text_release(&expected);
    return err;
}

/* The given keys of a layer; source: the mapping below its kind. */
static relif_err read_keys(const relif_config_source *source, relif_config_layer *layer)
{
    int n_keys;
    const relif_config_key *keys = relif_config_layer_keys(&n_keys);
    for (int i = 0; i < source->node->n_items; i++) {
        const relif_yaml_node *name = &source->node->keys[i];
        const int k = relif_config_key_find(keys, n_keys, name->text);
        if (k < 0 || !belongs(&keys[k], layer->kind))
            return refuse_key(name, source->label, layer->kind);
        char label[LABEL_SIZE];
        snprintf(label, sizeof label, "%.80s.%s", source->label, keys[k].path);
        const relif_config_source value = {
            .key = &keys[k], .label = label, .node = &source->node->items[i]};
        const relif_err err = relif_config_value_read(&value, layer);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

static relif_err check_required(const relif_config_source *source,
                                const relif_config_layer *layer)
{
    int n_keys;
    const relif_config_key *keys = relif_config_layer_keys(&n_keys);
    for (int k = 0; k < n_keys; k++) {
        bool given = !keys[k].required || !belongs(&keys[k], layer->kind);
        for (int i = 0; i < source->node->n_items && !given; i++)
            given = strcmp(source->node->keys[i].text, keys[k].path) == 0;
        if (given) continue;
        relif_text expected = {0};
        relif_config_key_expects(&keys[k], &expected);
        const relif_err err =
            relif_yaml_fail(source->node, "%s.%s: is missing; expected %s", source->label,
                            keys[k].path, relif_text_string(&expected));
        relif_text_release(&expected);
        return err;
    }
    return RELIF_OK;
}

static relif_err read_layer(const relif_config_source *entry, relif_config_layer *layer)
{
    const relif_yaml_node *node = entry->node;
    if (node->kind != RELIF_YAML_MAPPING || node->n_items != 1)
        return relif_yaml_fail(node,
                               "%s: found no single kind of layer; expected for "
                               "example linear: {name: fc1, ...}",
                               entry->label);
    relif_layer_kind kind;
    if (!relif_layer_kind_from_name(node->keys[0].text, &kind))
        return refuse_kind(&node->keys[0], entry->label);
    *layer = relif_config_layer_default(kind);
    char label[LABEL_SIZE];
    snprintf(label, sizeof label, "%.80s.%s", entry->label, relif_layer_kind_name(kind));
    const relif_config_source keys = {.label = label, .node = &node->items[0]};
    if (keys.node->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(keys.node, "%s: found no keys; expected {name: ..., ...}",
                               label);
    relif_err err = read_keys(&keys, layer);
    if (err == RELIF_OK) err = check_required(&keys, layer);
    if (layer->stride == 0) layer->stride = layer->size;
    return err;
}

relif_err relif_config_layers_read(const relif_config_source *source,
                                   relif_config_layers *layers)
{
    layers->count = source->node->n_items;
    layers->layers = relif_calloc((size_t)layers->count, sizeof *layers->layers);
    if (layers->count == 0) return relif_config_value_refuse(source, "the list is empty");
    for (int i = 0; i < layers->count; i++) {
        char label[LABEL_SIZE];
        snprintf(label, sizeof label, "%s[%d]", source->label, i);
        relif_config_source entry = *source;
        entry.label = label;
        entry.node = &source->node->items[i];
        const relif_err err = read_layer(&entry, &layers->layers[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

void relif_config_layers_print(const relif_config_layers *layers, relif_text *out)
{
    int n_keys;
    const relif_config_key *keys = relif_config_layer_keys(&n_keys);
    for (int l = 0; l < layers->count; l++) {
        const relif_config_layer *layer = &layers->layers[l];
        relif_text_append(out, "\n    - %s: {", relif_layer_kind_name(layer->kind));
        const char *separator = "";
        for (int k = 0; k < n_keys; k++) {
            if (!belongs(&keys[k], layer->kind)) continue;
            relif_text_append(out, "%s%s: ", separator, keys[k].path);
            relif_config_value_print(&keys[k], layer, out);
            separator = ", ";
        }
        relif_text_append(out, "}");
    }
}

void relif_config_layers_release(relif_config_layers *layers)
{
    int n_keys;
    const relif_config_key *keys = relif_config_layer_keys(&n_keys);
    for (int l = 0; l < layers->count; l++)
        for (int k = 0; k < n_keys; k++)
            relif_config_value_release(&keys[k], &layers->layers[l]);
    free(layers->layers);
    *layers = (relif_config_layers){0};
}

/* One entry as a layer of a network whose last shape is in. */
static relif_err make_layer(const relif_config_layer *entry, relif_shape in,
                            relif_layer *layer)
{
    *layer = (relif_layer){.name = entry->name,
                           .kind = entry->kind,
                           .activation = entry->activation,
                           .out = {.channels = entry->channels},
                           .stride = entry->stride,
                           .padding = entry->padding};
    const bool weighted = relif_layer_has_weights(layer);
    layer->kernel_height = layer->kernel_width = weighted ? entry->kernel : entry->size;
    if (!weighted) return RELIF_OK;
    int64_t inputs = relif_shape_size(in);
    if (entry->kind == RELIF_LAYER_CONV2D)
        inputs = (int64_t)in.channels * entry->kernel * entry->kernel;
    if (inputs * entry->channels > INT_MAX)
        return relif_fail(RELIF_ERR_CONFIG,
                          "layer '%s': %lld weights, expected at most %d", entry->name,
                          (long long)inputs * entry->channels, INT_MAX);
    layer->weight =
        relif_calloc((size_t)(inputs * entry->channels), sizeof *layer->weight);
    if (entry->bias)
        layer->bias = relif_calloc((size_t)entry->channels, sizeof *layer->bias);
    return RELIF_OK;
}

relif_err relif_config_network(const relif_config *config, relif_shape input,
                               relif_network **network)
{
    relif_network *made = relif_network_create(config->name, input);
    relif_err err = RELIF_OK;
    for (int l = 0; l < config->network.layers.count && err == RELIF_OK; l++) {
        const relif_shape in = l ? made->layers[l - 1].out : input;
        relif_layer layer;
        err = make_layer(&config->network.layers.layers[l], in, &layer);
        if (err == RELIF_OK) err = relif_network_append(made, &layer);
    }
    if (err != RELIF_OK) {
        relif_network_destroy(made);
        return relif_fail(RELIF_ERR_CONFIG, "%.300s: network.layers: %s", config->source,
                          relif_error_sentence());
    }
    *network = made;
    return RELIF_OK;
}
