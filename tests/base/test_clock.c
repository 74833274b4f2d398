#include "relif/clock.h"

#include <time.h>

#include "check.h"

static void every_phase_has_a_name_of_its_own(void)
{
    for (int a = 0; a < RELIF_N_PHASES; a++) {
        const char *name = relif_phase_name((relif_phase)a);
        CHECK(name[0] != '\0' && strcmp(name, "unknown") != 0);
        for (int b = 0; b < a; b++)
            CHECK(strcmp(name, relif_phase_name((relif_phase)b)) != 0);
    }
    CHECK(strcmp(relif_phase_name(RELIF_N_PHASES), "unknown") == 0);
}

static void time_does_not_run_backwards(void)
{
    double before = relif_clock_now();
    for (int i = 0; i < 1000; i++) {
        const double now = relif_clock_now();
        CHECK(now >= before);
        before = now;
    }
}

/* Sleeping, or whatever else runs here, takes no processor time. */
static void processor_time_is_part_of_the_time(void)
{
    const double start = relif_clock_now(), busy = relif_clock_busy();
    double last = busy;
    while (last - busy < 1e-3) {
        const double now = relif_clock_busy();
        CHECK(now >= last);
        last = now;
    }
    CHECK(relif_clock_now() - start >= 0.9e-3);
}

static void all_time_since_the_mark_is_charged_once(void)
{
    relif_clock clock = {{0}};
    const double start = relif_clock_now();
    double mark = start;
    for (int i = 0; i < 1000; i++) {
        relif_clock_charge(&clock, RELIF_PHASE_ENCODE, &mark);
        relif_clock_charge(&clock, RELIF_PHASE_WAIT, &mark);
    }
    CHECK(mark > start);
    CHECK_NEAR(clock.seconds[RELIF_PHASE_ENCODE] + clock.seconds[RELIF_PHASE_WAIT],
               mark - start, 1e-9);
    CHECK(clock.seconds[RELIF_PHASE_ENCODE] > 0 && clock.seconds[RELIF_PHASE_WAIT] > 0);
    CHECK(clock.seconds[RELIF_PHASE_WRITE] == 0);
}

int main(void)
{
    RUN(every_phase_has_a_name_of_its_own);
    RUN(time_does_not_run_backwards);
    RUN(processor_time_is_part_of_the_time);
    RUN(all_time_since_the_mark_is_charged_once);
    return check_result();
}
