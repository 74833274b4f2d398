/**
 * A confusion matrix as a picture: the colour is the share of the row, the count is
 * written into the cell.
 */
#ifndef RELIF_ANALYSIS_CONFUSION_FIGURE_H
#define RELIF_ANALYSIS_CONFUSION_FIGURE_H

#include "confusion.h"

/** Draw <folder>/<name>.png and .svg. The strings are title and axis labels. Not
 *  collective. */
relif_err relif_confusion_figure(const char *folder, const char *name,
                                 const relif_confusion *matrix, const char *title,
                                 const char *rows, const char *columns);

#endif
