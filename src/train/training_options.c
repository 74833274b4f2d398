/* The options of training: their defaults and their limits. */
#include <math.h>

#include "relif/training.h"

relif_training_options relif_training_options_default(void)
{
    return (relif_training_options){.epochs = 3,
                                    .batch = 64,
                                    .shards = 4,
                                    .learning_rate = 0.05,
                                    .momentum = 0.9,
                                    .schedule = RELIF_SCHEDULE_ONE_CYCLE,
                                    .seed = 1};
}

static relif_err check_count(const char *key, int value)
{
    if (value >= 1) return RELIF_OK;
    return relif_fail(RELIF_ERR_CONFIG, "training.%s is %d, expected at least 1", key,
                      value);
}

static relif_err check_not_negative(const char *key, double value)
{
    if (isfinite(value) && value >= 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_CONFIG, "training.%s is %g, expected a number >= 0", key,
                      value);
}

relif_err relif_training_options_check(const relif_training_options *options)
{
    relif_err err = check_count("epochs", options->epochs);
    if (err == RELIF_OK) err = check_count("batch", options->batch);
    if (err == RELIF_OK) err = check_count("shards", options->shards);
    if (err == RELIF_OK) err = check_not_negative("weight_decay", options->weight_decay);
    if (err == RELIF_OK) err = check_not_negative("clip", options->clip);
    if (err != RELIF_OK) return err;
    if (options->batch % options->shards != 0)
        return relif_fail(RELIF_ERR_CONFIG,
                          "training.batch is %d, expected a multiple of training.shards "
                          "(%d)",
                          options->batch, options->shards);
    if (!isfinite(options->learning_rate) || options->learning_rate <= 0)
        return relif_fail(RELIF_ERR_CONFIG,
                          "training.learning_rate is %g, expected a number > 0",
                          options->learning_rate);
    if (!(options->momentum >= 0 && options->momentum < 1))
        return relif_fail(RELIF_ERR_CONFIG,
                          "training.momentum is %g, expected 0 <= momentum < 1",
                          options->momentum);
    if ((int)options->schedule < RELIF_SCHEDULE_CONSTANT ||
        (int)options->schedule > RELIF_SCHEDULE_ONE_CYCLE)
        return relif_fail(RELIF_ERR_CONFIG,
                          "training.schedule is number %d, expected constant, cosine or "
                          "one_cycle",
                          (int)options->schedule);
    return RELIF_OK;
}
