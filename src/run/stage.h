/*
 * A stage: one layer on its way through time, the part that this rank computes. Private
 * to src/run.
 *
 *     stage_create(&stage, &plan, layer);
 *     stage_begin(&stage, n_images);          potentials, counts, winners forgotten
 *     stage_open(&stage, &portion);
 *     stage_run(&stage, STAGE_NEURONS, &portion, first, end);    stretch after stretch
 *     stage_close(&stage, STAGE_NEURONS, &portion, &next);    what of it goes to the next
 *
 * An inbox holds the spikes of plan.slots portions; spikes are fired into that of the
 * next layer, or listed there (list_inbox.h). Where the layer before is computed here and
 * nowhere else, its spikes are read where it leaves them.
 */
#ifndef RELIF_STAGE_H
#define RELIF_STAGE_H

#include "relif/portion.h"
#include "relif/shared.h"
#include "relif/simulation.h"
#include "relif/synapse.h"

/* What all stages of a simulation share. */
struct stage_plan {
    relif_simulation_setup setup;
    relif_portions portions;
    int slots; /* portions of an inbox */
    int *lags; /* [n_layers] ticks that spikes need from the layer before */
};

struct stage {
    const struct stage_plan *plan; /* borrowed */
    int n_images;                  /* of the current batch */
    relif_range owned, needed;
    relif_raster trains; /* the first layer's input, all steps; {0} for the others */
    const struct stage *before; /* whose spikes are the inbox, or NULL */
    const struct stage *after;  /* whose inbox the spikes are fired into, or NULL */
    relif_shared *weights;      /* of the synapse */
    relif_synapse *synapse;     /* NULL for max pooling, as are lif and arrivals */
    relif_lif *lif;
    relif_arrivals *arrivals;
    relif_pooling *pooling;         /* NULL unless max pooling */
    relif_counter *counter;         /* spikes of the owned neurons */
    const relif_counter *preceding; /* of the layer before; NULL for the first */
    relif_counter *foreign[2];      /* spikes of the needed neurons in front of and behind
                                       those of preceding; NULL if there are none, or nobody
                                       asks */
    int *fan_out; /* of the spikes whose synaptic operations are counted here; NULL for
                     none, and for lists */
    relif_word *inbox; /* [slots][images][interval][words of needed] spikes of the layer
                          before; NULL if they are read elsewhere */
    relif_word *out;   /* [images][interval][words of owned] spikes of the current
                          portion; NULL if they are fired into an inbox */
    struct list_inbox *lists;        /* what arrives, if it comes as lists; else NULL */
    const struct list_inbox *listed; /* where the spikes fired are listed, or NULL */
    relif_tally tally;
    double seconds; /* elapsed */
};

/* What a stage does in a step. */
enum stage_work {
    STAGE_NEURONS, /* deliver and integrate */
    STAGE_POOL,    /* forward the leaders' spikes */
    STAGE_COLLECT, /* keep the trains for a window pooling */
    STAGE_REPLAY   /* forward the winners' spikes */
};

void stage_create(struct stage *stage, const struct stage_plan *plan, int layer);
void stage_destroy(struct stage *stage);

void stage_begin(struct stage *stage, int n_images);

/* Does the stage, the first, want its input as lists? */
bool stage_wants_lists(const struct stage *stage);

/* The spikes that arrive in a portion, and those that the stage itself fires. */
relif_raster stage_inbox(const struct stage *stage, const relif_portion *portion);
relif_raster stage_out(const struct stage *stage, const relif_portion *portion);

/* Forget the spikes of the portion before. */
void stage_open(struct stage *stage, const relif_portion *portion);

/* Steps that may run at once. */
int stage_longest(const struct stage *stage);

/* Steps first <= s < end of a portion, at most so many, all its images. */
void stage_run(struct stage *stage, enum stage_work work, const relif_portion *portion,
               int first, int end);

/* The winners of a window pooling, when the last block of a portion's images is there. */
void stage_choose(struct stage *stage, const relif_portion *portion);

/* The inbox of a portion has been read, the spikes fired go to the next layer's stage. */
void stage_close(struct stage *stage, enum stage_work work, const relif_portion *portion,
                 struct stage *next);

/* Adds the batch to the tally, after its last step. Synaptic operations are counted where
 * the spike is fired, of the whole layer that it goes to; of pixels, where they arrive.
 */
void stage_count(struct stage *stage);

#endif
