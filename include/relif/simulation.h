/**
 * The simulation: a batch of images through the spiking network, over the ranks of a
 * group.
 *
 *     relif_simulation *simulation = relif_simulation_create(&setup);
 *     relif_simulation_run(simulation, n, pixels);              collective on the group
 *     relif_simulation_counts(simulation, layer, image, counts);     of owned neurons
 *     relif_simulation_destroy(simulation);
 *
 * Each timestep of each layer is: deliver (spikes to currents), integrate (charge, fire,
 * reset), exchange (my spikes to who needs them), record. Layers between two window
 * poolings form a segment: its time loop runs over the whole coding time, the pooling at
 * its end keeps the trains, chooses the winners, and replays their trains into the next
 * segment. With several ranks the layers are skewed: layer number i of a segment is two
 * ticks behind layer i - 1, the time a message may take; the spikes are the same as
 * without skew.
 */
#ifndef RELIF_SIMULATION_H
#define RELIF_SIMULATION_H

#include "relif/clock.h"
#include "relif/coding.h"
#include "relif/context.h"
#include "relif/lif.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/partition.h"
#include "relif/pooling.h"
#include "relif/stop.h"

/** What one layer did to one image in one step. */
typedef struct relif_step {
    int layer, image, t;          /* t = 0 .. steps-1 */
    relif_range range;            /* owned neurons of the layer */
    const relif_word *fired;      /* their spikes */
    const relif_lif *lif;         /* their potentials, NULL for max pooling */
    const relif_pooling *pooling; /* of max pooling, else NULL */
} relif_step;

/** Who wants to see every step; watch is called once per layer, image and step. */
typedef struct relif_observer {
    void (*watch)(void *self, const relif_step *step);
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
    int exchange_interval;   /* steps per message, at most */
    relif_observer observer; /* {0}: nobody watches */
    relif_clock *clock;      /* phases are charged to it */
    relif_stop *stop;        /* of the group, asked at every step; NULL: nobody stops */
} relif_simulation_setup;

/** Totals of the neurons owned here over all images run so far; sums over ranks are
 * exact. */
typedef struct relif_tally {
    int64_t spikes;
    int64_t operations; /* synaptic operations: arrived spikes times neurons reached */
    int64_t saturated;  /* neurons that fired every step or ended at V >= V_th */
} relif_tally;

typedef struct relif_simulation relif_simulation;

/** Not collective. Caller destroys. */
relif_simulation *relif_simulation_create(const relif_simulation_setup *setup);
void relif_simulation_destroy(relif_simulation *simulation);

/**
 * Simulate a batch of n <= images_in_flight images. Collective on the group; cannot fail.
 * @param[in] pixels  [n][input size], canonical order
 * @return false if all ranks left it early because of setup.stop: nothing of the batch
 *         counts, and the simulation runs no other
 */
bool relif_simulation_run(relif_simulation *simulation, int n, const float *pixels);

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

/** Bytes and messages sent so far by this rank. */
void relif_simulation_volume(const relif_simulation *simulation, int64_t *bytes,
                             int64_t *messages);

#endif
