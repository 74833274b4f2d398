/* The file's values are placed first, then the overrides', so that the last one counts.
 */
#include "config_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_value.h"
#include "relif/memory.h"

enum { LARGEST_FILE = 1 << 20 };

relif_config_table relif_config_table_create(const relif_config_key *keys, int n_keys,
                                             const char *help)
{
    return (relif_config_table){
        .keys = keys,
        .n_keys = n_keys,
        .help = help,
        .prefix = "",
        .given = relif_calloc((size_t)n_keys, sizeof(relif_yaml_node *))};
}

void relif_config_table_release(relif_config_table *table)
{
    free(table->given);
    *table = (relif_config_table){0};
}

static relif_err refuse_key(const relif_config_table *table, const char *path,
                            const relif_yaml_node *place)
{
    relif_text suggestion = {0};
    relif_config_suggest_key(table->keys, table->n_keys, path, &suggestion);
    const relif_err err =
        relif_yaml_fail(place, "%s%s: unknown key%s; expected one that %s lists",
                        table->prefix, path, relif_text_string(&suggestion), table->help);
    relif_text_release(&suggestion);
    return err;
}

static bool is_at_or_below(const char *key, const char *path)
{
    const size_t length = strlen(path);
    return strncmp(key, path, length) == 0 && (key[length] == '\0' || key[length] == '.');
}

relif_err relif_config_table_forget(relif_config_table *table, const char *path,
                                    const relif_yaml_node *name)
{
    bool found = false;
    for (int k = 0; k < table->n_keys; k++) {
        if (!is_at_or_below(table->keys[k].path, path)) continue;
        table->given[k] = NULL;
        found = true;
    }
    return found ? RELIF_OK : refuse_key(table, path, name);
}

const relif_yaml_node *relif_config_table_given(const relif_config_table *table,
                                                const char *path)
{
    return table->given[relif_config_key_find(table->keys, table->n_keys, path)];
}

/* Key "<path>.<end>" of a range, -1 if there is none. */
static int find_end(const relif_config_table *table, const char *path, const char *end)
{
    char key[RELIF_CONFIG_PATH_SIZE + 8];
    snprintf(key, sizeof key, "%s.%s", path, end);
    return relif_config_key_find(table->keys, table->n_keys, key);
}

/* "frequency: 20" instead of a mapping; false if the section is no range. */
static bool place_point(relif_config_table *table, const char *path,
                        const relif_yaml_node *name, const relif_yaml_node *value)
{
    const int start = find_end(table, path, "start"),
              stop = find_end(table, path, "stop");
    if (start < 0 || stop < 0 || value->kind != RELIF_YAML_SCALAR) return false;
    if (relif_config_table_forget(table, path, name) != RELIF_OK) return false;
    table->given[start] = table->given[stop] = value;
    return true;
}

static relif_err place_section(relif_config_table *table, const char *prefix,
                               const relif_yaml_node *mapping)
{
    for (int i = 0; i < mapping->n_items; i++) {
        char path[RELIF_CONFIG_PATH_SIZE];
        snprintf(path, sizeof path, "%.60s%s%.60s", prefix, *prefix ? "." : "",
                 mapping->keys[i].text);
        const relif_err err =
            relif_config_table_place(table, path, &mapping->keys[i], &mapping->items[i]);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

relif_err relif_config_table_place(relif_config_table *table, const char *path,
                                   const relif_yaml_node *name,
                                   const relif_yaml_node *value)
{
    const int k = relif_config_key_find(table->keys, table->n_keys, path);
    if (k >= 0) {
        table->given[k] = value;
        return RELIF_OK;
    }
    if (!relif_config_section_exists(table->keys, table->n_keys, path))
        return refuse_key(table, path, name);
    if (value->kind == RELIF_YAML_MAPPING) return place_section(table, path, value);
    if (!relif_yaml_is_null(value) && place_point(table, path, name, value))
        return RELIF_OK;
    return relif_yaml_fail(value, "%s%s: found %s; expected a mapping of keys",
                           table->prefix, path,
                           relif_yaml_is_null(value)        ? "nothing"
                           : value->kind == RELIF_YAML_LIST ? "a list"
                                                            : "a single value");
}

relif_err relif_config_table_place_all(relif_config_table *table,
                                       const relif_yaml_node *mapping)
{
    return place_section(table, "", mapping);
}

relif_err relif_config_table_read(const relif_config_table *table, bool expand,
                                  void *record)
{
    for (int k = 0; k < table->n_keys; k++) {
        if (!table->given[k]) continue;
        char label[2 * RELIF_CONFIG_PATH_SIZE];
        snprintf(label, sizeof label, "%s%s", table->prefix, table->keys[k].path);
        const relif_config_source source = {.key = &table->keys[k],
                                            .label = label,
                                            .node = table->given[k],
                                            .expand = expand};
        const relif_err err = relif_config_value_read(&source, record);
        if (err != RELIF_OK) return err;
    }
    return RELIF_OK;
}

relif_err relif_config_override_parse(const char *text, relif_config_override *override)
{
    const char *equals = strchr(text, '=');
    relif_text place = {0};
    relif_text_append(&place, "--set %s", text);
    *override = (relif_config_override){.place = relif_strdup(relif_text_string(&place))};
    relif_text_release(&place);
    override->name.source = override->place;
    if (!equals || equals == text || equals - text >= RELIF_CONFIG_PATH_SIZE)
        return relif_yaml_fail(&override->name,
                               "not of the form key=value; expected for example "
                               "coding.dt=0.001");
    snprintf(override->path, sizeof override->path, "%.*s", (int)(equals - text), text);
    const relif_err err =
        relif_yaml_parse(equals + 1, override->place, false, &override->value);
    if (err != RELIF_OK || override->value) return err;
    return relif_yaml_fail(&override->name,
                           "no value; expected one (null takes the key back)");
}

void relif_config_override_release(relif_config_override *override)
{
    relif_yaml_destroy(override->value);
    free(override->place);
    *override = (relif_config_override){0};
}

relif_err relif_config_parse_mapping(const char *text, const char *path,
                                     relif_yaml_node **root)
{
    const relif_err err = relif_yaml_parse(text, path, true, root);
    if (err != RELIF_OK) return err;
    if (!*root || relif_yaml_is_null(*root))
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: holds nothing; expected keys such as name:", path);
    if ((*root)->kind != RELIF_YAML_MAPPING)
        return relif_yaml_fail(*root, "found %s; expected keys such as name:",
                               (*root)->kind == RELIF_YAML_LIST ? "a list" : "a value");
    return RELIF_OK;
}

static relif_err read_bytes(FILE *file, const char *path, char *text)
{
    const size_t n_bytes = fread(text, 1, LARGEST_FILE + 1, file);
    if (ferror(file))
        return relif_fail(RELIF_ERR_FILE, "%.300s: could not be read: %s", path,
                          strerror(errno));
    if (n_bytes > LARGEST_FILE)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: larger than %d bytes; expected a "
                          "configuration",
                          path, LARGEST_FILE);
    if (strlen(text) < n_bytes)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: byte %zu is zero; expected YAML in UTF-8", path,
                          strlen(text) + 1);
    return RELIF_OK;
}

relif_err relif_config_read_text(const char *path, char **text)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return relif_fail(RELIF_ERR_FILE, "%.300s: could not be opened: %s", path,
                          strerror(errno));
    *text = relif_calloc(LARGEST_FILE + 2, 1);
    const relif_err err = read_bytes(file, path, *text);
    fclose(file);
    if (err != RELIF_OK) {
        free(*text);
        *text = NULL;
    }
    return err;
}
