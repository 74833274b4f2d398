/**
 * The recorder: what a simulation leaves behind, until it is written.
 *
 *     relif_recorder *recorder =
 *         relif_recorder_create(group, network, partition, steps, &request);
 *     setup.observer = relif_recorder_observer(recorder);
 *     relif_recorder_begin(recorder, rows);
 *     relif_recorder_expect(recorder, first_image, n);        before each batch
 *     relif_recorder_take(recorder, simulation, n);           after it
 *     ... relif_recorder_counts(recorder, k) ...
 *
 * Counts and potentials: rows of the owned neurons of each recorded layer, one row an
 * image, at the end and, if coding times are given, at each of these: a shorter coding
 * time is a prefix of the whole one, unless a window pooling chooses its winners at the
 * end. Then each coding time has a simulation of its own, watched by the coding observer,
 * the longest first: what it finds at shorter coding times is overwritten by theirs.
 * Trains: complete spikes of chosen images and neurons, kept as the bit masks that the
 * simulation has; and, if asked for, their potentials after each step, for which it has
 * to stop after each.
 */
#ifndef RELIF_RECORDER_H
#define RELIF_RECORDER_H

#include "relif/simulation.h"

/** What to record; borrowed. The same on every rank. */
typedef struct relif_record_request {
    int n_layers;
    const int *layers; /* indices of layers whose counts and potentials are recorded */
    int n_coding_times;
    const double *coding_times; /* s, ascending: moments at which they are kept as well */
    const int *coding_steps;    /* the same in steps */
    bool coding_apart;          /* each coding time needs a simulation of its own */
    int n_train_layers;
    const int *train_layers; /* layers whose trains are recorded */
    int n_train_images;
    const int64_t *train_images; /* ascending */
    int n_train_neurons;
    const int *train_neurons; /* ascending canonical indices, those a layer has; 0: all */
    bool train_potentials;    /* keep their potentials, too */
} relif_record_request;

/** Chosen neurons that a layer of that size has, ascending: [*n], caller frees. */
int *relif_record_train_neurons(const relif_record_request *request, int size, int *n);

typedef struct relif_recorder relif_recorder;

/** Not collective. Everything is borrowed. Caller destroys. */
relif_recorder *relif_recorder_create(const relif_context *group,
                                      const relif_network *network,
                                      const relif_partition *partition, int steps,
                                      const relif_record_request *request);
void relif_recorder_destroy(relif_recorder *recorder);

relif_observer relif_recorder_observer(relif_recorder *recorder);

/** An observer that keeps rows at the coding times only. */
relif_observer relif_recorder_coding_observer(relif_recorder *recorder);

/** Forget rows and trains and make room for n_rows images. */
void relif_recorder_begin(relif_recorder *recorder, int n_rows);

/** The next batch is n images of the data set from this one on. */
void relif_recorder_expect(relif_recorder *recorder, int64_t first_image, int n);

/** Add the rows of a batch of n images. */
void relif_recorder_take(relif_recorder *recorder, const relif_simulation *simulation,
                         int n);

/** Rows of recorded layer number k: [rows taken][owned neurons]; max pooling has no
 * potentials and gives 0. Borrowed until the next begin. */
const int32_t *relif_recorder_counts(const relif_recorder *recorder, int k);
const float *relif_recorder_potentials(const relif_recorder *recorder, int k);

/**
 * The output layer of all rows, joined over the group. Collective on the group.
 * @param[out] counts, potentials  [rows taken][output size], on every rank
 */
void relif_recorder_outputs(const relif_recorder *recorder, int32_t *counts,
                            float *potentials);

/**
 * Rows of recorded layer number k at the coding times: [coding times][rows][owned
 * neurons], where rows is what begin made room for; all must have been taken. Max pooling
 * has potentials 0. Borrowed until the next begin.
 */
const int32_t *relif_recorder_coding_counts(const relif_recorder *recorder, int k);
const float *relif_recorder_coding_potentials(const relif_recorder *recorder, int k);

/** Sums of a neuron's potentials after each step until the coding time, of the same
 * shape; undefined where nothing leaks. */
const double *relif_recorder_coding_sums(const relif_recorder *recorder, int k);

/** Counts of recorded layer number k at coding time number c, joined over the group:
 * [rows taken][neurons of the layer], on every rank. Collective on the group. */
void relif_recorder_coding_join(const relif_recorder *recorder, int k, int c,
                                int32_t *counts);

/** relif_recorder_outputs at coding time number c. Collective on the group. */
void relif_recorder_coding_outputs(const relif_recorder *recorder, int c, int32_t *counts,
                                   float *potentials);

/** Chosen neurons of a train layer that a layer has, canonical indices ascending.
 * Borrowed. */
const int *relif_recorder_train_neurons(const relif_recorder *recorder, int k, int *n);

/** Those among them that are owned here: first <= i < end of that list. */
relif_range relif_recorder_train_range(const relif_recorder *recorder, int k);

/** Spikes of chosen image number i in train layer number k: one image of all owned
 * neurons, all steps; its masks are NULL if the image was not simulated here. */
relif_raster relif_recorder_train_spikes(const relif_recorder *recorder, int k, int i);

/** Its potentials: [owned chosen][steps]; NULL if there are none (max pooling, not asked
 * for, not simulated here). */
const float *relif_recorder_train_potentials(const relif_recorder *recorder, int k,
                                             int i);

#endif
