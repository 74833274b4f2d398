/**
 * An SVG file of gnuplot as a part of an HTML page.
 *
 *     err = relif_svg_inline("figures/rates.svg", "rates", "Rates of ...", &page);
 */
#ifndef RELIF_ANALYSIS_SVG_H
#define RELIF_ANALYSIS_SVG_H

#include "relif/error.h"
#include "relif/text.h"

/** Append the svg element of the file. Its ids get the prefix, so that several figures
 *  can stand on one page; label (as it stands in HTML) is its title, for those who do not
 *  see it. Not collective. */
relif_err relif_svg_inline(const char *path, const char *prefix, const char *label,
                           relif_text *out);

#endif
