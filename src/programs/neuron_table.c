#include "neuron_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/neuron_theory.h"
#include "relif/text.h"

enum { SAMPLE_ROWS = 10, N_MODELS = 2, N_TRACE = 7, NAME_SIZE = 256 };

static const relif_neuron_column trace_columns[N_TRACE] = {
    {"time", "s", "end of the step", false},
    {"v_linear_lif", "1", "membrane potential after the reset, Linear LIF", false},
    {"v_lif", "1", "membrane potential after the reset, LIF", false},
    {"spikes_linear_lif", "1", "1: the Linear LIF neuron fires in this step", false},
    {"spikes_lif", "1", "1: the LIF neuron fires in this step", false},
    {"v_formula", "1",
     "membrane potential of the LIF neuron by equation (5), begun again at each firing "
     "of (12), without time grid; NAN for different input rates",
     false},
    {"v_lif_minus_formula", "1", "LIF, potential minus equation (5)", true}};

static void frequencies_and_weights(const relif_neuron_experiment *experiment,
                                    int64_t point, double *frequencies, double *weights)
{
    relif_neuron_experiment_frequencies(experiment, point, frequencies);
    for (int i = 0; i < experiment->inputs.count; i++)
        weights[i] = experiment->inputs.synapses[i].weight;
}

/* One reset's columns of a trace. */
static void run_trace(struct neuron_table *table, relif_reset reset, int column)
{
    const relif_neuron_experiment *experiment = table->experiment;
    const size_t steps = (size_t)table->n_rows;
    double frequencies[RELIF_NEURON_MAX_INPUTS], weights[RELIF_NEURON_MAX_INPUTS];
    frequencies_and_weights(experiment, 0, frequencies, weights);
    double *v = relif_calloc(steps, sizeof *v);
    uint8_t *spikes = relif_calloc(steps, 1);
    relif_neuron_run(
        &experiment->neuron, reset, &experiment->coding,
        &(relif_neuron_inputs){experiment->inputs.count, weights, frequencies},
        &(relif_neuron_record){v, spikes});
    for (size_t t = 0; t < steps; t++) {
        double *row = table->values + t * N_TRACE;
        row[0] = (double)(t + 1) * experiment->coding.dt;
        row[column] = v[t];
        row[column + N_MODELS] = spikes[t];
    }
    free(v);
    free(spikes);
}

static bool rates_are_equal(const double *frequencies, int n)
{
    for (int i = 1; i < n; i++)
        if (frequencies[i] != frequencies[0]) return false;
    return true;
}

/* After both resets' columns. */
static void add_formula(struct neuron_table *table)
{
    const relif_neuron_experiment *experiment = table->experiment;
    double frequencies[RELIF_NEURON_MAX_INPUTS];
    relif_neuron_experiment_frequencies(experiment, 0, frequencies);
    const bool equal = rates_are_equal(frequencies, experiment->inputs.count);
    const double sum_w = relif_neuron_experiment_sum_w(experiment);
    for (int64_t t = 0; t < table->n_rows; t++) {
        double *row = table->values + t * N_TRACE;
        row[5] = equal ? relif_theory_zero_reset_potential(&experiment->neuron, sum_w,
                                                           frequencies[0], row[0])
                       : (double)NAN;
        row[6] = row[2] - row[5];
    }
}

/* Each entry is computed by one rank; the others add 0. */
static void compute_rows(struct neuron_table *table, const command_call *call)
{
    const relif_context *world = call->world;
    const size_t n = (size_t)table->n_columns;
    relif_progress_begin(call->log, table->experiment->name, "rows", table->n_rows);
    for (int64_t row = world->rank; row < table->n_rows; row += world->size) {
        relif_neuron_experiment_row(table->experiment, row,
                                    table->values + (size_t)row * n);
        relif_progress_update(call->log, row + 1);
    }
    MPI_Allreduce(MPI_IN_PLACE, table->values, table->n_columns * (int)table->n_rows,
                  MPI_DOUBLE, MPI_SUM, world->comm);
    relif_progress_end(call->log);
    for (size_t i = 0; i < n * (size_t)table->n_rows; i++) /* one zero, one NAN */
        table->values[i] = isnan(table->values[i]) ? (double)NAN : table->values[i] + 0.0;
}

void neuron_table_compute(struct neuron_table *table, const command_call *call,
                          const relif_neuron_experiment *experiment)
{
    const bool trace = experiment->kind == RELIF_NEURON_TRACE;
    *table = (struct neuron_table){.experiment = experiment};
    table->n_columns = relif_neuron_experiment_columns(experiment->kind, &table->columns);
    table->n_rows = relif_neuron_experiment_rows(experiment);
    if (trace) {
        table->n_columns = N_TRACE;
        table->columns = trace_columns;
        table->n_rows = relif_coding_steps(&experiment->coding);
    }
    table->values = relif_calloc((size_t)table->n_rows * (size_t)table->n_columns,
                                 sizeof *table->values);
    if (trace) {
        run_trace(table, RELIF_RESET_LINEAR, 1);
        run_trace(table, RELIF_RESET_ZERO, 2);
        add_formula(table);
    } else
        compute_rows(table, call);
}

