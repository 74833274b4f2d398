/* Columns of an experiment's table as curves: measured values as points, formulas as
 * lines. A table of very many rows is summed up over its axis. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { MOST_SERIES = 7, MOST_ROWS = 200, BINS = 60 };

typedef struct curve {
    const char *column, *title;
    relif_chart_style style;
    int colour;
} curve;

typedef struct recipe {
    const char *kind, *axis, *x_label, *y_label, *caption;
    bool logarithmic;
    curve curves[MOST_SERIES];
} recipe;

static const recipe recipes[] = {
    {"rate_curve",
     "input",
     "sum of weights times input rates (Hz)",
     "output rate (Hz)",
     "Output rate against the weighted input rates. Points are measured, lines are the "
     "formulas.",
     false,
     {{"relu", "ReLU neuron", RELIF_CHART_LINE, -1},
      {"linear_limit", "limit (14)", RELIF_CHART_DASHES, 2},
      {"formula_lif", "LIF by (12)", RELIF_CHART_LINE, 4},
      {"continuous", "continuous approximation (13)", RELIF_CHART_DASHES, 3},
      {"exact", "Linear LIF, exact", RELIF_CHART_LINE, 5},
      {"linear_lif", "Linear LIF, measured", RELIF_CHART_POINTS, 0},
      {"lif", "LIF, measured", RELIF_CHART_POINTS, 1}}},
    {"least_rate",
     "g_l",
     "leak conductance g_l (1/s)",
     "least input rate that fires (Hz)",
     "The least input rate (mean by weights) at which the Linear LIF neuron fires, "
     "against the leak conductance, beside the formulas.",
     false,
     {{"formula", "equation (11)", RELIF_CHART_LINE, -1},
      {"formula_coding_time", "within the coding time, (38)", RELIF_CHART_DASHES, 2},
      {"least_rate", "measured", RELIF_CHART_POINTS, 0}}},
    {"slope",
     "c_m",
     "membrane capacitance C_m (dimensionless)",
     "slope of the rate curve (Hz per Hz)",
     "Slope of the output rate against the weighted input rate, against the membrane "
     "capacitance, beside 1/(C_m V_th).",
     false,
     {{"formula", "1/(C_m V_th), (14)", RELIF_CHART_LINE, -1},
      {"exact", "Linear LIF, exact", RELIF_CHART_DASHES, 5},
      {"linear_lif", "Linear LIF, measured", RELIF_CHART_POINTS, 0},
      {"lif", "LIF, measured", RELIF_CHART_POINTS, 1}}},
    {"coding_error",
     "coding_time",
     "coding time T (s)",
     "error of the rate (Hz)",
     "Error of the coded rate N/T against the coding time, beside the bound 1/T of (21). "
     "Both axes are logarithmic.",
     true,
     {{"bound", "bound 1/T", RELIF_CHART_DASHES, -1},
      {"error", "root mean square over the input rates", RELIF_CHART_LINE, 0},
      {"largest_error", "largest", RELIF_CHART_LINE, 1}}},
};

typedef struct drawn {
    relif_vector axis, columns[MOST_SERIES];
    relif_vector tops[MOST_SERIES]; /* of bands */
    relif_chart_series series[2 * MOST_SERIES];
    int n_series;
    bool summed_up;
} drawn;

/* At least a tenth of the rows: a formula for equal rates is no curve among all
 * combinations. */
static bool has_values(const relif_vector *vector)
{
    int64_t n = 0;
    for (int64_t i = 0; i < vector->count; i++) n += isfinite(vector->values[i]) != 0;
    return n > 0 && 10 * n >= vector->count;
}

/* Means of bins of the axis, into values; least and largest of them. */
static void sum_up(const relif_vector *axis, double low, double width,
                   relif_vector *values, double *least, double *largest)
{
    double sums[BINS] = {0};
    int64_t counts[BINS] = {0};
    for (int64_t i = 0; i < values->count; i++) {
        const double value = values->values[i];
        if (!isfinite(value)) continue;
        int b = (int)((axis->values[i] - low) / width);
        if (b > BINS - 1) b = BINS - 1;
        least[b] = counts[b] ? fmin(least[b], value) : value;
        largest[b] = counts[b] ? fmax(largest[b], value) : value;
        sums[b] += value;
        counts[b]++;
    }
    for (int b = 0; b < BINS; b++) {
        values->values[b] = counts[b] ? sums[b] / (double)counts[b] : (double)NAN;
        if (!counts[b]) least[b] = largest[b] = (double)NAN;
    }
    values->count = BINS;
}

