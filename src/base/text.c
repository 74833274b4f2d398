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

/* Digits from start to end, nothing else. */
static bool read_whole(const char *start, const char *end, int64_t *value)
{
    char digits[10] = "";
    const size_t length = (size_t)(end - start);
    if (length == 0 || length >= sizeof digits) return false;
    memcpy(digits, start, length);
    return strspn(digits, "0123456789") == length && relif_text_to_int64(digits, value);
}

/* 1 to 3 whole numbers with colons between, all but the first below 60; 0 if it is
 * anything else. */
static int read_fields(const char *string, int64_t fields[3])
{
    int n = 0;
    for (const char *at = string; n < 3; at++) {
        const char *end = at + strcspn(at, ":");
        if (!read_whole(at, end, &fields[n]) || (n > 0 && fields[n] >= 60)) return 0;
        n++;
        if (*end == '\0') return n;
        at = end;
    }
    return 0;
}

bool relif_text_to_seconds(const char *string, double *seconds)
{
    int64_t days = 0, fields[3] = {0};
    const char *dash = strchr(string, '-');
    if (!dash && !strchr(string, ':')) return relif_text_to_double(string, seconds);
    if (dash && !read_whole(string, dash, &days)) return false;
    const int n = read_fields(dash ? dash + 1 : string, fields);
    if (n == 0) return false;
    if (!dash && n == 2)
        *seconds = (double)(60 * fields[0] + fields[1]);
    else
        *seconds = (double)(86400 * days + 3600 * fields[0] + 60 * fields[1] + fields[2]);
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
