/**
 * One HTML page without scripts and links to elsewhere: sections, tables, and figures
 * whose SVG is a part of it. Everything given is plain text; the page escapes it.
 *
 *     relif_page *page = relif_page_create("results/report_figures");
 *     relif_page_section(page, "MNIST, %s", name);
 *     relif_page_table(page, "Result", (const char *[]){"quantity", "value"}, 2);
 *     relif_page_cell(page, "accuracy");
 *     relif_page_cell(page, "%.2f %%", accuracy);
 *     relif_page_table_end(page);
 *     err = relif_page_write(page, "results/report.html");
 *     relif_page_destroy(page);
 *
 * Nothing is collective.
 */
#ifndef RELIF_ANALYSIS_PAGE_H
#define RELIF_ANALYSIS_PAGE_H

#include "paper.h"
#include "relif/error.h"

typedef struct relif_page relif_page;

/** folder: where the figures are written; borrowed. Caller destroys. */
relif_page *relif_page_create(const char *folder);
void relif_page_destroy(relif_page *page);

/** A section, which is listed at the top; headings and paragraphs inside it. */
void relif_page_section(relif_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void relif_page_heading(relif_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void relif_page_paragraph(relif_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Text that is shown when its summary is chosen. */
void relif_page_folded(relif_page *page, const char *summary, const char *text);

/** A table; then cells, row after row, the first of a row being its heading. */
void relif_page_table(relif_page *page, const char *caption, const char *const *heads,
                      int n_columns);
void relif_page_cell(relif_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A table of two columns of text, what and which, without heads. */
void relif_page_facts(relif_page *page, const char *caption);
void relif_page_table_end(relif_page *page);

/** what as a file name that no other figure of the page has. Caller frees. */
char *relif_page_figure_name(relif_page *page, const char *what);

/** Folder of the figures. Borrowed. */
const char *relif_page_folder(const relif_page *page);

/** Add the figure drawn as <folder>/<name>.svg with its caption. */
relif_err relif_page_figure(relif_page *page, const char *name, const char *caption, ...)
    __attribute__((format(printf, 3, 4)));

/** A number found here. Borrowed. */
typedef struct relif_page_finding {
    const char *experiment;
    relif_quantity quantity;
    double value;
    const char *command; /* what computes it */
    const char *detail;  /* of what it is: "464 images", "layer fc1" */
} relif_page_finding;

/** A row of the table "paper and here" at the top, if the paper reports this quantity of
 *  the experiment; the same row again is left out. */
void relif_page_compare(relif_page *page, const relif_page_finding *finding);

/** Complete the page and write it: to "<path>.part", which is then renamed. */
relif_err relif_page_write(relif_page *page, const char *path);

/** There is nothing at path, or such a page: else RELIF_ERR_EXISTS. RELIF_ERR_FILE if the
 *  folder is missing or not writable. */
relif_err relif_page_check_output(const char *path);

#endif
