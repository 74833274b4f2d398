#include "correlation_figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "correlation_output.h"
#include "figure.h"
#include "relif/memory.h"

/* A picture of many cells is drawn as a bitmap, because a rectangle each makes SVG slow.
 */
enum { MOST_PIXELS = 345, MOST_RECTANGLES = 60, PATH_SIZE = 64, TICS_OF_HALF = 5 };

/* A picture of a matrix larger than MOST_PIXELS shows every stride-th image or neuron,
 * the same of both halves. Means over blocks would show none of the correlations: the
 * large ones are alone among small ones. */
typedef struct matrix_facts {
    const char *group;
    int64_t size, half, first_index; /* first_index: of the axis labels */
    int64_t *kept;                   /* [size] series in the matrix */
    int64_t stride, n_shown, relu_shown;
    int64_t *shown; /* [n_shown] rows of the matrix */
} matrix_facts;

static void choose_shown(matrix_facts *facts, int64_t relu_series)
{
    facts->stride = (facts->size + MOST_PIXELS - 1) / MOST_PIXELS;
    facts->shown = relif_calloc((size_t)facts->size, sizeof *facts->shown);
    for (int64_t row = 0; row < facts->size; row++) {
        if (facts->kept[row] % facts->half % facts->stride != 0) continue;
        facts->relu_shown += row < relu_series;
        facts->shown[facts->n_shown++] = row;
    }
}

static relif_err read_facts(relif_archive *output, relif_over over, matrix_facts *facts)
{
    char path[PATH_SIZE];
    relif_array kept;
    int64_t relu_series = 0;
    *facts = (matrix_facts){.group = relif_correlation_output_group(over)};
    snprintf(path, sizeof path, "%s/kept", facts->group);
    relif_err err = relif_archive_describe(output, path, &kept);
    if (err != RELIF_OK) return err;
    facts->size = kept.dims[0];
    facts->kept = relif_calloc((size_t)facts->size, sizeof *facts->kept);
    const int64_t offset = 0;
    err = relif_archive_read(output, path, RELIF_ARRAY_I64, &offset, &facts->size,
                             facts->kept);
    if (err == RELIF_OK)
        err = relif_archive_get_int(output, facts->group, "half", &facts->half);
    if (err == RELIF_OK)
        err = relif_archive_get_int(output, facts->group, "relu_series", &relu_series);
    if (err == RELIF_OK && over == RELIF_OVER_IMAGES)
        err = relif_archive_get_int(output, facts->group, "first_image",
                                    &facts->first_index);
    if (err == RELIF_OK && facts->half < 1 && facts->size > 0)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s': attribute half is %lld, expected >= 1",
                         facts->group, (long long)facts->half);
    if (err == RELIF_OK && facts->size > 0) choose_shown(facts, relu_series);
    return err;
}

static relif_err write_heat_map(relif_archive *output, const matrix_facts *facts,
                                FILE *script)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/matrix", facts->group);
    double *row = relif_calloc((size_t)facts->size, sizeof *row);
    relif_err err = RELIF_OK;
    fputs("$matrix << EOD\n", script);
    for (int64_t r = 0; r < facts->n_shown && err == RELIF_OK; r++) {
        const int64_t offset[] = {facts->shown[r], 0}, count[] = {1, facts->size};
        err = relif_archive_read(output, path, RELIF_ARRAY_F64, offset, count, row);
        for (int64_t c = 0; c < facts->n_shown; c++)
            fprintf(script, "%.4f ", row[facts->shown[c]]);
        fputc('\n', script);
    }
    fputs("EOD\n", script);
    free(row);
    return err;
}

/* 1, 2, 5, 10, ... so that a half of the axis gets a handful of tics. */
static int64_t tic_step(int64_t half)
{
    int64_t step = 1;
    for (int i = 0; half / step > TICS_OF_HALF; i++)
        step = i % 3 == 1 ? step / 2 * 5 : 2 * step;
    return step;
}

