/* What an experiment is made of: its inputs' frequencies as a grid, and its conditions.
 */
#include "relif/neuron_experiment.h"

#include <math.h>
#include <stdio.h>

#include "relif/neuron_theory.h"

relif_neuron_experiment relif_neuron_experiment_default(void)
{
    return (relif_neuron_experiment){.frequency = relif_interval_none(),
                                     .sweep = relif_interval_none(),
                                     .neuron = relif_neuron_default(),
                                     .bias = NAN,
                                     .coding = {0.01, 4, 1}};
}

const char *relif_neuron_kind_name(relif_neuron_kind kind)
{
    static const char *const names[] = {
#define KIND_NAME(name, word) word,
        RELIF_NEURON_KIND_LIST(KIND_NAME)
#undef KIND_NAME
    };
    return names[kind];
}

/* The frequencies of input i; *common: they are those of the experiment. */
static const relif_interval *frequencies_of(const relif_neuron_experiment *experiment,
                                            int i, bool *common)
{
    const relif_interval *own = &experiment->inputs.synapses[i].frequency;
    *common = !relif_interval_is_given(own);
    return *common ? &experiment->frequency : own;
}

/* Inputs with a common frequency are one axis: the first of them stands for all. */
static bool is_axis(const relif_neuron_experiment *experiment, int i)
{
    bool common, before;
    frequencies_of(experiment, i, &common);
    for (int j = 0; common && j < i; j++) {
        frequencies_of(experiment, j, &before);
        if (before) return false;
    }
    return true;
}

int64_t relif_neuron_experiment_points(const relif_neuron_experiment *experiment)
{
    int64_t points = 1;
    bool common;
    for (int i = 0; i < experiment->inputs.count; i++)
        if (is_axis(experiment, i) && points <= RELIF_INTERVAL_MAX)
            points *= relif_interval_count(frequencies_of(experiment, i, &common));
    return points;
}

void relif_neuron_experiment_frequencies(const relif_neuron_experiment *experiment,
                                         int64_t point, double *frequencies)
{
    double shared = NAN;
    bool common;
    for (int i = experiment->inputs.count - 1; i >= 0; i--) {
        if (!is_axis(experiment, i)) continue;
        const relif_interval *range = frequencies_of(experiment, i, &common);
        const int count = relif_interval_count(range);
        frequencies[i] = relif_interval_value(range, (int)(point % count));
        if (common) shared = frequencies[i];
        point /= count;
    }
    for (int i = 0; i < experiment->inputs.count; i++)
        if (!is_axis(experiment, i)) frequencies[i] = shared;
}

double relif_neuron_experiment_sum_w(const relif_neuron_experiment *experiment)
{
    double sum = 0;
    for (int i = 0; i < experiment->inputs.count; i++)
        sum += experiment->inputs.synapses[i].weight;
    return sum;
}

double relif_neuron_experiment_bias(const relif_neuron_experiment *experiment)
{
    if (!isnan(experiment->bias)) return experiment->bias;
    return relif_theory_bias(&experiment->neuron,
                             relif_neuron_experiment_sum_w(experiment));
}

static relif_err check_input(const relif_neuron_experiment *experiment, int i)
{
    bool common;
    char key[32] = "frequency";
    const relif_interval *range = frequencies_of(experiment, i, &common);
    if (!common) snprintf(key, sizeof key, "inputs[%d].frequency", i);
    if (!isfinite(experiment->inputs.synapses[i].weight))
        return relif_fail(RELIF_ERR_CONFIG, "inputs[%d].weight is not finite", i);
    if (!relif_interval_is_given(range))
        return relif_fail(RELIF_ERR_CONFIG,
                          "inputs[%d] has no frequency and there is no common one; "
                          "expected frequency",
                          i);
    if (!common && experiment->kind == RELIF_NEURON_CODING_ERROR)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%s: expected no frequencies of single inputs in a "
                          "coding_error, whose inputs have one common frequency",
                          key);
    const relif_err err = relif_interval_check(range, key);
    if (err != RELIF_OK || range->start >= 0) return err;
    return relif_fail(RELIF_ERR_CONFIG, "%s is %g; expected a frequency >= 0 Hz", key,
                      range->start);
}

static relif_err check_inputs(const relif_neuron_experiment *experiment)
{
    if (experiment->inputs.count < 1)
        return relif_fail(RELIF_ERR_CONFIG,
                          "inputs: there are none; expected a list such as "
                          "[{weight: 0.3}, {weight: 0.2}]");
    relif_err err = RELIF_OK;
    for (int i = 0; i < experiment->inputs.count && err == RELIF_OK; i++)
        err = check_input(experiment, i);
    if (err != RELIF_OK) return err;
    const int64_t points = relif_neuron_experiment_points(experiment);
    if (points > RELIF_INTERVAL_MAX)
        return relif_fail(RELIF_ERR_CONFIG,
                          "inputs: their frequencies have more than %d combinations",
                          RELIF_INTERVAL_MAX);
    if (points > 1 && experiment->kind == RELIF_NEURON_TRACE)
        return relif_fail(RELIF_ERR_CONFIG,
                          "inputs: their frequencies have %lld combinations; expected "
                          "one frequency each for a trace",
                          (long long)points);
    return RELIF_OK;
}

static relif_err check_sweep(const relif_neuron_experiment *experiment)
{
    static const char *const swept[] = {[RELIF_NEURON_LEAST_RATE] = "g_l",
                                        [RELIF_NEURON_SLOPE] = "c_m",
                                        [RELIF_NEURON_CODING_ERROR] = "coding_time"};
    const relif_neuron_kind kind = experiment->kind;
    if (kind == RELIF_NEURON_TRACE || kind == RELIF_NEURON_RATE_CURVE) return RELIF_OK;
    if (!relif_interval_is_given(&experiment->sweep))
        return relif_fail(RELIF_ERR_CONFIG,
                          "sweep: is missing; expected values of %s such as {start: 1, "
                          "stop: 5, step: 1}",
                          swept[kind]);
    const relif_err err = relif_interval_check(&experiment->sweep, "sweep");
    const double first = experiment->sweep.start, dt = experiment->coding.dt;
    if (err != RELIF_OK) return err;
    if (kind == RELIF_NEURON_LEAST_RATE && first < 0)
        return relif_fail(RELIF_ERR_CONFIG, "sweep.start is %g; expected a g_l >= 0",
                          first);
    if (kind == RELIF_NEURON_SLOPE && first <= 0)
        return relif_fail(RELIF_ERR_CONFIG, "sweep.start is %g; expected a c_m > 0",
                          first);
    if (kind == RELIF_NEURON_CODING_ERROR && first < dt)
        return relif_fail(RELIF_ERR_CONFIG,
                          "sweep.start is %g s; expected a coding_time of at least one "
                          "step, coding.dt = %g s",
                          first, dt);
    return RELIF_OK;
}

relif_err relif_neuron_experiment_check(const relif_neuron_experiment *experiment)
{
    relif_err err = relif_neuron_check(&experiment->neuron);
    if (err == RELIF_OK) err = relif_coding_check(&experiment->coding);
    if (err == RELIF_OK) err = check_inputs(experiment);
    if (err == RELIF_OK) err = check_sweep(experiment);
    if (err != RELIF_OK || experiment->kind != RELIF_NEURON_LEAST_RATE) return err;
    const double sum_w = relif_neuron_experiment_sum_w(experiment);
    if (sum_w > 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_CONFIG,
                      "inputs: their weights add up to %g; expected a sum > 0 for a "
                      "least_rate",
                      sum_w);
}
