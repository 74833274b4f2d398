/**
 * Curves and points over one axis, in colours that colour-blind readers can tell apart
 * (Okabe and Ito), with a different mark for each.
 *
 *     const relif_chart_series series[] = {
 *         {"measured", RELIF_CHART_POINTS, .x = x, .y = y, .count = n}};
 *     const relif_chart chart = {.x_label = "input rate (Hz)",
 *                                .y_label = "output rate (Hz)",
 *                                .series = series,
 *                                .n_series = 1};
 *     err = relif_chart_draw(folder, "rates", &chart);
 */
#ifndef RELIF_ANALYSIS_CHART_H
#define RELIF_ANALYSIS_CHART_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/error.h"

typedef enum relif_chart_style {
    RELIF_CHART_LINE,
    RELIF_CHART_DASHES,
    RELIF_CHART_POINTS,
    RELIF_CHART_LINE_POINTS,
    RELIF_CHART_BAND /* from y to top */
} relif_chart_style;

typedef struct relif_chart_series {
    const char *title; /* in the key; NULL: none */
    relif_chart_style style;
    int colour;        /* 0 .. 6, the mark goes with it; -1: black */
    const double *x;   /* [count]; what is not finite is left out */
    const double *y;   /* [count] */
    const double *top; /* [count] of a band, else NULL */
    int64_t count;
} relif_chart_series;

typedef struct relif_chart {
    const char *title, *x_label, *y_label; /* with units */
    bool log_x, log_y;
    const relif_chart_series *series;
    int n_series;
} relif_chart;

/** Draw <folder>/<name>.png and .svg. Not collective. */
relif_err relif_chart_draw(const char *folder, const char *name,
                           const relif_chart *chart);

#endif
