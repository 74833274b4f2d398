/* Equation (15) on the grid: a spike on step t iff floor(r t) > floor(r (t-1)), r = x k
 * dt. */
#include "relif/coding.h"

#include <limits.h>

relif_coding relif_coding_default(void)
{
    return (relif_coding){.dt = 0.01, .coding_time = 2.0, .coding_range = 10.0};
}

relif_err relif_coding_check(const relif_coding *coding)
{
    if (!(coding->dt > 0))
        return relif_fail(RELIF_ERR_CONFIG, "coding.dt is %g s, expected a time > 0",
                          coding->dt);
    if (!(coding->coding_time >= coding->dt))
        return relif_fail(
            RELIF_ERR_CONFIG,
            "coding.coding_time is %g s, expected at least one step of %g s",
            coding->coding_time, coding->dt);
    if (!(coding->coding_time / coding->dt < INT_MAX / 2))
        return relif_fail(
            RELIF_ERR_CONFIG,
            "coding.coding_time / coding.dt is %g steps, expected at most %d",
            coding->coding_time / coding->dt, INT_MAX / 2);
    if (!(coding->coding_range > 0) || !isfinite(coding->coding_range))
        return relif_fail(RELIF_ERR_CONFIG,
                          "coding.coding_range is %g Hz, expected a rate > 0",
                          coding->coding_range);
    return RELIF_OK;
}

int relif_coding_steps(const relif_coding *coding)
{
    return (int)floor(coding->coding_time / coding->dt + 1e-9);
}

int relif_coding_whole_steps(const relif_coding *coding, double time)
{
    const double steps = time / coding->dt, whole = round(steps);
    const bool fits = whole >= 1 && whole <= (double)relif_coding_steps(coding);
    return fits && fabs(steps - whole) <= 1e-6 ? (int)whole : 0;
}

double relif_coding_spikes_per_step(const relif_coding *coding, double x)
{
    const double r = x * coding->coding_range * coding->dt;
    return r > 1 ? 1 : r;
}

bool relif_coding_saturates(const relif_coding *coding, double x)
{
    return x * coding->coding_range * coding->dt > 1 + 1e-9;
}
