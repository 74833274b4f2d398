/**
 * How the correlations of the images are distributed, as a picture.
 */
#ifndef RELIF_ANALYSIS_CORRELATION_HISTOGRAM_H
#define RELIF_ANALYSIS_CORRELATION_HISTOGRAM_H

#include "image_correlation.h"

/** Draw <folder>/<name>.png and .svg from the defined values; nothing if there are none.
 *  Not collective. */
relif_err relif_correlation_histogram(const char *folder, const char *name,
                                      const char *title,
                                      const relif_image_correlation *found);

#endif
