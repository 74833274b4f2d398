/**
 * Pictures of correlations: a matrix as a heat map, and the images' values as a
 * histogram.
 */
#ifndef RELIF_ANALYSIS_CORRELATION_FIGURE_H
#define RELIF_ANALYSIS_CORRELATION_FIGURE_H

#include "layer_vectors.h"

/** Draw the matrix that correlation_output wrote, from its archive, which only this rank
 *  has open; of a large one every second, third, ... series. title is what stands above.
 *  Nothing is drawn of an empty matrix. Not collective. */
relif_err relif_correlation_figure(const char *folder, const char *name,
                                   const char *title, relif_archive *output,
                                   relif_over over);

#endif
