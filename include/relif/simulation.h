/**
 * The simulation: a batch of images through the spiking network, over the ranks of a
 * group.
 *
 *     relif_simulation *simulation = relif_simulation_create(&setup);
 *     relif_simulation_load(simulation, n, &source);            collective on the group
 *     relif_simulation_run(simulation);                         collective on the group
 *     relif_simulation_counts(simulation, layer, image, counts);     of owned neurons
 *     relif_simulation_destroy(simulation);
 *
 * Each layer does in turn: deliver (spikes to currents), integrate (charge, fire, reset),
 * exchange (my spikes to who needs them), record, for a stretch of steps at a time.
 * In a tick each layer does a portion of the batch: some images over a block of steps.
 * A window pooling keeps the trains of its images until their last block, chooses the
 * winners, and then replays their trains. With several ranks the layers are skewed: one
 * that needs spikes of other ranks is two ticks behind the layer before, the time a
 * message may take; the spikes are the same as without skew.
 */
#ifndef RELIF_SIMULATION_H
#define RELIF_SIMULATION_H

#include "relif/clock.h"
#include "relif/coding.h"
#include "relif/context.h"
#include "relif/counter.h"
#include "relif/input.h"
#include "relif/lif.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/partition.h"
#include "relif/pooling.h"
#include "relif/stop.h"

/** What one layer did to one image in a stretch of steps. */
typedef struct relif_stretch {
    int layer, image;
    int first;            /* its first step; t = 0 .. steps-1 */
    relif_raster fired;   /* spikes of the owned neurons, this image alone */
    const relif_lif *lif; /* potentials after the last step, NULL for max pooling */
    const relif_counter *counter; /* spikes up to and with the last step */
} relif_stretch;

/**
 * Who wants to see every step. watch is called for all layers, images and steps, stretch
 * by stretch, ascending. look says when the potentials and counts of a layer are wanted
 * next: a step after t, the number of steps simulated until then; a stretch ends there.
 * look may be NULL: the spikes are enough.
 */
typedef struct relif_observer {
    void (*watch)(void *self, const relif_stretch *stretch);
    int (*look)(void *self, int layer, int t);
    void *self;
} relif_observer;

/** All is borrowed and must outlive the simulation. The same on every rank of the group.
 */
typedef struct relif_simulation_setup {
    const relif_context *group;
    const relif_network *network;
    const relif_mapping *mapping;
    const relif_coding *coding;
    const relif_partition *partition; /* for group->size ranks */
    relif_pooling_mode pooling;
    int images_in_flight;    /* largest batch */
    int exchange_interval;   /* steps per message, at most; 0: chosen */
    relif_observer observer; /* {0}: nobody watches */
    relif_clock *clock;      /* phases are charged to it */
    relif_stop *stop;        /* of the group, asked at every step; NULL: nobody stops */
    const relif_context *twins; /* ranks of a node that own the same ranges, in replicas:
                                   they store the weights once; NULL: none */
} relif_simulation_setup;

/** Totals of the neurons owned here over all images run so far; sums over ranks are
 * exact. */
typedef struct relif_tally {
    int64_t spikes;
    int64_t operations; /* synaptic operations: arrived spikes times neurons reached */
    int64_t saturated;  /* neurons that fired every step or ended at V >= V_th */
} relif_tally;

typedef struct relif_simulation relif_simulation;

/** Collective on the group and on setup.twins, as is destroy. Caller destroys. */
relif_simulation *relif_simulation_create(const relif_simulation_setup *setup);
void relif_simulation_destroy(relif_simulation *simulation);

/**
 * Load a batch of n <= images_in_flight images to be run next. At most one batch waits:
 * ranks that load it before they run the one before do not wait for each other.
 * Collective on the group.
 * @param[in] source  asked for some of the images: ranks of a node may share the encoding
 *                    (input.h)
 */
void relif_simulation_load(relif_simulation *simulation, int n,
                           const relif_pixel_source *source);

/**
 * Simulate the batch that was loaded next. Collective on the group; cannot fail.
 * @return false if all ranks left it early because of setup.stop: nothing of the batch
 *         counts, and the simulation runs no other
 */
bool relif_simulation_run(relif_simulation *simulation);

/** From the next batch on run only the first steps of the coding time, 1 .. all of them.
 *  Logically collective: the same steps on every rank of the group. */
void relif_simulation_set_steps(relif_simulation *simulation, int steps);

/** Spike counts / final potentials of the owned neurons of a layer for image 0 .. n-1 of
 * the last batch: [size of the owned range]. Max pooling has no potentials and gives 0.
 */
void relif_simulation_counts(const relif_simulation *simulation, int layer, int image,
                             int32_t *counts);
void relif_simulation_potentials(const relif_simulation *simulation, int layer, int image,
                                 float *potentials);

/** The owned range of a layer. */
relif_range relif_simulation_range(const relif_simulation *simulation, int layer);

/** The totals of a layer. */
relif_tally relif_simulation_tally(const relif_simulation *simulation, int layer);

/** Elapsed seconds spent on a layer by this rank, recording and exchange left out. */
double relif_simulation_seconds(const relif_simulation *simulation, int layer);

/** Bytes and messages sent so far by this rank. */
void relif_simulation_volume(const relif_simulation *simulation, int64_t *bytes,
                             int64_t *messages);

#endif
