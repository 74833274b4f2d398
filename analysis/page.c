/* <!DOCTYPE html> ... <h1>, list of sections, paper and here, then the sections. */
#include "page.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page_style.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "svg.h"

/* By this line an older page is known. */
#define GENERATOR "<meta name=\"generator\" content=\"relif-report"

enum { HEAD_SIZE = 512, MOST_NAME = 200 };

struct relif_page {
    const char *folder;
    relif_text contents, compared, body;
    relif_text keys, names; /* of the compared rows, of the figures: a line each */
    bool in_section;
    int sections;
    int columns, column; /* of the table being written */
};

relif_page *relif_page_create(const char *folder)
{
    relif_page *page = relif_calloc(1, sizeof *page);
    page->folder = folder;
    return page;
}

void relif_page_destroy(relif_page *page)
{
    if (!page) return;
    relif_text_release(&page->contents);
    relif_text_release(&page->compared);
    relif_text_release(&page->keys);
    relif_text_release(&page->names);
    relif_text_release(&page->body);
    free(page);
}

static char *format_text(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    const size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = relif_calloc(size, 1);
    if (length > 0) vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

static void append_escaped(relif_text *out, const char *text)
{
    while (*text) {
        const size_t plain = strcspn(text, "&<>\"'");
        relif_text_append(out, "%.*s", (int)plain, text);
        text += plain;
        if (*text) relif_text_append(out, "&#%d;", *text++);
    }
}

/* The text between two pieces of HTML. */
static void append_between(relif_text *out, const char *before, const char *text,
                           const char *after)
{
    relif_text_append(out, "%s", before);
    append_escaped(out, text);
    relif_text_append(out, "%s", after);
}

#define FORMAT(text, format)                                                             \
    do {                                                                                 \
        va_list arguments;                                                               \
        va_start(arguments, format);                                                     \
        (text) = format_text((format), arguments);                                       \
        va_end(arguments);                                                               \
    } while (0)

static void end_section(relif_page *page)
{
    if (page->in_section) relif_text_append(&page->body, "</section>\n");
    page->in_section = false;
}

void relif_page_section(relif_page *page, const char *format, ...)
{
    char *title = NULL;
    FORMAT(title, format);
    end_section(page);
    page->in_section = true;
    page->sections++;
    relif_text_append(&page->contents, "<li><a href=\"#section-%d\">", page->sections);
    append_between(&page->contents, "", title, "</a></li>\n");
    relif_text_append(&page->body, "<section id=\"section-%d\">\n", page->sections);
    append_between(&page->body, "<h2>", title, "</h2>\n");
    free(title);
}

void relif_page_heading(relif_page *page, const char *format, ...)
{
    char *text = NULL;
    FORMAT(text, format);
    append_between(&page->body, "<h3>", text, "</h3>\n");
    free(text);
}

void relif_page_paragraph(relif_page *page, const char *format, ...)
{
    char *text = NULL;
    FORMAT(text, format);
    append_between(&page->body, "<p>", text, "</p>\n");
    free(text);
}

void relif_page_folded(relif_page *page, const char *summary, const char *text)
{
    append_between(&page->body, "<details><summary>", summary, "</summary>\n");
    append_between(&page->body, "<pre>", text, "</pre></details>\n");
}

static void begin_table(relif_text *out, const char *class, const char *caption,
                        const char *const *heads, int n_columns)
{
    append_between(out,
                   "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"",
                   caption, "\">\n");
    relif_text_append(out, "<table class=\"%s\">\n", class);
    append_between(out, "<caption>", caption, "</caption>\n");
    if (n_columns) relif_text_append(out, "<thead><tr>");
    for (int c = 0; c < n_columns; c++)
        append_between(out, "<th scope=\"col\">", heads[c], "</th>");
    if (n_columns) relif_text_append(out, "</tr></thead>\n");
    relif_text_append(out, "<tbody>\n");
}

static void end_table(relif_text *out)
{
    relif_text_append(out, "</tbody></table></div>\n");
}

void relif_page_table(relif_page *page, const char *caption, const char *const *heads,
                      int n_columns)
{
    begin_table(&page->body, "data", caption, heads, n_columns);
    page->columns = n_columns;
    page->column = 0;
}

void relif_page_facts(relif_page *page, const char *caption)
{
    begin_table(&page->body, "facts", caption, NULL, 0);
    page->columns = 2;
    page->column = 0;
}

void relif_page_cell(relif_page *page, const char *format, ...)
{
    char *text = NULL;
    FORMAT(text, format);
    if (page->column == 0)
        append_between(&page->body, "<tr><th scope=\"row\">", text, "</th>");
    else
        append_between(&page->body, "<td>", text, "</td>");
    page->column = (page->column + 1) % page->columns;
    if (page->column == 0) relif_text_append(&page->body, "</tr>\n");
    free(text);
}

void relif_page_table_end(relif_page *page)
{
    end_table(&page->body);
}

/* Remembers a line; false if it was there. */
static bool add_line(relif_text *lines, const char *line)
{
    relif_text whole = {0};
    relif_text_append(&whole, "\n%s\n", line);
    const bool new = !strstr(relif_text_string(lines), whole.bytes);
    if (new) relif_text_append(lines, "%s", whole.bytes);
    relif_text_release(&whole);
    return new;
}

char *relif_page_figure_name(relif_page *page, const char *what)
{
    relif_text name = {0};
    for (int n = 1;; n++) {
        relif_text_append(&name, "%.*s", MOST_NAME, what);
        if (n > 1) relif_text_append(&name, "_%d", n);
        for (char *at = name.bytes; *at; at++)
            if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                        *at))
                *at = '_';
        if (add_line(&page->names, name.bytes)) return name.bytes;
        relif_text_release(&name);
    }
}

