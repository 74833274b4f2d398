/* Kind "neuron": /experiments/<name>, attribute experiment: trace, rate_curve,
 * least_rate, slope, coding_error; one array a column. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { PATH_SIZE = 512 };

/* A parameter that the experiment goes through, or that depends on it. */
static bool is_swept(const char *kind, const char *parameter)
{
    if (strcmp(kind, "least_rate") == 0)
        return strcmp(parameter, "g_l") == 0 || strcmp(parameter, "bias") == 0;
    return (strcmp(kind, "slope") == 0 && strcmp(parameter, "c_m") == 0) ||
           (strcmp(kind, "coding_error") == 0 && strcmp(parameter, "coding_time") == 0);
}

static relif_err add_parameters(relif_archive *archive, const char *group,
                                const char *kind, relif_page *page)
{
    static const struct {
        const char *name, *words, *unit;
    } numbers[] = {{"v_th", "V_th", ""},      {"c_m", "C_m", ""},
                   {"g_l", "g_l", "/s"},      {"i_bias", "constant current", ""},
                   {"bias", "b", " Hz"},      {"dt", "dt", " s"},
                   {"coding_time", "T", " s"}};
    relif_vector weights;
    relif_text text = {0};
    relif_err err = relif_vector_read(archive, &weights, "%s/weights", group);
    if (err != RELIF_OK) return err;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && err == RELIF_OK; i++) {
        double value = 0;
        if (is_swept(kind, numbers[i].name)) continue;
        err = relif_archive_get_double(archive, group, numbers[i].name, &value);
        relif_text_append(&text, "%s%s = %.5g%s", text.length ? ", " : "",
                          numbers[i].words, value, numbers[i].unit);
    }
    relif_text_append(&text, "; weights of the inputs");
    for (int64_t i = 0; i < weights.count; i++)
        relif_text_append(&text, "%s %.5g", i ? "," : "", weights.values[i]);
    if (err == RELIF_OK) relif_page_paragraph(page, "%s.", text.bytes);
    relif_text_release(&text);
    relif_vector_release(&weights);
    return err;
}

typedef struct deviation {
    double largest, at, mean;
    int64_t n; /* finite values */
} deviation;

static deviation summarise(const relif_vector *values, const relif_vector *axis)
{
    deviation found = {0};
    for (int64_t i = 0; i < values->count && i < axis->count; i++) {
        const double value = values->values[i];
        if (!isfinite(value)) continue;
        found.n++;
        found.mean += value;
        if (found.n > 1 && fabs(value) <= fabs(found.largest)) continue;
        found.largest = value;
        found.at = axis->values[i];
    }
    if (found.n > 0) found.mean /= (double)found.n;
    return found;
}

static relif_err add_deviation(relif_archive *archive, const char *group,
                               const char *column, const char *axis_name,
                               relif_page *page)
{
    relif_vector values, axis = {0};
    relif_text path = {0};
    relif_err err = relif_vector_read(archive, &values, "%s/%s", group, column);
    if (err == RELIF_OK)
        err = relif_vector_read(archive, &axis, "%s/%s", group, axis_name);
    const deviation found = summarise(&values, &axis);
    relif_text_append(&path, "%s/%s", group, column);
    char *units = relif_attribute_text(archive, path.bytes, "units");
    char *words = relif_attribute_text(archive, path.bytes, "description");
    const char *unit = strcmp(units, "1") == 0 ? "" : units;
    if (err == RELIF_OK && found.n > 0) {
        relif_page_cell(page, "%s", words);
        relif_page_cell(page, "%+.4g %s", found.largest, unit);
        relif_page_cell(page, "%.5g", found.at);
        relif_page_cell(page, "%+.4g %s", found.mean, unit);
    }
    free(units);
    free(words);
    relif_text_release(&path);
    relif_vector_release(&values);
    relif_vector_release(&axis);
    return err;
}

static const char *words_of(const char *kind)
{
    return strcmp(kind, "rate_curve") == 0   ? "output rate against input rates"
           : strcmp(kind, "least_rate") == 0 ? "least firing input rate against the leak"
           : strcmp(kind, "slope") == 0
               ? "slope of the rate curve against the capacitance"
           : strcmp(kind, "trace") == 0 ? "potential and spikes over time"
                                        : "error of the rate against the coding time";
}

static const char *axis_of(const char *kind)
{
    return strcmp(kind, "rate_curve") == 0   ? "input"
           : strcmp(kind, "least_rate") == 0 ? "g_l"
           : strcmp(kind, "slope") == 0      ? "c_m"
           : strcmp(kind, "trace") == 0      ? "time"
                                             : "coding_time";
}

static const char *axis_words_of(const char *kind)
{
    return strcmp(kind, "rate_curve") == 0   ? "at weighted input (Hz)"
           : strcmp(kind, "least_rate") == 0 ? "at g_l (1/s)"
           : strcmp(kind, "slope") == 0      ? "at C_m"
           : strcmp(kind, "trace") == 0      ? "at time (s)"
                                             : "at T (s)";
}

static bool has_finite(relif_archive *archive, const char *group, const char *column)
{
    relif_vector values;
    bool any = false;
    if (relif_vector_read(archive, &values, "%s/%s", group, column) != RELIF_OK)
        return false;
    for (int64_t i = 0; i < values.count && !any; i++) any = isfinite(values.values[i]);
    relif_vector_release(&values);
    return any;
}

static bool is_difference(relif_archive *archive, const char *group, const char *column)
{
    return strstr(column, "_minus_") && has_finite(archive, group, column);
}

