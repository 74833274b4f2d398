/* Only plain scalars are numbers, booleans and words of a list: "5" in quotes is text. */
#include "config_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_axis.h"
#include "config_layers.h"
#include "config_path.h"
#include "config_synapses.h"
#include "relif/memory.h"

enum { MAX_NAMES = 1024 };

relif_err relif_config_value_refuse(const relif_config_source *source, const char *format,
                                    ...)
{
    char found[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(found, sizeof found, format, arguments);
    va_end(arguments);
    relif_text expected = {0};
    relif_config_key_expects(source->key, &expected);
    if (source->key->type == RELIF_CONFIG_WORD && source->node->kind == RELIF_YAML_SCALAR)
        relif_config_suggest_word(source->key->words, source->key->n_words,
                                  source->node->text, &expected);
    const relif_err err =
        relif_yaml_fail(source->node, "%s: %s; expected %s", source->label, found,
                        relif_text_string(&expected));
    relif_text_release(&expected);
    return err;
}

/* The node is one value, and something. */
static relif_err check_scalar(const relif_config_source *source)
{
    const relif_yaml_node *node = source->node;
    if (node->kind == RELIF_YAML_LIST)
        return relif_config_value_refuse(source, "found a list");
    if (node->kind == RELIF_YAML_MAPPING)
        return relif_config_value_refuse(source, "found a mapping of keys");
    if (relif_yaml_is_null(node))
        return relif_config_value_refuse(source, "no value is given");
    return RELIF_OK;
}

static relif_err check_list(const relif_config_source *source)
{
    const relif_yaml_node *node = source->node;
    if (node->kind == RELIF_YAML_LIST) return RELIF_OK;
    if (node->kind == RELIF_YAML_MAPPING)
        return relif_config_value_refuse(source, "found a mapping of keys");
    if (relif_yaml_is_null(node))
        return relif_config_value_refuse(source, "no value is given");
    return relif_config_value_refuse(source, "\"%.60s\" is not a list", node->text);
}

/* A scalar that is not text: nothing in quotes. */
static relif_err check_plain(const relif_config_source *source)
{
    const relif_err err = check_scalar(source);
    if (err != RELIF_OK || source->node->plain) return err;
    return relif_config_value_refuse(source, "\"%.60s\" is in quotes",
                                     source->node->text);
}

static relif_err check_range(const relif_config_source *source, double value)
{
    const relif_config_key *key = source->key;
    const bool low = key->above ? value <= key->least : value < key->least;
    const bool high = key->below ? value >= key->most : value > key->most;
    if (!low && !high) return RELIF_OK;
    return relif_config_value_refuse(source, "%.60s is out of range", source->node->text);
}

static relif_err read_text(const relif_config_source *source, char **text)
{
    const relif_err err = check_scalar(source);
    if (err != RELIF_OK) return err;
    if (!*source->node->text)
        return relif_config_value_refuse(source, "the text is empty");
    *text = relif_strdup(source->node->text);
    return RELIF_OK;
}

static relif_err read_path(const relif_config_source *source, relif_config_path *path)
{
    relif_err err = read_text(source, &path->written);
    if (err != RELIF_OK || !source->expand) return err;
    relif_text expanded = {0}, problem = {0};
    if (relif_config_path_expand(path->written, &expanded, &problem))
        path->expanded = relif_strdup(relif_text_string(&expanded));
    else
        err = relif_yaml_fail(source->node, "%s: %s", source->label,
                              relif_text_string(&problem));
    relif_text_release(&expanded);
    relif_text_release(&problem);
    return err;
}

static relif_err read_number(const relif_config_source *source, double *value)
{
    const relif_err err = check_plain(source);
    if (err != RELIF_OK) return err;
    if (!relif_text_to_double(source->node->text, value))
        return relif_config_value_refuse(source, "\"%.60s\" is not a number",
                                         source->node->text);
    return check_range(source, *value);
}

static relif_err read_integer64(const relif_config_source *source, int64_t *value)
{
    const relif_err err = check_plain(source);
    if (err != RELIF_OK) return err;
    if (!relif_text_to_int64(source->node->text, value))
        return relif_config_value_refuse(source, "\"%.60s\" is not an integer",
                                         source->node->text);
    return check_range(source, (double)*value);
}

static relif_err read_integer(const relif_config_source *source, int *value)
{
    int64_t wide = 0;
    const relif_err err = read_integer64(source, &wide);
    if (err == RELIF_OK) *value = (int)wide;
    return err;
}

static relif_err read_boolean(const relif_config_source *source, bool *value)
{
    const relif_err err = check_plain(source);
    if (err != RELIF_OK) return err;
    if (relif_text_to_bool(source->node->text, value)) return RELIF_OK;
    return relif_config_value_refuse(source, "\"%.60s\" is neither", source->node->text);
}

static relif_err read_word(const relif_config_source *source, void *value)
{
    const relif_err err = check_plain(source);
    if (err != RELIF_OK) return err;
    for (int w = 0; w < source->key->n_words; w++)
        if (strcmp(source->node->text, source->key->words[w]) == 0) {
            memcpy(value, &w, sizeof w);
            return RELIF_OK;
        }
    return relif_config_value_refuse(source, "\"%.60s\" is not known",
                                     source->node->text);
}

/* Item i of a list, labelled "label[i]" in a buffer of the caller. */
static relif_config_source item_of(const relif_config_source *list, int i, char *label,
                                   size_t size)
{
    relif_config_source item = *list;
    snprintf(label, size, "%s[%d]", list->label, i);
    item.label = label;
    item.node = &list->node->items[i];
    return item;
}

static relif_err read_names(const relif_config_source *source, relif_config_names *names)
{
    relif_err err = check_list(source);
    if (err != RELIF_OK) return err;
    const int n = source->node->n_items;
    if (n > MAX_NAMES)
        return relif_config_value_refuse(source, "more than %d names", MAX_NAMES);
    names->names = relif_calloc((size_t)n, sizeof *names->names);
    for (int i = 0; i < n; i++) {
        char label[128];
        const relif_config_source item = item_of(source, i, label, sizeof label);
        err = read_text(&item, &names->names[i]);
        if (err != RELIF_OK) return err;
        names->count = i + 1;
        for (int j = 0; j < i; j++)
            if (strcmp(names->names[i], names->names[j]) == 0)
                return relif_config_value_refuse(&item, "\"%.60s\" is given twice",
                                                 names->names[i]);
    }
    return RELIF_OK;
}

static relif_err read_paths(const relif_config_source *source, relif_config_paths *paths)
{
    const bool list = source->node->kind == RELIF_YAML_LIST;
    const int n = list ? source->node->n_items : 1;
    paths->paths = relif_calloc((size_t)n, sizeof *paths->paths);
    paths->count = n;
    if (!list) return read_path(source, &paths->paths[0]);
    for (int i = 0; i < n; i++) {
        char label[128];
        const relif_config_source item = item_of(source, i, label, sizeof label);
        const relif_err err = read_path(&item, &paths->paths[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

static relif_err read_integers(const relif_config_source *source,
                               relif_config_integers *integers)
{
    relif_err err = check_list(source);
    if (err != RELIF_OK) return err;
    integers->count = source->node->n_items;
    integers->values = relif_calloc((size_t)integers->count, sizeof *integers->values);
    for (int i = 0; i < integers->count; i++) {
        char label[128];
        const relif_config_source item = item_of(source, i, label, sizeof label);
        err = read_integer64(&item, &integers->values[i]);
        if (err != RELIF_OK) return err;
        if (i > 0 && integers->values[i] <= integers->values[i - 1])
            return relif_config_value_refuse(&item, "%lld comes after %lld",
                                             (long long)integers->values[i],
                                             (long long)integers->values[i - 1]);
    }
    return RELIF_OK;
}

static relif_err read_numbers(const relif_config_source *source,
                              relif_config_numbers *numbers)
{
    relif_err err = check_list(source);
    if (err != RELIF_OK) return err;
    numbers->count = source->node->n_items;
    numbers->values = relif_calloc((size_t)numbers->count, sizeof *numbers->values);
    for (int i = 0; i < numbers->count; i++) {
        char label[128];
        const relif_config_source item = item_of(source, i, label, sizeof label);
        err = read_number(&item, &numbers->values[i]);
        if (err != RELIF_OK) return err;
        if (i > 0 && numbers->values[i] <= numbers->values[i - 1])
            return relif_config_value_refuse(&item, "%.60s comes after %.60s",
                                             source->node->items[i].text,
                                             source->node->items[i - 1].text);
    }
    return RELIF_OK;
}

relif_err relif_config_value_read(const relif_config_source *source, void *record)
{
    void *value = relif_config_value_of(source->key, record);
    switch (source->key->type) {
    case RELIF_CONFIG_TEXT: return read_text(source, value);
    case RELIF_CONFIG_PATH: return read_path(source, value);
    case RELIF_CONFIG_NUMBER: return read_number(source, value);
    case RELIF_CONFIG_INTEGER: return read_integer(source, value);
    case RELIF_CONFIG_INTEGER64: return read_integer64(source, value);
    case RELIF_CONFIG_BOOLEAN: return read_boolean(source, value);
    case RELIF_CONFIG_WORD: return read_word(source, value);
    case RELIF_CONFIG_NAMES: return read_names(source, value);
    case RELIF_CONFIG_PATHS: return read_paths(source, value);
    case RELIF_CONFIG_INTEGERS: return read_integers(source, value);
    case RELIF_CONFIG_NUMBERS: return read_numbers(source, value);
    case RELIF_CONFIG_LAYERS: {
        const relif_err err = check_list(source);
        return err != RELIF_OK ? err : relif_config_layers_read(source, value);
    }
    case RELIF_CONFIG_SWEEP: return relif_config_axes_read(source, value);
    case RELIF_CONFIG_SYNAPSES: {
        const relif_err err = check_list(source);
        return err != RELIF_OK ? err : relif_config_synapses_read(source, value);
    }
    case RELIF_CONFIG_GROUP: break;
    }
    return RELIF_OK;
}

static void release_path(relif_config_path *path)
{
    free(path->written);
    free(path->expanded);
    *path = (relif_config_path){0};
}

static void release_paths(relif_config_paths *paths)
{
    for (int i = 0; i < paths->count; i++) release_path(&paths->paths[i]);
    free(paths->paths);
    *paths = (relif_config_paths){0};
}

static void release_names(relif_config_names *names)
{
    for (int i = 0; i < names->count; i++) free(names->names[i]);
    free(names->names);
    *names = (relif_config_names){0};
}

void relif_config_value_release(const relif_config_key *key, void *record)
{
    void *value = relif_config_value_of(key, record);
    switch (key->type) {
    case RELIF_CONFIG_TEXT:
        free(*(char **)value);
        *(char **)value = NULL;
        break;
    case RELIF_CONFIG_PATH: release_path(value); break;
    case RELIF_CONFIG_PATHS: release_paths(value); break;
    case RELIF_CONFIG_NAMES: release_names(value); break;
    case RELIF_CONFIG_INTEGERS: {
        relif_config_integers *integers = value;
        free(integers->values);
        *integers = (relif_config_integers){0};
        break;
    }
    case RELIF_CONFIG_NUMBERS: {
        relif_config_numbers *numbers = value;
        free(numbers->values);
        *numbers = (relif_config_numbers){0};
        break;
    }
    case RELIF_CONFIG_LAYERS: relif_config_layers_release(value); break;
    case RELIF_CONFIG_SWEEP: relif_config_axes_release(value); break;
    case RELIF_CONFIG_SYNAPSES: relif_config_synapses_release(value); break;
    default: break;
    }
}
