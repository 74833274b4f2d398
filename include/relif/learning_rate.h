/**
 * The learning rate over the steps of a training.
 *
 *     const relif_learning_rate rate = {.schedule = RELIF_SCHEDULE_ONE_CYCLE, .peak =
 * 0.05}; double now = relif_learning_rate_at(&rate, step, &(relif_training_length){2340,
 * 780});
 */
#ifndef RELIF_LEARNING_RATE_H
#define RELIF_LEARNING_RATE_H

#include <stdint.h>

/* name, word in the config */
#define RELIF_SCHEDULE_LIST(X)                                                           \
    X(CONSTANT, "constant")                                                              \
    X(STEP, "step")                                                                      \
    X(COSINE, "cosine")                                                                  \
    X(ONE_CYCLE, "one_cycle")

typedef enum relif_rate_schedule {
#define RELIF_SCHEDULE_ENUM(name, word) RELIF_SCHEDULE_##name,
    RELIF_SCHEDULE_LIST(RELIF_SCHEDULE_ENUM)
#undef RELIF_SCHEDULE_ENUM
        RELIF_N_SCHEDULES
} relif_rate_schedule;

typedef struct relif_learning_rate {
    relif_rate_schedule schedule;
    double peak;        /* the largest rate */
    double warm_up;     /* share of the steps, 0 <= warm_up < 1, in which it rises to the
                           peak; NAN: 0.3 for one_cycle, 0 for the others */
    double decay;       /* step: factor ... */
    double decay_every; /* ... after each so many epochs */
} relif_learning_rate;

/** How many steps a training has. */
typedef struct relif_training_length {
    int64_t steps, steps_per_epoch;
} relif_training_length;

/**
 * The rate of a step, 0 <= step < steps.
 *
 * It first rises to the peak: for one_cycle from a 25th of it along half a cosine wave,
 * for the others from 0 in equal steps. Then it stays (constant), is multiplied by decay
 * after every decay_every epochs of the whole training (step), or falls along half a
 * cosine wave to 0 (cosine) or a ten thousandth of the peak (one_cycle).
 */
double relif_learning_rate_at(const relif_learning_rate *rate, int64_t step,
                              const relif_training_length *length);

#endif
