/* A configuration as canonical YAML, and the list of keys as documentation. Text that
 * YAML readers may take for something else (numbers, true, yes, null) stands in quotes.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config_axis.h"
#include "config_layers.h"
#include "config_print.h"
#include "config_synapses.h"
#include "config_value.h"

/* Means itself without quotes, also in a flow list: a letter or path first, nothing that
 * YAML reads. */
static bool is_plain(const char *text)
{
    static const char *const meanings[] = {"true", "false", "yes", "no",  "on",
                                           "off",  "y",     "n",   "null"};
    const char *start = text;
    while (*start == '.') start++;
    if (!isalpha((unsigned char)*text) && *start != '/') return false;
    for (const char *c = text; *c; c++)
        if (!isascii(*c) || (!isalnum((unsigned char)*c) && !strchr("_./-", *c)))
            return false;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcasecmp(text, meanings[i]) == 0) return false;
    return true;
}

static void print_text(const char *text, relif_text *out)
{
    if (is_plain(text)) {
        relif_text_append(out, "%s", text);
        return;
    }
    relif_text_append(out, "\"");
    for (const char *c = text; *c; c++)
        relif_text_append(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    relif_text_append(out, "\"");
}

static void print_number(double value, relif_text *out)
{
    char digits[32];
    relif_text_from_double(value, digits);
    relif_text_append(out, "%s", digits);
}

static void print_names(const relif_config_names *names, relif_text *out)
{
    relif_text_append(out, "[");
    for (int i = 0; i < names->count; i++) {
        relif_text_append(out, "%s", i ? ", " : "");
        print_text(names->names[i], out);
    }
    relif_text_append(out, "]");
}

static void print_paths(const relif_config_paths *paths, relif_text *out)
{
    if (paths->count == 1) {
        print_text(paths->paths[0].written, out);
        return;
    }
    relif_text_append(out, "[");
    for (int i = 0; i < paths->count; i++) {
        relif_text_append(out, "%s", i ? ", " : "");
        print_text(paths->paths[i].written, out);
    }
    relif_text_append(out, "]");
}

static void print_integers(const relif_config_integers *integers, relif_text *out)
{
    relif_text_append(out, "[");
    for (int i = 0; i < integers->count; i++)
        relif_text_append(out, "%s%lld", i ? ", " : "", (long long)integers->values[i]);
    relif_text_append(out, "]");
}

static void print_numbers(const relif_config_numbers *numbers, relif_text *out)
{
    relif_text_append(out, "[");
    for (int i = 0; i < numbers->count; i++) {
        relif_text_append(out, "%s", i ? ", " : "");
        print_number(numbers->values[i], out);
    }
    relif_text_append(out, "]");
}

static void print_word(const relif_config_key *key, const void *value, relif_text *out)
{
    int index;
    memcpy(&index, value, sizeof index);
    print_text(key->words[index], out);
}

void relif_config_value_print(const relif_config_key *key, const void *record,
                              relif_text *out)
{
    const void *value = relif_config_value_of(key, record);
    switch (key->type) {
    case RELIF_CONFIG_TEXT: print_text(*(char *const *)value, out); break;
    case RELIF_CONFIG_PATH:
        print_text(((const relif_config_path *)value)->written, out);
        break;
    case RELIF_CONFIG_NUMBER: print_number(*(const double *)value, out); break;
    case RELIF_CONFIG_INTEGER: relif_text_append(out, "%d", *(const int *)value); break;
    case RELIF_CONFIG_INTEGER64:
        relif_text_append(out, "%lld", (long long)*(const int64_t *)value);
        break;
    case RELIF_CONFIG_BOOLEAN:
        relif_text_append(out, "%s", *(const bool *)value ? "true" : "false");
        break;
    case RELIF_CONFIG_WORD: print_word(key, value, out); break;
    case RELIF_CONFIG_NAMES: print_names(value, out); break;
    case RELIF_CONFIG_PATHS: print_paths(value, out); break;
    case RELIF_CONFIG_INTEGERS: print_integers(value, out); break;
    case RELIF_CONFIG_NUMBERS: print_numbers(value, out); break;
    case RELIF_CONFIG_LAYERS: relif_config_layers_print(value, out); break;
    case RELIF_CONFIG_SWEEP: relif_config_axes_print(value, out); break;
    case RELIF_CONFIG_SYNAPSES: relif_config_synapses_print(value, out); break;
    case RELIF_CONFIG_GROUP: break;
    }
}

bool relif_config_value_is_given(const relif_config_key *key, const void *record)
{
    const void *value = relif_config_value_of(key, record);
    switch (key->type) {
    case RELIF_CONFIG_TEXT: return *(char *const *)value != NULL;
    case RELIF_CONFIG_PATH: return ((const relif_config_path *)value)->written != NULL;
    case RELIF_CONFIG_PATHS: return ((const relif_config_paths *)value)->count > 0;
    case RELIF_CONFIG_LAYERS: return ((const relif_config_layers *)value)->count > 0;
    case RELIF_CONFIG_SWEEP: return ((const relif_config_sweep *)value)->count > 0;
    case RELIF_CONFIG_SYNAPSES: return ((const relif_neuron_synapses *)value)->count > 0;
    case RELIF_CONFIG_NUMBER: return !isnan(*(const double *)value);
    case RELIF_CONFIG_GROUP: return false;
    default: return true;
    }
}

void relif_config_print_name(const char *path, const char *before, int indent,
                             relif_text *out)
{
    size_t same = 0;
    for (size_t i = 0; path[i] && path[i] == before[i]; i++)
        if (path[i] == '.') same = i + 1;
    int depth = 0;
    for (const char *part = path; *part; depth++) {
        const size_t length = strcspn(part, ".");
        const bool last = part[length] == '\0';
        if ((size_t)(part - path) >= same)
            relif_text_append(out, "%*s%.*s:%s", indent + 2 * depth, "", (int)length,
                              part, last ? "" : "\n");
        part += last ? length : length + 1;
    }
}

void relif_config_print(const relif_config *config, bool with_execution, relif_text *out)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    const char *before = "";
    for (int k = 0; k < n_keys; k++) {
        const relif_config_key *key = &keys[k];
        if ((key->only_run && !with_execution) ||
            !relif_config_key_applies(config, key) ||
            !relif_config_value_is_given(key, config))
            continue;
        relif_config_print_name(key->path, before, 0, out);
        const bool lines =
            key->type == RELIF_CONFIG_LAYERS || key->type == RELIF_CONFIG_SWEEP;
        relif_text_append(out, lines ? "" : " ");
        relif_config_value_print(key, config, out);
        relif_text_append(out, "\n");
        before = key->path;
    }
}

