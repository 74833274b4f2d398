/* Value i of n: start + (stop - start) i / (n - 1), or start (stop / start)^(i / (n -
 * 1)). Values between the ends are cut to 12 digits: a range means the same on every
 * machine, and 0.3, not 0.30000000000000004. */
#include "config_axis.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum {
    MAX_VALUES = 10000,
    MAX_POINTS = 1000000,
    LABEL_SIZE = 128,
    ITEM_SIZE = LABEL_SIZE + 16
};

struct range {
    double start, stop;
    int count;
};

static const relif_config_key range_keys[] = {
    {.path = "start",
     .type = RELIF_CONFIG_NUMBER,
     .offset = offsetof(struct range, start),
     .least = -INFINITY,
     .most = INFINITY},
    {.path = "stop",
     .type = RELIF_CONFIG_NUMBER,
     .offset = offsetof(struct range, stop),
     .least = -INFINITY,
     .most = INFINITY},
    {.path = "count",
     .type = RELIF_CONFIG_INTEGER,
     .offset = offsetof(struct range, count),
     .least = 1,
     .most = MAX_VALUES,
     .unit = "values"},
};

enum { N_RANGE_KEYS = sizeof range_keys / sizeof range_keys[0] };

/* The key that a name stands for, NULL and an error if it cannot be swept. */
static relif_err find_key(const relif_yaml_node *name, const relif_config_key **key)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    const int k = relif_config_key_find(keys, n_keys, name->text);
    if (k < 0 && relif_config_section_exists(keys, n_keys, name->text))
        return relif_yaml_fail(name,
                               "sweep.%s: is a section; expected a whole key such "
                               "as coding.coding_range",
                               name->text);
    if (k < 0) {
        relif_text suggestion = {0};
        relif_config_suggest_key(keys, n_keys, name->text, &suggestion);
        const relif_err err =
            relif_yaml_fail(name,
                            "sweep.%.60s: unknown key%s; expected one that relif "
                            "run --help-config lists",
                            name->text, relif_text_string(&suggestion));
        relif_text_release(&suggestion);
        return err;
    }
    if (!relif_config_key_sweeps(&keys[k]))
        return relif_yaml_fail(name,
                               "sweep.%s: this key is the same for all points; "
                               "expected one of coding, neuron, pooling, readout or "
                               "normalization",
                               name->text);
    *key = &keys[k];
    return RELIF_OK;
}

static double number_of(const relif_config_key *key, const relif_config *config)
{
    const void *value = relif_config_value_of(key, config);
    double number;
    int integer;
    if (key->type == RELIF_CONFIG_NUMBER) {
        memcpy(&number, value, sizeof number);
        return number;
    }
    memcpy(&integer, value, sizeof integer);
    return integer;
}

/* One more value, refused if the key refuses it or the axis has it. */
static relif_err add(const relif_config_source *value, relif_config_axis *axis)
{
    relif_config scratch = relif_config_default();
    relif_err err = relif_config_value_read(value, &scratch);
    if (err != RELIF_OK) return err;
    const double number = number_of(value->key, &scratch);
    for (int i = 0; i < axis->count; i++)
        if (axis->numbers[i] == number)
            return relif_config_value_refuse(value, "%.60s is given twice",
                                             value->node->text);
    relif_text text = {0};
    relif_config_value_print(value->key, &scratch, &text);
    axis->numbers[axis->count] = number;
    axis->texts[axis->count++] = relif_strdup(relif_text_string(&text));
    relif_text_release(&text);
    return RELIF_OK;
}

static void make_room(relif_config_axis *axis, int count)
{
    axis->texts = relif_calloc((size_t)count, sizeof *axis->texts);
    axis->numbers = relif_calloc((size_t)count, sizeof *axis->numbers);
}

static relif_err add_list(const relif_config_source *list, relif_config_axis *axis)
{
    const int n = list->node->n_items;
    if (n == 0)
        return relif_yaml_fail(list->node,
                               "%s: no values, a sweep of zero points; "
                               "expected at least one",
                               list->label);
    if (n > MAX_VALUES)
        return relif_yaml_fail(list->node, "%s: %d values; expected at most %d",
                               list->label, n, MAX_VALUES);
    make_room(axis, n);
    relif_err err = RELIF_OK;
    for (int i = 0; i < n && err == RELIF_OK; i++) {
        char label[ITEM_SIZE];
        snprintf(label, sizeof label, "%s[%d]", list->label, i);
        relif_config_source value = *list;
        value.label = label;
        value.node = &list->node->items[i];
        err = add(&value, axis);
    }
    return err;
}

static const relif_yaml_node *item_named(const relif_yaml_node *mapping, const char *name)
{
    for (int i = 0; i < mapping->n_items; i++)
        if (strcmp(mapping->keys[i].text, name) == 0) return &mapping->items[i];
    return NULL;
}