static void sum_up_all(const recipe *how, drawn *found)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < found->axis.count; i++) {
        low = fmin(low, found->axis.values[i]);
        high = fmax(high, found->axis.values[i]);
    }
    const double width = high > low ? (high - low) / BINS : 1;
    for (int c = 0; c < MOST_SERIES && how->curves[c].column; c++) {
        relif_vector *top = &found->tops[c];
        top->values = relif_calloc((size_t)2 * BINS, sizeof *top->values);
        top->count = BINS;
        if (!has_values(&found->columns[c]))
            found->columns[c].count = 0;
        else if (found->columns[c].count == found->axis.count)
            sum_up(&found->axis, low, width, &found->columns[c], top->values + BINS,
                   top->values);
    }
    for (int b = 0; b < BINS; b++) found->axis.values[b] = low + (b + 0.5) * width;
    found->axis.count = BINS;
    found->summed_up = true;
}

static void add_series(const recipe *how, drawn *found)
{
    for (int c = 0; c < MOST_SERIES && how->curves[c].column; c++) {
        const curve *of = &how->curves[c];
        const relif_vector *values = &found->columns[c];
        if (values->count != found->axis.count || !has_values(values)) continue;
        relif_chart_series *series = &found->series[found->n_series++];
        *series = (relif_chart_series){of->title,          of->style,      of->colour,
                                       found->axis.values, values->values, NULL,
                                       values->count};
        if (!found->summed_up || of->style != RELIF_CHART_POINTS) continue;
        found->series[found->n_series++] =
            (relif_chart_series){NULL,
                                 RELIF_CHART_BAND,
                                 of->colour,
                                 found->axis.values,
                                 found->tops[c].values + BINS,
                                 found->tops[c].values,
                                 BINS};
    }
}

static relif_err read_all(relif_archive *archive, const char *experiment,
                          const recipe *how, drawn *found)
{
    relif_err err = relif_vector_read(archive, &found->axis, "/experiments/%s/%s",
                                      experiment, how->axis);
    for (int c = 0; c < MOST_SERIES && how->curves[c].column && err == RELIF_OK; c++)
        err = relif_vector_read(archive, &found->columns[c], "/experiments/%s/%s",
                                experiment, how->curves[c].column);
    if (err == RELIF_OK && found->axis.count > MOST_ROWS) sum_up_all(how, found);
    if (err == RELIF_OK) add_series(how, found);
    return err;
}

static void release(drawn *found)
{
    relif_vector_release(&found->axis);
    for (int c = 0; c < MOST_SERIES; c++) {
        relif_vector_release(&found->columns[c]);
        relif_vector_release(&found->tops[c]);
    }
}

static relif_err draw(const relif_report_source *source, const char *experiment,
                      const recipe *how, const drawn *found, relif_page *page)
{
    relif_text what = {0}, title = {0};
    relif_text_append(&what, "%s_%s", source->stem, experiment);
    relif_text_append(&title, "%s, %s", source->experiment, experiment);
    const relif_chart chart = {.title = title.bytes,
                               .x_label = how->x_label,
                               .y_label = how->y_label,
                               .log_x = how->logarithmic,
                               .log_y = how->logarithmic,
                               .series = found->series,
                               .n_series = found->n_series};
    char *name = relif_page_figure_name(page, what.bytes);
    relif_err err = relif_chart_draw(relif_page_folder(page), name, &chart);
    if (err == RELIF_OK)
        err = relif_page_figure(page, name, "%s%s", how->caption,
                                found->summed_up
                                    ? " Many combinations of rates: a point is the mean "
                                      "over those of about the same weighted input, the "
                                      "band goes from their least to their largest."
                                    : "");
    free(name);
    relif_text_release(&what);
    relif_text_release(&title);
    return err;
}

relif_err relif_report_neuron_chart(const relif_report_source *source,
                                    const char *experiment, const char *kind,
                                    relif_page *page)
{
    const recipe *how = NULL;
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        if (strcmp(recipes[i].kind, kind) == 0) how = &recipes[i];
    if (!how)
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s': experiment '%s' is of kind '%s', which this report does "
                          "not know",
                          source->path, experiment, kind);
    drawn *found = relif_calloc(1, sizeof *found);
    relif_err err = read_all(source->archive, experiment, how, found);
    if (err == RELIF_OK && found->n_series > 0)
        err = draw(source, experiment, how, found, page);
    release(found);
    free(found);
    return err;
}
