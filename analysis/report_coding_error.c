/* Kind "coding_error": /coding_times, /bound, /disagreement [times]; /layers/<name>/
 * {relative_error, mean_error, largest_error, beyond_bound} [times]. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { N_COLUMNS = 4, PATH_SIZE = 512 };

typedef struct moments {
    relif_vector times, bound, disagreement;
} moments;

typedef struct layer_errors {
    relif_vector relative, mean, largest, beyond;
} layer_errors;

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
    for (int c = 0; c < N_COLUMNS && err == RELIF_OK; c++) {
        err = relif_vector_read(archive, columns[c].vector, "/layers/%s/%s", layer,
                                columns[c].name);
        if (err == RELIF_OK && columns[c].vector->count != n_times)
            err = relif_fail(RELIF_ERR_FORMAT,
                             "'/layers/%s/%s' does not hold one value a coding time",
                             layer, columns[c].name);
    }
    return err;
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
    relif_text_append(&what, "%s_coding_error_%s", source->experiment, layer);
    const relif_chart chart = {.title = layer,
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
            "%s: error of the rates against the coding time, beside 1/T. Both axes are "
            "logarithmic.",
            layer);
    free(name);
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
        relif_page_cell(page, "%.3f %%", 100 * found->relative.values[c]);
        relif_page_cell(page, "%.4g", found->mean.values[c]);
        relif_page_cell(page, "%.4g", found->largest.values[c]);
        relif_page_cell(page, "%.3f %%", 100 * found->beyond.values[c]);
    }
    relif_page_table_end(page);
}

static void compare(const relif_report_source *source, const char *layer,
                    const moments *at, const layer_errors *found, const char *command,
                    relif_page *page)
{
    relif_text where = {0};
    relif_text_append(&where, "%s (%s)", command, layer);
    for (int64_t c = 0; c < at->times.count; c++)
        if (fabs(at->times.values[c] - 10) < 1e-9)
            relif_page_compare(page, source->experiment, RELIF_QUANTITY_ERROR_AT_10_S,
                               100 * found->relative.values[c], where.bytes);
    relif_text_release(&where);
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
        relif_page_heading(page, "%s", layer);
        err = add_chart(source, layer, at, &found, page);
    }
    if (err == RELIF_OK) {
        add_table(at, &found, page);
        if (unreachable > 0)
            relif_page_paragraph(page,
                                 "Ideal rates above 1/dt, the highest there is: %.3f %% "
                                 "of neurons and images; their error stays.",
                                 100 * unreachable);
        if (*balance) relif_page_paragraph(page, "Balance of charge: %s.", balance);
        compare(source, layer, at, &found, command, page);
    }
    free(balance);
    relif_vector_release(&found.relative);
    relif_vector_release(&found.mean);
    relif_vector_release(&found.largest);
    relif_vector_release(&found.beyond);
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
        err = relif_report_head(source, page, "rates of a network", command.bytes);
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
