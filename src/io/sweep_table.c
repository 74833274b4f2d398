#include "relif/sweep_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "sweep_rows.h"

relif_sweep_path relif_sweep_path_of(const char *layer, const char *text)
{
    relif_sweep_path path;
    if (layer) {
        snprintf(path.text, sizeof path.text, "/sweep/layers/%s/%s", layer, text);
        return path;
    }
    snprintf(path.text, sizeof path.text, "/sweep/%s", text);
    for (char *c = path.text; *c; c++)
        if (*c == '.') *c = '_';
    return path;
}

relif_sweep_table *relif_sweep_table_create(const relif_sweep_facts *facts)
{
    relif_sweep_table *table = relif_calloc(1, sizeof *table);
    table->sweep = facts->sweep;
    table->name = relif_strdup(facts->name);
    table->config = relif_strdup(facts->config);
    table->n_points = relif_config_points(facts->sweep);
    table->rows = relif_calloc((size_t)table->n_points, sizeof *table->rows);
    if (facts->network_digest)
        relif_sweep_table_set_digests(table, facts->network_digest,
                                      facts->dataset_digest);
    return table;
}

void relif_sweep_table_destroy(relif_sweep_table *table)
{
    if (!table) return;
    for (int64_t p = 0; p < table->n_points; p++) relif_summary_release(&table->rows[p]);
    for (int l = 0; l < table->n_layers; l++) free(table->layer_names[l]);
    free(table->layer_names);
    free(table->neurons);
    free(table->recorded);
    free(table->rows);
    free(table->name);
    free(table->config);
    free(table->network_digest);
    free(table->dataset_digest);
    free(table->saved_points);
    free(table->saved_cells);
    free(table);
}

void relif_sweep_table_set_digests(relif_sweep_table *table, const char *network,
                                   const char *dataset)
{
    free(table->network_digest);
    free(table->dataset_digest);
    table->network_digest = relif_strdup(network);
    table->dataset_digest = relif_strdup(dataset);
}

void relif_sweep_table_set_layers(relif_sweep_table *table, int n,
                                  const char *const *names, const int64_t *neurons,
                                  const bool *recorded)
{
    if (table->n_layers > 0) return;
    const size_t size = (size_t)n;
    table->n_layers = n;
    table->layer_names = relif_calloc(size, sizeof *table->layer_names);
    table->neurons = relif_calloc(size, sizeof *table->neurons);
    table->recorded = relif_calloc(size, sizeof *table->recorded);
    for (int l = 0; l < n; l++) {
        table->layer_names[l] = relif_strdup(names[l]);
        table->neurons[l] = neurons[l];
        table->recorded[l] = recorded[l];
    }
}

void relif_sweep_table_put(relif_sweep_table *table, int64_t point,
                           relif_summary *summary)
{
    relif_summary_release(&table->rows[point]);
    table->rows[point] = *summary;
    *summary = (relif_summary){0};
}

void relif_sweep_row_make(relif_sweep_table *table, int64_t point)
{
    relif_summary row = {.n_layers = table->n_layers};
    row.layers = relif_calloc((size_t)table->n_layers, sizeof *row.layers);
    relif_sweep_table_put(table, point, &row);
}

void *relif_sweep_cell(const relif_sweep_table *table, int64_t point, int layer,
                       const relif_sweep_column *column)
{
    relif_summary *row = &table->rows[point];
    return (layer < 0 ? (char *)row : (char *)&row->layers[layer]) + column->offset;
}

int64_t *relif_sweep_done_points(const relif_sweep_table *table, int64_t *n)
{
    int64_t *points = relif_calloc((size_t)table->n_points, sizeof *points);
    *n = 0;
    for (int64_t p = 0; p < table->n_points; p++)
        if (relif_sweep_table_has(table, p)) points[(*n)++] = p;
    return points;
}

int64_t relif_sweep_table_points(const relif_sweep_table *table)
{
    return table->n_points;
}

bool relif_sweep_table_has(const relif_sweep_table *table, int64_t point)
{
    return table->rows[point].layers != NULL;
}

static int64_t point_width(const relif_config_axis *axis)
{
    size_t width = strlen(axis->key);
    for (int i = 0; i < axis->count; i++)
        if (strlen(axis->texts[i]) > width) width = strlen(axis->texts[i]);
    return (int64_t)width;
}

static void print_head(const relif_sweep_table *table, FILE *out)
{
    fprintf(out, "%5s", "point");
    for (int a = 0; a < table->sweep->count; a++)
        fprintf(out, "  %*s", (int)point_width(&table->sweep->axes[a]),
                table->sweep->axes[a].key);
    fprintf(out, "  %8s  %8s  %9s  %7s", "ANN %", "SNN %", "agree %", "silent");
    for (int l = 0; l < table->n_layers; l++)
        if (table->recorded[l]) fprintf(out, "  r(%s)", table->layer_names[l]);
    fprintf(out, "\n");
}

static void print_row(const relif_sweep_table *table, int64_t point, FILE *out)
{
    const relif_summary *row = &table->rows[point];
    fprintf(out, "%5lld", (long long)point);
    for (int a = 0; a < table->sweep->count; a++) {
        const relif_config_axis *axis = &table->sweep->axes[a];
        fprintf(out, "  %*s", (int)point_width(axis),
                axis->texts[relif_config_point_value(table->sweep, a, point)]);
    }
    fprintf(out, "  %8.2f  %8.2f  %9.2f  %7lld", 100 * row->ann_accuracy,
            100 * row->snn_accuracy, 100 * row->agreement, (long long)row->silent_images);
    for (int l = 0; l < table->n_layers; l++) {
        const int width = (int)strlen(table->layer_names[l]) + 3;
        if (table->recorded[l] && isnan(row->layers[l].correlation_mean))
            fprintf(out, "  %*s", width, "-");
        else if (table->recorded[l])
            fprintf(out, "  %*.4f", width, row->layers[l].correlation_mean);
    }
    fprintf(out, "\n");
}

void relif_sweep_table_print(const relif_sweep_table *table, FILE *out)
{
    fprintf(out,
            "%s: %lld points; r: mean correlation of spike counts with the ReLU "
            "network\n",
            table->name, (long long)table->n_points);
    print_head(table, out);
    for (int64_t p = 0; p < table->n_points; p++)
        if (relif_sweep_table_has(table, p)) print_row(table, p, out);
}
