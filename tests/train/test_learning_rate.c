#include "relif/learning_rate.h"

#include <math.h>

#include "check.h"

static const relif_training_length length = {10000, 1000};

static relif_learning_rate rate_of(relif_rate_schedule schedule)
{
    return (relif_learning_rate){.schedule = schedule,
                                 .peak = 0.05,
                                 .warm_up = NAN,
                                 .decay = 0.1,
                                 .decay_every = 3};
}

static double at(const relif_learning_rate *rate, int64_t step)
{
    return relif_learning_rate_at(rate, step, &length);
}

static void one_cycle_rises_and_falls(void)
{
    const relif_learning_rate rate = rate_of(RELIF_SCHEDULE_ONE_CYCLE);
    CHECK_NEAR(at(&rate, 0), 0.05 / 25, 1e-6);
    CHECK_NEAR(at(&rate, 1500), (0.05 / 25 + 0.05) / 2, 1e-4);
    CHECK_NEAR(at(&rate, 3000), 0.05, 1e-6);
    CHECK_NEAR(at(&rate, 6500), 0.025, 1e-4);
    CHECK_NEAR(at(&rate, 9999), 0.05 / 1e4, 1e-6);
}

static void cosine_falls_to_zero(void)
{
    const relif_learning_rate rate = rate_of(RELIF_SCHEDULE_COSINE);
    CHECK_NEAR(at(&rate, 0), 0.05, 1e-6);
    CHECK_NEAR(at(&rate, 5000), 0.025, 1e-4);
    CHECK_NEAR(at(&rate, 9999), 0, 1e-6);
}

static void constant_stays(void)
{
    const relif_learning_rate rate = rate_of(RELIF_SCHEDULE_CONSTANT);
    CHECK(at(&rate, 0) == 0.05 && at(&rate, 17) == 0.05 && at(&rate, 9999) == 0.05);
}

static void step_decays_after_its_epochs(void)
{
    relif_learning_rate rate = rate_of(RELIF_SCHEDULE_STEP);
    CHECK(at(&rate, 0) == 0.05 && at(&rate, 2999) == 0.05);
    CHECK_NEAR(at(&rate, 3000), 0.005, 1e-12);
    CHECK_NEAR(at(&rate, 5999), 0.005, 1e-12);
    CHECK_NEAR(at(&rate, 6000), 0.0005, 1e-12);
    rate.decay_every = 0.5;
    CHECK(at(&rate, 499) == 0.05);
    CHECK_NEAR(at(&rate, 500), 0.005, 1e-12);
}

/* A fifth of the training: the rest is the schedule as it is, in less time. */
static void a_warm_up_comes_before_any_schedule(void)
{
    for (int s = 0; s < RELIF_N_SCHEDULES; s++) {
        relif_learning_rate rate = rate_of((relif_rate_schedule)s);
        rate.warm_up = 0.2;
        CHECK(at(&rate, 0) < 0.05 / 20);
        CHECK(at(&rate, 999) < at(&rate, 1000));
        CHECK_NEAR(at(&rate, 2000), 0.05, 1e-5);
    }
    relif_learning_rate cosine = rate_of(RELIF_SCHEDULE_COSINE);
    cosine.warm_up = 0.2;
    CHECK_NEAR(at(&cosine, 1000), 0.025, 1e-4);
    CHECK_NEAR(at(&cosine, 6000), 0.025, 1e-4);
}

int main(void)
{
    RUN(one_cycle_rises_and_falls);
    RUN(cosine_falls_to_zero);
    RUN(constant_stays);
    RUN(step_decays_after_its_epochs);
    RUN(a_warm_up_comes_before_any_schedule);
    return check_result();
}
