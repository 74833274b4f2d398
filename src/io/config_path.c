/* "$" that is not followed by "{" is itself; a default is taken as it stands, without
 * variables of its own. */
#include "config_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 128 };

/* The variable's name at the start of text: its length, 0 if there is none. */
static size_t name_length(const char *text)
{
    if (isdigit((unsigned char)text[0])) return 0;
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    return length < NAME_SIZE ? length : 0;
}

/* text: what follows "${". Returns what follows "}", NULL on trouble. */
static const char *expand_one(const char *text, relif_text *out, relif_text *problem)
{
    const size_t length = name_length(text);
    const char *end = strchr(text, '}');
    const char *rest = text + length;
    const bool with_default = strncmp(rest, ":-", 2) == 0;
    if (length == 0 || !end || (rest != end && !with_default)) {
        relif_text_append(problem,
                          "\"${%.60s\" is not a variable; "
                          "expected ${NAME} or ${NAME:-default}",
                          text);
        return NULL;
    }
    char name[NAME_SIZE] = "";
    memcpy(name, text, length);
    const char *value = getenv(name);
    if (with_default && (!value || !*value))
        relif_text_append(out, "%.*s", (int)(end - rest) - 2, rest + 2);
    else if (value)
        relif_text_append(out, "%s", value);
    else
        relif_text_append(problem,
                          "the environment variable %s is not set; expected a "
                          "value or ${%s:-default}",
                          name, name);
    return problem->length ? NULL : end + 1;
}

bool relif_config_path_expand(const char *written, relif_text *out, relif_text *problem)
{
    const char *rest = written;
    while (rest && *rest) {
        const char *variable = strstr(rest, "${");
        const size_t literal = variable ? (size_t)(variable - rest) : strlen(rest);
        relif_text_append(out, "%.*s", (int)literal, rest);
        rest = variable ? expand_one(variable + 2, out, problem) : NULL;
    }
    if (problem->length == 0 && out->length == 0)
        relif_text_append(problem, "\"%.60s\" is an empty path; expected a path",
                          written);
    return problem->length == 0;
}
