/* The options of training: their defaults and their limits. */
#include <math.h>

#include "relif/training.h"

relif_training_options relif_training_options_default(void)
{
    return (relif_training_options){.epochs = 3,
                                    .batch = 64,
                                    .shards = 4,
                                    .rate = {.schedule = RELIF_SCHEDULE_ONE_CYCLE,
                                             .peak = 0.05,
                                             .warm_up = NAN,
                                             .decay = 0.1,
                                             .decay_every = 10},
                                    .sgd = {.momentum = 0.9},
                                    .seed = 1};
}

/* A number that a key must be, and how to say it. */
typedef struct number {
    const char *key;
    double value;
    bool good;
    const char *expected;
} number;

static relif_err check_numbers(const number *numbers, int n)
{
    for (int i = 0; i < n; i++)
        if (!numbers[i].good)
            return relif_fail(RELIF_ERR_CONFIG, "training.%s is %.10g, expected %s",
                              numbers[i].key, numbers[i].value, numbers[i].expected);
    return RELIF_OK;
}

static bool is_share(double value)
{
    return value >= 0 && value < 1;
}

static bool is_positive(double value)
{
    return isfinite(value) && value > 0;
}

static bool is_not_negative(double value)
{
    return isfinite(value) && value >= 0;
}

static relif_err check_rate(const relif_learning_rate *rate)
{
    const number numbers[] = {
        {"learning_rate", rate->peak, is_positive(rate->peak), "a number > 0"},
        {"schedule", rate->schedule,
         (int)rate->schedule >= 0 && rate->schedule < RELIF_N_SCHEDULES,
         "constant, step, cosine or one_cycle"},
        {"warm_up", rate->warm_up, isnan(rate->warm_up) || is_share(rate->warm_up),
         "0 <= warm_up < 1"},
        {"decay", rate->decay, is_positive(rate->decay) && rate->decay <= 1,
         "0 < decay <= 1"},
        {"decay_every", rate->decay_every, is_positive(rate->decay_every),
         "a number of epochs > 0"},
    };
    return check_numbers(numbers, sizeof numbers / sizeof *numbers);
}

static relif_err check_sgd(const relif_sgd_options *sgd)
{
    const number numbers[] = {
        {"momentum", sgd->momentum, is_share(sgd->momentum), "0 <= momentum < 1"},
        {"weight_decay", sgd->weight_decay, is_not_negative(sgd->weight_decay),
         "a number >= 0"},
        {"clip", sgd->clip, is_not_negative(sgd->clip), "a number >= 0"},
    };
    return check_numbers(numbers, sizeof numbers / sizeof *numbers);
}

relif_err relif_training_options_check(const relif_training_options *options)
{
    const number numbers[] = {
        {"epochs", options->epochs, options->epochs >= 1, "at least 1"},
        {"steps", (double)options->steps, options->steps >= 0,
         "at least 1, or 0 for as many as the epochs have"},
        {"batch", options->batch, options->batch >= 1, "at least 1"},
        {"shards", options->shards, options->shards >= 1, "at least 1"},
        {"initialization", options->initialization,
         (int)options->initialization >= 0 &&
             options->initialization < RELIF_N_INITIALIZATIONS,
         "kaiming or centred"},
        {"keep", options->keep, (int)options->keep >= 0 && options->keep < RELIF_N_KEEPS,
         "last or best"},
    };
    relif_err err = check_numbers(numbers, sizeof numbers / sizeof *numbers);
    if (err == RELIF_OK && options->batch % options->shards != 0)
        err = relif_fail(RELIF_ERR_CONFIG,
                         "training.batch is %d, expected a multiple of training.shards "
                         "(%d)",
                         options->batch, options->shards);
    if (err == RELIF_OK) err = check_rate(&options->rate);
    return err != RELIF_OK ? err : check_sgd(&options->sgd);
}
