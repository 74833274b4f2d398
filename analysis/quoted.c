#include "quoted.h"

void relif_quoted_append(relif_text *out, const char *text)
{
    relif_text_append(out, "'");
    for (; *text; text++) {
        if (*text == '\'') relif_text_append(out, "'");
        if ((unsigned char)*text >= ' ') relif_text_append(out, "%c", *text);
    }
    relif_text_append(out, "'");
}
