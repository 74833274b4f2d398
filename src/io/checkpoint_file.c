#include "checkpoint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relif/digest.h"
#include "relif/memory.h"
#include "relif/text.h"

static const char magic[] = "relif-checkpoint 1 ";
static const char seal_word[] = "\nsha256 ";

enum {
    SEAL_WORD = sizeof seal_word - 1,
    SEAL = SEAL_WORD + RELIF_DIGEST_TEXT, /* word, digest, line feed */
    FIRST_LINE = 64                       /* at most */
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "numbers are written to files as they are in memory");

/* A file on its way to disk, and the digest of what is in it so far. */
struct sink {
    FILE *file;
    relif_digest *digest;
};

static void put(struct sink *sink, const void *bytes, size_t n_bytes)
{
    if (n_bytes == 0) return;
    relif_digest_add(sink->digest, bytes, n_bytes);
    fwrite(bytes, 1, n_bytes, sink->file); /* errors stay with the file */
}

static size_t array_bytes(const relif_state_array *array)
{
    return (size_t)array->count * (size_t)relif_array_type_size(array->type);
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* Caller frees. */
static char *make_header(const relif_checkpoint_identity *identity,
                         const relif_state *state)
{
    json_t *header = json_object(), *arrays = json_array();
    for (int i = 0; i < state->n_arrays; i++) {
        const relif_state_array *array = &state->arrays[i];
        json_t *entry = json_object();
        json_object_set_new(entry, "name", json_string(array->name));
        json_object_set_new(entry, "type",
                            json_string(relif_array_type_name(array->type)));
        json_object_set_new(entry, "count", json_integer(array->count));
        json_array_append_new(arrays, entry);
    }
    json_object_set_new(header, "kind", json_string(identity->kind));
    json_object_set_new(header, "program", json_string("relif " RELIF_VERSION));
    json_object_set_new(header, "config", json_string(identity->config));
    json_object_set_new(header, "network_sha256", text_or_null(identity->network_digest));
    json_object_set_new(header, "dataset_sha256", text_or_null(identity->dataset_digest));
    json_object_set_new(header, "arrays", arrays);
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

static void put_all(struct sink *sink, const char *header, const relif_state *state)
{
    relif_text first = {0};
    relif_text_append(&first, "%s%zu\n", magic, strlen(header));
    put(sink, first.bytes, first.length);
    put(sink, header, strlen(header));
    put(sink, "\n", 1);
    for (int i = 0; i < state->n_arrays; i++)
        put(sink, state->arrays[i].values, array_bytes(&state->arrays[i]));
    relif_text_release(&first);
}

relif_err relif_checkpoint_file_write(const char *path,
                                      const relif_checkpoint_identity *identity,
                                      const relif_state *state)
{
    struct sink sink = {fopen(path, "wb"), NULL};
    if (!sink.file) return relif_fail(RELIF_ERR_FILE, "%s", strerror(errno));
    char text[RELIF_DIGEST_TEXT], *header = make_header(identity, state);
    sink.digest = relif_digest_create();
    errno = 0;
    put_all(&sink, header, state);
    relif_digest_finish(sink.digest, text);
    fprintf(sink.file, "%s%s\n", seal_word, text);
    bool failed = fflush(sink.file) != 0 || ferror(sink.file);
    const int reason = errno;
    failed = fclose(sink.file) != 0 || failed;
    free(header);
    if (!failed) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "%s", strerror(reason ? reason : errno));
}

relif_err relif_checkpoint_file_read(const char *path, char **bytes, size_t *n_bytes)
{
    struct stat status;
    *bytes = NULL;
    *n_bytes = 0;
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        const int reason = descriptor < 0 ? errno : 0;
        if (descriptor >= 0) close(descriptor);
        return relif_fail(RELIF_ERR_FILE, "%s",
                          reason ? strerror(reason) : "it is not a regular file");
    }
    *bytes = relif_calloc((size_t)status.st_size + 1, 1);
    ssize_t got = 1;
    while (got > 0 && *n_bytes < (size_t)status.st_size) {
        got = read(descriptor, *bytes + *n_bytes, (size_t)status.st_size - *n_bytes);
        if (got > 0) *n_bytes += (size_t)got;
    }
    const int reason = errno;
    close(descriptor);
    if (got >= 0) return RELIF_OK;
    free(*bytes);
    *bytes = NULL;
    return relif_fail(RELIF_ERR_FILE, "%s", strerror(reason));
}

