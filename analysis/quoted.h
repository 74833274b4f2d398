/** Texts of an archive inside a script of gnuplot: words in quotes and nothing else. */
#ifndef RELIF_ANALYSIS_QUOTED_H
#define RELIF_ANALYSIS_QUOTED_H

#include "relif/text.h"

/** Append text as one quoted word of a script, without what would end the word or the
 * line. */
void relif_quoted_append(relif_text *out, const char *text);

#endif
