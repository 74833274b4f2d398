/* Kind "sweep": /sweep/<key> [points] (with an attribute key; of words the index, and the
 * words in <key>_names) and /sweep/{accuracy_ann, accuracy_snn, agreement} [points].
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { MOST_AXES = 8, MOST_CURVES = 6, MOST_ROWS = 400, PATH_SIZE = 512 };

typedef struct axis {
    char *name;  /* owned */
    char *title; /* in words, with the unit. Owned */
    relif_vector values;
    char **words;          /* NULL for numbers */
    int n_words, n_values; /* different values */
} axis;

typedef struct grid {
    axis axes[MOST_AXES];
    int n_axes;
    int64_t n_points;
    relif_vector accuracy_ann, accuracy_snn, agreement; /* shares */
} grid;

/* Keys and words that a reader should not have to look up. */
static const struct {
    const char *key, *word, *words;
} in_words[] = {{"coding.coding_range", NULL, "coding range k (Hz)"},
                {"coding.coding_time", NULL, "coding time T (s)"},
                {"coding.dt", NULL, "time step dt (s)"},
                {"neuron.g_l", NULL, "leak conductance g_l (1/s)"},
                {"neuron.v_th", NULL, "firing threshold V_th"},
                {"neuron.c_m", NULL, "membrane capacitance C_m"},
                {"neuron.reset", NULL, "neuron"},
                {"neuron.reset", "linear", "Linear LIF"},
                {"neuron.reset", "zero", "LIF (reset to zero)"}};

static const char *find_words(const char *key, const char *word)
{
    for (size_t i = 0; i < sizeof in_words / sizeof in_words[0]; i++)
        if (strcmp(in_words[i].key, key) == 0 &&
            (word ? in_words[i].word && strcmp(in_words[i].word, word) == 0
                  : !in_words[i].word))
            return in_words[i].words;
    return NULL;
}

static int count_values(const relif_vector *vector)
{
    int n = 0;
    for (int64_t i = 0; i < vector->count; i++) {
        bool seen = false;
        for (int64_t j = 0; j < i && !seen; j++)
            seen = vector->values[j] == vector->values[i];
        n += !seen;
    }
    return n;
}

/* Caller frees. */
static char *title_of(relif_archive *archive, const char *path, const char *key)
{
    const char *words = find_words(key, NULL);
    if (words) return relif_strdup(words);
    char *unit = relif_attribute_text(archive, path, "units");
    relif_text title = {0};
    relif_text_append(&title, "%s", key);
    if (*unit && strcmp(unit, "1") != 0) relif_text_append(&title, " (%s)", unit);
    free(unit);
    return title.bytes;
}

static relif_err read_axis(relif_archive *archive, const char *name, grid *found)
{
    char path[PATH_SIZE];
    if (found->n_axes == MOST_AXES)
        return relif_fail(RELIF_ERR_DATA, "the sweep has more than %d keys", MOST_AXES);
    axis *read = &found->axes[found->n_axes++];
    snprintf(path, sizeof path, "/sweep/%s", name);
    read->name = relif_attribute_text(archive, path, "key");
    read->title = title_of(archive, path, read->name);
    relif_err err = relif_vector_read(archive, &read->values, "%s", path);
    read->n_values = count_values(&read->values);
    snprintf(path, sizeof path, "/sweep/%s_names", name);
    if (err == RELIF_OK && relif_archive_has(archive, path))
        err = relif_archive_read_names(archive, path, &read->words, &read->n_words);
    return err;
}

static relif_err read_axes(relif_archive *archive, grid *found)
{
    char **names = NULL;
    int n = 0;
    relif_err err = relif_archive_members(archive, "/sweep", &names, &n);
    for (int i = 0; i < n && err == RELIF_OK; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "/sweep/%s", names[i]);
        if (relif_archive_look(archive, path) != RELIF_NODE_ARRAY) continue;
        if (relif_archive_has_attribute(archive, path, "key"))
            err = read_axis(archive, names[i], found);
    }
    relif_names_release(names, n);
    return err;
}

static relif_err read_grid(relif_archive *archive, grid *found)
{
    relif_err err = read_axes(archive, found);
    if (err == RELIF_OK)
        err = relif_vector_read(archive, &found->accuracy_ann, "/sweep/accuracy_ann");
    if (err == RELIF_OK)
        err = relif_vector_read(archive, &found->accuracy_snn, "/sweep/accuracy_snn");
    if (err == RELIF_OK)
        err = relif_vector_read(archive, &found->agreement, "/sweep/agreement");
    found->n_points = found->agreement.count;
    bool equal = found->accuracy_ann.count == found->n_points &&
                 found->accuracy_snn.count == found->n_points;
    for (int a = 0; a < found->n_axes; a++)
        equal = equal && found->axes[a].values.count == found->n_points;
    if (err == RELIF_OK && (!equal || found->n_points < 1 || found->n_axes < 1))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "'/sweep' does not hold one value of each column a point");
    return err;
}