void neuron_table_release(struct neuron_table *table)
{
    free(table->values);
    *table = (struct neuron_table){0};
}

static double value_at(const struct neuron_table *table, int64_t row, int column)
{
    return table->values[(size_t)row * (size_t)table->n_columns + (size_t)column];
}

static int width_of(const relif_neuron_column *column)
{
    const int length = (int)strlen(column->name);
    return (length > 8 ? length : 8) + 2;
}

/* Columns of differences are told by their largest alone. */
static void print_rows(const struct neuron_table *table)
{
    const int64_t n = table->n_rows;
    const int64_t shown = n < SAMPLE_ROWS ? n : SAMPLE_ROWS;
    for (int c = 0; c < table->n_columns; c++)
        if (!table->columns[c].deviation)
            printf("%*s", width_of(&table->columns[c]), table->columns[c].name);
    printf("\n");
    for (int64_t i = 0; i < shown; i++) {
        const int64_t row = shown > 1 ? i * (n - 1) / (shown - 1) : 0;
        for (int c = 0; c < table->n_columns; c++)
            if (!table->columns[c].deviation)
                printf("%*.5g", width_of(&table->columns[c]), value_at(table, row, c));
        printf("\n");
    }
}

static void print_deviation(const struct neuron_table *table, int column)
{
    double sum = 0, largest = 0;
    int64_t n = 0, at = 0;
    for (int64_t row = 0; row < table->n_rows; row++) {
        const double value = value_at(table, row, column);
        if (!isfinite(value)) continue;
        n++;
        sum += value;
        if (fabs(value) <= fabs(largest)) continue;
        largest = value;
        at = row;
    }
    if (n == 0) return;
    const char *units = table->columns[column].units;
    const bool pure = strcmp(units, "1") == 0;
    printf("  %-38s largest %+.5g%s%s at %s %.5g, mean %+.5g\n",
           table->columns[column].name, largest, pure ? "" : " ", pure ? "" : units,
           table->columns[0].name, value_at(table, at, 0), sum / (double)n);
}

static void print_trace_rates(const struct neuron_table *table)
{
    for (int c = 3; c < 3 + N_MODELS; c++) {
        double spikes = 0;
        for (int64_t row = 0; row < table->n_rows; row++)
            spikes += value_at(table, row, c);
        printf("  %-38s %.0f in %g s, %.5g Hz\n", table->columns[c].name, spikes,
               table->experiment->coding.coding_time,
               spikes / table->experiment->coding.coding_time);
    }
}

static void print_saturation(const struct neuron_table *table, int column)
{
    int64_t rows = 0;
    for (int64_t row = 0; row < table->n_rows; row++)
        rows += value_at(table, row, column) > 0;
    printf("  %-38s in %lld of %lld rows\n", table->columns[column].name, (long long)rows,
           (long long)table->n_rows);
}

void neuron_table_print(const struct neuron_table *table)
{
    const relif_neuron_experiment *experiment = table->experiment;
    printf("%s: %s, %lld rows\n", experiment->name,
           relif_neuron_kind_name(experiment->kind), (long long)table->n_rows);
    print_rows(table);
    for (int c = 0; c < table->n_columns; c++)
        if (table->columns[c].deviation)
            print_deviation(table, c);
        else if (strcmp(table->columns[c].name, "saturated_inputs") == 0)
            print_saturation(table, c);
    if (experiment->kind == RELIF_NEURON_TRACE) print_trace_rates(table);
    printf("\n");
}

/* An array that root writes; member: below the experiment's group. */
static relif_err write_array(const struct neuron_table *table, relif_archive *archive,
                             const char *member, relif_array array, const void *values)
{
    char path[NAME_SIZE];
    snprintf(path, sizeof path, "/experiments/%s/%s", table->experiment->name, member);
    array.path = path;
    const relif_err err = relif_archive_declare(archive, &array);
    if (err != RELIF_OK) return err;
    const int64_t offset[RELIF_ARRAY_MAX_RANK] = {0};
    int64_t count[RELIF_ARRAY_MAX_RANK];
    memcpy(count, array.dims, sizeof count);
    if (!relif_context_is_root(relif_archive_context(archive))) count[0] = 0;
    return relif_archive_write(archive, path, offset, count, values);
}

