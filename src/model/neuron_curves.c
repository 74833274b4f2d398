/*
 * The rows of the experiments' tables. Measured is what relif_neuron_run counts on the
 * time grid, N/T; formulas are those of neuron_theory. Rates of inputs that differ are
 * summed up as x = sum w_i f_i / sum w_i, which is f where they are equal.
 *
 * A slope is that of the line of least squares through the points (sum w_i f_i, rate) at
 * which the neuron fires.
 */
#include <math.h>
#include <stddef.h>

#include "relif/neuron_experiment.h"
#include "relif/neuron_theory.h"

#define RATE_CURVE(X)                                                                    \
    X(INPUT, "input", "Hz", "sum of weights times input rates", false)                   \
    X(FREQUENCY, "frequency", "Hz", "common input rate; NAN for different rates", false) \
    X(RELU, "relu", "Hz", "ReLU neuron: k_s max(0, input + b)", false)                   \
    X(LINEAR, "linear_lif", "Hz", "Linear LIF neuron, measured", false)                  \
    X(LIF, "lif", "Hz", "LIF neuron (reset to zero), measured", false)                   \
    X(EXACT, "exact", "Hz",                                                              \
      "Linear LIF neuron without time grid and end: f times a rotation number; "         \
      "NAN for different input rates",                                                   \
      false)                                                                             \
    X(STEPS, "formula_lif", "Hz",                                                        \
      "LIF neuron by equation (12); NAN for different input rates", false)               \
    X(CONTINUOUS, "continuous", "Hz",                                                    \
      "continuous approximation, equation (13); NAN for different input rates", false)   \
    X(LIMIT, "linear_limit", "Hz", "limit of equation (14)", false)                      \
    X(LINEAR_RELU, "linear_lif_minus_relu", "Hz",                                        \
      "Linear LIF, measured, minus ReLU neuron", true)                                   \
    X(LIF_RELU, "lif_minus_relu", "Hz", "LIF, measured, minus ReLU neuron", true)        \
    X(LINEAR_EXACT, "linear_lif_minus_exact", "Hz", "Linear LIF, measured, minus exact", \
      true)                                                                              \
    X(LIF_STEPS, "lif_minus_formula", "Hz", "LIF, measured, minus equation (12)", true)  \
    X(LINEAR_CONTINUOUS, "linear_lif_minus_continuous", "Hz",                            \
      "Linear LIF, measured, minus equation (13)", true)                                 \
    X(LIF_CONTINUOUS, "lif_minus_continuous", "Hz",                                      \
      "LIF, measured, minus equation (13)", true)                                        \
    X(LINEAR_LIMIT, "linear_lif_minus_limit", "Hz",                                      \
      "Linear LIF, measured, minus limit (14)", true)                                    \
    X(SATURATED, "saturated_inputs", "1", "inputs faster than one spike a step", false)

#define LEAST_RATE(X)                                                                    \
    X(G_L, "g_l", "1/s", "leak conductance", false)                                      \
    X(LEAST, "least_rate", "Hz",                                                         \
      "least input rate of the experiment's that fires within the coding time (mean "    \
      "by weights), measured; NAN: none fires",                                          \
      false)                                                                             \
    X(FORMULA, "formula", "Hz", "equation (11): least rate that ever fires", false)      \
    X(FORMULA_T, "formula_coding_time", "Hz",                                            \
      "the same within the coding time, equation (38)", false)                           \
    X(MINUS, "least_rate_minus_formula", "Hz", "measured minus equation (11)", true)     \
    X(MINUS_T, "least_rate_minus_formula_coding_time", "Hz",                             \
      "measured minus equation (38)", true)                                              \
    X(BIAS, "bias", "Hz", "bias of the ReLU neuron by formula", false)

#define SLOPE(X)                                                                         \
    X(C_M, "c_m", "1", "membrane capacitance", false)                                    \
    X(LINEAR, "linear_lif", "1", "slope of the Linear LIF neuron, measured", false)      \
    X(LIF, "lif", "1", "slope of the LIF neuron, measured", false)                       \
    X(EXACT, "exact", "1",                                                               \
      "slope of the Linear LIF neuron without time grid and end; NAN for different "     \
      "input rates",                                                                     \
      false)                                                                             \
    X(FORMULA, "formula", "1", "1/(C_m V_th), equation (14)", false)                     \
    X(MINUS, "linear_lif_minus_formula", "1",                                            \
      "Linear LIF, measured, minus 1/(C_m V_th)", true)                                  \
    X(LIF_MINUS, "lif_minus_formula", "1", "LIF, measured, minus 1/(C_m V_th)", true)    \
    X(LINEAR_EXACT, "linear_lif_minus_exact", "1", "Linear LIF, measured, minus exact",  \
      true)                                                                              \
    X(POINTS, "firing_points", "1", "points at which the Linear LIF neuron fires", false)