static void release(grid *found)
{
    for (int a = 0; a < found->n_axes; a++) {
        free(found->axes[a].name);
        free(found->axes[a].title);
        relif_vector_release(&found->axes[a].values);
        relif_names_release(found->axes[a].words, found->axes[a].n_words);
    }
    relif_vector_release(&found->accuracy_ann);
    relif_vector_release(&found->accuracy_snn);
    relif_vector_release(&found->agreement);
}

/* The word of an axis at a point; NULL for numbers. */
static const char *word_at(const axis *of, int64_t point)
{
    const double value = of->values.values[point];
    return of->words && value >= 0 && value < of->n_words ? of->words[(int)value] : NULL;
}

static void append_value(relif_text *out, const axis *of, int64_t point)
{
    const char *word = word_at(of, point);
    const char *words = word ? find_words(of->name, word) : NULL;
    if (word)
        relif_text_append(out, "%s", words ? words : word);
    else
        relif_text_append(out, "%.6g", of->values.values[point]);
}

/* All axes but one have the same values at both points. */
static bool same_but(const grid *found, int but, int64_t p, int64_t q)
{
    for (int a = 0; a < found->n_axes; a++)
        if (a != but &&
            found->axes[a].values.values[p] != found->axes[a].values.values[q])
            return false;
    return true;
}

/* The axis to draw along: of the numbers that with most values, else the first. */
static int choose_axis(const grid *found)
{
    int chosen = -1;
    for (int a = 0; a < found->n_axes; a++)
        if (!found->axes[a].words &&
            (chosen < 0 || found->axes[a].n_values > found->axes[chosen].n_values))
            chosen = a;
    return chosen < 0 ? 0 : chosen;
}

static void append_curve_title(relif_text *out, const grid *found, int along, int64_t p)
{
    for (int a = 0; a < found->n_axes; a++) {
        const axis *of = &found->axes[a];
        if (a == along) continue;
        const char *word = word_at(of, p);
        if (out->length) relif_text_append(out, ", ");
        if (!word || !find_words(of->name, word))
            relif_text_append(out, "%s = ", of->title);
        append_value(out, of, p);
    }
    if (!out->length) relif_text_append(out, "spiking network");
}

typedef struct curves {
    relif_chart_series series[MOST_CURVES + 1];
    relif_text titles[MOST_CURVES];
    double *x[MOST_CURVES], *y[MOST_CURVES];
    int count;
    int64_t left_out;
} curves;

static void sort_points(double *x, double *y, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        for (int64_t j = i; j > 0 && x[j] < x[j - 1]; j--) {
            const double a = x[j], b = y[j];
            x[j] = x[j - 1], y[j] = y[j - 1];
            x[j - 1] = a, y[j - 1] = b;
        }
}

/* One curve for each combination of the other axes' values. */
static void make_curves(const grid *found, int along, const relif_vector *shares,
                        curves *made)
{
    const size_t n = (size_t)found->n_points;
    for (int64_t p = 0; p < found->n_points; p++) {
        bool first = true;
        for (int64_t q = 0; q < p && first; q++) first = !same_but(found, along, p, q);
        if (!first) continue;
        if (made->count == MOST_CURVES) {
            made->left_out++;
            continue;
        }
        const int c = made->count++;
        int64_t points = 0;
        made->x[c] = relif_calloc(n, sizeof(double));
        made->y[c] = relif_calloc(n, sizeof(double));
        append_curve_title(&made->titles[c], found, along, p);
        for (int64_t q = 0; q < found->n_points; q++) {
            if (!same_but(found, along, p, q)) continue;
            made->x[c][points] = found->axes[along].values.values[q];
            made->y[c][points++] = 100 * shares->values[q];
        }
        sort_points(made->x[c], made->y[c], points);
        made->series[c] = (relif_chart_series){made->titles[c].bytes,
                                               RELIF_CHART_LINE_POINTS,
                                               c,
                                               made->x[c],
                                               made->y[c],
                                               NULL,
                                               points};
    }
}

static void release_curves(curves *made)
{
    for (int c = 0; c < made->count; c++) {
        free(made->x[c]);
        free(made->y[c]);
        relif_text_release(&made->titles[c]);
    }
}

/* Values that would crowd on one side of a linear axis. */
static bool spans_decades(const relif_vector *values)
{
    double least = INFINITY, most = 0;
    for (int64_t i = 0; i < values->count; i++) {
        least = fmin(least, values->values[i]);
        most = fmax(most, values->values[i]);
    }
    return least > 0 && most > 20 * least;
}