static void write_tics(FILE *script, const matrix_facts *facts, char axis)
{
    const int64_t step = tic_step(facts->half);
    const char *between = "";
    fprintf(script, "set %ctics scale 0.5 (", axis);
    for (int64_t position = 0; position < facts->n_shown; position++) {
        const int64_t index = facts->kept[facts->shown[position]] % facts->half;
        if (index % step != 0) continue;
        fprintf(script, "%s'%lld' %lld", between, (long long)facts->first_index + index,
                (long long)position);
        between = ", ";
    }
    fputs(")\n", script);
}

/* The words ReLU and LIF along their halves, and lines between them. */
static void write_halves(FILE *script, const matrix_facts *facts)
{
    const double border = (double)facts->relu_shown - 0.5, end = (double)facts->n_shown;
    const double middles[] = {(border - 0.5) / 2, (border + end - 0.5) / 2};
    const char *const words[] = {"ReLU outputs", "LIF spike counts"};
    const int64_t sizes[] = {facts->relu_shown, facts->n_shown - facts->relu_shown};
    for (int h = 0; h < 2; h++) {
        if (sizes[h] == 0) continue;
        fprintf(script, "set label '%s' at first %g, graph 1.03 center\n", words[h],
                middles[h]);
        fprintf(script, "set label '%s' at graph 1.03, first %g center rotate by -90\n",
                words[h], middles[h]);
    }
    if (sizes[0] == 0 || sizes[1] == 0) return;
    fprintf(
        script,
        "set arrow from %g, graph 0 to %g, graph 1 nohead front lw 1.5 lc rgb 'black'\n"
        "set arrow from graph 0, first %g to graph 1, first %g nohead front lw 1.5 lc "
        "rgb 'black'\n",
        border, border, border, border);
}

static void write_axes(relif_figure *figure, const matrix_facts *facts, const char *title,
                       relif_over over)
{
    char series[64];
    snprintf(series, sizeof series, "%s number",
             over == RELIF_OVER_IMAGES ? "image" : "neuron");
    if (facts->stride > 1)
        snprintf(series + strlen(series), sizeof series - strlen(series),
                 " (one of %lld is shown)", (long long)facts->stride);
    FILE *script = relif_figure_script(figure);
    const double end = (double)facts->n_shown - 0.5;
    fputs("set title ", script);
    relif_figure_quote(figure, title);
    fprintf(
        script,
        " noenhanced offset 0,1.1\nset xlabel '%s'\nset ylabel '%s'\n"
        "unset key\nset size ratio -1\n"
        "set rmargin at screen 0.74\nset lmargin at screen 0.13\n"
        "set tmargin at screen 0.85\nset bmargin at screen 0.15\n"
        "set colorbox user origin 0.81,0.17 size 0.03,0.66\n"
        "set xrange [-0.5:%g]\nset yrange [%g:-0.5]\nset cbrange [-1:1]\n"
        "set cbtics 0.5\n"
        "set palette defined (-1 '#08519c', -0.5 '#6baed6', 0 '#ffffff', 0.5 '#fdae61', "
        "1 '#a84300')\n",
        series, series, end, end);
    fputs("set cblabel 'correlation' offset 0.5,0\n", script);
    write_tics(script, facts, 'x');
    write_tics(script, facts, 'y');
    write_halves(script, facts);
}

relif_err relif_correlation_figure(const char *folder, const char *name,
                                   const char *title, relif_archive *output,
                                   relif_over over)
{
    matrix_facts facts;
    relif_figure *figure = NULL;
    relif_err err = read_facts(output, over, &facts);
    if (err == RELIF_OK && facts.size > 0)
        err = relif_figure_open(folder, name, 600, 540, &figure);
    if (figure) {
        const relif_err read =
            write_heat_map(output, &facts, relif_figure_script(figure));
        write_axes(figure, &facts, title, over);
        /* A rectangle a pixel is sharp in every viewer, but many make an SVG of
         * megabytes. */
        fprintf(relif_figure_script(figure), "many = %d\n",
                facts.n_shown > MOST_RECTANGLES);
        err = relif_figure_finish(
            figure, "if (many && GPVAL_TERM eq 'svg') { plot $matrix matrix with image } "
                    "else { plot $matrix matrix with image pixels }");
        if (read != RELIF_OK) err = read;
    }
    free(facts.kept);
    free(facts.shown);
    return err;
}
