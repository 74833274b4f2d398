/* <?xml ...?><svg ...><title>..</title><desc>..</desc> ... id='gpDot' ... '#gpDot' </svg>
 */
#include "svg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

static relif_err read_all(const char *path, char **text)
{
    *text = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return relif_fail(RELIF_ERR_FILE, "read figure '%s': %s", path, strerror(errno));
    relif_err err = RELIF_OK;
    long size = -1;
    if (fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (size >= 0) {
        *text = relif_calloc((size_t)size + 1, 1);
        rewind(file);
    }
    if (size < 0 || fread(*text, 1, (size_t)size, file) != (size_t)size)
        err = relif_fail(RELIF_ERR_FILE, "read figure '%s': it cannot be read", path);
    fclose(file);
    return err;
}

/* What stands in front of a name that others refer to, and of a reference to it. */
static const char *const before_names[] = {" id='", " id=\"", "href='#", "href=\"#",
                                           "url(#"};

static size_t length_before_name(const char *at)
{
    for (size_t i = 0; i < sizeof before_names / sizeof before_names[0]; i++) {
        const size_t length = strlen(before_names[i]);
        if (strncmp(at, before_names[i], length) == 0) return length;
    }
    return 0;
}

/* Titles and descriptions of gnuplot's are scraps of its script. */
static size_t length_of_scrap(const char *at)
{
    static const char *const ends[][2] = {{"<title>", "</title>"}, {"<desc>", "</desc>"}};
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(at, ends[i][0], strlen(ends[i][0])) != 0) continue;
        const char *end = strstr(at, ends[i][1]);
        if (end) return (size_t)(end - at) + strlen(ends[i][1]);
    }
    return 0;
}

static void append_renamed(const char *from, const char *prefix, relif_text *out)
{
    const char *start = from, *at = from;
    while (*at) {
        const size_t name = length_before_name(at), scrap = length_of_scrap(at);
        if (name == 0 && scrap == 0) {
            at++;
            continue;
        }
        relif_text_append(out, "%.*s", (int)((size_t)(at - start) + name), start);
        if (name) relif_text_append(out, "%s_", prefix);
        at += name + scrap;
        start = at;
    }
    relif_text_append(out, "%s", start);
}

relif_err relif_svg_inline(const char *path, const char *prefix, const char *label,
                           relif_text *out)
{
    char *text = NULL;
    relif_err err = read_all(path, &text);
    if (err == RELIF_OK) {
        const char *begin = strstr(text, "<svg");
        const char *inner = begin ? strchr(begin, '>') : NULL;
        if (inner) {
            relif_text_append(out, "<svg role=\"img\"%.*s>\n<title>%s</title>",
                              (int)(inner - begin - 4), begin + 4, label);
            append_renamed(inner + 1, prefix, out);
        } else {
            err = relif_fail(RELIF_ERR_FORMAT, "figure '%s' holds no svg element", path);
        }
    }
    free(text);
    return err;
}
