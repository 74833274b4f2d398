/* Every key's place is found first: of the file's own keys, of the keys that all
 * experiments share, and of each experiment's. Then each experiment's values are read,
 * its own or else the shared ones. */
#include "neuron_config_reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_table.h"
#include "neuron_config_keys.h"
#include "relif/memory.h"

enum { MAX_EXPERIMENTS = 64, MAX_NAME = 40, MAX_TOP_KEYS = 64 };

static const char help[] = "relif neuron --help-config";
static const char group[] = "experiments";

/* The keys of one experiment where they are given. */
typedef struct entry {
    char name[MAX_NAME + 1];
    char prefix[MAX_NAME + 16]; /* "experiments.<name>." */
    relif_yaml_node place;      /* of the name, for messages */
    relif_config_table table;
} entry;

typedef struct reader {
    const relif_config_input *input;
    relif_config_key keys[MAX_TOP_KEYS]; /* of the file, then those of an experiment */
    int n_file_keys;
    relif_config_table top; /* of keys */
    int n_entries;
    entry entries[MAX_EXPERIMENTS];
    relif_yaml_node *root;
    relif_config_override *overrides; /* [n_overrides] */
} reader;

static void begin(reader *r, const relif_config_input *input)
{
    int n_own;
    const relif_config_key *file = relif_neuron_file_keys(&r->n_file_keys);
    const relif_config_key *own = relif_neuron_experiment_keys(&n_own);
    for (int k = 0; k < r->n_file_keys; k++) r->keys[k] = file[k];
    for (int k = 0; k < n_own; k++) r->keys[r->n_file_keys + k] = own[k];
    r->input = input;
    r->top = relif_config_table_create(r->keys, r->n_file_keys + n_own, help);
    r->overrides = relif_calloc((size_t)input->n_overrides, sizeof *r->overrides);
}

static void release(reader *r)
{
    for (int i = 0; i < r->input->n_overrides; i++)
        relif_config_override_release(&r->overrides[i]);
    for (int e = 0; e < r->n_entries; e++)
        relif_config_table_release(&r->entries[e].table);
    relif_config_table_release(&r->top);
    relif_yaml_destroy(r->root);
    free(r->overrides);
    free(r);
}

static int find_entry(const reader *r, const char *name, size_t length)
{
    for (int e = 0; e < r->n_entries; e++)
        if (strlen(r->entries[e].name) == length &&
            strncmp(r->entries[e].name, name, length) == 0)
            return e;
    return -1;
}

static bool is_name(const char *text)
{
    if (!isalpha((unsigned char)*text) || strlen(text) > MAX_NAME) return false;
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-') return false;
    return true;
}

static relif_err add_entry(reader *r, const relif_yaml_node *name)
{
    if (!is_name(name->text))
        return relif_yaml_fail(
            name,
            "%s: \"%.60s\" is not a name; expected at most %d letters, "
            "digits, - or _, a letter first",
            group, name->text, MAX_NAME);
    if (r->n_entries == MAX_EXPERIMENTS)
        return relif_yaml_fail(name, "%s: more than %d", group, MAX_EXPERIMENTS);
    entry *made = &r->entries[r->n_entries++];
    int n_keys;
    const relif_config_key *keys = relif_neuron_experiment_keys(&n_keys);
    snprintf(made->name, sizeof made->name, "%s", name->text);
    snprintf(made->prefix, sizeof made->prefix, "%s.%.40s.", group, name->text);
    made->place = *name;
    made->table = relif_config_table_create(keys, n_keys, help);
    made->table.prefix = made->prefix;
    return RELIF_OK;
}

