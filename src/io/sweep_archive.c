/* Columns of the points that are in an archive: all of them, or those in /points. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config_keys.h"
#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "relif/results.h"
#include "relif/sweep_table.h"
#include "sweep_columns.h"
#include "sweep_rows.h"

enum { CELL = RELIF_SWEEP_CELL };

/* Points of an archive that is written or read. */
struct selection {
    int64_t count;
    int64_t *points; /* [count] ascending */
};

static relif_err write_column(relif_archive *archive, const relif_sweep_table *table,
                              const struct selection *selection, int layer,
                              const relif_sweep_column *column)
{
    const char *name = layer < 0 ? NULL : table->layer_names[layer];
    char *values = relif_calloc((size_t)selection->count, CELL);
    for (int64_t i = 0; i < selection->count; i++)
        memcpy(values + i * CELL,
               relif_sweep_cell(table, selection->points[i], layer, column), CELL);
    const relif_err err = relif_results_write_vector(
        archive, relif_sweep_path_of(name, column->name).text, column->type,
        selection->count, values, column->units, column->description);
    free(values);
    return err;
}

static const char *unit_of(const relif_config_axis *axis)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    const char *unit = keys[relif_config_key_find(keys, n_keys, axis->key)].unit;
    return unit ? unit : "1";
}

static relif_err write_axis(relif_archive *archive, const relif_sweep_table *table,
                            const struct selection *selection, int a)
{
    const relif_config_axis *axis = &table->sweep->axes[a];
    const size_t n = (size_t)selection->count;
    double *numbers = relif_calloc(n, sizeof *numbers);
    int32_t *words = relif_calloc(n, sizeof *words);
    for (size_t i = 0; i < n; i++) {
        numbers[i] = axis->numbers[relif_config_point_value(table->sweep, a,
                                                            selection->points[i])];
        words[i] = (int32_t)numbers[i];
    }
    const bool named = axis->words != NULL;
    relif_sweep_path path = relif_sweep_path_of(NULL, axis->key);
    relif_err err = relif_results_write_vector(
        archive, path.text, named ? RELIF_ARRAY_I32 : RELIF_ARRAY_F64, selection->count,
        named ? (const void *)words : numbers, unit_of(axis),
        named ? "Swept key: index among its names" : "Swept key");
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, path.text, "key", axis->key);
    if (err == RELIF_OK && named) {
        const size_t length = strlen(path.text);
        snprintf(path.text + length, sizeof path.text - length, "_names");
        err = relif_archive_write_names(archive, path.text, axis->words, axis->n_words,
                                        "Words of the key");
    }
    free(numbers);
    free(words);
    return err;
}

static relif_err write_layer(relif_archive *archive, const relif_sweep_table *table,
                             const struct selection *selection, int layer)
{
    int n;
    const relif_sweep_column *columns = relif_sweep_layer_columns(&n);
    relif_err err = RELIF_OK;
    for (int c = 0; c < n && err == RELIF_OK; c++)
        if (table->recorded[layer] || !columns[c].recorded_only)
            err = write_column(archive, table, selection, layer, &columns[c]);
    relif_sweep_path group = relif_sweep_path_of(table->layer_names[layer], "");
    group.text[strlen(group.text) - 1] = '\0';
    if (err == RELIF_OK)
        err =
            relif_archive_set_int(archive, group.text, "neurons", table->neurons[layer]);
    return err;
}

static relif_err write_attributes(relif_archive *archive, const relif_sweep_table *table,
                                  const relif_sweep_task *task)
{
    const struct {
        const char *name, *value;
    } texts[] = {{"name", table->name},
                 {"config", table->config},
                 {"network_digest", table->network_digest},
                 {"dataset_digest", table->dataset_digest}};
    relif_err err = RELIF_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && err == RELIF_OK; i++)
        err = relif_archive_set_text(archive, "/", texts[i].name, texts[i].value);
    if (err == RELIF_OK)
        err = relif_archive_set_int(archive, "/", "n_points", table->n_points);
    if (err == RELIF_OK && task)
        err = relif_archive_set_int(archive, "/", "task", task->index + 1);
    if (err == RELIF_OK && task)
        err = relif_archive_set_int(archive, "/", "n_tasks", task->count);
    return err;
}

