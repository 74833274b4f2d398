#include "confusion_figure.h"

#include "figure.h"

/* More classes than these: colours only. Long counts are written smaller. A rare error is
 * tinted as if it were this many percent, or nobody would see it. */
enum { LEAST_TINT = 4, MOST_WITH_COUNTS = 20, SHORT_COUNT = 10000, MANY_CLASSES = 12 };

static void write_cells(relif_figure *figure, const relif_confusion *matrix)
{
    FILE *script = relif_figure_script(figure);
    fputs("$cells << EOD\n", script);
    for (int r = 0; r < matrix->classes; r++) {
        const int64_t total = relif_confusion_row(matrix, r);
        for (int p = 0; p < matrix->classes; p++) {
            const int64_t count =
                matrix->counts[(size_t)r * (size_t)matrix->classes + (size_t)p];
            const double share = total ? 100 * (double)count / (double)total : 0;
            fprintf(script, "%d %d %.6f %lld\n", p, r,
                    count && share < LEAST_TINT ? LEAST_TINT : share, (long long)count);
        }
    }
    fputs("EOD\n", script);
}

static void set_text(relif_figure *figure, const char *what, const char *text)
{
    fprintf(relif_figure_script(figure), "set %s ", what);
    relif_figure_quote(figure, text);
    fputs(" noenhanced\n", relif_figure_script(figure));
}

static int64_t largest_count(const relif_confusion *matrix)
{
    int64_t most = 0;
    const size_t n = (size_t)matrix->classes * (size_t)matrix->classes;
    for (size_t i = 0; i < n; i++)
        if (matrix->counts[i] > most) most = matrix->counts[i];
    return most;
}

relif_err relif_confusion_figure(const char *folder, const char *name,
                                 const relif_confusion *matrix, const char *title,
                                 const char *rows, const char *columns)
{
    relif_figure *figure = NULL;
    const relif_err err = relif_figure_open(folder, name, 600, 580, &figure);
    if (err != RELIF_OK) return err;
    FILE *script = relif_figure_script(figure);
    write_cells(figure, matrix);
    set_text(figure, "title", title);
    set_text(figure, "xlabel", columns);
    set_text(figure, "ylabel", rows);
    set_text(figure, "cblabel", "share of the row (%)");
    const int n = matrix->classes, step = n <= MOST_WITH_COUNTS ? 1 : (n + 9) / 10;
    const bool small = n > MANY_CLASSES || largest_count(matrix) >= SHORT_COUNT;
    fprintf(
        script,
        "unset key\nset size ratio -1\nset xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\n"
        "set xtics 0,%d scale 0\nset ytics 0,%d scale 0\nset cbrange [0:100]\n"
        "set palette defined (0 '#ffffff', 1 '#deebf7', 25 '#9ecae1', 60 '#4292c6', "
        "100 '#08306b')\n",
        n - 1, n - 1, step, step);
    /* Dark cells carry white numbers; a zero would only hide the others. */
    fprintf(script,
            "text(n) = n > 0 ? sprintf('%%d', n) : ''\n"
            "colour(share) = share > 50 ? 0xffffff : 0x202020\n"
            "font = 'DejaVu Sans,%d'\n",
            small ? 10 : 14);
    return relif_figure_finish(
        figure, n <= MOST_WITH_COUNTS
                    ? "plot $cells using 1:2:3 with image pixels, "
                      "$cells using 1:2:(text($4)):(colour($3)) with labels font font "
                      "textcolor rgb variable"
                    : "plot $cells using 1:2:3 with image pixels");
}
