/**
 * Error of a layer's rates against coding time beside 1/T, both axes logarithmic
 * (Fig. 18).
 */
#ifndef RELIF_ANALYSIS_CODING_ERROR_FIGURE_H
#define RELIF_ANALYSIS_CODING_ERROR_FIGURE_H

#include "coding_error.h"

/** Draw <folder>/<name>.png and .svg. Not collective. */
relif_err relif_coding_error_figure(const char *folder, const char *name,
                                    const char *title, const relif_coding_error *error);

#endif