static relif_err write_arrays(relif_archive *archive, const relif_sweep_table *table,
                              const struct selection *selection)
{
    int n;
    const relif_sweep_column *columns = relif_sweep_columns(&n);
    relif_err err = relif_archive_write_names(
        archive, "/layer_names", (const char *const *)table->layer_names, table->n_layers,
        "Layers of the network, input side first");
    for (int a = 0; a < table->sweep->count && err == RELIF_OK; a++)
        err = write_axis(archive, table, selection, a);
    for (int c = 0; c < n && err == RELIF_OK; c++)
        err = write_column(archive, table, selection, -1, &columns[c]);
    for (int l = 0; l < table->n_layers && err == RELIF_OK; l++)
        err = write_layer(archive, table, selection, l);
    return err;
}

relif_err relif_sweep_table_write(const relif_sweep_table *table,
                                  const relif_context *ctx, const char *path,
                                  const relif_sweep_task *task, bool replace)
{
    relif_archive *archive = NULL;
    struct selection selection = {0};
    selection.points = relif_sweep_done_points(table, &selection.count);
    relif_err err =
        relif_archive_create(ctx, path, task ? "sweep-part" : "sweep", replace, &archive);
    if (err == RELIF_OK) err = write_attributes(archive, table, task);
    if (err == RELIF_OK && task)
        err = relif_results_write_vector(archive, "/points", RELIF_ARRAY_I64,
                                         selection.count, selection.points, "1",
                                         "Numbers of the points in this part");
    if (err == RELIF_OK) err = write_arrays(archive, table, &selection);
    if (err == RELIF_OK) err = relif_archive_commit(archive);
    relif_archive_close(archive);
    free(selection.points);
    return err;
}

/* *same: the archive has that text, or there is nothing to compare with. */
static relif_err compare_text(relif_archive *archive, const char *name,
                              const char *expected, bool *same)
{
    char *found = NULL;
    const relif_err err = relif_archive_get_text(archive, "/", name, &found);
    *same = err == RELIF_OK && (!expected || strcmp(found, expected) == 0);
    free(found);
    return err;
}

static relif_err check(const relif_sweep_table *table, relif_archive *archive,
                       const char *path)
{
    bool config = false, network = false, dataset = false;
    relif_err err = compare_text(archive, "config", table->config, &config);
    if (err == RELIF_OK)
        err = compare_text(archive, "network_digest", table->network_digest, &network);
    if (err == RELIF_OK)
        err = compare_text(archive, "dataset_digest", table->dataset_digest, &dataset);
    if (err == RELIF_OK && !config)
        err = relif_fail(RELIF_ERR_EXISTS,
                         "'%s' exists and holds points of another configuration; "
                         "remove it, or use --force to compute again",
                         path);
    if (err == RELIF_OK && !(network && dataset))
        err = relif_fail(RELIF_ERR_EXISTS,
                         "'%s' exists and was made from another network or data set; "
                         "remove it, or use --force to compute again",
                         path);
    return err;
}

static relif_err open_checked(const relif_sweep_table *table, const relif_context *ctx,
                              const char *path, const char *kind, relif_archive **archive)
{
    if (relif_archive_open(ctx, path, kind, archive) != RELIF_OK)
        return relif_fail(
            RELIF_ERR_EXISTS,
            "'%s' exists and is not an archive of kind '%s' (%s); remove it, "
            "or use --force to replace it",
            path, kind, relif_error_sentence());
    return check(table, *archive, path);
}

relif_err relif_sweep_table_check(const relif_sweep_table *table,
                                  const relif_context *ctx, const char *path,
                                  const char *kind)
{
    relif_archive *archive = NULL;
    const relif_err err = open_checked(table, ctx, path, kind, &archive);
    relif_archive_close(archive);
    return err;
}

