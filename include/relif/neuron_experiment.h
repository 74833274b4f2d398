/**
 * The single-neuron experiments of the paper (figures 2, 7, 8, 9, 18) as tables: every
 * row can be computed alone, columns stand for models, formulas and their differences.
 *
 *     const relif_neuron_column *columns;
 *     const int n = relif_neuron_experiment_columns(experiment.kind, &columns);
 *     for (row = 0; row < relif_neuron_experiment_rows(&experiment); row++)
 *         relif_neuron_experiment_row(&experiment, row, values);      values[n]
 *
 * A trace is no such table: its rows, the steps, come from one run (relif_neuron_run).
 */
#ifndef RELIF_NEURON_EXPERIMENT_H
#define RELIF_NEURON_EXPERIMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/interval.h"
#include "relif/neuron.h"

#define RELIF_NEURON_KIND_LIST(X)                                                        \
    X(TRACE, "trace")               /* V(t) and spikes, both resets */                   \
    X(RATE_CURVE, "rate_curve")     /* output rate against input rates */                \
    X(LEAST_RATE, "least_rate")     /* least firing input rate against g_l */            \
    X(SLOPE, "slope")               /* slope of the rate curve against C_m */            \
    X(CODING_ERROR, "coding_error") /* error of the rate against coding time */

typedef enum relif_neuron_kind {
#define RELIF_NEURON_KIND_ENUM(name, word) RELIF_NEURON_##name,
    RELIF_NEURON_KIND_LIST(RELIF_NEURON_KIND_ENUM)
#undef RELIF_NEURON_KIND_ENUM
        RELIF_N_NEURON_KINDS
} relif_neuron_kind;

enum { RELIF_NEURON_MAX_INPUTS = 16 };

/** A synapse. Inputs without frequencies of their own all have the experiment's. */
typedef struct relif_neuron_synapse {
    double weight;
    relif_interval frequency; /* Hz */
} relif_neuron_synapse;

typedef struct relif_neuron_synapses {
    int count;
    relif_neuron_synapse *synapses; /* [count] */
} relif_neuron_synapses;

typedef struct relif_neuron_experiment {
    char *name;
    relif_neuron_kind kind;
    relif_neuron_synapses inputs;
    relif_interval frequency; /* Hz, common to the inputs that have none of their own */
    relif_interval sweep;     /* g_l, c_m or coding_time (s), by kind */
    relif_neuron neuron;
    double bias;         /* Hz, of the ReLU neuron; NAN: what g_l and i_bias stand for */
    relif_coding coding; /* its range does not count */
} relif_neuron_experiment;

typedef struct relif_neuron_column {
    const char *name, *units, *description;
    bool deviation; /* a difference, of which the largest is worth knowing */
} relif_neuron_column;

/** Bias by g_l, dt 0.01 s, coding time 4 s, no inputs, no ranges. */
relif_neuron_experiment relif_neuron_experiment_default(void);
const char *relif_neuron_kind_name(relif_neuron_kind kind);

/** RELIF_ERR_CONFIG, naming the key, if something is missing or impossible. */
relif_err relif_neuron_experiment_check(const relif_neuron_experiment *experiment);

/** Number of columns of a kind's table, 0 for a trace; *columns static. */
int relif_neuron_experiment_columns(relif_neuron_kind kind,
                                    const relif_neuron_column **columns);

/** Number of rows: points of the frequencies (all combinations) or of the sweep. */
int64_t relif_neuron_experiment_rows(const relif_neuron_experiment *experiment);

/** Compute one row. @param[out] values  [columns] */
void relif_neuron_experiment_row(const relif_neuron_experiment *experiment, int64_t row,
                                 double *values);

/** Number of combinations of the inputs' frequencies, and those of one combination; the
 * last input's runs fastest. @param[out] frequencies  [inputs.count] Hz */
int64_t relif_neuron_experiment_points(const relif_neuron_experiment *experiment);
void relif_neuron_experiment_frequencies(const relif_neuron_experiment *experiment,
                                         int64_t point, double *frequencies);

/** sum of w_i, and the bias b (Hz) of the ReLU neuron. */
double relif_neuron_experiment_sum_w(const relif_neuron_experiment *experiment);
double relif_neuron_experiment_bias(const relif_neuron_experiment *experiment);

#endif
