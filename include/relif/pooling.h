/**
 * Max pooling of spike trains (paper (18)): forward the train of the neuron with most
 * spikes.
 *
 *     relif_pooling *pooling = relif_pooling_create(
 *         layer, owned, input, RELIF_POOLING_WINDOW, n_images, steps);
 *     relif_pooling_reset(pooling);
 *     for (int t = 0; t < steps; t++)                     the whole coding time
 *         relif_pooling_collect(pooling, image, t, mask);
 *     relif_pooling_choose(pooling, image);
 *     for (int t = 0; t < steps; t++)                     the winners' trains
 *         relif_pooling_replay(pooling, image, t, out);
 *     relif_pooling_destroy(pooling);
 *
 * window: the winner of the whole coding time, known only after it. online: causal; the
 * neuron that leads after this step's spikes have been counted is forwarded in this step.
 * Ties go to the first neuron of the window in row-major order.
 */
#ifndef RELIF_POOLING_H
#define RELIF_POOLING_H

#include "relif/network.h"
#include "relif/spikes.h"

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

/** window: keep and count the input spikes of one step, t = 0 .. steps-1. */
void relif_pooling_collect(relif_pooling *pooling, int image, int t,
                           const relif_word *input);

/** window: choose the winners of an image, after its last step. */
void relif_pooling_choose(relif_pooling *pooling, int image);

/** window: add the spikes of the winners at step t to the mask over the owned range. */
void relif_pooling_replay(relif_pooling *pooling, int image, int t, relif_word *out);

/** online: count the input spikes of one step and add the leaders' to the output mask. */
void relif_pooling_step(relif_pooling *pooling, int image, const relif_word *input,
                        relif_word *out);

/** Spikes forwarded so far by an owned neuron. */
int relif_pooling_count(const relif_pooling *pooling, int image, int neuron);

/** The word for a mode in the config. Static text. */
const char *relif_pooling_mode_name(relif_pooling_mode mode);

#endif