static relif_err read_points(const relif_sweep_table *table, relif_archive *archive,
                             const char *path, struct selection *selection)
{
    const bool part = relif_archive_has(archive, "/points");
    relif_array points = {.dims = {table->n_points}};
    relif_err err = RELIF_OK;
    if (part) err = relif_archive_describe(archive, "/points", &points);
    if (err != RELIF_OK) return err;
    const int64_t offset = 0, n = points.dims[0];
    selection->count = n;
    selection->points = relif_calloc((size_t)n, sizeof *selection->points);
    for (int64_t p = 0; p < n; p++) selection->points[p] = p;
    if (part)
        err = relif_archive_read(archive, "/points", RELIF_ARRAY_I64, &offset, &n,
                                 selection->points);
    for (int64_t i = 0; i < n && err == RELIF_OK; i++)
        if (selection->points[i] < 0 || selection->points[i] >= table->n_points)
            err = relif_fail(RELIF_ERR_FORMAT,
                             "'%s' holds a point %lld; expected numbers below %lld", path,
                             (long long)selection->points[i], (long long)table->n_points);
    return err;
}

static relif_err read_layers(relif_sweep_table *table, relif_archive *archive)
{
    char **names = NULL;
    int n = 0;
    relif_err err = relif_archive_read_names(archive, "/layer_names", &names, &n);
    int64_t *neurons = relif_calloc((size_t)n, sizeof *neurons);
    bool *recorded = relif_calloc((size_t)n, sizeof *recorded);
    for (int l = 0; l < n && err == RELIF_OK; l++) {
        relif_sweep_path path = relif_sweep_path_of(names[l], "correlation_mean");
        recorded[l] = relif_archive_has(archive, path.text);
        *strrchr(path.text, '/') = '\0';
        err = relif_archive_get_int(archive, path.text, "neurons", &neurons[l]);
    }
    if (err == RELIF_OK)
        relif_sweep_table_set_layers(table, n, (const char *const *)names, neurons,
                                     recorded);
    for (int l = 0; l < n; l++) free(names[l]);
    free(names);
    free(neurons);
    free(recorded);
    return err;
}

static relif_err read_column(const relif_sweep_table *table, relif_archive *archive,
                             const struct selection *selection, int layer,
                             const relif_sweep_column *column)
{
    const char *name = layer < 0 ? NULL : table->layer_names[layer];
    const int64_t offset = 0;
    char *values = relif_calloc((size_t)selection->count, CELL);
    const relif_err err =
        relif_archive_read(archive, relif_sweep_path_of(name, column->name).text,
                           column->type, &offset, &selection->count, values);
    for (int64_t i = 0; i < selection->count && err == RELIF_OK; i++)
        memcpy(relif_sweep_cell(table, selection->points[i], layer, column),
               values + i * CELL, CELL);
    free(values);
    return err;
}

static relif_err read_rows(relif_sweep_table *table, relif_archive *archive,
                           const struct selection *selection)
{
    int n, n_layer;
    const relif_sweep_column *columns = relif_sweep_columns(&n);
    const relif_sweep_column *layer_columns = relif_sweep_layer_columns(&n_layer);
    relif_err err = RELIF_OK;
    for (int64_t i = 0; i < selection->count; i++)
        relif_sweep_row_make(table, selection->points[i]);
    for (int c = 0; c < n && err == RELIF_OK; c++)
        err = read_column(table, archive, selection, -1, &columns[c]);
    for (int l = 0; l < table->n_layers; l++)
        for (int c = 0; c < n_layer && err == RELIF_OK; c++)
            if (table->recorded[l] || !layer_columns[c].recorded_only)
                err = read_column(table, archive, selection, l, &layer_columns[c]);
    return err;
}

static relif_err read_digests(relif_sweep_table *table, relif_archive *archive)
{
    char *network = NULL, *dataset = NULL;
    relif_err err = relif_archive_get_text(archive, "/", "network_digest", &network);
    if (err == RELIF_OK)
        err = relif_archive_get_text(archive, "/", "dataset_digest", &dataset);
    if (err == RELIF_OK) relif_sweep_table_set_digests(table, network, dataset);
    free(network);
    free(dataset);
    return err;
}

relif_err relif_sweep_table_read(relif_sweep_table *table, const relif_context *ctx,
                                 const char *path, const char *kind)
{
    relif_archive *archive = NULL;
    struct selection selection = {0};
    relif_err err = open_checked(table, ctx, path, kind, &archive);
    if (err == RELIF_OK) err = read_digests(table, archive);
    if (err == RELIF_OK) err = read_points(table, archive, path, &selection);
    if (err == RELIF_OK) err = read_layers(table, archive);
    if (err == RELIF_OK) err = read_rows(table, archive, &selection);
    relif_archive_close(archive);
    free(selection.points);
    return err;
}
