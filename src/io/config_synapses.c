/* - {weight: 0.3, frequency: {start: 1, stop: 30, step: 1}}   or   {weight: 0.3} */
#include "config_synapses.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_table.h"
#include "relif/memory.h"

#define NUMBER(field)                                                                    \
    .type = RELIF_CONFIG_NUMBER, .offset = offsetof(relif_neuron_synapse, field)

static const relif_config_key keys[] = {
    {"weight", NUMBER(weight), .least = -INFINITY, .most = INFINITY, .required = true,
     .meaning = "What one spike lifts C_m V by."},
    {"frequency.start", NUMBER(frequency.start), .least = 0, .most = INFINITY,
     .unit = "Hz",
     .meaning = "First firing rate of this input; frequency: 20 is one rate."},
    {"frequency.stop", NUMBER(frequency.stop), .least = 0, .most = INFINITY, .unit = "Hz",
     .meaning = "Last firing rate of this input."},
    {"frequency.step", NUMBER(frequency.step), .least = 0, .most = INFINITY,
     .above = true, .unit = "Hz", .meaning = "From one rate to the next."},
    {"frequency.count", .type = RELIF_CONFIG_INTEGER,
     .offset = offsetof(relif_neuron_synapse, frequency.count), .least = 0,
     .most = INT_MAX, .unit = "points",
     .meaning = "Rates from start to stop, evenly spaced; 0: by step."},
};

const relif_config_key *relif_config_synapse_keys(int *n_keys)
{
    *n_keys = sizeof keys / sizeof keys[0];
    return keys;
}

relif_neuron_synapse relif_config_synapse_default(void)
{
    return (relif_neuron_synapse){.frequency = relif_interval_none()};
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

bool relif_config_key_is_unused(const relif_config_key *key, const void *record)
{
    const char *value = relif_config_value_of(key, record);
    if (ends_with(key->path, ".count")) return *(const int *)(const void *)value == 0;
    if (!ends_with(key->path, ".step")) return !relif_config_value_is_given(key, record);
    const relif_interval *range =
        (const void *)(value - offsetof(relif_interval, step)); /* the step is in it */
    return range->count > 0 || !relif_interval_is_given(range);
}

static relif_err read_synapse(const relif_config_source *source,
                              relif_neuron_synapse *synapse)
{
    char prefix[RELIF_CONFIG_PATH_SIZE];
    if (source->node->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(source->node,
                               "%s: found no keys; expected for example {weight: 0.3, "
                               "frequency: 20}",
                               source->label);
    int n_keys;
    const relif_config_key *synapse_keys = relif_config_synapse_keys(&n_keys);
    relif_config_table table =
        relif_config_table_create(synapse_keys, n_keys, "relif neuron --help-config");
    snprintf(prefix, sizeof prefix, "%.100s.", source->label);
    table.prefix = prefix;
    relif_err err = relif_config_table_place_all(&table, source->node);
    if (err == RELIF_OK && !relif_config_table_given(&table, "weight"))
        err = relif_yaml_fail(source->node, "%sweight: is missing; expected a number",
                              prefix);
    if (err == RELIF_OK) err = relif_config_table_read(&table, false, synapse);
    relif_config_table_release(&table);
    return err;
}

relif_err relif_config_synapses_read(const relif_config_source *source,
                                     relif_neuron_synapses *synapses)
{
    const int n = source->node->n_items;
    if (n < 1 || n > RELIF_NEURON_MAX_INPUTS)
        return relif_yaml_fail(source->node, "%s: found %d inputs; expected 1 to %d",
                               source->label, n, RELIF_NEURON_MAX_INPUTS);
    synapses->synapses = relif_calloc((size_t)n, sizeof *synapses->synapses);
    synapses->count = n;
    for (int i = 0; i < n; i++) {
        char label[RELIF_CONFIG_PATH_SIZE];
        snprintf(label, sizeof label, "%.100s[%d]", source->label, i);
        relif_config_source entry = *source;
        entry.label = label;
        entry.node = &source->node->items[i];
        synapses->synapses[i] = relif_config_synapse_default();
        const relif_err err = read_synapse(&entry, &synapses->synapses[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

static void print_synapse(const relif_neuron_synapse *synapse, relif_text *out)
{
    int n_keys;
    const relif_config_key *synapse_keys = relif_config_synapse_keys(&n_keys);
    const bool ranged = relif_interval_is_given(&synapse->frequency);
    const char *separator = ", frequency: {";
    for (int k = 0; k < n_keys; k++) {
        const char *dot = strchr(synapse_keys[k].path, '.');
        if (relif_config_key_is_unused(&synapse_keys[k], synapse)) continue;
        relif_text_append(out, "%s%s: ", dot ? separator : "{",
                          dot ? dot + 1 : synapse_keys[k].path);
        relif_config_value_print(&synapse_keys[k], synapse, out);
        if (dot) separator = ", ";
    }
    relif_text_append(out, ranged ? "}}" : "}");
}

void relif_config_synapses_print(const relif_neuron_synapses *synapses, relif_text *out)
{
    relif_text_append(out, "[");
    for (int i = 0; i < synapses->count; i++) {
        relif_text_append(out, "%s", i ? ", " : "");
        print_synapse(&synapses->synapses[i], out);
    }
    relif_text_append(out, "]");
}

void relif_config_synapses_release(relif_neuron_synapses *synapses)
{
    free(synapses->synapses);
    *synapses = (relif_neuron_synapses){0};
}
