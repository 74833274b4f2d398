/*
 * A stage: one layer on its way through time, the part that this rank computes. Private
 * to src/run.
 *
 *     stage_create(&stage, &plan, layer);
 *     stage_begin(&stage, n_images);          potentials, counts, winners forgotten
 *     stage_clear_out(&stage, block);
 *     for (int s = 0; s < stage_block_steps(&plan, block); s++)
 *         stage_step(&stage, STAGE_NEURONS, block, s);
 *     stage_deliver(&stage, &next, block);    to what of the next layer is computed here
 *
 * Steps are grouped in blocks of plan.interval; an inbox holds the spikes of plan.slots
 * blocks.
 */
#ifndef RELIF_STAGE_H
#define RELIF_STAGE_H

#include "relif/encoder.h"
#include "relif/simulation.h"
#include "relif/synapse.h"

/* What all stages of a simulation share. */
struct stage_plan {
    relif_simulation_setup setup;
    int steps, interval, slots;
};

struct stage {
    const struct stage_plan *plan; /* borrowed */
    int n_images;                  /* of the current batch */
    relif_range owned, needed;
    const relif_encoder *encoder; /* first layer: its input, borrowed; else NULL */
    relif_synapse *synapse;       /* NULL for max pooling, as is lif */
    relif_lif *lif;
    relif_arrivals **arrivals; /* [images] */
    int *fan_out;
    relif_pooling *pooling; /* NULL unless max pooling */
    relif_word *inbox; /* [slots][interval][images][words of needed] spikes before it */
    relif_word *out;   /* [interval][images][words of owned] spikes of this block */
    relif_tally tally;
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

/* Number of steps of a block, and its first step. */
int stage_block_steps(const struct stage_plan *plan, int block);
int stage_first_step(const struct stage_plan *plan, int block);

/* The inbox of a block: [interval][n_images][words of needed]. */
relif_word *stage_inbox(const struct stage *stage, int block);

/* The spikes of an image at step s of the current block, a mask over the owned range. */
relif_word *stage_out(const struct stage *stage, int s, int image);

void stage_clear_out(struct stage *stage, int block);
void stage_clear_inbox(struct stage *stage, int block);

/* Step s of a block, all images of the batch. */
void stage_step(struct stage *stage, enum stage_work work, int block, int s);

/* Spikes of a block into the inbox of the next layer's stage. */
void stage_deliver(const struct stage *from, struct stage *to, int block);

/* Adds the batch to the tally, after its last step. */
void stage_count(struct stage *stage);

#endif
