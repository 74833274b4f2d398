/* Kind "coding_error": /coding_times, /bound, /disagreement [times]; /layers/<name>/
 * {relative_error, mean_error, largest_error, beyond_bound} [times] and, where the
 * balance of charge was drawn up, balance_{residual, largest_residual, leaked,
 * largest_leaked, deviation} [times]. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { N_COLUMNS = 4, PATH_SIZE = 512 };

enum {
    BALANCE_RESIDUAL,
    BALANCE_LARGEST_RESIDUAL,
    BALANCE_LEAKED,
    BALANCE_LARGEST_LEAKED,
    BALANCE_DEVIATION,
    N_BALANCE
};

typedef struct moments {
    relif_vector times, bound, disagreement;
} moments;

typedef struct layer_errors {
    relif_vector relative, mean, largest, beyond;
    relif_vector balance[N_BALANCE]; /* empty without one */
} layer_errors;

static const char *const balance_names[N_BALANCE] = {
    [BALANCE_RESIDUAL] = "balance_residual",
    [BALANCE_LARGEST_RESIDUAL] = "balance_largest_residual",
    [BALANCE_LEAKED] = "balance_leaked",
    [BALANCE_LARGEST_LEAKED] = "balance_largest_leaked",
    [BALANCE_DEVIATION] = "balance_deviation"};

/* In words. Caller frees. */
static char *name_layer(const char *layer)
{
    relif_text text = {0};
    if (strcmp(layer, "input") == 0)
        relif_text_append(&text, "input");
    else
        relif_text_append(&text, "layer %s", layer);
    return text.bytes;
}

static relif_err read_moments(relif_archive *archive, moments *found)
{
    relif_err err = relif_vector_read(archive, &found->times, "/coding_times");
    if (err == RELIF_OK) err = relif_vector_read(archive, &found->bound, "/bound");
    if (err == RELIF_OK)
        err = relif_vector_read(archive, &found->disagreement, "/disagreement");
    if (err == RELIF_OK && (found->bound.count != found->times.count ||
                            found->disagreement.count != found->times.count))
        err = relif_fail(RELIF_ERR_FORMAT, "bound and disagreement are not as many as "
                                           "the coding times");
    return err;
}

static relif_err read_column(relif_archive *archive, const char *layer, const char *name,
                             int64_t n_times, relif_vector *column)
{
    const relif_err err =
        relif_vector_read(archive, column, "/layers/%s/%s", layer, name);
    if (err != RELIF_OK || column->count == n_times) return err;
    return relif_fail(RELIF_ERR_FORMAT,
                      "'/layers/%s/%s' does not hold one value a coding time", layer,
                      name);
}

static relif_err read_balance(relif_archive *archive, const char *layer, int64_t n_times,
                              layer_errors *found)
{
    char path[PATH_SIZE];
    relif_err err = RELIF_OK;
    snprintf(path, sizeof path, "/layers/%s/%s", layer, balance_names[0]);
    if (!relif_archive_has(archive, path)) return RELIF_OK;
    for (int c = 0; c < N_BALANCE && err == RELIF_OK; c++)
        err = read_column(archive, layer, balance_names[c], n_times, &found->balance[c]);
    return err;
}

static relif_err read_layer(relif_archive *archive, const char *layer, int64_t n_times,
                            layer_errors *found)
{
    const struct {
        const char *name;
        relif_vector *vector;
    } columns[N_COLUMNS] = {{"relative_error", &found->relative},
                            {"mean_error", &found->mean},
                            {"largest_error", &found->largest},
                            {"beyond_bound", &found->beyond}};
    relif_err err = RELIF_OK;
    for (int c = 0; c < N_COLUMNS && err == RELIF_OK; c++)
        err = read_column(archive, layer, columns[c].name, n_times, columns[c].vector);
    return err == RELIF_OK ? read_balance(archive, layer, n_times, found) : err;
}