static void describe_value(const relif_config_key *key, const void *defaults,
                           relif_text *out)
{
    relif_text_append(out, ": ");
    relif_config_key_expects(key, out);
    if (key->required)
        relif_text_append(out, "; required");
    else if (relif_config_value_is_given(key, defaults)) {
        relif_text_append(out, "; default ");
        relif_config_value_print(key, defaults, out);
    }
    relif_text_append(out, "\n    %s\n", key->meaning);
}

void relif_config_describe_keys(
    const relif_config_key *keys, int n_keys, const void *defaults,
    void (*restriction)(const relif_config_key *, relif_text *), relif_text *out)
{
    for (int k = 0; k < n_keys; k++) {
        relif_text_append(out, "%s", keys[k].path);
        if (keys[k].only) {
            relif_text_append(out, " (");
            restriction(&keys[k], out);
            relif_text_append(out, ")");
        }
        describe_value(&keys[k], defaults, out);
    }
}

void relif_config_describe(relif_text *out)
{
    int n_keys, n_layer_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    const relif_config_key *layer_keys = relif_config_layer_keys(&n_layer_keys);
    const relif_config config = relif_config_default();
    const relif_config_layer layer = relif_config_layer_default(RELIF_LAYER_CONV2D);
    relif_config_describe_keys(keys, n_keys, &config, relif_config_key_formats, out);
    relif_text_append(out, "\nKeys of an entry of network.layers, as in "
                           "- linear: {name: fc1, channels: 10, activation: none}\n");
    relif_config_describe_keys(layer_keys, n_layer_keys, &layer, relif_config_key_kinds,
                               out);
}
