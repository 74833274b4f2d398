/* Finding rows of the key table: by path, by neighbourhood, by similarity. */
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "config_keys.h"

enum { LONGEST = 64 }; /* longer words are not compared */

int relif_config_key_find(const relif_config_key *keys, int n_keys, const char *path)
{
    for (int k = 0; k < n_keys; k++)
        if (strcmp(keys[k].path, path) == 0) return k;
    return -1;
}

bool relif_config_section_exists(const relif_config_key *keys, int n_keys,
                                 const char *path)
{
    const size_t length = strlen(path);
    for (int k = 0; k < n_keys; k++)
        if (strncmp(keys[k].path, path, length) == 0 && keys[k].path[length] == '.')
            return true;
    return false;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bool relif_config_key_trains(const relif_config_key *key)
{
    return begins_with(key->path, "training.");
}

bool relif_config_key_validates(const relif_config_key *key)
{
    return begins_with(key->path, "training.validation.");
}

bool relif_config_key_sweeps(const relif_config_key *key)
{
    return begins_with(key->path, "coding.") || begins_with(key->path, "neuron.") ||
           begins_with(key->path, "normalization.") ||
           strcmp(key->path, "pooling") == 0 || strcmp(key->path, "readout") == 0;
}

const relif_config_dataset *relif_config_key_dataset(const relif_config *config,
                                                     const relif_config_key *key)
{
    if (begins_with(key->path, "dataset.")) return &config->dataset;
    if (begins_with(key->path, "training.dataset.")) return &config->training.dataset;
    if (relif_config_key_validates(key)) return &config->training.validation;
    return NULL;
}

bool relif_config_key_applies(const relif_config *config, const relif_config_key *key)
{
    if (relif_config_key_trains(key) && !config->has_training) return false;
    if (relif_config_key_validates(key) && !config->training.has_validation) return false;
    const relif_config_dataset *dataset = relif_config_key_dataset(config, key);
    return !dataset || !key->only || (key->only >> dataset->options.format & 1);
}

void relif_config_key_formats(const relif_config_key *key, relif_text *out)
{
    const char *separator = "";
    for (int f = 0; f < RELIF_N_DATASET_FORMATS; f++) {
        if (!(key->only >> f & 1)) continue;
        relif_text_append(out, "%s%s", separator,
                          relif_dataset_format_name((relif_dataset_format)f));
        separator = ", ";
    }
}

void relif_config_key_kinds(const relif_config_key *key, relif_text *out)
{
    const char *separator = "";
    for (int k = 0; k < RELIF_N_LAYER_KINDS; k++) {
        if (!(key->only >> k & 1)) continue;
        relif_text_append(out, "%s%s", separator,
                          relif_layer_kind_name((relif_layer_kind)k));
        separator = ", ";
    }
}

static void append_range(const relif_config_key *key, relif_text *out)
{
    const double largest =
        key->type == RELIF_CONFIG_INTEGER ? (double)INT_MAX : (double)INFINITY;
    const bool has_least = key->least > -INFINITY, has_most = key->most < largest;
    if (has_least && has_most && !key->above && !key->below) {
        relif_text_append(out, " from %.10g to %.10g", key->least, key->most);
        return;
    }
    if (has_least)
        relif_text_append(out, " %s %.10g", key->above ? ">" : ">=", key->least);
    if (has_least && has_most) relif_text_append(out, " and");
    if (has_most) relif_text_append(out, " %s %.10g", key->below ? "<" : "<=", key->most);
}

static void append_words(const relif_config_key *key, relif_text *out)
{
    for (int w = 0; w < key->n_words; w++)
        relif_text_append(out, "%s%s",
                          w == 0                 ? ""
                          : w + 1 < key->n_words ? ", "
                                                 : " or ",
                          key->words[w]);
}

void relif_config_key_expects(const relif_config_key *key, relif_text *out)
{
    switch (key->type) {
    case RELIF_CONFIG_TEXT: relif_text_append(out, "a text"); break;
    case RELIF_CONFIG_PATH: relif_text_append(out, "a path"); break;
    case RELIF_CONFIG_PATHS: relif_text_append(out, "a path or a list of paths"); break;
    case RELIF_CONFIG_BOOLEAN: relif_text_append(out, "true or false"); break;
    case RELIF_CONFIG_WORD: append_words(key, out); break;
    case RELIF_CONFIG_NAMES:
        relif_text_append(out, "a list of different names such as [fc1, fc2]");
        break;
    case RELIF_CONFIG_INTEGERS:
        relif_text_append(out, "a list of ascending integers >= 0 such as [0, 1]");
        break;
    case RELIF_CONFIG_NUMBERS:
        relif_text_append(out, "a list of ascending %s", key->unit);
        append_range(key, out);
        relif_text_append(out, " such as [0.5, 1]");
        break;
    case RELIF_CONFIG_LAYERS:
        relif_text_append(out, "a list of layers such as [linear: {name: fc1, ...}]");
        break;
    case RELIF_CONFIG_SWEEP:
        relif_text_append(
            out, "a mapping of keys to values such as {coding.coding_range: [3, 10]}");
        break;
    case RELIF_CONFIG_SYNAPSES:
        relif_text_append(out, "a list of inputs such as [{weight: 0.3, frequency: 20}]");
        break;
    case RELIF_CONFIG_GROUP:
        relif_text_append(out, "names, each with keys below it");
        break;
    case RELIF_CONFIG_NUMBER:
        relif_text_append(out, "%s", key->unit ? key->unit : "a number");
        append_range(key, out);
        break;
    case RELIF_CONFIG_INTEGER:
    case RELIF_CONFIG_INTEGER64:
        relif_text_append(out, "an integer%s%s", key->unit ? " number of " : "",
                          key->unit ? key->unit : "");
        append_range(key, out);
        break;
    }
}

static int smallest(int a, int b, int c)
{
    const int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edit distance: characters to insert, remove or replace; INT_MAX if too long. */
static int distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
    int row[LONGEST + 1];
    if (n_a > LONGEST || n_b > LONGEST) return INT_MAX;
    for (size_t j = 0; j <= n_b; j++) row[j] = (int)j;
    for (size_t i = 1; i <= n_a; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= n_b; j++) {
            const bool same = tolower((unsigned char)a[i - 1]) == (unsigned char)b[j - 1];
            const int replaced = diagonal + !same;
            diagonal = row[j];
            row[j] = smallest(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[n_b];
}

/* The best candidate so far. */
typedef struct likeness {
    const char *word;
    size_t length;
    int distance;
} likeness;

static void compare(likeness *best, const char *word, const char *candidate,
                    size_t length)
{
    const int d = distance(word, strlen(word), candidate, length);
    if (d < best->distance) *best = (likeness){candidate, length, d};
}

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

/* A third of the word may be wrong, three characters at most, and always one. */
static likeness start_for(const char *word)
{
    const int third = (int)(strlen(word) + 1) / 3;
    return (likeness){NULL, 0, 1 + smallest(third > 1 ? third : 1, 3, 3)};
}

static void append_suggestion(const likeness *best, relif_text *out)
{
    if (best->word)
        relif_text_append(out, " (did you mean '%.*s'?)", (int)best->length, best->word);
}

void relif_config_suggest_key(const relif_config_key *keys, int n_keys, const char *path,
                              relif_text *out)
{
    likeness best = start_for(last_part(path));
    for (int k = 0; k < n_keys; k++) {
        for (const char *end = keys[k].path; *end; end++)
            if (*end == '.')
                compare(&best, path, keys[k].path, (size_t)(end - keys[k].path));
        compare(&best, path, keys[k].path, strlen(keys[k].path));
    }
    for (int k = 0; k < n_keys && !best.word; k++) /* the right name in a wrong place */
        if (strcmp(last_part(keys[k].path), last_part(path)) == 0)
            best = (likeness){keys[k].path, strlen(keys[k].path), 0};
    append_suggestion(&best, out);
}

void relif_config_suggest_word(const char *const *words, int n_words, const char *word,
                               relif_text *out)
{
    likeness best = start_for(word);
    for (int w = 0; w < n_words; w++) compare(&best, word, words[w], strlen(words[w]));
    append_suggestion(&best, out);
}
