/* One row per key, as in config_keys.c. */
#include "neuron_config_keys.h"

#include <limits.h>
#include <math.h>

static const char *const kind_words[] = {
#define WORD(name, word) word,
    RELIF_NEURON_KIND_LIST(WORD)
#undef WORD
};

#define ONLY(kind) (1U << RELIF_NEURON_##kind)
#define ALL        (ONLY(TRACE) | ONLY(RATE_CURVE) | SWEPT)
#define SWEPT      (ONLY(LEAST_RATE) | ONLY(SLOPE) | ONLY(CODING_ERROR))
#define IN(field)  offsetof(relif_neuron_experiment, field)
#define NUMBER(field, lo)                                                                \
    .type = RELIF_CONFIG_NUMBER, .offset = IN(field), .least = (lo), .most = INFINITY
#define COUNT(field)                                                                     \
    .type = RELIF_CONFIG_INTEGER, .offset = IN(field), .least = 0, .most = INT_MAX,      \
    .unit = "points"

/* clang-format off */
static const relif_config_key file_keys[] = {
    {"name", .type = RELIF_CONFIG_TEXT, .offset = offsetof(relif_neuron_config, name),
     .required = true, .meaning = "Title of the experiments."},
    {"experiments", .type = RELIF_CONFIG_GROUP, .required = true,
     .meaning = "The experiments: below each name the keys listed below; the same keys at "
                "the top of the file hold for every experiment without its own."},
    {"output", .type = RELIF_CONFIG_PATH,
     .offset = offsetof(relif_neuron_config, output), .required = true, .only_run = true,
     .meaning = "Archive that is written."},
};

static const relif_config_key experiment_keys[] = {
    {"experiment", .type = RELIF_CONFIG_WORD, .offset = IN(kind), .words = kind_words,
     .n_words = RELIF_N_NEURON_KINDS, .required = true,
     .meaning = "trace: potential and spikes over time; rate_curve: output rate against "
                "input rates; least_rate: least firing input rate against g_l; slope: "
                "slope of the rate curve against c_m; coding_error: error of the rate "
                "against coding time."},
    {"inputs", .type = RELIF_CONFIG_SYNAPSES, .offset = IN(inputs), .required = true,
     .meaning = "The neuron's inputs: periodic spike trains."},
    {"frequency.start", NUMBER(frequency.start, 0), .unit = "Hz",
     .meaning = "First common firing rate of the inputs without one of their own; "
                "frequency: 20 is one rate."},
    {"frequency.stop", NUMBER(frequency.stop, 0), .unit = "Hz",
     .meaning = "Last common firing rate."},
    {"frequency.step", NUMBER(frequency.step, 0), .above = true, .unit = "Hz",
     .meaning = "From one common firing rate to the next."},
    {"frequency.count", COUNT(frequency.count),
     .meaning = "Common firing rates from start to stop, evenly spaced; 0: by step."},
    {"sweep.start", NUMBER(sweep.start, 0), .only = SWEPT,
     .meaning = "First value of what is swept: g_l (least_rate), c_m (slope) or "
                "coding_time in seconds (coding_error)."},
    {"sweep.stop", NUMBER(sweep.stop, 0), .only = SWEPT,
     .meaning = "Last value of what is swept."},
    {"sweep.step", NUMBER(sweep.step, 0), .above = true, .only = SWEPT,
     .meaning = "From one value to the next."},
    {"sweep.count", COUNT(sweep.count), .only = SWEPT,
     .meaning = "Values from start to stop, evenly spaced; 0: by step."},
    {"neuron.v_th", NUMBER(neuron.v_th, 0), .above = true,
     .meaning = "Firing threshold."},
    {"neuron.c_m", NUMBER(neuron.c_m, 0), .above = true, .only = ALL & ~ONLY(SLOPE),
     .meaning = "Membrane capacitance."},
    {"neuron.g_l", NUMBER(neuron.g_l, 0), .only = ALL & ~ONLY(LEAST_RATE),
     .meaning = "Leak conductance."},
    {"neuron.i_bias", NUMBER(neuron.i_bias, -INFINITY),
     .meaning = "Constant current, in charge per second; the formulas for equal rates do "
                "not cover it."},
    {"neuron.v_init", NUMBER(neuron.v_init, -INFINITY),
     .meaning = "Membrane potential at the start."},
    {"bias", NUMBER(bias, -INFINITY), .unit = "Hz",
     .only = ONLY(RATE_CURVE) | ONLY(CODING_ERROR),
     .meaning = "Bias b of the ReLU neuron; not given: what g_l (equation (11)) and "
                "i_bias stand for."},
    {"coding.dt", NUMBER(coding.dt, 0), .above = true, .unit = "seconds",
     .meaning = "Step of the time grid; no neuron fires faster than once a step."},
    {"coding.coding_time", NUMBER(coding.coding_time, 0), .above = true,
     .only = ALL & ~ONLY(CODING_ERROR), .unit = "seconds",
     .meaning = "How long each neuron runs (T_w); at least one step."},
};
/* clang-format on */

const relif_config_key *relif_neuron_file_keys(int *n_keys)
{
    *n_keys = sizeof file_keys / sizeof file_keys[0];
    return file_keys;
}

const relif_config_key *relif_neuron_experiment_keys(int *n_keys)
{
    *n_keys = sizeof experiment_keys / sizeof experiment_keys[0];
    return experiment_keys;
}

bool relif_neuron_key_applies(const relif_config_key *key, relif_neuron_kind kind)
{
    return !key->only || (key->only >> kind & 1);
}

void relif_neuron_key_kinds(const relif_config_key *key, relif_text *out)
{
    const char *separator = "";
    for (int k = 0; k < RELIF_N_NEURON_KINDS; k++) {
        if (!(key->only >> k & 1)) continue;
        relif_text_append(out, "%s%s", separator, kind_words[k]);
        separator = ", ";
    }
}
