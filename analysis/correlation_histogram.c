#include "correlation_histogram.h"

#include <math.h>
#include <stdlib.h>

#include "figure.h"
#include "relif/memory.h"
#include "relif/text.h"

/* Bins of a round width that cover min .. max in 20 to 50 steps. */
static double bin_width(double range)
{
    if (!(range > 0)) return 0.001;
    const double power = pow(10, floor(log10(range / 20)));
    const double parts = range / 20 / power;
    return power * (parts < 2 ? 1 : parts < 5 ? 2 : 5);
}

static int64_t write_bins(FILE *script, const relif_image_correlation *found,
                          double width)
{
    const int64_t first = (int64_t)floor(found->min / width);
    const int64_t n = (int64_t)floor(found->max / width) - first + 1;
    int64_t *counts = relif_calloc((size_t)n, sizeof *counts), most = 0;
    for (int64_t i = 0; i < found->n_images; i++)
        if (!isnan(found->values[i]))
            counts[(int64_t)floor(found->values[i] / width) - first]++;
    fputs("$bins << EOD\n", script);
    for (int64_t b = 0; b < n; b++) {
        fprintf(script, "%.12g %lld\n", ((double)(first + b) + 0.5) * width,
                (long long)counts[b]);
        if (counts[b] > most) most = counts[b];
    }
    fputs("EOD\n", script);
    fprintf(script, "set xrange [%.12g:%.12g]\n", (double)(first - 1) * width,
            (double)(first + n + 1) * width);
    free(counts);
    return most;
}

relif_err relif_correlation_histogram(const char *folder, const char *name,
                                      const char *title,
                                      const relif_image_correlation *found)
{
    relif_figure *figure = NULL;
    if (found->undefined == found->n_images) return RELIF_OK;
    const relif_err err = relif_figure_open(folder, name, 600, 420, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    const double width = bin_width(found->max - found->min);
    const int64_t most = write_bins(script, found, width);
    fputs("set title ", script);
    relif_figure_quote(figure, title);
    fprintf(script,
            " noenhanced\nset xlabel 'Pearson correlation of spike counts with ReLU "
            "outputs'\n"
            "set ylabel 'images (per bin of %g)'\nset yrange [0:%g]\nset key tmargin "
            "left Left "
            "reverse\n"
            "set xtics %.12g\n"
            "set style fill solid 0.85 border rgb 'white'\nset boxwidth %.12g\n"
            "set arrow from %.12g, graph 0 to %.12g, graph 1 nohead front lw 3 lc rgb "
            "'#d55e00'\n",
            width, 1.08 * (double)most, bin_width(8 * (found->max - found->min)), width,
            found->mean, found->mean);
    relif_text plot = {0};
    relif_text_append(
        &plot,
        "plot $bins using 1:2 with boxes lc rgb '#0072b2' notitle, NaN with "
        "lines lw 3 lc rgb '#d55e00' title 'mean %.4f'",
        found->mean);
    const relif_err drawn = relif_figure_finish(figure, relif_text_string(&plot));
    relif_text_release(&plot);
    return drawn;
}
