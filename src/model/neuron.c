/*
 * Each step of the grid, in the paper's order (3), (6), (7):
 *
 *     H[t] = V[t-1] exp(-dt/tau_m) + (sum_i w_i s_i[t] + i_bias dt) / C_m
 *     S[t] = H[t] >= V_th
 *     V[t] = H[t] - V_th S[t]   or   H[t] (1 - S[t])
 */
#include "relif/neuron.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"

relif_neuron relif_neuron_default(void)
{
    return (relif_neuron){.v_th = 1, .c_m = 1};
}

relif_err relif_neuron_check(const relif_neuron *neuron)
{
    const relif_neuron_options options = {.v_th = neuron->v_th,
                                          .c_m = neuron->c_m,
                                          .g_l = neuron->g_l,
                                          .v_init = neuron->v_init};
    const relif_err err = relif_neuron_options_check(&options);
    if (err != RELIF_OK || isfinite(neuron->i_bias)) return err;
    return relif_fail(RELIF_ERR_CONFIG, "neuron.i_bias is %g, expected a finite current",
                      neuron->i_bias);
}

static double *spikes_per_step(const relif_coding *coding,
                               const relif_neuron_inputs *inputs)
{
    const relif_coding hertz = {coding->dt, coding->coding_time, 1};
    double *rates = relif_calloc((size_t)inputs->count, sizeof *rates);
    for (int i = 0; i < inputs->count; i++)
        rates[i] = relif_coding_spikes_per_step(&hertz, inputs->frequencies[i]);
    return rates;
}

static double charge_of_step(const relif_neuron_inputs *inputs, const double *rates,
                             int64_t t)
{
    double charge = 0;
    for (int i = 0; i < inputs->count; i++)
        if (relif_coding_fires(rates[i], t)) charge += inputs->weights[i];
    return charge;
}

int64_t relif_neuron_run(const relif_neuron *neuron, relif_reset reset,
                         const relif_coding *coding, const relif_neuron_inputs *inputs,
                         const relif_neuron_record *record)
{
    const int steps = relif_coding_steps(coding);
    const double decay = relif_mapping_decay(neuron->g_l, neuron->c_m, coding->dt);
    const double bias_charge = neuron->i_bias * coding->dt;
    double *rates = spikes_per_step(coding, inputs);
    double v = neuron->v_init;
    int64_t count = 0;
    for (int t = 1; t <= steps; t++) {
        const double charge = charge_of_step(inputs, rates, t) + bias_charge;
        const double h = v * decay + charge / neuron->c_m;
        const bool fires = h >= neuron->v_th;
        const double after = reset == RELIF_RESET_LINEAR ? h - neuron->v_th : 0;
        v = fires ? after : h;
        count += fires;
        if (record && record->v) record->v[t - 1] = v;
        if (record && record->spikes) record->spikes[t - 1] = fires;
    }
    free(rates);
    return count;
}

/* The next arrival of any input after those counted in arrived. */
static double next_arrival(const relif_neuron_inputs *inputs, const int64_t *arrived)
{
    double next = INFINITY;
    for (int i = 0; i < inputs->count; i++)
        if (inputs->frequencies[i] > 0)
            next = fmin(next, (double)(arrived[i] + 1) / inputs->frequencies[i]);
    return next;
}

/* The charge of all that arrives at that time. */
static double take_arrivals(const relif_neuron_inputs *inputs, double time,
                            int64_t *arrived)
{
    double charge = 0;
    for (int i = 0; i < inputs->count; i++) {
        if (inputs->frequencies[i] <= 0) continue;
        if ((double)(arrived[i] + 1) / inputs->frequencies[i] > time) continue;
        charge += inputs->weights[i];
        arrived[i]++;
    }
    return charge;
}

static int64_t fire(const relif_neuron *neuron, relif_reset reset, double *v)
{
    if (*v < neuron->v_th) return 0;
    const double spikes = reset == RELIF_RESET_LINEAR ? floor(*v / neuron->v_th) : 1;
    *v = reset == RELIF_RESET_LINEAR ? *v - spikes * neuron->v_th : 0;
    return (int64_t)spikes;
}

int64_t relif_neuron_run_events(const relif_neuron *neuron, relif_reset reset,
                                const relif_neuron_inputs *inputs, double duration)
{
    assert(neuron->i_bias == 0);
    int64_t *arrived = relif_calloc((size_t)inputs->count, sizeof *arrived);
    double v = neuron->v_init, now = 0;
    int64_t count = 0;
    double next = next_arrival(inputs, arrived);
    while (next <= duration) {
        v *= relif_mapping_decay(neuron->g_l, neuron->c_m, next - now);
        v += take_arrivals(inputs, next, arrived) / neuron->c_m;
        count += fire(neuron, reset, &v);
        now = next;
        next = next_arrival(inputs, arrived);
    }
    free(arrived);
    return count;
}