static relif_err add_chart(const relif_report_source *source, const char *layer,
                           const moments *at, const layer_errors *found, relif_page *page)
{
    const double *x = at->times.values;
    const int64_t n = at->times.count;
    const relif_chart_series series[] = {
        {"bound 1/T", RELIF_CHART_DASHES, -1, x, at->bound.values, NULL, n},
        {"largest error", RELIF_CHART_LINE_POINTS, 1, x, found->largest.values, NULL, n},
        {"mean error", RELIF_CHART_LINE_POINTS, 0, x, found->mean.values, NULL, n}};
    relif_text what = {0};
    relif_text_append(&what, "%s_%s", source->stem, layer);
    char *title = name_layer(layer);
    const relif_chart chart = {.title = title,
                               .x_label = "coding time T (s)",
                               .y_label = "|rate - ideal rate| (Hz)",
                               .log_x = true,
                               .log_y = true,
                               .series = series,
                               .n_series = 3};
    char *name = relif_page_figure_name(page, what.bytes);
    relif_err err = relif_chart_draw(relif_page_folder(page), name, &chart);
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            "Error of the rates of the %s against the coding time, beside 1/T. Both axes "
            "are logarithmic.",
            title);
    free(name);
    free(title);
    relif_text_release(&what);
    return err;
}

static void add_table(const moments *at, const layer_errors *found, relif_page *page)
{
    static const char *const heads[] = {"T (s)",     "1/T (Hz)",     "relative L2 error",
                                        "mean (Hz)", "largest (Hz)", "beyond 1/T"};
    relif_page_table(page, "Error of the rates", heads, 6);
    for (int64_t c = 0; c < at->times.count; c++) {
        relif_page_cell(page, "%.6g", at->times.values[c]);
        relif_page_cell(page, "%.4g", at->bound.values[c]);
        relif_page_cell(page, "%.2f %%", 100 * found->relative.values[c]);
        relif_page_cell(page, "%.3g", found->mean.values[c]);
        relif_page_cell(page, "%.3g", found->largest.values[c]);
        relif_page_cell(page, "%.1f %%", 100 * found->beyond.values[c]);
    }
    relif_page_table_end(page);
}

static bool leaks(const layer_errors *found)
{
    const relif_vector *largest = &found->balance[BALANCE_LARGEST_LEAKED];
    for (int64_t c = 0; c < largest->count; c++)
        if (largest->values[c] != 0) return true;
    return false;
}

/* Columns of leaked charge only if there is any. */
static void add_balance(const moments *at, const layer_errors *found, const char *balance,
                        relif_page *page)
{
    static const char *const heads[] = {
        "T (s)",        "residual, mean", "residual, largest", "largest deviation",
        "leaked, mean", "leaked, largest"};
    static const int columns[] = {BALANCE_RESIDUAL, BALANCE_LARGEST_RESIDUAL,
                                  BALANCE_DEVIATION, BALANCE_LEAKED,
                                  BALANCE_LARGEST_LEAKED};
    if (found->balance[0].count == 0) return;
    const int n = leaks(found) ? N_BALANCE : N_BALANCE - 2;
    relif_page_table(page, "Balance of charge, in V_th C_m", heads, 1 + n);
    for (int64_t c = 0; c < at->times.count; c++) {
        relif_page_cell(page, "%.6g", at->times.values[c]);
        for (int b = 0; b < n; b++)
            relif_page_cell(page, columns[b] == BALANCE_DEVIATION ? "%.2e" : "%.4g",
                            found->balance[columns[b]].values[c]);
    }
    relif_page_table_end(page);
    relif_page_paragraph(page,
                         "For every neuron, count V_th C_m = arrived charge - leaked "
                         "charge + C_m V(0) - C_m V(T): %s. The residual is C_m |V(T) - "
                         "V(0)|.",
                         balance);
}

