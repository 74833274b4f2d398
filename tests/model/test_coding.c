#include "relif/coding.h"

#include "check.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void steps_are_whole_in_spite_of_decimal_fractions(void)
{
    const struct {
        double time, dt;
        int steps;
    } cases[] = {{2, 0.01, 200}, {0.3, 0.1, 3},     {0.7, 0.1, 7},  {3, 0.001, 3000},
                 {1, 0.3, 3},    {0.01, 0.01, 1},   {10, 0.1, 100}, {0.29, 0.01, 29},
                 {1.999, 1, 1},  {1e-3, 1e-6, 1000}};
    for (int i = 0; i < COUNT(cases); i++) {
        const relif_coding coding = {cases[i].dt, cases[i].time, 10};
        CHECK(relif_coding_steps(&coding) == cases[i].steps);
    }
}

/* With r = p/q the rule needs no rounding: whole multiples of q passed on the way. */
static void trains_follow_the_grid_rule_without_rounding_errors(void)
{
    enum { STEPS = 3000 };
    for (int q = 1; q <= 60; q++)
        for (int p = 0; p <= q; p++) {
            const double r = (double)p / q;
            int wrong = 0;
            for (int t = 1; t <= STEPS; t++)
                wrong += relif_coding_fires(r, t) != (p * t / q > p * (t - 1) / q);
            CHECK(wrong == 0);
        }
}

static void a_value_gives_its_rate_times_the_coding_time_spikes(void)
{
    const relif_coding coding = relif_coding_default();
    for (int x = 0; x <= 100; x++) { /* x/100 of 10 Hz for 2 s */
        const double r = relif_coding_spikes_per_step(&coding, x / 100.0);
        int count = 0;
        for (int t = 1; t <= relif_coding_steps(&coding); t++)
            count += relif_coding_fires(r, t);
        CHECK(count == x / 5);
    }
}

static void a_rate_beyond_the_grid_is_clamped_and_reported(void)
{
    const relif_coding coding = {.dt = 0.01, .coding_time = 1, .coding_range = 1000};
    CHECK(relif_coding_spikes_per_step(&coding, 0) == 0);
    CHECK_NEAR(relif_coding_spikes_per_step(&coding, 0.05), 0.5, 1e-15);
    CHECK(relif_coding_spikes_per_step(&coding, 0.2) == 1);
    CHECK(relif_coding_spikes_per_step(&coding, 1e30) == 1);
    CHECK(!relif_coding_saturates(&coding, 0));
    CHECK(!relif_coding_saturates(&coding, 0.1));
    CHECK(relif_coding_saturates(&coding, 0.1001));
    for (int t = 1; t <= 100; t++) CHECK(relif_coding_fires(1, t));
    for (int t = 1; t <= 100; t++) CHECK(!relif_coding_fires(0, t));
}

static void the_fastest_rate_of_the_grid_is_not_saturated(void)
{
    const double times[] = {0.01, 0.001, 0.003, 0.007, 0.1};
    for (int i = 0; i < COUNT(times); i++) {
        const relif_coding coding = {times[i], 1, 1 / times[i]};
        CHECK(!relif_coding_saturates(&coding, 1));
        CHECK_NEAR(relif_coding_spikes_per_step(&coding, 1), 1, 1e-15);
    }
}

static void refuse(relif_coding coding, const char *key, const char *expected)
{
    CHECK(relif_coding_check(&coding) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), key);
    CHECK_TEXT(relif_error_sentence(), expected);
}

static void wrong_options_are_named(void)
{
    const relif_coding good = relif_coding_default();
    CHECK(relif_coding_check(&good) == RELIF_OK);
    refuse((relif_coding){0, 2, 10}, "coding.dt is 0 s", "expected a time > 0");
    refuse((relif_coding){-1, 2, 10}, "coding.dt is -1 s", "expected a time > 0");
    refuse((relif_coding){NAN, 2, 10}, "coding.dt is nan s", "expected a time > 0");
    refuse((relif_coding){0.01, 0.009, 10}, "coding.coding_time is 0.009 s",
           "at least one step of 0.01 s");
    refuse((relif_coding){0.01, NAN, 10}, "coding.coding_time is nan s",
           "at least one step");
    refuse((relif_coding){1e-9, 1e9, 10}, "coding.coding_time / coding.dt is 1e+18 steps",
           "expected at most");
    refuse((relif_coding){0.01, INFINITY, 10}, "coding.coding_time / coding.dt is inf",
           "expected at most");
    refuse((relif_coding){0.01, 2, 0}, "coding.coding_range is 0 Hz",
           "expected a rate > 0");
    refuse((relif_coding){0.01, 2, NAN}, "coding.coding_range is nan Hz",
           "expected a rate > 0");
    const relif_coding one_step = {0.01, 0.01, 10};
    CHECK(relif_coding_check(&one_step) == RELIF_OK);
}

int main(void)
{
    RUN(steps_are_whole_in_spite_of_decimal_fractions);
    RUN(trains_follow_the_grid_rule_without_rounding_errors);
    RUN(a_value_gives_its_rate_times_the_coding_time_spikes);
    RUN(a_rate_beyond_the_grid_is_clamped_and_reported);
    RUN(the_fastest_rate_of_the_grid_is_not_saturated);
    RUN(wrong_options_are_named);
    return check_result();
}
