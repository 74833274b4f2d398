#include "chart.h"

#include <math.h>

#include "figure.h"
#include "quoted.h"
#include "relif/text.h"

enum { WIDTH = 600, HEIGHT = 400, KEY_LINE = 24, N_COLOURS = 7 };

static const char *const colours[N_COLOURS] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                               "#e69f00", "#56b4e9", "#000000"};
static const int marks[N_COLOURS] = {7, 9, 5, 13, 4, 6, 2};
static const double mark_sizes[N_COLOURS] = {0.55, 0.7, 0.55, 0.7, 0.7, 0.7, 0.6};

static void write_number(FILE *script, double value)
{
    if (isfinite(value))
        fprintf(script, " %.8g", value);
    else
        fputs(" NaN", script);
}

static void write_series(FILE *script, const relif_chart_series *series, int s)
{
    fprintf(script, "$s%d << EOD\n", s);
    for (int64_t i = 0; i < series->count; i++) {
        write_number(script, series->x[i]);
        write_number(script, series->y[i]);
        if (series->top) write_number(script, series->top[i]);
        fputc('\n', script);
    }
    fputs("EOD\n", script);
}

static void set_text(relif_figure *figure, const char *what, const char *text)
{
    if (!text) return;
    fprintf(relif_figure_script(figure), "set %s ", what);
    relif_figure_quote(figure, text);
    fputc('\n', relif_figure_script(figure));
}

static void append_series(relif_text *plot, const relif_chart_series *series, int s)
{
    const int c = series->colour < 0 ? N_COLOURS - 1 : series->colour % N_COLOURS;
    relif_text_append(plot, "%s$s%d using %s with ", s ? ", " : "plot ", s,
                      series->top ? "1:2:3" : "1:2");
    switch (series->style) {
    case RELIF_CHART_LINE:
        relif_text_append(plot, "lines lw 2 lc rgb '%s'", colours[c]);
        break;
    case RELIF_CHART_DASHES:
        relif_text_append(plot, "lines lw 2 dt (8,5) lc rgb '%s'", colours[c]);
        break;
    case RELIF_CHART_POINTS:
        relif_text_append(plot, "points pt %d ps %g lc rgb '%s'", marks[c], mark_sizes[c],
                          colours[c]);
        break;
    case RELIF_CHART_LINE_POINTS:
        relif_text_append(plot, "linespoints lw 2 pt %d ps %g lc rgb '%s'", marks[c],
                          mark_sizes[c], colours[c]);
        break;
    case RELIF_CHART_BAND:
        relif_text_append(plot, "filledcurves fs transparent solid 0.25 lc rgb '%s'",
                          colours[c]);
        break;
    }
    relif_text_append(plot, series->title ? " title " : " notitle");
    if (series->title) relif_quoted_append(plot, series->title);
}

/* The key stands above the curves, so that it never covers them. */
static int count_titles(const relif_chart *chart)
{
    int n = 0;
    for (int s = 0; s < chart->n_series; s++) n += chart->series[s].title != NULL;
    return n;
}

relif_err relif_chart_draw(const char *folder, const char *name, const relif_chart *chart)
{
    relif_figure *figure = NULL;
    relif_text plot = {0};
    const int height = HEIGHT + KEY_LINE * count_titles(chart);
    relif_err err = relif_figure_open(folder, name, WIDTH, height, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    for (int s = 0; s < chart->n_series; s++) {
        write_series(script, &chart->series[s], s);
        append_series(&plot, &chart->series[s], s);
    }
    set_text(figure, "title", chart->title);
    set_text(figure, "xlabel", chart->x_label);
    set_text(figure, "ylabel", chart->y_label);
    fputs("set key tmargin left Left reverse vertical samplen 2.5 spacing 1.15\n"
          "set grid back lw 1 lc rgb '#e4e4e4'\n",
          script);
    if (chart->log_x) fputs("set logscale x\n", script);
    if (chart->log_y) fputs("set logscale y\n", script);
    if (!chart->log_x)
        fputs("set autoscale xfix\nset offsets graph 0.02, graph 0.02, 0, 0\n", script);
    err = relif_figure_finish(figure, relif_text_string(&plot));
    relif_text_release(&plot);
    return err;
}
