/**
 * Max pooling of spike trains (paper (18)): forward the train of the neuron with most
 * spikes.
 *
 *     relif_pooling *pooling = relif_pooling_create(
 *         layer, owned, input, RELIF_POOLING_WINDOW, n_images, steps);
 *     relif_pooling_reset(pooling);
 *     relif_pooling_collect(pooling, first, &input);   stretch after stretch
 *     relif_pooling_choose(pooling, arrived, n_arrived, first_image, n_images);
 *     relif_pooling_replay(pooling, first, &out);      the winners' trains
 *     relif_pooling_destroy(pooling);
 *
 * window: the winner of the whole coding time, known only after it. online: causal; the
 * neuron that leads after this step's spikes have been counted is forwarded in this step.
 * Ties go to the first neuron of the window in row-major order.
 */
#ifndef RELIF_POOLING_H
#define RELIF_POOLING_H

#include "relif/counter.h"
#include "relif/network.h"
#include "relif/raster.h"

/* name, word in the config */
#define RELIF_POOLING_MODE_LIST(X)                                                       \
    X(WINDOW, "window")                                                                  \
    X(ONLINE, "online")

typedef enum relif_pooling_mode {
#define RELIF_POOLING_MODE_ENUM(name, word) RELIF_POOLING_##name,
    RELIF_POOLING_MODE_LIST(RELIF_POOLING_MODE_ENUM)
#undef RELIF_POOLING_MODE_ENUM
        RELIF_N_POOLING_MODES
} relif_pooling_mode;

typedef struct relif_pooling relif_pooling;

/**
 * Pooling of the owned outputs of a max_pool2d layer from the input range that reaches
 * them. window keeps every input train: steps * n_images bit masks. Caller destroys.
 */
relif_pooling *relif_pooling_create(const relif_layer *layer, relif_range owned,
                                    relif_range input, relif_pooling_mode mode,
                                    int n_images, int steps);
void relif_pooling_destroy(relif_pooling *pooling);

/** Forget all spikes of all images. */
void relif_pooling_reset(relif_pooling *pooling);

/** window: keep the input spikes of a stretch that begins at step first, from 0. */
void relif_pooling_collect(relif_pooling *pooling, int first, const relif_raster *input);

/**
 * window: choose the winners of some images, after their last step.
 * @param arrived  [n_arrived] the spikes over the coding time; the ranges of all
 *                 counters together hold the input
 */
void relif_pooling_choose(relif_pooling *pooling, const relif_counter *const *arrived,
                          int n_arrived, int first_image, int n_images);

/** window: add the spikes of the winners in the stretch that begins at step first. */
void relif_pooling_replay(const relif_pooling *pooling, int first,
                          const relif_raster *out);

/** online: count the input spikes of a stretch and add the leaders' to out, step by step.
 */
void relif_pooling_run(relif_pooling *pooling, const relif_raster *input,
                       const relif_raster *out);

/** The word for a mode in the config. Static text. */
const char *relif_pooling_mode_name(relif_pooling_mode mode);

#endif