static relif_err add_deviations(relif_archive *archive, const char *group,
                                const char *kind, relif_page *page)
{
    char **names = NULL;
    int n = 0;
    int differences = 0;
    relif_err err = relif_archive_members(archive, group, &names, &n);
    if (err != RELIF_OK) return err;
    for (int i = 0; i < n; i++)
        if (is_difference(archive, group, names[i])) {
            char *kept = names[differences];
            names[differences++] = names[i];
            names[i] = kept;
        }
    if (differences)
        relif_page_table(
            page, "Differences",
            (const char *[]){"difference", "largest", axis_words_of(kind), "mean"}, 4);
    for (int i = 0; i < differences && err == RELIF_OK; i++)
        err = add_deviation(archive, group, names[i], axis_of(kind), page);
    if (differences) relif_page_table_end(page);
    relif_names_release(names, n);
    return err;
}

/* Every model and formula at the largest input. */
static relif_err add_highest(relif_archive *archive, const char *group, relif_page *page)
{
    static const char *const columns[] = {"input",      "relu",        "linear_lif",
                                          "exact",      "lif",         "formula_lif",
                                          "continuous", "linear_limit"};
    static const char *const words[] = {"weighted input",
                                        "ReLU neuron",
                                        "Linear LIF, measured",
                                        "Linear LIF, exact",
                                        "LIF, measured",
                                        "LIF by (12)",
                                        "continuous approximation (13)",
                                        "limit (14)"};
    relif_err err = RELIF_OK;
    int64_t at = 0;
    relif_page_table(page, "Rates at the largest input",
                     (const char *[]){"neuron or formula", "rate"}, 2);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0] && err == RELIF_OK; c++) {
        relif_vector values;
        err = relif_vector_read(archive, &values, "%s/%s", group, columns[c]);
        for (int64_t i = 0; c == 0 && i < values.count; i++)
            if (values.values[i] > values.values[at]) at = i;
        if (err == RELIF_OK && at < values.count && isfinite(values.values[at])) {
            relif_page_cell(page, "%s", words[c]);
            relif_page_cell(page, "%.2f Hz", values.values[at]);
        }
        relif_vector_release(&values);
    }
    relif_page_table_end(page);
    return err;
}

/* What the paper reports of one neuron: the value of a column where the axis has that
 * value. */
static relif_err compare(const relif_report_source *source, const char *experiment,
                         const char *kind, relif_page *page)
{
    static const struct {
        const char *kind, *column;
        double at, factor;
        relif_quantity quantity;
    } reported[] = {
        {"least_rate", "bias", 3, 1, RELIF_QUANTITY_BIAS},
        {"coding_error", "relative_error", 10, 100, RELIF_QUANTITY_ERROR_AT_10_S}};
    char *command = relif_report_command(source, "neuron");
    relif_err err = RELIF_OK;
    for (size_t i = 0; i < sizeof reported / sizeof reported[0] && err == RELIF_OK; i++) {
        if (strcmp(kind, reported[i].kind) != 0) continue;
        relif_vector axis = {0}, values = {0};
        err = relif_vector_read(source->archive, &axis, "/experiments/%s/%s", experiment,
                                axis_of(kind));
        if (err == RELIF_OK)
            err = relif_vector_read(source->archive, &values, "/experiments/%s/%s",
                                    experiment, reported[i].column);
        for (int64_t p = 0; p < axis.count && p < values.count; p++)
            if (fabs(axis.values[p] - reported[i].at) < 1e-9 * reported[i].at)
                relif_page_compare(
                    page, &(relif_page_finding){source->experiment, reported[i].quantity,
                                                reported[i].factor * values.values[p],
                                                command, experiment});
        relif_vector_release(&axis);
        relif_vector_release(&values);
    }
    free(command);
    return err;
}

static relif_err add_experiment(const relif_report_source *source, const char *experiment,
                                relif_page *page)
{
    char group[PATH_SIZE], *kind = NULL;
    snprintf(group, sizeof group, "/experiments/%s", experiment);
    relif_err err = relif_archive_get_text(source->archive, group, "experiment", &kind);
    if (err != RELIF_OK) return err;
    relif_page_heading(page, "%s: %s", experiment, words_of(kind));
    err = add_parameters(source->archive, group, kind, page);
    if (err == RELIF_OK && strcmp(kind, "trace") == 0) {
        err = relif_report_neuron_trace(source, experiment, page);
        if (err == RELIF_OK) err = add_deviations(source->archive, group, kind, page);
    } else if (err == RELIF_OK) {
        err = relif_report_neuron_chart(source, experiment, kind, page);
        if (err == RELIF_OK && strcmp(kind, "rate_curve") == 0)
            err = add_highest(source->archive, group, page);
        if (err == RELIF_OK) err = add_deviations(source->archive, group, kind, page);
        if (err == RELIF_OK) err = compare(source, experiment, kind, page);
    }
    free(kind);
    return err;
}

relif_err relif_report_neuron(const relif_report_source *source, relif_page *page)
{
    char **names = NULL;
    int n = 0;
    char *command = relif_report_command(source, "neuron");
    relif_err err = relif_report_head(source, page, "Single neuron", command);
    if (err == RELIF_OK)
        err = relif_archive_members(source->archive, "/experiments", &names, &n);
    for (int i = 0; i < n && err == RELIF_OK; i++)
        err = add_experiment(source, names[i], page);
    relif_names_release(names, n);
    free(command);
    return err;
}
