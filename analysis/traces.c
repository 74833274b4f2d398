/* Row r of n lies between n - 1 - r and n - r: spikes below, the potential above them. */
#include "traces.h"

#include <math.h>

#include "figure.h"

enum { WIDTH = 600, ROW = 44, TALL_ROW = 84, FEW_ROWS = 6, MARGINS = 130 };
static const double v_bottom = 0.24, v_height = 0.70;
static const double spike_bottom = 0.02, spike_height = 0.17;

void relif_traces_range(const relif_traces *traces, double *low, double *high, bool *cut)
{
    *low = 0;
    *high = isfinite(traces->threshold) ? traces->threshold : 0;
    for (int r = 0; r < traces->count; r++)
        for (int64_t t = 0; t < traces->steps && traces->traces[r].v; t++) {
            *low = fmin(*low, traces->traces[r].v[t]);
            *high = fmax(*high, traces->traces[r].v[t]);
        }
    *cut = traces->threshold > 0 && *low < -traces->threshold;
    if (*cut) *low = -traces->threshold;
    if (!(*high > *low)) *high = *low + 1;
}

static double place_of(const relif_traces *traces, int r, double share)
{
    return traces->count - 1 - r + share;
}

static void write_potentials(FILE *script, const relif_traces *traces)
{
    double low, high;
    bool cut;
    relif_traces_range(traces, &low, &high, &cut);
    fputs("$v << EOD\nNaN NaN\n", script);
    for (int r = 0; r < traces->count; r++) {
        for (int64_t t = 0; t < traces->steps && traces->traces[r].v; t++)
            fprintf(
                script, "%.6g %.5g\n", (double)(t + 1) * traces->dt,
                place_of(traces, r,
                         v_bottom + v_height * (fmax(traces->traces[r].v[t], low) - low) /
                                        (high - low)));
        fputs("\n", script);
    }
    fputs("EOD\n$threshold << EOD\nNaN NaN\n", script);
    const double at = v_bottom + v_height * (traces->threshold - low) / (high - low);
    for (int r = 0; r < traces->count && isfinite(at); r++)
        if (traces->traces[r].v)
            fprintf(script, "0 %.5g\n%.6g %.5g\n\n", place_of(traces, r, at),
                    (double)traces->steps * traces->dt, place_of(traces, r, at));
    fputs("EOD\n", script);
}

static void write_spikes(FILE *script, const relif_traces *traces)
{
    fputs("$spikes << EOD\nNaN NaN 0 0\n", script);
    for (int r = 0; r < traces->count; r++) {
        const relif_trace *trace = &traces->traces[r];
        const double height = trace->v ? spike_height : 0.6;
        for (int64_t i = 0; i < trace->n_spikes; i++)
            fprintf(script, "%.6g %.5g 0 %g\n", trace->spikes[i],
                    place_of(traces, r, spike_bottom), height);
    }
    fputs("EOD\n", script);
}

static void write_axes(relif_figure *figure, const relif_traces *traces)
{
    FILE *script = relif_figure_script(figure);
    fputs("set title ", script);
    relif_figure_quote(figure, traces->title);
    fputs("\nset ylabel ", script);
    relif_figure_quote(figure, traces->y_label);
    fputs("\nset ytics scale 0 (", script);
    for (int r = 0; r < traces->count; r++) {
        if (r) fputs(", ", script);
        relif_figure_quote(figure, traces->traces[r].label);
        fprintf(script, " %g", place_of(traces, r, 0.45));
    }
    fprintf(script,
            ")\nset xlabel 'time (s)'\nset xrange [0:%.6g]\nset yrange [0:%d]\n"
            "set key tmargin left Left reverse horizontal samplen 2\n",
            (double)traces->steps * traces->dt, traces->count);
    for (int r = 1; r < traces->count; r++)
        fprintf(script,
                "set arrow from graph 0, first %d to graph 1, first %d nohead back lw 1 "
                "lc rgb '#d8d8d8'\n",
                r, r);
}

relif_err relif_traces_draw(const char *folder, const char *name,
                            const relif_traces *traces)
{
    relif_figure *figure = NULL;
    const int height =
        MARGINS + (traces->count > FEW_ROWS ? ROW : TALL_ROW) * traces->count;
    const relif_err err = relif_figure_open(folder, name, WIDTH, height, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    write_potentials(script, traces);
    write_spikes(script, traces);
    write_axes(figure, traces);
    return relif_figure_finish(
        figure,
        isfinite(traces->threshold)
            ? "plot $v using 1:2 with lines lw 1.5 lc rgb '#0072b2' title 'potential', "
              "$threshold using 1:2 with lines lw 1 dt (4,4) lc rgb '#606060' title "
              "'threshold', $spikes using 1:2:3:4 with vectors nohead lw 1.5 lc rgb "
              "'#d55e00' title 'spikes'"
            : "plot $v using 1:2 with lines lw 1.5 lc rgb '#0072b2' title 'potential', "
              "$spikes using 1:2:3:4 with vectors nohead lw 1.5 lc rgb '#d55e00' title "
              "'spikes'");
}
