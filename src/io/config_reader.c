/* First every key's place is found, in the file and then in the overrides, so that the
 * last one counts; then the values are read in the order of the table. */
#include "config_reader.h"

#include <stdlib.h>

#include "config_check.h"
#include "config_keys.h"
#include "config_table.h"
#include "relif/memory.h"
#include "yaml_tree.h"

typedef struct reader {
    const relif_config_input *input;
    relif_config_table table;
    relif_yaml_node *root;
    relif_config_override *overrides; /* [n_overrides] */
} reader;

static relif_err place_file(reader *r)
{
    const relif_err err =
        relif_config_parse_mapping(r->input->text, r->input->path, &r->root);
    return err != RELIF_OK ? err : relif_config_table_place_all(&r->table, r->root);
}

static relif_err place_override(reader *r, int i)
{
    relif_config_override *override = &r->overrides[i];
    const relif_err err = relif_config_override_parse(r->input->overrides[i], override);
    if (err != RELIF_OK) return err;
    if (relif_yaml_is_null(override->value))
        return relif_config_table_forget(&r->table, override->path, &override->name);
    return relif_config_table_place(&r->table, override->path, &override->name,
                                    override->value);
}

static relif_err read_values(const reader *r, relif_config *config)
{
    for (int k = 0; k < r->table.n_keys; k++) {
        if (!r->table.given[k]) continue;
        if (relif_config_key_trains(&r->table.keys[k])) config->has_training = true;
        if (relif_config_key_validates(&r->table.keys[k]))
            config->training.has_validation = true;
    }
    return relif_config_table_read(&r->table, r->input->expand, config);
}

static void release(reader *r)
{
    for (int i = 0; i < r->input->n_overrides; i++)
        relif_config_override_release(&r->overrides[i]);
    relif_yaml_destroy(r->root);
    relif_config_table_release(&r->table);
    free(r->overrides);
}

relif_err relif_config_input_read(const relif_config_input *input, relif_config **config)
{
    reader r = {.input = input};
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    r.table = relif_config_table_create(keys, n_keys, "relif run --help-config");
    r.overrides = relif_calloc((size_t)input->n_overrides, sizeof *r.overrides);
    relif_config *made = relif_calloc(1, sizeof *made);
    *made = relif_config_default();
    made->source = relif_strdup(input->path);

    relif_err err = place_file(&r);
    for (int i = 0; i < input->n_overrides && err == RELIF_OK; i++)
        err = place_override(&r, i);
    if (err == RELIF_OK) err = read_values(&r, made);
    if (err == RELIF_OK) err = relif_config_check(made, r.table.given);
    release(&r);
    if (err != RELIF_OK) {
        relif_config_destroy(made);
        return err;
    }
    *config = made;
    return RELIF_OK;
}
