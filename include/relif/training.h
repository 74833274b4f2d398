/**
 * Training of the ReLU network: stochastic gradient descent with momentum,
 * cross-entropy.
 *
 *     const relif_training_sets sets = {.learn = learn, .validation = validation};
 *     relif_initialize(network, options.initialization, options.seed);
 *     err = relif_training_create(ctx, network, &sets, &options, log, &training);
 *     while (err == RELIF_OK && !relif_training_finished(training))
 *         err = relif_training_step(training);
 *     if (err == RELIF_OK) err = relif_training_finish(training, network, &result);
 *     relif_training_destroy(training);
 *
 * Data-parallel, and the same weights bit for bit on any number of ranks: a batch is cut
 * into a fixed number of shards, each shard's gradient is computed by one rank with the
 * same matrix shapes whoever computes it, and shards are added in their order.
 */
#ifndef RELIF_TRAINING_H
#define RELIF_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/context.h"
#include "relif/image_set.h"
#include "relif/initialization.h"
#include "relif/learning_rate.h"
#include "relif/log.h"
#include "relif/network.h"
#include "relif/sgd.h"
#include "relif/state.h"

/* name, word in the config */
#define RELIF_KEEP_LIST(X)                                                               \
    X(LAST, "last")                                                                      \
    X(BEST, "best")

/** The weights that a training ends with: after the last step, or after the epoch with
 * the best accuracy on the validation set. */
typedef enum relif_keep {
#define RELIF_KEEP_ENUM(name, word) RELIF_KEEP_##name,
    RELIF_KEEP_LIST(RELIF_KEEP_ENUM)
#undef RELIF_KEEP_ENUM
        RELIF_N_KEEPS
} relif_keep;

typedef struct relif_training_options {
    int epochs;
    int64_t steps; /* 0: as many as the epochs have */
    int batch;     /* images per step, a multiple of shards */
    int shards;    /* fixed parts of a batch; more ranks than shards idle */
    relif_learning_rate rate;
    relif_sgd_options sgd;
    relif_keep keep;
    relif_initialization initialization; /* what the caller initialises with */
    uint64_t seed;                       /* initialisation and order of the images */
} relif_training_options;

typedef struct relif_training_sets {
    relif_image_set learn;
    relif_image_set validation; /* count 0: none */
} relif_training_sets;

typedef struct relif_training_result {
    double loss;     /* mean cross-entropy over the last epoch */
    double accuracy; /* on the training images of the last epoch, as they were seen */
    double validation_accuracy; /* of the weights that are kept; NAN: no validation set */
    int64_t kept_epoch;         /* from whose end the weights are, counted from 1 */
    double seconds;             /* since the training was created */
    double gflops; /* forward and backward matrix products in this time, GFLOP/s of all
                      ranks together */
} relif_training_result;

typedef struct relif_training relif_training;

/** Three epochs of one_cycle. */
relif_training_options relif_training_options_default(void);

/** RELIF_ERR_CONFIG, naming the key (training.batch, ...). */
relif_err relif_training_options_check(const relif_training_options *options);

/**
 * A training of the network from the weights that it has now. Collective on ctx; network,
 * options and sets the same on every rank. ctx, network, sets' sources and log are
 * borrowed until destroy. RELIF_ERR_CONFIG; RELIF_ERR_DATA if a label has no output or
 * the set is smaller than a batch. Caller destroys *training, NULL on failure.
 */
relif_err relif_training_create(const relif_context *ctx, const relif_network *network,
                                const relif_training_sets *sets,
                                const relif_training_options *options, relif_log *log,
                                relif_training **training);
void relif_training_destroy(relif_training *training);

/** Steps of the descent that are done, and all of them. */
int64_t relif_training_step_count(const relif_training *training);
int64_t relif_training_steps(const relif_training *training);
bool relif_training_finished(const relif_training *training);

/**
 * The next step of the descent or, at the end of an epoch, of its validation; the last of
 * these writes a line in the log. Collective on ctx. RELIF_ERR_DATA, on every rank, if
 * the loss stops being finite.
 */
relif_err relif_training_step(relif_training *training);

/** All that is needed to go on with the next step, on any number of ranks. The arrays are
 * borrowed: the state is of use until the next step. Not collective. */
void relif_training_save(const relif_training *training, relif_state *state);

/** Go on from there. RELIF_ERR_FORMAT if the state is not one of such a training. The
 * same state on every rank. Not collective. */
relif_err relif_training_restore(relif_training *training, const relif_state *state);

/** The weights that are kept, into the network; the result is the same on every rank.
 * Collective on ctx. RELIF_ERR_DATA, and the network stays as it was, if a weight is not
 * finite. */
relif_err relif_training_finish(relif_training *training, relif_network *network,
                                relif_training_result *result);

#endif