static void compare(const relif_report_source *source, const char *layer,
                    const moments *at, const layer_errors *found, const char *command,
                    relif_page *page)
{
    char *detail = name_layer(layer);
    for (int64_t c = 0; c < at->times.count; c++)
        if (fabs(at->times.values[c] - 10) < 1e-9)
            relif_page_compare(
                page,
                &(relif_page_finding){source->experiment, RELIF_QUANTITY_ERROR_AT_10_S,
                                      100 * found->relative.values[c], command, detail});
    free(detail);
}

static relif_err add_layer(const relif_report_source *source, const char *layer,
                           const moments *at, const char *command, relif_page *page)
{
    char path[PATH_SIZE];
    layer_errors found = {0};
    relif_err err = read_layer(source->archive, layer, at->times.count, &found);
    snprintf(path, sizeof path, "/layers/%s", layer);
    double unreachable = 0;
    if (err == RELIF_OK)
        err =
            relif_archive_get_double(source->archive, path, "unreachable", &unreachable);
    char *balance = relif_attribute_text(source->archive, path, "balance");
    if (err == RELIF_OK) {
        char *heading = name_layer(layer);
        relif_page_heading(page, "Error of the %s", heading);
        free(heading);
        err = add_chart(source, layer, at, &found, page);
    }
    if (err == RELIF_OK) {
        add_table(at, &found, page);
        if (unreachable > 0)
            relif_page_paragraph(page,
                                 "Ideal rates above 1/dt, the highest there is: %.3f %% "
                                 "of neurons and images; their error stays.",
                                 100 * unreachable);
        add_balance(at, &found, balance, page);
        compare(source, layer, at, &found, command, page);
    }
    free(balance);
    relif_vector_release(&found.relative);
    relif_vector_release(&found.mean);
    relif_vector_release(&found.largest);
    relif_vector_release(&found.beyond);
    for (int b = 0; b < N_BALANCE; b++) relif_vector_release(&found.balance[b]);
    return err;
}

static void add_disagreement(const moments *at, relif_page *page)
{
    relif_page_table(page, "Labels of the spiking network after each coding time",
                     (const char *[]){"T (s)", "images whose label is not the ANN's"}, 2);
    for (int64_t c = 0; c < at->times.count; c++) {
        relif_page_cell(page, "%.6g", at->times.values[c]);
        relif_page_cell(page, "%.2f %%", 100 * at->disagreement.values[c]);
    }
    relif_page_table_end(page);
}

relif_err relif_report_coding_error(const relif_report_source *source, relif_page *page)
{
    moments at = {0};
    char **names = NULL;
    int n = 0;
    char *from = relif_attribute_text(source->archive, "/", "source");
    relif_text command = {0};
    relif_text_append(&command, "relif-coding-error %s", from);
    relif_err err = read_moments(source->archive, &at);
    if (err == RELIF_OK)
        err = relif_report_head(source, page, "Rates of a network", command.bytes);
    char *simulations = relif_attribute_text(source->archive, "/", "simulations");
    if (err == RELIF_OK) relif_page_paragraph(page, "Simulations: %s.", simulations);
    free(simulations);
    if (err == RELIF_OK) add_disagreement(&at, page);
    if (err == RELIF_OK)
        err = relif_archive_members(source->archive, "/layers", &names, &n);
    for (int l = 0; l < n && err == RELIF_OK; l++) /* the input stands in front */
        if (strcmp(names[l], "input") == 0)
            err = add_layer(source, names[l], &at, command.bytes, page);
    for (int l = 0; l < n && err == RELIF_OK; l++)
        if (strcmp(names[l], "input") != 0)
            err = add_layer(source, names[l], &at, command.bytes, page);
    relif_names_release(names, n);
    free(from);
    relif_text_release(&command);
    relif_vector_release(&at.times);
    relif_vector_release(&at.bound);
    relif_vector_release(&at.disagreement);
    return err;
}