/* The last line says the digest of everything before it. */
static bool is_sealed(const char *bytes, size_t n_bytes)
{
    char text[RELIF_DIGEST_TEXT];
    if (n_bytes < SEAL) return false;
    const char *seal = bytes + n_bytes - SEAL;
    relif_digest *digest = relif_digest_create();
    relif_digest_add(digest, bytes, n_bytes - SEAL);
    relif_digest_finish(digest, text);
    return memcmp(seal, seal_word, SEAL_WORD) == 0 &&
           memcmp(seal + SEAL_WORD, text, RELIF_DIGEST_TEXT - 1) == 0 &&
           bytes[n_bytes - 1] == '\n';
}

/* Where the header begins and how long it is. */
static bool find_header(const char *bytes, size_t n_bytes, size_t *start, size_t *length)
{
    int64_t claimed = 0;
    const size_t room = n_bytes < FIRST_LINE ? n_bytes : FIRST_LINE;
    char line[FIRST_LINE + 1] = "";
    if (n_bytes < sizeof magic || memcmp(bytes, magic, sizeof magic - 1) != 0)
        return false;
    const char *end = memchr(bytes, '\n', room);
    if (!end) return false;
    memcpy(line, bytes + sizeof magic - 1, (size_t)(end - bytes) - (sizeof magic - 1));
    *start = (size_t)(end - bytes) + 1;
    if (!relif_text_to_int64(line, &claimed) || claimed < 2 ||
        (uint64_t)claimed >= n_bytes - *start)
        return false;
    *length = (size_t)claimed;
    return bytes[*start + *length] == '\n';
}

/* A text of the header, NULL for null; false if it is anything else. */
static bool take_text(const json_t *header, const char *key, bool optional, char **text)
{
    const json_t *value = json_object_get(header, key);
    if (json_is_string(value)) *text = relif_strdup(json_string_value(value));
    return json_is_string(value) || (optional && json_is_null(value));
}

/* An entry of the list; its numbers are *at bytes from the start, room bytes are left. */
static bool take_array(const json_t *entry, relif_state *state, size_t *at, size_t room)
{
    relif_array_type type;
    const char *name = json_string_value(json_object_get(entry, "name"));
    const char *word = json_string_value(json_object_get(entry, "type"));
    const json_t *count = json_object_get(entry, "count");
    if (!name || !word || !relif_array_type_find(word, &type) || !json_is_integer(count))
        return false;
    const json_int_t n = json_integer_value(count);
    const size_t size = (size_t)relif_array_type_size(type);
    if (n < 0 || (uint64_t)n > room / size || relif_state_count(state, name) >= 0)
        return false;
    relif_state_put(state, name, type, n, (const char *)state->bytes + *at);
    *at += (size_t)n * size;
    return true;
}

static bool take_arrays(const json_t *list, relif_state *state, size_t at, size_t end)
{
    if (!json_is_array(list)) return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!take_array(json_array_get(list, i), state, &at, end - at)) return false;
    return at == end;
}

static bool take_header(const char *bytes, size_t n_bytes, relif_checkpoint_file *file)
{
    size_t start = 0, length = 0;
    if (!find_header(bytes, n_bytes - SEAL, &start, &length)) return false;
    json_t *header = json_loadb(bytes + start, length, JSON_REJECT_DUPLICATES, NULL);
    const bool taken = header && take_text(header, "kind", false, &file->kind) &&
                       take_text(header, "program", false, &file->program) &&
                       take_text(header, "config", false, &file->config) &&
                       take_text(header, "network_sha256", true, &file->network_digest) &&
                       take_text(header, "dataset_sha256", true, &file->dataset_digest) &&
                       take_arrays(json_object_get(header, "arrays"), file->state,
                                   start + length + 1, n_bytes - SEAL);
    json_decref(header);
    return taken;
}

relif_err relif_checkpoint_file_parse(char *bytes, size_t n_bytes,
                                      relif_checkpoint_file *file)
{
    *file = (relif_checkpoint_file){.state = relif_state_create(), .n_bytes = n_bytes};
    file->state->bytes = bytes;
    const char *wrong = NULL;
    if (!is_sealed(bytes, n_bytes))
        wrong = "its bytes are not those that its checksum is of";
    else if (!take_header(bytes, n_bytes, file))
        wrong = "it is not a checkpoint of this version";
    if (!wrong) return RELIF_OK;
    relif_checkpoint_file_release(file);
    return relif_fail(RELIF_ERR_FORMAT, "%s", wrong);
}

void relif_checkpoint_file_release(relif_checkpoint_file *file)
{
    free(file->kind);
    free(file->program);
    free(file->config);
    free(file->network_digest);
    free(file->dataset_digest);
    relif_state_destroy(file->state);
    *file = (relif_checkpoint_file){0};
}