#define CODING_ERROR(X)                                                                  \
    X(TIME, "coding_time", "s", "coding time T", false)                                  \
    X(BOUND, "bound", "Hz", "1/T, equation (21)", false)                                 \
    X(EXACT, "error", "Hz",                                                              \
      "root mean square over input rates of N/T - exact rate (rotation number)", false)  \
    X(LARGEST, "largest_error", "Hz", "largest |N/T - exact rate|", false)               \
    X(RELATIVE, "relative_error", "1", "||N/T - exact|| / ||exact|| (L2)", false)        \
    X(RELU, "error_relu", "Hz", "root mean square of N/T - ReLU neuron", false)          \
    X(RELATIVE_RELU, "relative_error_relu", "1", "||N/T - ReLU|| / ||ReLU|| (L2)",       \
      false)                                                                             \
    X(EXCESS, "error_minus_bound", "Hz", "root mean square of the error, minus 1/T",     \
      true)                                                                              \
    X(LARGEST_EXCESS, "largest_error_minus_bound", "Hz", "largest error, minus 1/T", true)

#define COLUMN(id, name, units, description, deviation)                                  \
    {name, units, description, deviation},
static const relif_neuron_column rate_curve_columns[] = {RATE_CURVE(COLUMN)};
static const relif_neuron_column least_rate_columns[] = {LEAST_RATE(COLUMN)};
static const relif_neuron_column slope_columns[] = {SLOPE(COLUMN)};
static const relif_neuron_column coding_error_columns[] = {CODING_ERROR(COLUMN)};
#undef COLUMN

#define RATE_INDEX(id, ...)  RATE_##id,
#define LEAST_INDEX(id, ...) LEAST_##id,
#define SLOPE_INDEX(id, ...) SLOPE_##id,
#define ERROR_INDEX(id, ...) ERROR_##id,
enum { RATE_CURVE(RATE_INDEX) N_RATE };
enum { LEAST_RATE(LEAST_INDEX) N_LEAST };
enum { SLOPE(SLOPE_INDEX) N_SLOPE };
enum { CODING_ERROR(ERROR_INDEX) N_ERROR };

int relif_neuron_experiment_columns(relif_neuron_kind kind,
                                    const relif_neuron_column **columns)
{
    switch (kind) {
    case RELIF_NEURON_RATE_CURVE: *columns = rate_curve_columns; return N_RATE;
    case RELIF_NEURON_LEAST_RATE: *columns = least_rate_columns; return N_LEAST;
    case RELIF_NEURON_SLOPE: *columns = slope_columns; return N_SLOPE;
    case RELIF_NEURON_CODING_ERROR: *columns = coding_error_columns; return N_ERROR;
    default: *columns = NULL; return 0;
    }
}

int64_t relif_neuron_experiment_rows(const relif_neuron_experiment *experiment)
{
    switch (experiment->kind) {
    case RELIF_NEURON_TRACE: return 0;
    case RELIF_NEURON_RATE_CURVE: return relif_neuron_experiment_points(experiment);
    default: return relif_interval_count(&experiment->sweep);
    }
}

/* A point of the frequencies and its inputs. */
typedef struct point {
    double weights[RELIF_NEURON_MAX_INPUTS], frequencies[RELIF_NEURON_MAX_INPUTS];
    int count;
    double sum_w, input; /* sum of w_i, sum of w_i f_i */
    double f;            /* the common frequency; NAN if there is none */
} point;

static point point_of(const relif_neuron_experiment *experiment, int64_t index)
{
    point p = {.count = experiment->inputs.count};
    relif_neuron_experiment_frequencies(experiment, index, p.frequencies);
    p.f = p.frequencies[0];
    for (int i = 0; i < p.count; i++) {
        p.weights[i] = experiment->inputs.synapses[i].weight;
        p.sum_w += p.weights[i];
        p.input += p.weights[i] * p.frequencies[i];
        if (p.frequencies[i] != p.frequencies[0]) p.f = NAN;
    }
    return p;
}

