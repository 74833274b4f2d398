#include "relif/error.h"

#include <stdarg.h>
#include <stdio.h>

#undef relif_fail

static _Thread_local char sentence[RELIF_SENTENCE_SIZE];

relif_err relif_fail(relif_err code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char text[RELIF_SENTENCE_SIZE]; /* the arguments may include the old sentence */
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(sentence, sizeof sentence, "%s", text);
    return code;
}

const char *relif_error_sentence(void)
{
    return sentence;
}

const char *relif_error_meaning(relif_err code)
{
    switch (code) {
    case RELIF_OK: return "success";
#define RELIF_ERR_CASE(name, meaning)                                                    \
    case RELIF_ERR_##name: return meaning;
        RELIF_ERR_LIST(RELIF_ERR_CASE)
#undef RELIF_ERR_CASE
    }
    return "unknown error";
}