static relif_err write_column(const struct neuron_table *table, relif_archive *archive,
                              int column)
{
    const relif_neuron_column *c = &table->columns[column];
    double *values = relif_calloc((size_t)table->n_rows, sizeof *values);
    for (int64_t row = 0; row < table->n_rows; row++)
        values[row] = value_at(table, row, column);
    const relif_err err = write_array(table, archive, c->name,
                                      (relif_array){.type = RELIF_ARRAY_F64,
                                                    .rank = 1,
                                                    .dims = {table->n_rows},
                                                    .units = c->units,
                                                    .description = c->description},
                                      values);
    free(values);
    return err;
}

/* The input rates of each row of a rate curve, of all points otherwise. */
static relif_err write_inputs(const struct neuron_table *table, relif_archive *archive)
{
    const relif_neuron_experiment *experiment = table->experiment;
    const int n = experiment->inputs.count;
    const int64_t points = relif_neuron_experiment_points(experiment);
    double *frequencies = relif_calloc((size_t)points * (size_t)n, sizeof *frequencies);
    double weights[RELIF_NEURON_MAX_INPUTS];
    for (int64_t p = 0; p < points; p++)
        frequencies_and_weights(experiment, p, frequencies + p * n, weights);
    relif_err err = write_array(table, archive, "weights",
                                (relif_array){.type = RELIF_ARRAY_F64,
                                              .rank = 1,
                                              .dims = {n},
                                              .units = "1",
                                              .description = "weight of each input"},
                                weights);
    if (err == RELIF_OK)
        err = write_array(
            table, archive, "frequencies",
            (relif_array){.type = RELIF_ARRAY_F64,
                          .rank = 2,
                          .dims = {points, n},
                          .units = "Hz",
                          .description = "rate of each input at each point; the rows of "
                                         "a rate_curve are these points"},
            frequencies);
    free(frequencies);
    return err;
}

/* Which input fires in which step, as node ids and timestamps in the order of time. */
static relif_err write_input_spikes(const struct neuron_table *table,
                                    relif_archive *archive)
{
    const relif_neuron_experiment *experiment = table->experiment;
    const relif_coding hertz = {experiment->coding.dt, experiment->coding.coding_time, 1};
    const int n = experiment->inputs.count;
    double frequencies[RELIF_NEURON_MAX_INPUTS], weights[RELIF_NEURON_MAX_INPUTS];
    frequencies_and_weights(experiment, 0, frequencies, weights);
    const size_t most = (size_t)table->n_rows * (size_t)n;
    uint64_t *ids = relif_calloc(most, sizeof *ids);
    double *times = relif_calloc(most, sizeof *times);
    int64_t count = 0;
    for (int64_t t = 1; t <= table->n_rows; t++)
        for (int i = 0; i < n; i++) {
            const double r = relif_coding_spikes_per_step(&hertz, frequencies[i]);
            if (!relif_coding_fires(r, t)) continue;
            ids[count] = (uint64_t)i;
            times[count++] = (double)t * hertz.dt;
        }
    relif_err err = write_array(table, archive, "input/node_ids",
                                (relif_array){.type = RELIF_ARRAY_U64,
                                              .rank = 1,
                                              .dims = {count},
                                              .units = "1",
                                              .description = "input that fires"},
                                ids);
    if (err == RELIF_OK)
        err = write_array(table, archive, "input/timestamps",
                          (relif_array){.type = RELIF_ARRAY_F64,
                                        .rank = 1,
                                        .dims = {count},
                                        .units = "s",
                                        .description = "when it fires"},
                          times);
    free(ids);
    free(times);
    return err;
}

static relif_err write_attributes(const struct neuron_table *table,
                                  relif_archive *archive)
{
    const relif_neuron_experiment *e = table->experiment;
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"v_th", e->neuron.v_th},     {"c_m", e->neuron.c_m},
        {"g_l", e->neuron.g_l},       {"i_bias", e->neuron.i_bias},
        {"v_init", e->neuron.v_init}, {"bias", relif_neuron_experiment_bias(e)},
        {"dt", e->coding.dt},         {"coding_time", e->coding.coding_time}};
    char path[NAME_SIZE];
    snprintf(path, sizeof path, "/experiments/%s", e->name);
    relif_err err = relif_archive_set_text(archive, path, "experiment",
                                           relif_neuron_kind_name(e->kind));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && err == RELIF_OK; i++)
        err = relif_archive_set_double(archive, path, numbers[i].name, numbers[i].value);
    return err;
}

relif_err neuron_table_archive(const struct neuron_table *table, relif_archive *archive)
{
    relif_err err = RELIF_OK;
    for (int c = 0; c < table->n_columns && err == RELIF_OK; c++)
        err = write_column(table, archive, c);
    if (err == RELIF_OK) err = write_inputs(table, archive);
    if (err == RELIF_OK && table->experiment->kind == RELIF_NEURON_TRACE)
        err = write_input_spikes(table, archive);
    return err != RELIF_OK ? err : write_attributes(table, archive);
}
