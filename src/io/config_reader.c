/* First every key's place is found, in the file and then in the overrides, so that the
 * last one counts; then the values are read in the order of the table. */
#include "config_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "config_keys.h"
#include "config_value.h"
#include "relif/memory.h"
#include "yaml_tree.h"

enum { PATH_SIZE = 128 };

typedef struct reader {
    const relif_config_input *input;
    const relif_config_key *keys; /* [n_keys] */
    int n_keys;
    const relif_yaml_node **given; /* [n_keys] the value of each key, NULL: not given */
    relif_yaml_node *root;
    relif_yaml_node **values; /* [n_overrides] */
    char **places;            /* [n_overrides] "--set key=value" */
} reader;

static relif_err refuse_key(const reader *r, const char *path,
                            const relif_yaml_node *place)
{
    relif_text suggestion = {0};
    relif_config_suggest_key(r->keys, r->n_keys, path, &suggestion);
    const relif_err err = relif_yaml_fail(place,
                                          "%s: unknown key%s; expected one that "
                                          "relif run --help-config lists",
                                          path, relif_text_string(&suggestion));
    relif_text_release(&suggestion);
    return err;
}

/* Take back every key of that path and below it. */
static void forget(reader *r, const char *path)
{
    const size_t length = strlen(path);
    for (int k = 0; k < r->n_keys; k++)
        if (strncmp(r->keys[k].path, path, length) == 0 &&
            (r->keys[k].path[length] == '\0' || r->keys[k].path[length] == '.'))
            r->given[k] = NULL;
}

static relif_err place_section(reader *r, const char *prefix,
                               const relif_yaml_node *mapping);

/* path: a key or section; name: the node that names it, for messages. */
static relif_err place(reader *r, const char *path, const relif_yaml_node *name,
                       const relif_yaml_node *value)
{
    const int k = relif_config_key_find(r->keys, r->n_keys, path);
    if (k >= 0) {
        r->given[k] = value;
        return RELIF_OK;
    }
    if (!relif_config_section_exists(path)) return refuse_key(r, path, name);
    if (value->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(value, "%s: found %s; expected a mapping of keys", path,
                               relif_yaml_is_null(value)        ? "nothing"
                               : value->kind == RELIF_YAML_LIST ? "a list"
                                                                : "a single value");
    return place_section(r, path, value);
}

static relif_err place_section(reader *r, const char *prefix,
                               const relif_yaml_node *mapping)
{
    for (int i = 0; i < mapping->n_items; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "",
                 mapping->keys[i].text);
        const relif_err err = place(r, path, &mapping->keys[i], &mapping->items[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

static relif_err place_file(reader *r)
{
    relif_err err = relif_yaml_parse(r->input->text, r->input->path, true, &r->root);
    if (err != RELIF_OK) return err;
    if (!r->root || relif_yaml_is_null(r->root))
        return relif_fail(
            RELIF_ERR_CONFIG,
            "%.300s: holds nothing; expected keys such as name:", r->input->path);
    if (r->root->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(r->root, "found %s; expected keys such as name:",
                               r->root->kind == RELIF_YAML_LIST ? "a list" : "a value");
    return place_section(r, "", r->root);
}

static relif_err place_override(reader *r, int i)
{
    const char *override = r->input->overrides[i];
    const char *equals = strchr(override, '=');
    relif_text text = {0};
    relif_text_append(&text, "--set %s", override);
    r->places[i] = relif_strdup(relif_text_string(&text));
    relif_text_release(&text);
    const relif_yaml_node name = {.source = r->places[i]};
    if (!equals || equals == override || equals - override >= PATH_SIZE)
        return relif_yaml_fail(&name, "not of the form key=value; expected for example "
                                      "coding.dt=0.001");
    relif_err err = relif_yaml_parse(equals + 1, r->places[i], false, &r->values[i]);
    if (err != RELIF_OK) return err;
    if (!r->values[i])
        return relif_yaml_fail(&name, "no value; expected one (null takes the key back)");
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.*s", (int)(equals - override), override);
    if (relif_yaml_is_null(r->values[i])) {
        if (relif_config_key_find(r->keys, r->n_keys, path) < 0 &&
            !relif_config_section_exists(path))
            return refuse_key(r, path, &name);
        forget(r, path);
        return RELIF_OK;
    }
    return place(r, path, &name, r->values[i]);
}

static relif_err read_values(const reader *r, relif_config *config)
{
    for (int k = 0; k < r->n_keys; k++) {
        if (!r->given[k]) continue;
        const relif_config_source source = {.key = &r->keys[k],
                                            .label = r->keys[k].path,
                                            .node = r->given[k],
                                            .expand = r->input->expand};
        const relif_err err = relif_config_value_read(&source, config);
        if (err != RELIF_OK) return err;
        if (relif_config_key_trains(&r->keys[k])) config->has_training = true;
    }
    return RELIF_OK;
}

static void release(reader *r)
{
    for (int i = 0; i < r->input->n_overrides; i++) {
        relif_yaml_destroy(r->values[i]);
        free(r->places[i]);
    }
    relif_yaml_destroy(r->root);
    free(r->values);
    free(r->places);
    free(r->given);
}

relif_err relif_config_input_read(const relif_config_input *input, relif_config **config)
{
    reader r = {.input = input};
    r.keys = relif_config_keys(&r.n_keys);
    r.given = relif_calloc((size_t)r.n_keys, sizeof(relif_yaml_node *));
    r.values = relif_calloc((size_t)input->n_overrides, sizeof(relif_yaml_node *));
    r.places = relif_calloc((size_t)input->n_overrides, sizeof *r.places);
    relif_config *made = relif_calloc(1, sizeof *made);
    *made = relif_config_default();
    made->source = relif_strdup(input->path);

    relif_err err = place_file(&r);
    for (int i = 0; i < input->n_overrides && err == RELIF_OK; i++)
        err = place_override(&r, i);
    if (err == RELIF_OK) err = read_values(&r, made);
    if (err == RELIF_OK) err = relif_config_check(made, r.given);
    release(&r);
    if (err != RELIF_OK) {
        relif_config_destroy(made);
        return err;
    }
    *config = made;
    return RELIF_OK;
}
