/**
 * A figure drawn by gnuplot, as PNG and as SVG.
 *
 *     err = relif_figure_prepare(ctx, folder);       every rank, before the work
 *     if (relif_context_is_root(ctx)) {
 *         relif_figure *figure = NULL;
 *         err = relif_figure_open(folder, "run_confusion", 1000, 900, &figure);
 *         fprintf(relif_figure_script(figure), "$data << EOD\n1 2\nEOD\n");
 *         err = relif_figure_finish(figure, "plot $data matrix with image");
 *     }
 *     err = relif_agree(ctx, err);
 */
#ifndef RELIF_ANALYSIS_FIGURE_H
#define RELIF_ANALYSIS_FIGURE_H

#include <stdio.h>

#include "relif/context.h"

typedef struct relif_figure relif_figure;

/** The folder is there (it is made if only its last part is missing) and gnuplot can be
 *  run. folder NULL: nothing is to be drawn. Collective on ctx. */
relif_err relif_figure_prepare(const relif_context *ctx, const char *folder);

/** Begin the files <folder>/<name>.png and .svg. A letter is about 9 of the units of
 * width and height, which are pixels of the SVG and half as many as the PNG's. A width of
 * 600 can be read on a phone. Not collective. */
relif_err relif_figure_open(const char *folder, const char *name, int width, int height,
                            relif_figure **figure);

/** Where the script goes. Borrowed. Writing to a gnuplot that ended is reported by
 *  relif_figure_finish. */
FILE *relif_figure_script(relif_figure *figure);

/** Write text as a quoted word of the script. */
void relif_figure_quote(relif_figure *figure, const char *text);

/** Run the plot command for both files, end gnuplot, print the files' names on standard
 *  output and destroy the figure. */
relif_err relif_figure_finish(relif_figure *figure, const char *plot);

#endif
