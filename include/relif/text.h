/**
 * Text: a string that grows, and numbers read strictly.
 *
 *     relif_text text = {0};
 *     relif_text_append(&text, "dt: %g\n", dt);
 *     puts(relif_text_string(&text));
 *     relif_text_release(&text);
 */
#ifndef RELIF_TEXT_H
#define RELIF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** {0} is the empty text. */
typedef struct relif_text {
    char *bytes; /* owned, zero-terminated; NULL while empty */
    size_t length;
    size_t capacity;
} relif_text;

void relif_text_append(relif_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The characters so far, never NULL. Borrowed until the next append. */
const char *relif_text_string(const relif_text *text);

/** Frees the characters and makes the text empty. */
void relif_text_release(relif_text *text);

/** The whole string is one finite number / one integer: true, and *value is set. */
bool relif_text_to_double(const char *string, double *value);
bool relif_text_to_int64(const char *string, int64_t *value);

/** A time as people and Slurm write it: "90" or "1.5" (seconds), "MM:SS", "HH:MM:SS",
 * "D-HH:MM:SS"; the first number may be of any size. True, and *seconds is set. */
bool relif_text_to_seconds(const char *string, double *seconds);

/** "true" or "false" (YAML 1.2): true, and *value is set. */
bool relif_text_to_bool(const char *string, bool *value);

/** The shortest decimal that reads back as the same double: "0.01"; whole numbers without
 * an exponent, because YAML readers disagree on "1e+01". */
void relif_text_from_double(double value, char out[32]);

#endif
