/*
 * An experiment made ready: config -> dataset -> network -> mapping -> partition.
 *
 *     struct experiment experiment = {0};
 *     err = experiment_configure(&experiment, call);
 *     if (err == RELIF_OK) err = experiment_load(&experiment);    data, network, mapping
 *     if (err == RELIF_OK) err = experiment_place(&experiment);   replicas, groups
 *     experiment_release(&experiment);
 *
 * All functions are collective on the world; errors are agreed on.
 */
#ifndef RELIF_PROGRAMS_EXPERIMENT_H
#define RELIF_PROGRAMS_EXPERIMENT_H

#include "command.h"
#include "relif/clock.h"
#include "relif/config.h"
#include "relif/dataset.h"
#include "relif/distribution.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/normalization.h"
#include "relif/partition.h"
#include "relif/recorder.h"
#include "relif/shared.h"
#include "relif/text.h"

/* What the ReLU network does with the first images (activity_pass.h). */
struct activity {
    int64_t n_images;
    int n_layers;
    relif_distribution **layers; /* [n_layers] the same on every rank */
    int32_t *labels;             /* of this rank's share */
};

struct experiment {
    const relif_context *world; /* borrowed, as are log and stop */
    relif_log *log;
    relif_stop *stop; /* NULL for commands that do not stop early */
    relif_clock clock;
    relif_config *config;
    relif_text science; /* the config as archived: what decides the result */
    relif_dataset *dataset;
    double input_density;   /* spikes per pixel and step, of the first images */
    relif_network *network; /* the ReLU network */
    char network_digest[RELIF_DIGEST_TEXT];
    char *network_file;
    char training_digest[RELIF_DIGEST_TEXT]; /* of the training set, "": none was read */
    struct activity activity;                /* {0} until it is needed */
    relif_normalization_options normalization; /* as applied: of these many images */
    double *scales;                            /* [n_layers] of the normalisation */
    relif_network *spiking; /* the network with the weights that its carrier asks for */
    relif_mapping *mapping; /* of spiking */
    int replicas, replica;  /* ranks = replicas x group */
    relif_context *group;
    relif_context *node;          /* ranks with which memory is shared */
    relif_context *twins;         /* those of them with the same part of the network */
    relif_shared *network_memory; /* weights of network, and of spiking */
    relif_shared *spiking_memory;
    relif_partition *partition;
    relif_record_request record;
};

/* Read the config; prints it and sets *done under --print-config. */
relif_err experiment_configure(struct experiment *experiment, const command_call *call,
                               bool *done);

/* What to do with a trained network's file that is there. What this very training made is
 * used again. */
enum training_output {
    KEEP_OTHERS,    /* made by another training: refuse */
    REPLACE_OTHERS, /* made by another training: train, replace */
    TRAIN_AGAIN     /* always train, replace */
};

/* Data set, network (read, or trained when the config says so), normalisation, mapping,
 * record. */
relif_err experiment_load(struct experiment *experiment, enum training_output existing);

/* Only the network: read, or trained. */
relif_err experiment_network(struct experiment *experiment,
                             enum training_output existing);

/* The two halves of experiment_load: data set, network and record; then what a
 * configuration (of a point of a sweep) makes of the network, in place of an earlier one.
 */
relif_err experiment_read(struct experiment *experiment, enum training_output existing);
relif_err experiment_map(struct experiment *experiment, const relif_config *config);
void experiment_release_mapping(struct experiment *experiment);

/* Replicas, groups and cuts for n_images. */
relif_err experiment_place(struct experiment *experiment, int64_t n_images);

/* RELIF_ERR_CONFIG if the config is a sweep; if it is none. */
relif_err experiment_refuse_sweep(const struct experiment *experiment);
relif_err experiment_require_sweep(const struct experiment *experiment);

/* What --force means for the checkpoints of an output: they are removed. But a job that
 * Slurm has put back into the queue (SLURM_RESTART_COUNT) goes on from those that its own
 * first attempt wrote; it would never end otherwise. */
void experiment_begin_anew(const struct experiment *experiment, const char *path);

/* Make the folders above a file, as mkdir -p does. */
relif_err experiment_make_folder(const relif_context *world, const char *path);

/* {0} and half-made experiments are allowed. */
void experiment_release(struct experiment *experiment);

#endif
