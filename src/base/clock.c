#include "relif/clock.h"

#include <time.h>

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double relif_clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double relif_clock_cpu(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void relif_clock_charge(relif_clock *clock, relif_phase phase, double *mark)
{
    const double now = relif_clock_now();
    clock->seconds[phase] += now - *mark;
    *mark = now;
}

const char *relif_phase_name(relif_phase phase)
{
    switch (phase) {
#define RELIF_PHASE_CASE(name, word, meaning)                                            \
    case RELIF_PHASE_##name: return word;
        RELIF_PHASE_LIST(RELIF_PHASE_CASE)
#undef RELIF_PHASE_CASE
    case RELIF_N_PHASES: break;
    }
    return "unknown";
}