static double measure(const relif_neuron_experiment *experiment, const point *p,
                      relif_reset reset)
{
    const relif_coding *coding = &experiment->coding;
    const relif_neuron_inputs inputs = {p->count, p->weights, p->frequencies};
    const int64_t n = relif_neuron_run(&experiment->neuron, reset, coding, &inputs, NULL);
    return (double)n / coding->coding_time;
}

static double exact_rate(const relif_neuron_experiment *experiment, const point *p)
{
    if (isnan(p->f)) return NAN;
    return relif_theory_linear_rate(&experiment->neuron, p->sum_w, p->f);
}

static int saturated_inputs(const relif_coding *coding, const point *p)
{
    const relif_coding hertz = {coding->dt, coding->coding_time, 1};
    int saturated = 0;
    for (int i = 0; i < p->count; i++)
        saturated += relif_coding_saturates(&hertz, p->frequencies[i]);
    return saturated;
}

static void rate_curve_row(const relif_neuron_experiment *experiment, int64_t row,
                           double *v)
{
    const relif_neuron *neuron = &experiment->neuron;
    const point p = point_of(experiment, row);
    const bool equal = !isnan(p.f);
    v[RATE_INPUT] = p.input;
    v[RATE_FREQUENCY] = p.f;
    v[RATE_RELU] =
        relif_theory_relu(neuron, p.input, relif_neuron_experiment_bias(experiment));
    v[RATE_LINEAR] = measure(experiment, &p, RELIF_RESET_LINEAR);
    v[RATE_LIF] = measure(experiment, &p, RELIF_RESET_ZERO);
    v[RATE_EXACT] = exact_rate(experiment, &p);
    v[RATE_STEPS] = equal ? relif_theory_zero_reset_rate(neuron, p.sum_w, p.f) : NAN;
    v[RATE_CONTINUOUS] = equal ? relif_theory_continuous_rate(neuron, p.sum_w, p.f) : NAN;
    v[RATE_LIMIT] = relif_theory_limit(neuron, p.input);
    v[RATE_LINEAR_RELU] = v[RATE_LINEAR] - v[RATE_RELU];
    v[RATE_LIF_RELU] = v[RATE_LIF] - v[RATE_RELU];
    v[RATE_LINEAR_EXACT] = v[RATE_LINEAR] - v[RATE_EXACT];
    v[RATE_LIF_STEPS] = v[RATE_LIF] - v[RATE_STEPS];
    v[RATE_LINEAR_CONTINUOUS] = v[RATE_LINEAR] - v[RATE_CONTINUOUS];
    v[RATE_LIF_CONTINUOUS] = v[RATE_LIF] - v[RATE_CONTINUOUS];
    v[RATE_LINEAR_LIMIT] = v[RATE_LINEAR] - v[RATE_LIMIT];
    v[RATE_SATURATED] = saturated_inputs(&experiment->coding, &p);
}

/* The least x = sum w f / sum w of all points that fires; INFINITY: none. */
static double least_firing(const relif_neuron_experiment *experiment)
{
    const int64_t n = relif_neuron_experiment_points(experiment);
    double least = INFINITY;
    for (int64_t i = 0; i < n; i++) {
        const point p = point_of(experiment, i);
        const double x = p.input / p.sum_w;
        if (x < least && measure(experiment, &p, RELIF_RESET_LINEAR) > 0) least = x;
    }
    return least;
}

static void least_rate_row(const relif_neuron_experiment *experiment, int64_t row,
                           double *v)
{
    relif_neuron_experiment e = *experiment;
    e.neuron.g_l = relif_interval_value(&experiment->sweep, (int)row);
    const double sum_w = relif_neuron_experiment_sum_w(&e), least = least_firing(&e);
    v[LEAST_G_L] = e.neuron.g_l;
    v[LEAST_LEAST] = isfinite(least) ? least : NAN;
    v[LEAST_FORMULA] = relif_theory_least_rate(&e.neuron, sum_w, INFINITY);
    v[LEAST_FORMULA_T] = relif_theory_least_rate(&e.neuron, sum_w, e.coding.coding_time);
    v[LEAST_MINUS] = v[LEAST_LEAST] - v[LEAST_FORMULA];
    v[LEAST_MINUS_T] = v[LEAST_LEAST] - v[LEAST_FORMULA_T];
    v[LEAST_BIAS] = relif_theory_bias(&e.neuron, sum_w);
}

/* Sums of a line of least squares. */
typedef struct line {
    double n, x, y, xx, xy;
} line;

