#include "heat_pair.h"

#include <math.h>

#include "figure.h"
#include "relif/text.h"

enum { WIDTH = 600, PANEL = 265, TOP = 42, BOTTOM = 62, BAR = 13 };

static void write_values(FILE *script, const relif_heat_tiles *tiles,
                         const relif_heat_panel *panel, int p)
{
    const int64_t rows = (int64_t)tiles->down * tiles->height;
    const int64_t columns = (int64_t)tiles->across * tiles->width;
    fprintf(script, "$p%d << EOD\n", p);
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < columns; c++) {
            /* An unused cell is as white as 0; gnuplot warns of others. */
            const double value = panel->values[r * columns + c];
            fprintf(script, "%.6g ", isfinite(value) ? value : 0);
        }
        fputc('\n', script);
    }
    fputs("EOD\n", script);
}

static double largest(const relif_heat_tiles *tiles, const relif_heat_panel *panel)
{
    const int64_t n = (int64_t)tiles->down * tiles->height * tiles->across * tiles->width;
    double most = 0;
    for (int64_t i = 0; i < n; i++)
        if (panel->values[i] > most) most = panel->values[i];
    return most > 0 ? most : 1;
}

/* 1, 2 or 5 times a power of ten: 3 to 6 steps. */
static double tic_step(double most)
{
    const double power = pow(10, floor(log10(most / 3)));
    const double parts = most / 3 / power;
    return power * (parts >= 5 ? 5 : parts >= 2 ? 2 : 1);
}

/* Lines between the tiles. */
static void write_borders(FILE *script, const relif_heat_tiles *tiles)
{
    for (int t = 1; t < tiles->across; t++)
        fprintf(script,
                "set arrow from first %g, graph 0 to first %g, graph 1 nohead front lw 1 "
                "lc rgb '#b0b0b0'\n",
                t * tiles->width - 0.5, t * tiles->width - 0.5);
    for (int t = 1; t < tiles->down; t++)
        fprintf(script,
                "set arrow from graph 0, first %g to graph 1, first %g nohead front lw 1 "
                "lc rgb '#b0b0b0'\n",
                t * tiles->height - 0.5, t * tiles->height - 0.5);
}

static void append_panel(relif_text *plot, const relif_heat_panel *panel, double most,
                         int p)
{
    const double left = p == 0 ? 0.02 : 0.52; /* room for the last tic's number */
    relif_text_append(plot,
                      "set lmargin at screen %g\nset rmargin at screen %g\n"
                      "set cbrange [0:%.6g]\nset cbtics %.6g\n"
                      "set title '%s' offset 0,-0.5\n"
                      "set colorbox horizontal user origin %g, bottom size 0.44, bar\n"
                      "plot $p%d matrix with image\n",
                      left, left + 0.44, most, tic_step(most), panel->title, left, p);
}

relif_err relif_heat_pair_draw(const char *folder, const char *name,
                               const relif_heat_tiles *tiles,
                               const relif_heat_panel panels[2])
{
    relif_figure *figure = NULL;
    relif_text plot = {0};
    const int rows = tiles->down * tiles->height, columns = tiles->across * tiles->width;
    const int picture = PANEL * rows / columns, height = picture + TOP + BOTTOM;
    relif_err err = relif_figure_open(folder, name, WIDTH, height, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    for (int p = 0; p < 2; p++) write_values(script, tiles, &panels[p], p);
    write_borders(script, tiles);
    fprintf(script,
            "unset key\nunset xtics\nunset ytics\nbottom = %.5f\nbar = %.5f\n"
            "set bmargin at screen %.5f\nset tmargin at screen %.5f\n"
            "set xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\n"
            "set cbtics scale 0.5 offset 0,0.3\n"
            "set palette defined (0 '#ffffff', 10 '#deebf7', 30 '#9ecae1', 60 '#4292c6', "
            "100 '#08306b')\n",
            (double)(BOTTOM - BAR - 8) / height, (double)BAR / height,
            (double)BOTTOM / height, (double)(BOTTOM + picture) / height, columns - 1,
            rows - 1);
    relif_text_append(&plot, "set multiplot\n");
    for (int p = 0; p < 2; p++)
        append_panel(&plot, &panels[p], largest(tiles, &panels[p]), p);
    relif_text_append(&plot, "unset multiplot");
    err = relif_figure_finish(figure, relif_text_string(&plot));
    relif_text_release(&plot);
    return err;
}