static relif_err place_entry(reader *r, const relif_yaml_node *name,
                             const relif_yaml_node *value)
{
    if (value->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(value,
                               "%s.%.60s: found no keys; expected some such as "
                               "experiment: rate_curve",
                               group, name->text);
    int e = find_entry(r, name->text, strlen(name->text));
    if (e < 0) {
        const relif_err err = add_entry(r, name);
        if (err != RELIF_OK) return err;
        e = r->n_entries - 1;
    }
    return relif_config_table_place_all(&r->entries[e].table, value);
}

static relif_err place_group(reader *r, const relif_yaml_node *value)
{
    if (value->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(value,
                               "%s: found no names; expected for example rates: "
                               "{experiment: rate_curve, ...}",
                               group);
    for (int i = 0; i < value->n_items; i++) {
        const relif_err err = place_entry(r, &value->keys[i], &value->items[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

static relif_err place_file(reader *r)
{
    relif_err err = relif_config_parse_mapping(r->input->text, r->input->path, &r->root);
    for (int i = 0; err == RELIF_OK && i < r->root->n_items; i++) {
        const relif_yaml_node *name = &r->root->keys[i], *value = &r->root->items[i];
        err = strcmp(name->text, group) == 0
                  ? place_group(r, value)
                  : relif_config_table_place(&r->top, name->text, name, value);
    }
    return err;
}

static relif_err refuse_name(const reader *r, const char *name,
                             const relif_yaml_node *place)
{
    const char *names[MAX_EXPERIMENTS];
    relif_text known = {0};
    for (int e = 0; e < r->n_entries; e++) {
        names[e] = r->entries[e].name;
        relif_text_append(&known, "%s%s", e ? ", " : "", names[e]);
    }
    relif_config_suggest_word(names, r->n_entries, name, &known);
    const relif_err err =
        relif_yaml_fail(place, "%s: there is no '%.60s'; expected one of %s", group, name,
                        relif_text_string(&known));
    relif_text_release(&known);
    return err;
}

static void remove_entry(reader *r, int e)
{
    relif_config_table_release(&r->entries[e].table);
    r->n_entries--;
    for (; e < r->n_entries; e++) {
        r->entries[e] = r->entries[e + 1];
        r->entries[e].table.prefix = r->entries[e].prefix;
    }
}

static relif_err place_in(relif_config_table *table, const char *path,
                          const relif_config_override *override)
{
    if (relif_yaml_is_null(override->value))
        return relif_config_table_forget(table, path, &override->name);
    return relif_config_table_place(table, path, &override->name, override->value);
}

/* path: below "experiments." */
static relif_err override_entry(reader *r, const char *path,
                                const relif_config_override *override)
{
    char name[RELIF_CONFIG_PATH_SIZE];
    const size_t length = strcspn(path, ".");
    snprintf(name, sizeof name, "%.*s", (int)length, path);
    const int e = find_entry(r, path, length);
    if (path[length] == '.' && e >= 0)
        return place_in(&r->entries[e].table, path + length + 1, override);
    if (path[length] == '.' || (e < 0 && relif_yaml_is_null(override->value)))
        return refuse_name(r, name, &override->name);
    if (relif_yaml_is_null(override->value)) {
        remove_entry(r, e);
        return RELIF_OK;
    }
    relif_yaml_node place = override->name;
    place.text = name;
    return place_entry(r, &place, override->value);
}

static relif_err place_override(reader *r, int i)
{
    relif_config_override *override = &r->overrides[i];
    const size_t length = strlen(group);
    const relif_err err = relif_config_override_parse(r->input->overrides[i], override);
    if (err != RELIF_OK) return err;
    if (strcmp(override->path, group) == 0) return place_group(r, override->value);
    if (strncmp(override->path, group, length) == 0 && override->path[length] == '.')
        return override_entry(r, override->path + length + 1, override);
    return place_in(&r->top, override->path, override);
}

/* The kind decides which of the shared keys an experiment takes. */
static relif_err read_kind(const entry *from, relif_neuron_experiment *experiment)
{
    if (!relif_config_table_given(&from->table, "experiment")) {
        relif_text expected = {0};
        relif_config_key_expects(&from->table.keys[0], &expected);
        const relif_err err =
            relif_yaml_fail(&from->place, "%sexperiment: is missing; expected %s",
                            from->prefix, relif_text_string(&expected));
        relif_text_release(&expected);
        return err;
    }
    relif_config_table only = from->table;
    only.n_keys = 1;
    return relif_config_table_read(&only, false, experiment);
}

static relif_err refuse_key_of_kind(const entry *from, int k, relif_neuron_kind kind)
{
    relif_text kinds = {0};
    relif_neuron_key_kinds(&from->table.keys[k], &kinds);
    const relif_err err =
        relif_yaml_fail(from->table.given[k],
                        "%s%s: the experiment is a %s; expected this key only with %s",
                        from->prefix, from->table.keys[k].path,
                        relif_neuron_kind_name(kind), relif_text_string(&kinds));
    relif_text_release(&kinds);
    return err;
}

/* A range by step and by count at once is none. */
static relif_err check_spacing(const entry *from, const char *range)
{
    char step[32], count[32];
    snprintf(step, sizeof step, "%s.step", range);
    snprintf(count, sizeof count, "%s.count", range);
    const relif_yaml_node *given = relif_config_table_given(&from->table, count);
    if (!given || !relif_config_table_given(&from->table, step)) return RELIF_OK;
    return relif_yaml_fail(given, "%s%s: %s is given too; expected one of them",
                           from->prefix, count, step);
}

static relif_err read_entry(const reader *r, entry *from,
                            relif_neuron_experiment *experiment)
{
    relif_config_table *table = &from->table;
    *experiment = relif_neuron_experiment_default();
    experiment->name = relif_strdup(from->name);
    if (!table->given[0]) table->given[0] = r->top.given[r->n_file_keys];
    relif_err err = read_kind(from, experiment);
    for (int k = 0; k < table->n_keys && err == RELIF_OK; k++) {
        const bool applies = relif_neuron_key_applies(&table->keys[k], experiment->kind);
        if (table->given[k] && !applies)
            err = refuse_key_of_kind(from, k, experiment->kind);
        if (!table->given[k] && applies)
            table->given[k] = r->top.given[r->n_file_keys + k];
    }
    if (err == RELIF_OK) err = check_spacing(from, "frequency");
    if (err == RELIF_OK) err = check_spacing(from, "sweep");
    if (err == RELIF_OK) err = relif_config_table_read(table, false, experiment);
    if (err != RELIF_OK || relif_neuron_experiment_check(experiment) == RELIF_OK)
        return err;
    return relif_yaml_fail(&from->place, "%s%s", from->prefix, relif_error_sentence());
}

static relif_err read_values(reader *r, relif_neuron_config *config)
{
    relif_config_table file = r->top;
    file.n_keys = r->n_file_keys;
    for (int k = 0; k < r->n_file_keys; k++)
        if (r->keys[k].type == RELIF_CONFIG_GROUP ? r->n_entries == 0 : !r->top.given[k])
            return relif_fail(RELIF_ERR_CONFIG, "%.300s: %s: is missing; expected %s",
                              config->source, r->keys[k].path, r->keys[k].meaning);
    relif_err err = relif_config_table_read(&file, r->input->expand, config);
    config->experiments = relif_calloc((size_t)r->n_entries, sizeof *config->experiments);
    for (int e = 0; e < r->n_entries && err == RELIF_OK; e++) {
        config->n_experiments = e + 1;
        err = read_entry(r, &r->entries[e], &config->experiments[e]);
    }
    return err;
}

relif_err relif_neuron_config_input_read(const relif_config_input *input,
                                         relif_neuron_config **config)
{
    reader *r = relif_calloc(1, sizeof *r);
    begin(r, input);
    relif_neuron_config *made = relif_calloc(1, sizeof *made);
    made->source = relif_strdup(input->path);
    relif_err err = place_file(r);
    for (int i = 0; i < input->n_overrides && err == RELIF_OK; i++)
        err = place_override(r, i);
    if (err == RELIF_OK) err = read_values(r, made);
    release(r);
    if (err != RELIF_OK) {
        relif_neuron_config_destroy(made);
        return err;
    }
    *config = made;
    return RELIF_OK;
}