/* The mapping {start, stop, count} under linear or log. */
static relif_err read_range(const relif_config_source *source, struct range *range)
{
    const relif_yaml_node *fields = source->node;
    if (fields->kind != RELIF_YAML_MAPPING || fields->n_items != N_RANGE_KEYS)
        return relif_yaml_fail(fields,
                               "%s: not a range; expected {start: ..., stop: ..., "
                               "count: ...}",
                               source->label);
    relif_err err = RELIF_OK;
    for (int k = 0; k < N_RANGE_KEYS && err == RELIF_OK; k++) {
        char label[ITEM_SIZE];
        snprintf(label, sizeof label, "%s.%s", source->label, range_keys[k].path);
        const relif_config_source value = {.key = &range_keys[k],
                                           .label = label,
                                           .node =
                                               item_named(fields, range_keys[k].path)};
        if (!value.node)
            return relif_yaml_fail(fields,
                                   "%s: is missing; expected {start: ..., stop: "
                                   "..., count: ...}",
                                   label);
        err = relif_config_value_read(&value, range);
    }
    return err;
}

static double range_value(const struct range *range, bool log, int i)
{
    char text[32];
    if (i == 0) return range->start;
    if (i == range->count - 1) return range->stop;
    const double x = (double)i / (range->count - 1);
    const double value = log ? range->start * pow(range->stop / range->start, x)
                             : range->start + (range->stop - range->start) * x;
    snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

static relif_err add_range(const relif_config_source *source, bool log,
                           relif_config_axis *axis)
{
    struct range range = {0};
    relif_err err = read_range(source, &range);
    if (err == RELIF_OK && log && (range.start <= 0 || range.stop <= 0))
        err = relif_yaml_fail(source->node,
                              "%s: from %g to %g; expected start and stop "
                              "> 0",
                              source->label, range.start, range.stop);
    if (err != RELIF_OK) return err;
    make_room(axis, range.count);
    for (int i = 0; i < range.count && err == RELIF_OK; i++) {
        char text[32];
        relif_text_from_double(range_value(&range, log, i), text);
        relif_yaml_node node = *source->node;
        node.kind = RELIF_YAML_SCALAR;
        node.plain = true;
        node.text = text;
        relif_config_source value = *source;
        value.node = &node;
        err = add(&value, axis);
    }
    return err;
}

static relif_err read_axis(const relif_yaml_node *name, const relif_yaml_node *values,
                           relif_config_axis *axis)
{
    char label[LABEL_SIZE];
    relif_config_source source = {.label = label, .node = values};
    relif_err err = find_key(name, &source.key);
    if (err != RELIF_OK) return err;
    assert(source.key);
    snprintf(label, sizeof label, "sweep.%s", source.key->path);
    axis->key = relif_strdup(source.key->path);
    axis->words = source.key->words;
    axis->n_words = source.key->n_words;
    if (values->kind == RELIF_YAML_LIST) return add_list(&source, axis);
    const bool one = values->kind == RELIF_YAML_MAPPING && values->n_items == 1;
    const bool log = one && strcmp(values->keys[0].text, "log") == 0;
    if (!one || (!log && strcmp(values->keys[0].text, "linear") != 0))
        return relif_yaml_fail(values,
                               "%s: neither a list nor a range; expected [...], "
                               "{linear: {...}} or {log: {...}}",
                               label);
    if (source.key->type == RELIF_CONFIG_WORD)
        return relif_yaml_fail(values, "%s: words have no ranges; expected a list",
                               label);
    source.node = &values->items[0];
    return add_range(&source, log, axis);
}

relif_err relif_config_axes_read(const relif_config_source *source,
                                 relif_config_sweep *sweep)
{
    const relif_yaml_node *node = source->node;
    if (node->kind != RELIF_YAML_MAPPING)
        return relif_config_value_refuse(source, "found %s",
                                         node->kind == RELIF_YAML_LIST ? "a list"
                                         : relif_yaml_is_null(node)    ? "nothing"
                                                                       : "a value");
    if (node->n_items == 0)
        return relif_config_value_refuse(source, "no keys, a sweep of zero points");
    sweep->axes = relif_calloc((size_t)node->n_items, sizeof *sweep->axes);
    int64_t n_points = 1;
    relif_err err = RELIF_OK;
    for (int i = 0; i < node->n_items && err == RELIF_OK; i++) {
        relif_config_axis *axis = &sweep->axes[sweep->count++];
        err = read_axis(&node->keys[i], &node->items[i], axis);
        n_points *= axis->count;
        if (err == RELIF_OK && n_points > MAX_POINTS)
            err =
                relif_yaml_fail(&node->keys[i], "sweep: more than %d points", MAX_POINTS);
    }
    return err;
}

void relif_config_axes_print(const relif_config_sweep *sweep, relif_text *out)
{
    for (int a = 0; a < sweep->count; a++) {
        relif_text_append(out, "\n  %s: [", sweep->axes[a].key);
        for (int i = 0; i < sweep->axes[a].count; i++)
            relif_text_append(out, "%s%s", i ? ", " : "", sweep->axes[a].texts[i]);
        relif_text_append(out, "]");
    }
}

void relif_config_axes_release(relif_config_sweep *sweep)
{
    for (int a = 0; a < sweep->count; a++) {
        relif_config_axis *axis = &sweep->axes[a];
        for (int i = 0; i < axis->count; i++) free(axis->texts[i]);
        free(axis->texts);
        free(axis->numbers);
        free(axis->key);
    }
    free(sweep->axes);
    *sweep = (relif_config_sweep){0};
}
