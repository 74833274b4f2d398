#include "coding_error_figure.h"

#include "figure.h"

/* Columns: T, 1/T, largest, mean, relative; gnuplot leaves out what has no logarithm. */
static void write_moments(FILE *script, const relif_coding_error *error)
{
    fputs("$moments << EOD\n", script);
    for (int c = 0; c < error->n_times; c++) {
        const relif_coding_moment *moment = &error->moments[c];
        fprintf(script, "%.9g %.9g %.9g %.9g %.9g\n", moment->time, moment->bound,
                moment->largest, moment->mean, moment->relative);
    }
    fputs("EOD\n", script);
}

relif_err relif_coding_error_figure(const char *folder, const char *name,
                                    const char *title, const relif_coding_error *error)
{
    relif_figure *figure = NULL;
    const relif_err err = relif_figure_open(folder, name, 1300, 620, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    write_moments(script, error);
    fputs("heading = ", script);
    relif_figure_quote(figure, title);
    fputs("\nset logscale xy\nset grid xtics ytics lc rgb '#e0e0e0'\n"
          "set xlabel 'coding time T (s)'\nset key top right\n"
          "set style line 1 lw 2.5 pt 7 ps 0.9 lc rgb '#0072b2'\n"
          "set style line 2 lw 2.5 pt 5 ps 0.9 lc rgb '#d55e00'\n"
          "set style line 3 lw 2 dt 2 lc rgb '#202020'\n",
          script);
    return relif_figure_finish(
        figure,
        "set multiplot layout 1,2 title heading noenhanced\n"
        "set ylabel 'error of the rate (Hz)'\n"
        "plot $moments using 1:3 with linespoints ls 2 title 'largest', "
        "'' using 1:4 with linespoints ls 1 title 'mean', "
        "'' using 1:2 with lines ls 3 title '1/T'\n"
        "set ylabel 'relative error (L2 norm)'\n"
        "plot $moments using 1:5 with linespoints ls 1 title 'relative L2 error', "
        "'' using 1:2 with lines ls 3 title '1/T (T in s)'\n"
        "unset multiplot");
}