static relif_err add_chart(const relif_report_source *source, const grid *found,
                           bool accuracy, relif_page *page)
{
    const int along = choose_axis(found);
    const axis *of = &found->axes[along];
    curves made = {0};
    double ann_x[2], ann_y[2];
    make_curves(found, along, accuracy ? &found->accuracy_snn : &found->agreement, &made);
    int n_series = made.count;
    if (accuracy) {
        assert(made.count > 0); /* a sweep has a point */
        ann_x[0] = made.x[0][0];
        ann_x[1] = made.x[0][made.series[0].count - 1];
        ann_y[0] = ann_y[1] = 100 * found->accuracy_ann.values[0];
        made.series[n_series++] = (relif_chart_series){
            "ReLU network", RELIF_CHART_DASHES, -1, ann_x, ann_y, NULL, 2};
    }
    relif_text what = {0};
    relif_text_append(&what, "%s_%s", source->stem, accuracy ? "accuracy" : "agreement");
    const relif_chart chart = {
        .title = accuracy ? "Accuracy" : "Agreement of SNN and ANN",
        .x_label = of->title,
        .log_x = spans_decades(&of->values),
        .y_label = accuracy ? "accuracy of the SNN (%)" : "agreement (%)",
        .series = made.series,
        .n_series = n_series};
    char *name = relif_page_figure_name(page, what.bytes);
    relif_err err = relif_chart_draw(relif_page_folder(page), name, &chart);
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name, "%s against %s, a curve for each of the others%s.",
            accuracy ? "Accuracy of the spiking network (dashed: the ReLU network)"
                     : "Share of images to which both networks give the same label",
            of->title,
            made.left_out ? " (those beyond the first six are in the table only)" : "");
    free(name);
    relif_text_release(&what);
    release_curves(&made);
    return err;
}

static void add_table(const grid *found, relif_page *page)
{
    const char *heads[MOST_AXES + 3];
    for (int a = 0; a < found->n_axes; a++) heads[a] = found->axes[a].title;
    heads[found->n_axes] = "accuracy SNN";
    heads[found->n_axes + 1] = "accuracy ANN";
    heads[found->n_axes + 2] = "agreement";
    relif_page_table(page, "Points of the sweep", heads, found->n_axes + 3);
    for (int64_t p = 0; p < found->n_points && p < MOST_ROWS; p++) {
        for (int a = 0; a < found->n_axes; a++) {
            relif_text text = {0};
            append_value(&text, &found->axes[a], p);
            relif_page_cell(page, "%s", text.bytes);
            relif_text_release(&text);
        }
        relif_page_cell(page, "%.2f %%", 100 * found->accuracy_snn.values[p]);
        relif_page_cell(page, "%.2f %%", 100 * found->accuracy_ann.values[p]);
        relif_page_cell(page, "%.2f %%", 100 * found->agreement.values[p]);
    }
    relif_page_table_end(page);
    if (found->n_points > MOST_ROWS)
        relif_page_paragraph(page, "The archive holds %lld more points.",
                             (long long)(found->n_points - MOST_ROWS));
}

static int word_index(const axis *of, const char *word)
{
    for (int w = 0; w < of->n_words; w++)
        if (strcmp(of->words[w], word) == 0) return w;
    return -1;
}

/* Linear reset minus reset to zero, where all else is equal. */
static void add_gain(const relif_report_source *source, const grid *found,
                     const char *command, relif_page *page)
{
    for (int a = 0; a < found->n_axes; a++) {
        const axis *of = &found->axes[a];
        const int linear = word_index(of, "linear"), zero = word_index(of, "zero");
        double sum = 0, largest = -INFINITY;
        int64_t pairs = 0;
        for (int64_t p = 0; p < found->n_points; p++)
            for (int64_t q = 0; q < found->n_points; q++) {
                if (linear < 0 || zero < 0 || (int)of->values.values[p] != linear ||
                    (int)of->values.values[q] != zero || !same_but(found, a, p, q))
                    continue;
                const double gain =
                    100 * (found->accuracy_snn.values[p] - found->accuracy_snn.values[q]);
                sum += gain;
                largest = fmax(largest, gain);
                pairs++;
            }
        if (pairs == 0) continue;
        relif_page_paragraph(page,
                             "Linear LIF minus LIF, accuracy: %+.2f points in the mean "
                             "of %lld pairs of points, at most %+.2f.",
                             sum / (double)pairs, (long long)pairs, largest);
        relif_text detail = {0};
        relif_text_append(&detail, "%lld pairs of points", (long long)pairs);
        relif_page_finding finding = {source->experiment, RELIF_QUANTITY_LINEAR_GAIN,
                                      largest, command, detail.bytes};
        relif_page_compare(page, &finding);
        finding.quantity = RELIF_QUANTITY_MEAN_GAIN;
        finding.value = sum / (double)pairs;
        relif_page_compare(page, &finding);
        relif_text_release(&detail);
    }
}

relif_err relif_report_sweep(const relif_report_source *source, relif_page *page)
{
    grid found = {0};
    char *command = relif_report_command(source, "sweep");
    relif_err err = read_grid(source->archive, &found);
    if (err == RELIF_OK) err = relif_report_head(source, page, "Sweep", command);
    if (err == RELIF_OK) {
        add_gain(source, &found, command, page);
        err = add_chart(source, &found, true, page);
    }
    if (err == RELIF_OK) err = add_chart(source, &found, false, page);
    if (err == RELIF_OK) add_table(&found, page);
    release(&found);
    free(command);
    return err;
}
