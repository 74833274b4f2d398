/*
 * Let a Linear LIF neuron get the charge sum(w) every P = 1/f seconds, and x be its
 * membrane potential in units of V_th just after an arrival's spikes. Between arrivals it
 * decays by lambda = exp(-P/tau_m); an arrival lifts it by delta = sum(w)/(C_m V_th);
 * every whole threshold in it is a spike and is taken away:
 *
 *     h = lambda x + delta,    s = floor(h),    x' = h - s = {lambda x + delta}.
 *
 * This is a contracted rotation of [0, 1). Its lift F(x) = floor(x) + lambda {x} + delta
 * grows and F(x + 1) = F(x) + 1 (where x passes a whole number F jumps up by 1 - lambda),
 * so it has a rotation number rho that does not depend on the start, and
 * |F^n(x) - x - n rho| < 1. F^n(0) is the n-th x plus the N spikes until then; hence
 *
 *     |N/n - rho| < 2/n,    output rate = f rho.                                    (a)
 *
 * Orbits approach each other by lambda each step. With a rational rho = p/q they end in a
 * cycle of q arrivals and p spikes; rounding keeps the map growing, so the orbit computed
 * here closes too, and p/q is then exact.
 *
 * For which delta is rho = p/q? The spikes of a growing lift come as evenly as possible,
 * s_k = floor((k+1) p/q) - floor(k p/q), and unrolling the map gives
 *
 *     h_k = delta/(1 - lambda) - S_k,    S_k = sum_{j>=1} lambda^j s_{k-j}.
 *
 * s_k = floor(h_k) for all k says 0 <= h_k - s_k < 1, that is
 *
 *     (1 - lambda) max_k (S_k + s_k) <= delta < (1 - lambda) (1 + min_k (S_k + s_k)). (b)
 *
 * With rho = 0 (S = 0) this reads delta < 1 - lambda: equation (11), the least input rate
 * that fires. Between the plateaus (b) rho(delta) grows: a devil's staircase around the
 * straight line of equation (14).
 */
#include "relif/rotation.h"

#include <math.h>

enum { MOST_ARRIVALS = 1000000 };

/* One arrival: the spikes it causes. */
static int64_t arrive(double decay, double gain, double *x)
{
    const double h = decay * *x + gain;
    const double spikes = floor(h);
    *x = h - spikes;
    return (int64_t)spikes;
}

relif_rotation relif_rotation_number(double decay, double gain)
{
    if (gain <= 0) return (relif_rotation){.arrivals = 1};
    if (decay == 1) return (relif_rotation){.number = gain, .arrivals = 1};
    double x = 0, mark = 0; /* mark: where the orbit was at the last power of two */
    int64_t spikes = 0, spikes_at_mark = 0, mark_at = 0, next_mark = 1;
    for (int64_t n = 1; n <= MOST_ARRIVALS; n++) {
        spikes += arrive(decay, gain, &x);
        if (x == mark) {
            const int64_t p = spikes - spikes_at_mark, q = n - mark_at;
            return (relif_rotation){(double)p / (double)q, 0, p, q};
        }
        if (n == next_mark) {
            mark = x;
            mark_at = n;
            spikes_at_mark = spikes;
            next_mark *= 2;
        }
    }
    const double n = MOST_ARRIVALS;
    return (relif_rotation){(double)spikes / n, 2 / n, spikes, MOST_ARRIVALS};
}

/* s_k of a rotation by p/q. */
static double even_spikes(int64_t p, int64_t q, int64_t k)
{
    const int64_t before = k * p / q, after = (k + 1) * p / q;
    return (double)(after - before);
}

void relif_rotation_plateau(double decay, int64_t spikes, int64_t arrivals, double *least,
                            double *below)
{
    double sum = 0; /* S_0 of one cycle before; then of all, by the geometric series */
    for (int64_t k = 0; k < arrivals; k++)
        sum = decay * (sum + even_spikes(spikes, arrivals, k));
    sum /= 1 - pow(decay, (double)arrivals);
    double highest = -INFINITY, lowest = INFINITY;
    for (int64_t k = 0; k < arrivals; k++) {
        const double s = even_spikes(spikes, arrivals, k);
        highest = fmax(highest, sum + s);
        lowest = fmin(lowest, sum + s);
        sum = decay * (sum + s);
    }
    *least = (1 - decay) * highest;
    *below = (1 - decay) * (1 + lowest);
}
