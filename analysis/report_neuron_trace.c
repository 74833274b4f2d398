/* A trace: columns time, v_linear_lif, v_lif, spikes_linear_lif, spikes_lif [steps]; the
 * spikes of the inputs in input/{node_ids, timestamps}. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "traces.h"
#include "vector.h"

enum { MOST_INPUTS = 16, N_MODELS = 2, PATH_SIZE = 512 };

static const char *const models[N_MODELS][2] = {{"linear_lif", "Linear LIF"},
                                                {"lif", "LIF"}};

typedef struct columns {
    relif_vector time, weights, node_ids, timestamps, v[N_MODELS], fired[N_MODELS];
} columns;

static relif_err read_columns(relif_archive *archive, const char *experiment,
                              columns *found)
{
    const struct {
        const char *name;
        relif_vector *vector;
    } arrays[] = {{"time", &found->time},
                  {"weights", &found->weights},
                  {"input/node_ids", &found->node_ids},
                  {"input/timestamps", &found->timestamps},
                  {"v_linear_lif", &found->v[0]},
                  {"v_lif", &found->v[1]},
                  {"spikes_linear_lif", &found->fired[0]},
                  {"spikes_lif", &found->fired[1]}};
    relif_err err = RELIF_OK;
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++)
        err = relif_vector_read(archive, arrays[a].vector, "/experiments/%s/%s",
                                experiment, arrays[a].name);
    for (int m = 0; m < N_MODELS && err == RELIF_OK; m++)
        if (found->v[m].count != found->time.count ||
            found->fired[m].count != found->time.count ||
            found->node_ids.count != found->timestamps.count || found->time.count < 1)
            err =
                relif_fail(RELIF_ERR_FORMAT,
                           "'/experiments/%s': its columns differ in length", experiment);
    return err;
}

static void release(columns *found)
{
    relif_vector *const vectors[] = {
        &found->time, &found->weights, &found->node_ids, &found->timestamps,
        &found->v[0], &found->v[1],    &found->fired[0], &found->fired[1]};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        relif_vector_release(vectors[i]);
}

/* Rows: the inputs, then both models. times holds the spikes of all rows. */
static int fill_rows(const columns *found, relif_trace *rows, double *times)
{
    int n = 0;
    int64_t spikes = 0;
    for (; n < found->weights.count && n < MOST_INPUTS; n++) {
        snprintf(rows[n].label, sizeof rows[n].label, "input %d", n + 1);
        rows[n].spikes = times + spikes;
        for (int64_t i = 0; i < found->node_ids.count; i++)
            if ((int)found->node_ids.values[i] == n)
                times[spikes++] = found->timestamps.values[i];
        rows[n].n_spikes = times + spikes - rows[n].spikes;
    }
    for (int m = 0; m < N_MODELS; m++, n++) {
        snprintf(rows[n].label, sizeof rows[n].label, "%s", models[m][1]);
        rows[n].v = found->v[m].values;
        rows[n].spikes = times + spikes;
        for (int64_t t = 0; t < found->time.count; t++)
            if (found->fired[m].values[t] > 0) times[spikes++] = found->time.values[t];
        rows[n].n_spikes = times + spikes - rows[n].spikes;
    }
    return n;
}

static relif_err draw(const relif_report_source *source, const char *experiment,
                      const relif_traces *traces, relif_page *page)
{
    const relif_trace *linear = &traces->traces[traces->count - 2];
    const double duration = traces->dt * (double)traces->steps;
    double low, high;
    bool cut;
    relif_text what = {0};
    relif_text_append(&what, "%s_%s", source->stem, experiment);
    char *name = relif_page_figure_name(page, what.bytes);
    relif_traces_range(traces, &low, &high, &cut);
    relif_err err = relif_traces_draw(relif_page_folder(page), name, traces);
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            "Spikes of the inputs, and membrane potentials V(t) and output spikes of the "
            "Linear LIF neuron (%lld spikes in %g s) and the LIF neuron (%lld). Both "
            "potentials have the scale from %.3g to %.3g; dashed: the threshold.",
            (long long)linear[0].n_spikes, duration, (long long)linear[1].n_spikes, low,
            high);
    free(name);
    relif_text_release(&what);
    return err;
}

relif_err relif_report_neuron_trace(const relif_report_source *source,
                                    const char *experiment, relif_page *page)
{
    columns found = {0};
    char group[PATH_SIZE];
    double threshold = 0;
    snprintf(group, sizeof group, "/experiments/%s", experiment);
    relif_err err = read_columns(source->archive, experiment, &found);
    if (err == RELIF_OK)
        err = relif_archive_get_double(source->archive, group, "v_th", &threshold);
    if (err == RELIF_OK) {
        relif_trace rows[MOST_INPUTS + N_MODELS] = {0};
        double *times =
            relif_calloc((size_t)(found.timestamps.count + N_MODELS * found.time.count),
                         sizeof *times);
        const relif_traces traces = {.title = experiment,
                                     .dt = found.time.values[0],
                                     .y_label = "",
                                     .steps = found.time.count,
                                     .threshold = threshold,
                                     .traces = rows,
                                     .count = fill_rows(&found, rows, times)};
        err = draw(source, experiment, &traces, page);
        free(times);
    }
    release(&found);
    return err;
}
