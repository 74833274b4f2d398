#include "relif/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

void relif_text_append(relif_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const size_t added = (size_t)vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (text->length + added + 1 > text->capacity) {
        text->capacity = 2 * (text->length + added + 1);
        text->bytes = relif_realloc(text->bytes, text->capacity, 1);
    }
    vsnprintf(text->bytes + text->length, added + 1, format, again);
    va_end(again);
    text->length += added;
}

const char *relif_text_string(const relif_text *text)
{
    return text->bytes ? text->bytes : "";
}

void relif_text_release(relif_text *text)
{
    free(text->bytes);
    *text = (relif_text){0};
}

/* strtod and strtoll skip leading space and accept words such as "inf" and "0x10". */
static bool starts_like_a_number(const char *string)
{
    if (*string == '-' || *string == '+') string++;
    if (string[0] == '0' && (string[1] == 'x' || string[1] == 'X')) return false;
    return isdigit((unsigned char)*string) ||
           (*string == '.' && isdigit((unsigned char)string[1]));
}

bool relif_text_to_double(const char *string, double *value)
{
    char *end = NULL;
    if (!starts_like_a_number(string)) return false;
    const double number = strtod(string, &end);
    if (*end != '\0' || !isfinite(number)) return false;
    *value = number;
    return true;
}

bool relif_text_to_int64(const char *string, int64_t *value)
{
    char *end = NULL;
    if (!starts_like_a_number(string)) return false;
    errno = 0;
    const long long number = strtoll(string, &end, 10);
    if (*end != '\0' || errno != 0) return false;
    *value = number;
    return true;
}

bool relif_text_to_bool(const char *string, bool *value)
{
    const bool yes = strcmp(string, "true") == 0;
    if (!yes && strcmp(string, "false") != 0) return false;
    *value = yes;
    return true;
}

void relif_text_from_double(double value, char out[32])
{
    if (value == floor(value) && fabs(value) < 1e15) {
        snprintf(out, 32, "%.0f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (strtod(out, NULL) == value) return;
    }
}
