/**
 * Training of the ReLU network: stochastic gradient descent with momentum,
 * cross-entropy.
 *
 *     relif_training_options options = relif_training_options_default();
 *     relif_training_initialize(network, options.seed);
 *     err = relif_training_run(ctx, network, &images, &options, log, &result);
 *
 * Data-parallel, and the same weights bit for bit on any number of ranks: a
 * batch is cut into a fixed number of shards, each shard's gradient is computed
 * by one rank with the same matrix shapes whoever computes it, and shards are
 * added in their order.
 */
#ifndef RELIF_TRAINING_H
#define RELIF_TRAINING_H

#include <stdint.h>

#include "relif/context.h"
#include "relif/log.h"
#include "relif/network.h"

typedef enum relif_rate_schedule {
    RELIF_SCHEDULE_CONSTANT,
    RELIF_SCHEDULE_COSINE,
    RELIF_SCHEDULE_ONE_CYCLE
} relif_rate_schedule;

typedef struct relif_training_options {
    int epochs;
    int batch;            /* images per step, a multiple of shards */
    int shards;           /* fixed parts of a batch; more ranks than shards idle */
    double learning_rate; /* peak */
    double momentum;
    double weight_decay;
    double clip; /* largest norm of the gradient; 0: none */
    relif_rate_schedule schedule;
    uint64_t seed; /* initialisation and order of the images */
} relif_training_options;

/** Labelled images to learn from: pixels(images, i, out) gives image i in
 * canonical order. */
typedef struct relif_training_set {
    int64_t count;
    void (*pixels)(const void *source, int64_t i, float *pixels);
    const void *source;    /* borrowed */
    const uint8_t *labels; /* [count], borrowed */
} relif_training_set;

typedef struct relif_training_result {
    double loss;     /* mean cross-entropy over the last epoch */
    double accuracy; /* on the training images of the last epoch, as they were
                        seen */
    double seconds;
    double gflops; /* forward and backward matrix products, GFLOP/s of all ranks
                      together */
} relif_training_result;

relif_training_options relif_training_options_default(void);

/** RELIF_ERR_CONFIG, naming the key (training.batch, ...). */
relif_err relif_training_options_check(const relif_training_options *options);

/** Kaiming initialisation: normal, variance 2/fan_in, biases 0. Not collective:
 * same on every rank. */
void relif_training_initialize(relif_network *network, uint64_t seed);

/**
 * Train in place. Collective on ctx; network and options the same on every
 * rank, and so is the result. RELIF_ERR_DATA if the loss or a weight stops being
 * finite, a label has no output, or the set is smaller than a batch; then the
 * network is as it was.
 */
relif_err relif_training_run(const relif_context *ctx, relif_network *network,
                             const relif_training_set *set,
                             const relif_training_options *options, relif_log *log,
                             relif_training_result *result);

#endif
