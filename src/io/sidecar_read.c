/* Of a sidecar only "config" and "command" are read. Its config is the archive's with the
 * lines of the execution in between: else the two were not written together. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "durable.h"
#include "relif/sidecar.h"
#include "relif/text.h"

/* The next whole line at *at is this one of length bytes; *at moves behind it. */
static bool find_line(const char **at, const char *line, size_t length)
{
    while (**at) {
        const char *found = *at;
        const size_t n = strcspn(found, "\n");
        *at = found + n + (found[n] == '\n');
        if (n == length && strncmp(found, line, n) == 0) return true;
    }
    return false;
}

/* The lines of config are all there in their order. */
static bool holds_lines(const char *text, const char *config)
{
    while (*config) {
        const size_t n = strcspn(config, "\n");
        if (!find_line(&text, config, n)) return false;
        config += n + (config[n] == '\n');
    }
    return true;
}

static const char *after_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void append_word(relif_text *line, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./=:,+@%";
    if (line->length) relif_text_append(line, " ");
    if (*word && !word[strspn(word, plain)]) {
        relif_text_append(line, "%s", word);
        return;
    }
    relif_text_append(line, "'");
    for (; *word; word++) relif_text_append(line, *word == '\'' ? "'\\''" : "%c", *word);
    relif_text_append(line, "'");
}

/* An option that says nothing about what the archive holds. */
static bool is_idle(const char *word)
{
    return strcmp(word, "--force") == 0 || strcmp(word, "--quiet") == 0;
}

static char *line_of(const json_t *run)
{
    const json_t *command = json_object_get(run, "command");
    const json_int_t ranks = json_integer_value(json_object_get(run, "ranks"));
    relif_text line = {0};
    if (ranks > 1) relif_text_append(&line, "mpirun -n %lld", (long long)ranks);
    for (size_t i = 0; i < json_array_size(command); i++) {
        const char *word = json_string_value(json_array_get(command, i));
        if (!word || is_idle(word)) continue;
        append_word(&line, i == 0 ? after_folders(word) : word);
    }
    return line.bytes;
}

char *relif_sidecar_command(const char *archive, const char *config)
{
    char *path = relif_durable_name(archive, ".run.json"), *line = NULL;
    json_t *run = json_load_file(path, 0, NULL);
    const char *text = json_string_value(json_object_get(run, "config"));
    if (text && holds_lines(text, config)) line = line_of(run);
    json_decref(run);
    free(path);
    return line;
}
