/* Point i is start + i step; a stop that rounding has moved by a billionth of a step
 * still counts. */
#include "relif/interval.h"

#include <math.h>

relif_interval relif_interval_none(void)
{
    return (relif_interval){.start = NAN, .stop = NAN, .step = 1};
}

bool relif_interval_is_given(const relif_interval *range)
{
    return !isnan(range->start) || !isnan(range->stop);
}

int relif_interval_count(const relif_interval *range)
{
    if (!(range->start <= range->stop)) return 0;
    if (range->count > 0) return range->count;
    const double points = floor((range->stop - range->start) / range->step + 1e-9) + 1;
    return points > RELIF_INTERVAL_MAX ? RELIF_INTERVAL_MAX + 1 : (int)points;
}

double relif_interval_value(const relif_interval *range, int i)
{
    if (range->count == 0) return range->start + i * range->step;
    if (range->count == 1) return range->start;
    const double share = (double)i / (range->count - 1);
    return range->start + share * (range->stop - range->start);
}

relif_err relif_interval_check(const relif_interval *range, const char *key)
{
    if (!isfinite(range->start) || !isfinite(range->stop))
        return relif_fail(RELIF_ERR_CONFIG,
                          "%s: is incomplete; expected a number or {start: ..., "
                          "stop: ..., step: ...}",
                          key);
    if (range->count < 0 || (range->count == 0 && !(range->step > 0)))
        return relif_fail(RELIF_ERR_CONFIG, "%s.step is %g; expected a step > 0", key,
                          range->step);
    const int points = relif_interval_count(range);
    if (points < 1)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%s: there are no points from %g to %g; expected "
                          "start <= stop",
                          key, range->start, range->stop);
    if (points > RELIF_INTERVAL_MAX)
        return relif_fail(RELIF_ERR_CONFIG, "%s: more than %d points from %g to %g", key,
                          RELIF_INTERVAL_MAX, range->start, range->stop);
    return RELIF_OK;
}
