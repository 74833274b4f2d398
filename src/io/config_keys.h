/**
 * The table of keys of a configuration: what each is called, holds, allows and means.
 */
#ifndef RELIF_CONFIG_KEYS_H
#define RELIF_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "relif/config.h"

typedef enum relif_config_type {
    RELIF_CONFIG_TEXT,      /* char * */
    RELIF_CONFIG_PATH,      /* relif_config_path */
    RELIF_CONFIG_NUMBER,    /* double */
    RELIF_CONFIG_INTEGER,   /* int */
    RELIF_CONFIG_INTEGER64, /* int64_t, or uint64_t with least >= 0 */
    RELIF_CONFIG_BOOLEAN,   /* bool */
    RELIF_CONFIG_WORD,      /* an enum: the index among words */
    RELIF_CONFIG_NAMES,     /* relif_config_names */
    RELIF_CONFIG_PATHS,     /* relif_config_paths */
    RELIF_CONFIG_INTEGERS,  /* relif_config_integers */
    RELIF_CONFIG_NUMBERS,   /* relif_config_numbers */
    RELIF_CONFIG_LAYERS,    /* relif_config_layers */
    RELIF_CONFIG_SWEEP,     /* relif_config_sweep */
    RELIF_CONFIG_SYNAPSES,  /* relif_neuron_synapses */
    RELIF_CONFIG_GROUP      /* named records, which the owner of the table reads */
} relif_config_type;

typedef struct relif_config_key {
    const char *path; /* dotted; of a layer's key the name alone */
    relif_config_type type;
    size_t offset; /* in relif_config; of a layer's key in relif_config_layer */
    double least, most;
    bool above, below;        /* least, most themselves are not allowed */
    const char *const *words; /* [n_words] */
    int n_words;
    const char *unit;    /* in the plural; NULL: none */
    unsigned only;       /* 1 << dataset format (layer's key: 1 << kind), or-ed; 0: all */
    bool required;       /* where it may be given */
    bool only_run;       /* how it is run and where results go: not part of the result */
    const char *meaning; /* one sentence */
} relif_config_key;

/** All keys, in the order in which they are printed. Static. */
const relif_config_key *relif_config_keys(int *n_keys);

/** The keys of one entry of network.layers. Static. */
const relif_config_key *relif_config_layer_keys(int *n_keys);

/** The configuration of an empty file. */
relif_config relif_config_default(void);

/** A layer of network.layers with nothing but its kind given. */
relif_config_layer relif_config_layer_default(relif_layer_kind kind);

/** Index of the key of that path, -1 if there is none. */
int relif_config_key_find(const relif_config_key *keys, int n_keys, const char *path);

/** There are keys below this path ("coding"). */
bool relif_config_section_exists(const relif_config_key *keys, int n_keys,
                                 const char *path);

/** The key is one of training. */
bool relif_config_key_trains(const relif_config_key *key);

/** The key is one of training.validation. */
bool relif_config_key_validates(const relif_config_key *key);

/** The key may go through several values in a sweep: a number or word of the simulation.
 */
bool relif_config_key_sweeps(const relif_config_key *key);

/** The dataset that a key belongs to; NULL if it is not a dataset's. */
const relif_config_dataset *relif_config_key_dataset(const relif_config *config,
                                                     const relif_config_key *key);

/** The key makes sense in this configuration: its training and dataset format are there.
 */
bool relif_config_key_applies(const relif_config *config, const relif_config_key *key);

/** Append the dataset formats (layer's key: the kinds) that a key is restricted to. */
void relif_config_key_formats(const relif_config_key *key, relif_text *out);
void relif_config_key_kinds(const relif_config_key *key, relif_text *out);

/** Append what values a key expects ("seconds > 0"). */
void relif_config_key_expects(const relif_config_key *key, relif_text *out);

/** Append " (did you mean '...'?)" if a key's path (or a section) is like this one. */
void relif_config_suggest_key(const relif_config_key *keys, int n_keys, const char *path,
                              relif_text *out);

/** The same for a list of words. */
void relif_config_suggest_word(const char *const *words, int n_words, const char *word,
                               relif_text *out);

#endif
