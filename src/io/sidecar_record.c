#include "relif/sidecar_record.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum { LARGEST_FILE = 64 << 20 }; /* bytes; of 100,000 ranks about 40 MB */

/* A text member, NULL where it may be null; false if it is anything else. */
static bool take_text(const json_t *object, const char *key, bool optional, char **text)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_string(value)) *text = relif_strdup(json_string_value(value));
    return json_is_string(value) || (optional && json_is_null(value));
}

/* A list of texts, with a NULL behind the last. */
static bool take_texts(const json_t *object, const char *key, int *n, char ***texts)
{
    const json_t *list = json_object_get(object, key);
    if (!json_is_array(list) || json_array_size(list) > INT_MAX / 2) return false;
    const int size = (int)json_array_size(list);
    *texts = relif_calloc((size_t)size + 1, sizeof **texts);
    for (*n = 0; *n < size; (*n)++) {
        const json_t *text = json_array_get(list, (size_t)*n);
        if (!json_is_string(text)) return false;
        (*texts)[*n] = relif_strdup(json_string_value(text));
    }
    return true;
}

static bool is_digest(const char *text)
{
    return strlen(text) == RELIF_DIGEST_TEXT - 1 &&
           strspn(text, "0123456789abcdef") == RELIF_DIGEST_TEXT - 1;
}

static bool take_input(const json_t *entry, relif_input *input)
{
    return take_text(entry, "what", false, (char **)&input->what) &&
           take_texts(entry, "files", &input->n_files, (char ***)&input->files) &&
           take_text(entry, "sha256", false, (char **)&input->digest) &&
           is_digest(input->digest);
}

static bool take_inputs(const json_t *list, relif_sidecar_record *record)
{
    if (!json_is_array(list) || json_array_size(list) > INT_MAX / 2) return false;
    const size_t size = json_array_size(list);
    record->inputs = relif_calloc(size, sizeof *record->inputs);
    for (size_t i = 0; i < size; i++) {
        record->n_inputs++; /* what is half taken is released, too */
        if (!take_input(json_array_get(list, i), &record->inputs[i])) return false;
    }
    return true;
}

static bool take_all(const json_t *run, relif_sidecar_record *record)
{
    const json_t *archive = json_object_get(run, "archive");
    return take_text(run, "folder", false, &record->folder) &&
           take_text(archive, "file", false, &record->archive) &&
           take_text(archive, "sha256", false, &record->archive_digest) &&
           is_digest(record->archive_digest) &&
           take_text(run, "task", true, &record->task) &&
           take_text(run, "config", true, &record->config) &&
           take_texts(run, "command", &record->argc, &record->argv) && record->argc > 0 &&
           take_inputs(json_object_get(run, "inputs"), record);
}

static relif_err parse(const char *text, relif_sidecar_record **record)
{
    json_error_t error;
    json_t *run = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!run)
        return relif_fail(RELIF_ERR_FORMAT, "line %d: %s; expected JSON", error.line,
                          error.text);
    *record = relif_calloc(1, sizeof **record);
    const bool taken = take_all(run, *record);
    json_decref(run);
    if (taken) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT,
                      "it is not the sidecar of an archive of this version of relif");
}

static relif_err read_text(const char *path, char **text)
{
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file) return relif_fail(RELIF_ERR_FILE, "%s", strerror(errno));
    size_t n = 0, room = 1 << 16;
    char *bytes = relif_calloc(room + 1, 1);
    for (size_t got;
         (got = fread(bytes + n, 1, room - n, file)) > 0 && n < LARGEST_FILE;) {
        n += got;
        if (n == room) bytes = relif_realloc(bytes, (room *= 2) + 1, 1);
    }
    relif_err err = RELIF_OK;
    if (ferror(file))
        err = relif_fail(RELIF_ERR_FILE, "%s", strerror(errno));
    else if (n >= LARGEST_FILE)
        err = relif_fail(RELIF_ERR_FORMAT, "it has more than %d bytes", LARGEST_FILE);
    else if (memchr(bytes, '\0', n))
        err = relif_fail(RELIF_ERR_FORMAT, "it is not a text");
    fclose(file);
    bytes[n] = '\0';
    *text = bytes;
    return err;
}

relif_err relif_sidecar_record_read(const relif_context *ctx, const char *path,
                                    relif_sidecar_record **record)
{
    char *text = NULL;
    *record = NULL;
    relif_err err =
        relif_agree(ctx, relif_context_is_root(ctx) ? read_text(path, &text) : RELIF_OK);
    if (err == RELIF_OK) {
        relif_context_broadcast_text(ctx, &text);
        err = relif_agree(ctx, parse(text, record));
    }
    free(text);
    if (err == RELIF_OK) return err;
    relif_sidecar_record_destroy(*record);
    *record = NULL;
    return relif_fail(err, "read sidecar '%s': %s", path, relif_error_sentence());
}

static void release_texts(char **texts, int n)
{
    for (int i = 0; i < n; i++) free(texts[i]);
    free(texts);
}

void relif_sidecar_record_destroy(relif_sidecar_record *record)
{
    if (!record) return;
    for (int i = 0; i < record->n_inputs; i++) {
        const relif_input *input = &record->inputs[i];
        release_texts((char **)input->files, input->n_files);
        free((char *)input->what);
        free((char *)input->digest);
    }
    release_texts(record->argv, record->argc);
    free(record->inputs);
    free(record->folder);
    free(record->archive);
    free(record->archive_digest);
    free(record->task);
    free(record->config);
    free(record);
}

const relif_input *relif_sidecar_record_input(const relif_sidecar_record *record,
                                              const char *what)
{
    for (int i = 0; i < record->n_inputs; i++)
        if (strcmp(record->inputs[i].what, what) == 0) return &record->inputs[i];
    return NULL;
}