const char *relif_page_folder(const relif_page *page)
{
    return page->folder;
}

relif_err relif_page_figure(relif_page *page, const char *name, const char *format, ...)
{
    char *caption = NULL;
    FORMAT(caption, format);
    relif_text path = {0}, prefix = {0}, label = {0};
    relif_text_append(&path, "%s/%s.svg", page->folder, name);
    relif_text_append(&prefix, "figure_%s", name);
    append_escaped(&label, caption);
    relif_text_append(&page->body, "<figure>\n");
    const relif_err err = relif_svg_inline(path.bytes, prefix.bytes,
                                           relif_text_string(&label), &page->body);
    append_between(&page->body, "<figcaption>", caption, "</figcaption></figure>\n");
    relif_text_release(&path);
    relif_text_release(&prefix);
    relif_text_release(&label);
    free(caption);
    return err;
}

/* Number and unit stay on one line. */
static void append_number(relif_text *out, const relif_quantity_words *words,
                          double value, bool sign)
{
    const double least = 0.5 * pow(10, -words->digits);
    relif_text_append(out, sign ? "%+.*f%s%s" : "%.*f%s%s", words->digits,
                      fabs(value) < least ? 0 : value, *words->unit ? "&nbsp;" : "",
                      words->unit);
}

static void append_paper(relif_text *out, const relif_quantity_words *words,
                         const relif_paper_value *paper)
{
    if (paper->form == RELIF_EXACT)
        append_number(out, words, paper->value, false);
    else
        relif_text_append(out, "%s%g%s%s",
                          paper->form == RELIF_ABOUT ? "about " : "&lt; ", paper->value,
                          *words->unit ? "&nbsp;" : "", words->unit);
}

static void append_difference(relif_text *out, const relif_quantity_words *words,
                              const relif_paper_value *paper, double here)
{
    const relif_quantity_words points = {.unit = "points", .digits = words->digits};
    const bool percent = strcmp(words->unit, "%") == 0;
    if (!isfinite(here))
        relif_text_append(out, "not defined");
    else if (paper->form == RELIF_BELOW)
        relif_text_append(out, here < paper->value ? "met" : "not met");
    else
        append_number(out, percent ? &points : words, here - paper->value, true);
}

/* The same number of another archive of the same experiment needs no second row. */
static bool is_new(relif_page *page, const relif_page_finding *finding)
{
    relif_text key = {0};
    relif_text_append(&key, "%s %d %.17g", finding->experiment, (int)finding->quantity,
                      finding->value);
    const bool new = add_line(&page->keys, key.bytes);
    relif_text_release(&key);
    return new;
}

void relif_page_compare(relif_page *page, const relif_page_finding *finding)
{
    const relif_paper_value *paper =
        relif_paper_value_of(finding->experiment, finding->quantity);
    const relif_quantity_words *words = relif_quantity_words_of(finding->quantity);
    relif_text *rows = &page->compared;
    if (!paper || !is_new(page, finding)) return;
    append_between(rows, "<tr><th scope=\"row\"><b>", paper->place, "</b>: ");
    append_between(rows, "", words->words, "<br><small>here: ");
    append_between(rows, "", finding->experiment, ", ");
    append_between(rows, "", finding->detail, "</small><br><code>");
    append_between(rows, "", finding->command, "</code></th><td data-label=\"paper\">");
    append_paper(rows, words, paper);
    relif_text_append(rows, "</td><td data-label=\"here\">");
    append_number(rows, words, finding->value, false);
    relif_text_append(rows, "</td><td data-label=\"difference\">");
    append_difference(rows, words, paper, finding->value);
    relif_text_append(rows, "</td></tr>\n");
}

