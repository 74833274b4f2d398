/**
 * Arrivals: which weight rows each tile of a slab receives in each step.
 *
 *     relif_arrivals *arrivals = relif_arrivals_create(synapse, longest);
 *     relif_arrivals_begin(arrivals, &input, waiting, everywhere);
 *     while (kernel->next(arrivals))
 *         ... arrivals->visits[0 .. n_visits-1] ...
 *
 * A stretch is a number of consecutive steps, at most RELIF_STRETCH_STEPS, so that a word
 * has a bit for each. Layers have no way back, so a layer's input for a whole stretch is
 * known before the layer begins: a neuron goes through all of its steps at once, while
 * its potential stays in a register and its weights in cache. Where nothing arrives there
 * is no visit. A layer of one position that sees the whole input (synapse->whole) may
 * have several stretches at once, one after the other: then each of them is visited, and
 * weights that no cache holds are read once for all of them.
 *
 * Visits come in batches of about as many rows as the cache holds beside the weights, so
 * that they can be worked through once for each block of lanes.
 */
#ifndef RELIF_ARRIVALS_H
#define RELIF_ARRIVALS_H

#include "relif/raster.h"
#include "relif/synapse.h"

enum { RELIF_STRETCH_STEPS = RELIF_WORD_BITS };

/** One tile in one image, through a stretch. */
typedef struct relif_visit {
    int image, tile;
    int first_step, steps; /* of the stretch */
    bool follows; /* the stretch before is the visit before: it may leave something that
                     waits */
    bool waits;   /* something may fire in the first step though nothing arrives */
    relif_word busy; /* bit s: something arrives in step s */
    int first_count; /* in counts: one for each busy step */
    int first_row;   /* in rows: those of the busy steps, one after the other */
} relif_visit;

typedef struct relif_arrivals {
    int n_visits;
    relif_visit *visits;
    int *counts; /* weight rows that arrive in a busy step of a visit */
    int *rows;   /* indices of weight rows, ascending within a step */
    int n_counts, n_rows;
    float *currents; /* [n_counts][RELIF_BLOCK_LANES] room for the kernel, if the weights
                        come in parts: what has arrived of each count ... */
    int *reached;    /* ... and the first of its rows that has not */
    struct relif_listing *listing; /* how they are found; private to src/model */
} relif_arrivals;

/** For stretches of at most longest steps. synapse is borrowed. Caller destroys. */
relif_arrivals *relif_arrivals_create(const relif_synapse *synapse, int longest);
void relif_arrivals_destroy(relif_arrivals *arrivals);

/**
 * Begin with the spikes of a stretch; of several if the synapses are whole.
 * @param input       over synapse->input; its masks stay until the last batch
 * @param waiting     [input->n_images][words of the slab's tiles] tiles to visit even if
 *                    nothing arrives; taken: cleared as they are visited
 * @param everywhere  visit all tiles
 */
void relif_arrivals_begin(relif_arrivals *arrivals, const relif_raster *input,
                          relif_word *waiting, bool everywhere);

#endif