static void add_firing(line *sums, double x, double y)
{
    if (!(y > 0)) return;
    sums->n += 1;
    sums->x += x;
    sums->y += y;
    sums->xx += x * x;
    sums->xy += x * y;
}

static double slope_of(const line *sums)
{
    const double spread = sums->n * sums->xx - sums->x * sums->x;
    if (sums->n < 2 || !(spread > 1e-12 * sums->n * sums->xx)) return NAN;
    return (sums->n * sums->xy - sums->x * sums->y) / spread;
}

static void slope_row(const relif_neuron_experiment *experiment, int64_t row, double *v)
{
    relif_neuron_experiment e = *experiment;
    e.neuron.c_m = relif_interval_value(&experiment->sweep, (int)row);
    const int64_t n = relif_neuron_experiment_points(&e);
    line linear = {0}, lif = {0}, exact = {0};
    bool equal = true;
    for (int64_t i = 0; i < n; i++) {
        const point p = point_of(&e, i);
        add_firing(&linear, p.input, measure(&e, &p, RELIF_RESET_LINEAR));
        add_firing(&lif, p.input, measure(&e, &p, RELIF_RESET_ZERO));
        add_firing(&exact, p.input, exact_rate(&e, &p));
        equal = equal && !isnan(p.f);
    }
    v[SLOPE_C_M] = e.neuron.c_m;
    v[SLOPE_LINEAR] = slope_of(&linear);
    v[SLOPE_LIF] = slope_of(&lif);
    v[SLOPE_EXACT] = equal ? slope_of(&exact) : NAN;
    v[SLOPE_FORMULA] = relif_mapping_slope(e.neuron.v_th, e.neuron.c_m);
    v[SLOPE_MINUS] = v[SLOPE_LINEAR] - v[SLOPE_FORMULA];
    v[SLOPE_LIF_MINUS] = v[SLOPE_LIF] - v[SLOPE_FORMULA];
    v[SLOPE_LINEAR_EXACT] = v[SLOPE_LINEAR] - v[SLOPE_EXACT];
    v[SLOPE_POINTS] = linear.n;
}

/* Squares of errors and of what they are relative to. */
typedef struct norms {
    double error, reference, largest;
} norms;

static void add_error(norms *sums, double value, double reference)
{
    sums->error += (value - reference) * (value - reference);
    sums->reference += reference * reference;
    sums->largest = fmax(sums->largest, fabs(value - reference));
}

static void coding_error_row(const relif_neuron_experiment *experiment, int64_t row,
                             double *v)
{
    relif_neuron_experiment e = *experiment;
    e.coding.coding_time = relif_interval_value(&experiment->sweep, (int)row);
    const double bias = relif_neuron_experiment_bias(&e);
    const int64_t n = relif_neuron_experiment_points(&e);
    norms exact = {0}, relu = {0};
    for (int64_t i = 0; i < n; i++) {
        const point p = point_of(&e, i);
        const double rate = measure(&e, &p, RELIF_RESET_LINEAR);
        add_error(&exact, rate, exact_rate(&e, &p));
        add_error(&relu, rate, relif_theory_relu(&e.neuron, p.input, bias));
    }
    v[ERROR_TIME] = e.coding.coding_time;
    v[ERROR_BOUND] = 1 / e.coding.coding_time;
    v[ERROR_EXACT] = sqrt(exact.error / (double)n);
    v[ERROR_LARGEST] = isnan(exact.error) ? NAN : exact.largest;
    v[ERROR_RELATIVE] = sqrt(exact.error / exact.reference);
    v[ERROR_RELU] = sqrt(relu.error / (double)n);
    v[ERROR_RELATIVE_RELU] = sqrt(relu.error / relu.reference);
    v[ERROR_EXCESS] = v[ERROR_EXACT] - v[ERROR_BOUND];
    v[ERROR_LARGEST_EXCESS] = v[ERROR_LARGEST] - v[ERROR_BOUND];
}

void relif_neuron_experiment_row(const relif_neuron_experiment *experiment, int64_t row,
                                 double *values)
{
    switch (experiment->kind) {
    case RELIF_NEURON_RATE_CURVE: rate_curve_row(experiment, row, values); break;
    case RELIF_NEURON_LEAST_RATE: least_rate_row(experiment, row, values); break;
    case RELIF_NEURON_SLOPE: slope_row(experiment, row, values); break;
    case RELIF_NEURON_CODING_ERROR: coding_error_row(experiment, row, values); break;
    default: break;
    }
}