static void append_compared(const relif_page *page, relif_text *out)
{
    static const char *const heads[] = {"quantity", "paper", "here", "difference"};
    relif_text_append(out, "<section id=\"paper\">\n<h2>Paper and here</h2>\n");
    if (page->compared.length == 0) {
        relif_text_append(out, "<p>The paper reports no number that is in these "
                               "archives.</p>\n</section>\n");
        return;
    }
    begin_table(out, "compared", "What the paper reports and what these archives hold",
                heads, 4);
    relif_text_append(out, "%s", relif_text_string(&page->compared));
    end_table(out);
    relif_text_append(out, "<p>Networks are other trainings than the paper's, so "
                           "agreement can be compared, accuracy cannot. Agreement: the "
                           "share of images to which the spiking network (SNN) gives "
                           "the label of the ReLU network (ANN).</p>\n"
                           "</section>\n");
}

static void assemble(relif_page *page, relif_text *out)
{
    end_section(page);
    relif_text_append(out,
                      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                      "<meta charset=\"utf-8\">\n" GENERATOR " " RELIF_VERSION "\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, "
                      "initial-scale=1\">\n<title>relif report</title>\n"
                      "<style>\n%s</style>\n</head>\n<body>\n<main>\n"
                      "<h1>relif report</h1>\n"
                      "<p>Spiking networks of Linear LIF neurons beside their ReLU "
                      "networks, after S. Lu and F. Xu (2022), arXiv 2207.04889. Made "
                      "from archives alone; all figures are also beside this page as "
                      "PNG and SVG.</p>\n<nav aria-label=\"Sections\">\n<ul>\n"
                      "<li><a href=\"#paper\">Paper and here</a></li>\n%s</ul>\n</nav>\n",
                      relif_page_style, relif_text_string(&page->contents));
    append_compared(page, out);
    relif_text_append(out, "%s</main>\n</body>\n</html>\n",
                      relif_text_string(&page->body));
}

static relif_err cannot_write(const char *path)
{
    return relif_fail(RELIF_ERR_FILE, "write report '%s': %s", path, strerror(errno));
}

static relif_err write_text(const char *path, const relif_text *text)
{
    FILE *file = fopen(path, "wb");
    if (!file) return cannot_write(path);
    const bool written = fwrite(text->bytes, 1, text->length, file) == text->length &&
                         fflush(file) == 0 && fsync(fileno(file)) == 0;
    const relif_err err = written ? RELIF_OK : cannot_write(path);
    if (fclose(file) != 0 && err == RELIF_OK) return cannot_write(path);
    return err;
}

relif_err relif_page_write(relif_page *page, const char *path)
{
    relif_text html = {0}, part = {0};
    assemble(page, &html);
    relif_text_append(&part, "%s.part", path);
    relif_err err = write_text(part.bytes, &html);
    if (err == RELIF_OK && rename(part.bytes, path) != 0) err = cannot_write(path);
    if (err != RELIF_OK) unlink(part.bytes);
    relif_text_release(&html);
    relif_text_release(&part);
    return err;
}

static relif_err check_folder(const char *path)
{
    char *folder = relif_strdup(path);
    char *last = strrchr(folder, '/');
    if (last) *last = '\0';
    const char *name = !last ? "." : *folder ? folder : "/";
    relif_err err = RELIF_OK;
    if (access(name, W_OK | X_OK) != 0)
        err = relif_fail(RELIF_ERR_FILE, "write report '%s': folder '%s': %s", path, name,
                         strerror(errno));
    free(folder);
    return err;
}

relif_err relif_page_check_output(const char *path)
{
    char head[HEAD_SIZE + 1] = {0};
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOENT) return check_folder(path);
    if (!file) return cannot_write(path);
    const size_t length = fread(head, 1, HEAD_SIZE, file);
    fclose(file);
    head[length] = '\0';
    if (strstr(head, GENERATOR)) return check_folder(path);
    return relif_fail(RELIF_ERR_EXISTS,
                      "output '%s' exists and is no page of relif-report; it is not "
                      "replaced (--output names another file)",
                      path);
}
