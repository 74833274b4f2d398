#include "relif/learning_rate.h"

#include <math.h>

/* From start at x = 0 to end at x = 1 along half a cosine wave. */
static double anneal(double start, double end, double x)
{
    return end + (start - end) * 0.5 * (1.0 + cos(3.14159265358979323846 * x));
}

static double warm_up_of(const relif_learning_rate *rate)
{
    if (!isnan(rate->warm_up)) return rate->warm_up;
    return rate->schedule == RELIF_SCHEDULE_ONE_CYCLE ? 0.3 : 0.0;
}

/* x: share of the rise that is over. */
static double rise(const relif_learning_rate *rate, double x)
{
    if (rate->schedule == RELIF_SCHEDULE_ONE_CYCLE)
        return anneal(rate->peak / 25.0, rate->peak, x);
    return rate->peak * x;
}

double relif_learning_rate_at(const relif_learning_rate *rate, int64_t step,
                              const relif_training_length *length)
{
    const double x = ((double)step + 0.5) / (double)length->steps;
    const double warm_up = warm_up_of(rate);
    const double epoch = (double)step / (double)length->steps_per_epoch;
    if (x < warm_up) return rise(rate, x / warm_up);
    const double fall = (x - warm_up) / (1.0 - warm_up);
    switch (rate->schedule) {
    case RELIF_SCHEDULE_CONSTANT: break;
    case RELIF_SCHEDULE_STEP:
        return rate->peak * pow(rate->decay, floor(epoch / rate->decay_every));
    case RELIF_SCHEDULE_COSINE: return anneal(rate->peak, 0.0, fall);
    case RELIF_SCHEDULE_ONE_CYCLE: return anneal(rate->peak, rate->peak / 1e4, fall);
    case RELIF_N_SCHEDULES: break;
    }
    return rate->peak;
}
