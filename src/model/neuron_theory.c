/*
 * With P = 1/f, lambda = e^(-P/tau_m) and delta = sum_w / C_m:
 *
 *     (5)   V(nP+) = delta (1 - lambda^n) / (1 - lambda)
 *     (11)  f_min = -1 / (tau_m ln(1 - delta/V_th)), where V(infinity) = V_th
 *     (12)  f_o = f / ceil(n),  lambda^n = 1 - V_th (1 - lambda) / delta
 *     (13)  f_o = f / n = -1 / (tau_m ln(1 - V_th (1 - lambda) / delta))
 *     (14)  f_o -> sum_i w_i f_i / (V_th C_m)
 */
#include "relif/neuron_theory.h"

#include <math.h>

#include "relif/rotation.h"

/* Decay between two arrivals; 0 without input. */
static double decay_of(const relif_neuron *neuron, double f)
{
    return f > 0 ? relif_mapping_decay(neuron->g_l, neuron->c_m, 1 / f) : 0;
}

/* (1 - lambda^n) / (1 - lambda): arrivals that still count after n. */
static double remaining(const relif_neuron *neuron, double f, double n)
{
    if (neuron->g_l == 0) return n;
    const double x = -neuron->g_l / (neuron->c_m * f);
    return expm1(n * x) / expm1(x);
}

double relif_theory_potential(const relif_neuron *neuron, double sum_w, double f,
                              int64_t n)
{
    return sum_w / neuron->c_m * remaining(neuron, f, (double)n);
}

double relif_theory_least_rate(const relif_neuron *neuron, double sum_w,
                               double coding_time)
{
    if (neuron->i_bias != 0) return NAN;
    if (sum_w <= 0) return INFINITY;
    const double share = sum_w / (neuron->v_th * neuron->c_m);
    if (share >= 1) return 1 / coding_time;
    if (neuron->g_l == 0) return 1 / (share * coding_time);
    const double tau_m = neuron->c_m / neuron->g_l;
    const double reached = -expm1(-coding_time / tau_m);
    return -1 / (tau_m * log1p(-share * reached));
}

double relif_theory_bias(const relif_neuron *neuron, double sum_w)
{
    const double threshold = neuron->v_th * neuron->c_m;
    if (neuron->g_l == 0 || !(sum_w > 0 && sum_w < threshold)) return neuron->i_bias;
    const double tau_m = neuron->c_m / neuron->g_l;
    return neuron->i_bias + relif_mapping_bias(sum_w, tau_m, neuron->v_th, neuron->c_m);
}

/* n of (12): arrivals until the threshold, not rounded; INFINITY if it is never reached.
 */
static double arrivals_to_fire(const relif_neuron *neuron, double sum_w, double f)
{
    const double share = sum_w / (neuron->v_th * neuron->c_m);
    if (!(share > 0) || !(f > 0)) return INFINITY;
    if (neuron->g_l == 0) return 1 / share;
    const double x = -neuron->g_l / (neuron->c_m * f);
    const double lost = expm1(x) / share; /* -(1 - lambda) V_th C_m / sum_w */
    return lost > -1 ? log1p(lost) / x : INFINITY;
}

/* ceil(n) of (12). */
static double whole_arrivals_to_fire(const relif_neuron *neuron, double sum_w, double f)
{
    double n = ceil(arrivals_to_fire(neuron, sum_w, f));
    if (!isfinite(n)) return n;
    const double lift = sum_w / neuron->c_m; /* where rounding may have moved n by one */
    if (n > 1 && lift * remaining(neuron, f, n - 1) >= neuron->v_th) n -= 1;
    if (lift * remaining(neuron, f, n) < neuron->v_th) n += 1;
    return n;
}

double relif_theory_zero_reset_rate(const relif_neuron *neuron, double sum_w, double f)
{
    if (neuron->i_bias != 0) return NAN;
    const double n = whole_arrivals_to_fire(neuron, sum_w, f);
    return isfinite(n) ? f / n : 0;
}

double relif_theory_zero_reset_potential(const relif_neuron *neuron, double sum_w,
                                         double f, double time)
{
    if (neuron->i_bias != 0 || neuron->v_init != 0) return NAN;
    const double arrivals = floor(f * time + 1e-9); /* as the coding rounds */
    if (arrivals < 1) return 0;
    const double to_fire = whole_arrivals_to_fire(neuron, sum_w, f);
    const double since = isfinite(to_fire) ? fmod(arrivals, to_fire) : arrivals;
    const double waited = fmax(0, time - arrivals / f);
    return sum_w / neuron->c_m * remaining(neuron, f, since) *
           relif_mapping_decay(neuron->g_l, neuron->c_m, waited);
}

double relif_theory_continuous_rate(const relif_neuron *neuron, double sum_w, double f)
{
    if (neuron->i_bias != 0) return NAN;
    const double n = arrivals_to_fire(neuron, sum_w, f);
    return isfinite(n) ? f / n : 0;
}

double relif_theory_linear_rate(const relif_neuron *neuron, double sum_w, double f)
{
    if (neuron->i_bias != 0) return NAN;
    const double gain = sum_w / (neuron->c_m * neuron->v_th);
    return f * relif_rotation_number(decay_of(neuron, f), gain).number;
}

double relif_theory_limit(const relif_neuron *neuron, double input)
{
    return relif_theory_relu(neuron, input, 0);
}

double relif_theory_relu(const relif_neuron *neuron, double input, double bias)
{
    return relif_mapping_slope(neuron->v_th, neuron->c_m) * fmax(0, input + bias);
}
