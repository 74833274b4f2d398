/**
 * How a page looks: fonts of the system, dark on light, one column that fits a phone and
 * paper.
 */
#ifndef RELIF_ANALYSIS_PAGE_STYLE_H
#define RELIF_ANALYSIS_PAGE_STYLE_H

/** The page's CSS. */
extern const char relif_page_style[];

#endif
