/**
 * The configuration of an experiment: a YAML file, read strictly.
 *
 *     relif_config *config = NULL;
 *     err = relif_config_read_collective(ctx, "experiment.yaml", sets, n_sets, &config);
 *     ... config->coding.dt, &config->dataset.options, config->output.expanded ...
 *     relif_config_destroy(config);
 *
 * Every key is one row of a table with its type, range, unit and meaning
 * (relif_config_describe). Anything else is refused in one sentence that begins with the
 * place: unknown and duplicate keys, wrong types, values out of range, several documents,
 * anchors, aliases and tags. Numbers are plain decimals: no quotes, units, nan or inf.
 *
 * An override "key=value" (--set) replaces what the file says; its value is YAML, its key
 * dotted, "null" takes the key back to its default, and the last one of a key wins.
 *
 * Paths are relative to the current working directory. In them ${NAME} and
 * ${NAME:-default} stand for variables of the environment.
 */
#ifndef RELIF_CONFIG_H
#define RELIF_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/coding.h"
#include "relif/context.h"
#include "relif/dataset.h"
#include "relif/error.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/normalization.h"
#include "relif/partition.h"
#include "relif/pooling.h"
#include "relif/readout.h"
#include "relif/text.h"
#include "relif/training.h"

#define RELIF_SYNTHETIC_LIST(X) X(DIGITS, "digits")

typedef enum relif_synthetic {
#define RELIF_SYNTHETIC_ENUM(name, word) RELIF_SYNTHETIC_##name,
    RELIF_SYNTHETIC_LIST(RELIF_SYNTHETIC_ENUM)
#undef RELIF_SYNTHETIC_ENUM
} relif_synthetic;

/** A path as it is written, with its ${NAME}, and as programs use it. */
typedef struct relif_config_path {
    char *written; /* NULL: not given */
    char *expanded;
} relif_config_path;

typedef struct relif_config_paths {
    int count;
    relif_config_path *paths; /* [count] */
} relif_config_paths;

typedef struct relif_config_names {
    int count;
    char **names; /* [count] */
} relif_config_names;

typedef struct relif_config_integers {
    int count;
    int64_t *values; /* [count], ascending */
} relif_config_integers;

typedef struct relif_config_numbers {
    int count;
    double *values; /* [count], ascending */
} relif_config_numbers;

/** What is written under dataset:, training.dataset: and training.validation: */
typedef struct relif_config_dataset {
    relif_dataset_options options; /* its paths are borrowed from the fields below */
    relif_config_paths images;
    relif_config_path labels;
    relif_synthetic synthetic;
} relif_config_dataset;

/** One entry of network.layers; fields that its kind does not have are 0. */
typedef struct relif_config_layer {
    char *name;
    relif_layer_kind kind;
    relif_activation activation;
    int channels;        /* conv2d; linear: outputs */
    int kernel;          /* conv2d */
    int size;            /* pooling */
    int stride, padding; /* conv2d, pooling */
    bool bias;
} relif_config_layer;

typedef struct relif_config_layers {
    int count;
    relif_config_layer *layers; /* [count] */
} relif_config_layers;

/** One key of a sweep and the values it goes through. */
typedef struct relif_config_axis {
    char *key; /* dotted */
    int count;
    char **texts;             /* [count] values as YAML */
    double *numbers;          /* [count] values; of a word its index among words */
    const char *const *words; /* [n_words] NULL for numbers. Static */
    int n_words;
} relif_config_axis;

/** A grid of parameters (relif/config_sweep.h); empty: one experiment. */
typedef struct relif_config_sweep {
    int count;
    relif_config_axis *axes; /* [count] the first goes slowest */
} relif_config_sweep;

typedef struct relif_config {
    char *source; /* the file's name in messages */
    char *name;
    relif_config_dataset dataset;
    struct {
        relif_config_path file;     /* either this ... */
        relif_config_layers layers; /* ... or this */
    } network;
    bool has_training; /* exactly if there are network.layers */
    struct {
        relif_config_dataset dataset;
        bool has_validation;
        relif_config_dataset validation; /* what the accuracy of each epoch is of */
        relif_training_options options;
        relif_config_path output; /* written == NULL: the network is not kept */
    } training;
    relif_coding coding;
    relif_neuron_options neuron;
    relif_pooling_mode pooling;
    relif_readout readout;
    relif_normalization_options normalization;
    relif_config_sweep sweep;
    struct {
        relif_config_names layers;         /* empty: the linear layers */
        relif_config_numbers coding_times; /* s, whole steps; empty: only coding_time */
        struct {
            relif_config_names layers;     /* empty: no trains */
            relif_config_integers images;  /* 0: the first image of the dataset used */
            relif_config_integers neurons; /* canonical indices; empty: all */
            bool potentials;               /* after each step are kept, too */
        } trains;
    } record;
    struct {
        relif_scheme scheme;
        int replicas; /* 0: chosen */
        int images_in_flight;
        int exchange_interval; /* steps per message; 0: chosen */
    } execution;
    relif_config_path output;
} relif_config;

/**
 * Read a configuration file of at most 1 MiB. Not collective. Caller destroys *config.
 *
 * RELIF_ERR_FILE if it cannot be read. RELIF_ERR_CONFIG otherwise, in a sentence
 * "<file>:<line>:<column>: <key>: <what was found>; expected ..." (for an override the
 * place is "--set <key>=<value>").
 */
relif_err relif_config_read(const char *path, const char *const *overrides,
                            int n_overrides, relif_config **config);

/** The same from text; path is the file's name in messages. */
relif_err relif_config_parse(const char *text, const char *path,
                             const char *const *overrides, int n_overrides,
                             relif_config **config);

/**
 * The same on every rank: root reads the file and the environment, everyone gets the same
 * configuration or the same error. Collective on ctx; the same overrides on every rank.
 */
relif_err relif_config_read_collective(const relif_context *ctx, const char *path,
                                       const char *const *overrides, int n_overrides,
                                       relif_config **config);

/** The same from text, which every rank has; path is its name in messages. */
relif_err relif_config_parse_collective(const relif_context *ctx, const char *text,
                                        const char *path, const char *const *overrides,
                                        int n_overrides, relif_config **config);

void relif_config_destroy(relif_config *config);

/**
 * Append the complete configuration, every default included, as YAML in a fixed order
 * that reads back to the same configuration.
 *
 * Without execution: how it is run and where results go (execution, output,
 * training.output) is left out; what remains decides the result.
 */
void relif_config_print(const relif_config *config, bool with_execution, relif_text *out);

/** Append the documented list of all keys. */
void relif_config_describe(relif_text *out);

/**
 * The untrained network of network.layers for an input: all weights and biases 0. Caller
 * destroys. RELIF_ERR_CONFIG, naming the layer, if layers do not fit. Not collective.
 */
relif_err relif_config_network(const relif_config *config, relif_shape input,
                               relif_network **network);

#endif
