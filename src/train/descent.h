/*
 * The steps of a descent: which images a step learns from, what it does to the values.
 * Private to src/train.
 *
 *     struct descent descent = descent_begin(ctx, network, &set, &options);
 *     relif_tally tally = descent_step(&descent, step, rate);
 *     descent_release(&descent);
 */
#ifndef RELIF_TRAIN_DESCENT_H
#define RELIF_TRAIN_DESCENT_H

#include "relif/backpropagation.h"
#include "relif/image_order.h"
#include "relif/shards.h"
#include "relif/training.h"

struct descent {
    const relif_context *ctx;   /* borrowed */
    const relif_image_set *set; /* borrowed */
    int batch, n_shards;
    int64_t steps_per_epoch;
    relif_image_order *order;
    relif_parameters *parameters;
    relif_backpropagation *bp;
    relif_shards *shards;
    relif_sgd *sgd;
    float *values; /* [parameters->count], the same on every rank */
    int input_size;
    float *images;              /* [batch / n_shards][input_size] */
    uint8_t *labels;            /* [batch / n_shards] */
    relif_tally *tallies;       /* [n_shards] of this step */
    double seconds, operations; /* of the steps so far: time, and matrix products of all
                                   ranks */
};

/* From the network's weights. Not collective. The set stays where it is until release. */
struct descent descent_begin(const relif_context *ctx, const relif_network *network,
                             const relif_image_set *set,
                             const relif_training_options *options);
void descent_release(struct descent *descent);

/* One step, counted from 0 through all epochs. The tally of its images, before the values
 * change. Collective on ctx. */
relif_tally descent_step(struct descent *descent, int64_t step, double rate);

/* GFLOP/s of all ranks together; 0 before the first step. */
double descent_gflops(const struct descent *descent);

#endif
