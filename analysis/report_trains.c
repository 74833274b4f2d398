/* /spikes/<layer>/{image_ids, node_ids, timestamps, recorded_images, recorded_nodes} and
 * v_m [images, neurons, steps]: potentials and spikes of the first recorded image. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "traces.h"
#include "vector.h"

enum { MOST_NEURONS = 16, PATH_SIZE = 512 };

typedef struct trains {
    relif_vector images, nodes;              /* recorded ones */
    relif_vector image_ids, node_ids, times; /* of the spikes */
    relif_trace *traces;                     /* [count] */
    double *v;                               /* [count][steps] */
    double *spikes;                          /* of the traces, one after the other */
    double dt;
    int64_t steps;
    int count;
} trains;

static relif_err read_vectors(relif_archive *archive, const char *layer, trains *found)
{
    const struct {
        const char *name;
        relif_vector *vector;
    } arrays[] = {{"recorded_images", &found->images},
                  {"recorded_nodes", &found->nodes},
                  {"image_ids", &found->image_ids},
                  {"node_ids", &found->node_ids},
                  {"timestamps", &found->times}};
    relif_err err = RELIF_OK;
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0] && err == RELIF_OK; a++)
        err = relif_vector_read(archive, arrays[a].vector, "/spikes/%s/%s", layer,
                                arrays[a].name);
    if (err == RELIF_OK && (found->image_ids.count != found->times.count ||
                            found->node_ids.count != found->times.count))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "'/spikes/%s': image_ids, node_ids and timestamps differ in "
                         "length",
                         layer);
    return err;
}

/* Layers without potentials (max pooling) have spikes only. */
static relif_err read_potentials(relif_archive *archive, const char *layer, trains *found)
{
    char path[PATH_SIZE];
    relif_array array;
    snprintf(path, sizeof path, "/spikes/%s/v_m", layer);
    if (!relif_archive_has(archive, path)) return RELIF_OK;
    relif_err err = relif_archive_describe(archive, path, &array);
    if (err != RELIF_OK) return err;
    if (array.rank != 3 || array.dims[1] < found->count || array.dims[2] != found->steps)
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s' does not have the shape [images, neurons, steps]", path);
    found->v = relif_calloc((size_t)(found->count * found->steps), sizeof *found->v);
    const int64_t offset[] = {0, 0, 0}, count[] = {1, found->count, found->steps};
    return relif_archive_read(archive, path, RELIF_ARRAY_F64, offset, count, found->v);
}

static void fill_traces(trains *found)
{
    found->traces = relif_calloc((size_t)found->count, sizeof *found->traces);
    found->spikes = relif_calloc((size_t)found->times.count + 1, sizeof *found->spikes);
    int64_t n = 0;
    for (int r = 0; r < found->count; r++) {
        relif_trace *trace = &found->traces[r];
        snprintf(trace->label, sizeof trace->label, "%.0f", found->nodes.values[r]);
        trace->v = found->v ? found->v + r * found->steps : NULL;
        trace->spikes = found->spikes + n;
        for (int64_t i = 0; i < found->times.count; i++)
            if (found->image_ids.values[i] == found->images.values[0] &&
                found->node_ids.values[i] == found->nodes.values[r])
                found->spikes[n++] = found->times.values[i];
        trace->n_spikes = found->spikes + n - trace->spikes;
    }
}

/* The threshold of the layer if all its neurons have the same, else NAN. */
static double read_threshold(relif_archive *archive, const char *layer)
{
    relif_vector thresholds;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/mapping/%s/V_th", layer);
    if (!relif_archive_has(archive, path) ||
        relif_vector_read(archive, &thresholds, "%s", path) != RELIF_OK)
        return (double)NAN;
    double threshold = thresholds.count ? thresholds.values[0] : (double)NAN;
    for (int64_t i = 0; i < thresholds.count; i++)
        if (thresholds.values[i] != threshold) threshold = (double)NAN;
    relif_vector_release(&thresholds);
    return threshold;
}

static relif_err draw(const relif_report_source *source, const char *layer,
                      const trains *found, relif_page *page)
{
    relif_text title = {0}, what = {0};
    double low, high;
    bool cut;
    relif_text_append(&title, "Layer %s, image %.0f", layer, found->images.values[0]);
    relif_text_append(&what, "%s_trains_%s", source->stem, layer);
    const relif_traces traces = {.title = title.bytes,
                                 .y_label = "neuron",
                                 .dt = found->dt,
                                 .steps = found->steps,
                                 .threshold = read_threshold(source->archive, layer),
                                 .traces = found->traces,
                                 .count = found->count};
    char *name = relif_page_figure_name(page, what.bytes);
    relif_traces_range(&traces, &low, &high, &cut);
    relif_err err = relif_traces_draw(relif_page_folder(page), name, &traces);
    if (err == RELIF_OK && found->v)
        err = relif_page_figure(
            page, name,
            "Membrane potentials after each step and spikes of %d neurons of layer %s "
            "for image %.0f. All rows have the same scale of the potential, from %.3g to "
            "%.3g (in the units of the weights)%s; dashed: the threshold.",
            found->count, layer, found->images.values[0], low, high,
            cut ? ", what is lower is drawn at the lower edge" : "");
    else if (err == RELIF_OK)
        err = relif_page_figure(page, name,
                                "Spikes of %d neurons of layer %s for image %.0f.",
                                found->count, layer, found->images.values[0]);
    free(name);
    relif_text_release(&title);
    relif_text_release(&what);
    return err;
}

static void release(trains *found)
{
    relif_vector *const vectors[] = {&found->images, &found->nodes, &found->image_ids,
                                     &found->node_ids, &found->times};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        relif_vector_release(vectors[i]);
    free(found->traces);
    free(found->v);
    free(found->spikes);
}

static relif_err add_layer(const relif_report_source *source, const char *layer,
                           relif_page *page)
{
    trains found = {0};
    relif_err err = read_vectors(source->archive, layer, &found);
    if (err == RELIF_OK)
        err = relif_archive_get_double(source->archive, "/", "dt", &found.dt);
    if (err == RELIF_OK)
        err = relif_archive_get_int(source->archive, "/", "steps", &found.steps);
    found.count =
        found.nodes.count < MOST_NEURONS ? (int)found.nodes.count : MOST_NEURONS;
    if (err == RELIF_OK && found.count > 0 && found.images.count > 0) {
        err = read_potentials(source->archive, layer, &found);
        fill_traces(&found);
        if (err == RELIF_OK) err = draw(source, layer, &found, page);
    }
    release(&found);
    return err;
}

relif_err relif_report_trains(const relif_report_source *source, relif_page *page)
{
    char **names = NULL;
    int n = 0;
    if (!relif_archive_has(source->archive, "/spikes")) return RELIF_OK;
    relif_err err = relif_archive_members(source->archive, "/spikes", &names, &n);
    if (n > 0) relif_page_heading(page, "Potentials and spikes");
    for (int l = 0; l < n && err == RELIF_OK; l++)
        err = add_layer(source, names[l], page);
    relif_names_release(names, n);
    return err;
}
