/* /layers/<name>/{activations, spike_counts} [images, neurons]; /layer_names in order. */
#include "recorded_layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

enum { PATH_SIZE = 512 };

typedef struct array_path {
    char text[PATH_SIZE];
} array_path;

static array_path path_of(const char *layer, relif_series_kind kind)
{
    array_path path;
    snprintf(path.text, sizeof path.text, "/layers/%s/%s", layer,
             kind == RELIF_SERIES_RELU ? "activations" : "spike_counts");
    return path;
}

static bool is_recorded(relif_archive *archive, const char *layer)
{
    return relif_archive_has(archive, path_of(layer, RELIF_SERIES_RELU).text) &&
           relif_archive_has(archive, path_of(layer, RELIF_SERIES_SPIKES).text);
}

static relif_err say_missing(relif_archive *archive, const char *name, char *const *names,
                             int n_names)
{
    relif_text there = {0};
    for (int i = 0; i < n_names; i++)
        if (is_recorded(archive, names[i]))
            relif_text_append(&there, "%s'%s'", there.length ? ", " : "", names[i]);
    relif_err err;
    if (name)
        err = relif_fail(
            RELIF_ERR_DATA, "layer '%s' is not recorded in the archive; %s%s", name,
            there.length ? "recorded are " : "no layer is", relif_text_string(&there));
    else if (there.length)
        err = relif_fail(RELIF_ERR_DATA,
                         "no layer in front of the output layer is recorded in the "
                         "archive; --layer can name %s",
                         relif_text_string(&there));
    else
        err =
            relif_fail(RELIF_ERR_DATA,
                       "the archive holds no spike counts and ReLU outputs of any layer");
    relif_text_release(&there);
    return err;
}

static const char *choose(relif_archive *archive, const char *name, char *const *names,
                          int n_names)
{
    const char *chosen = NULL;
    for (int i = 0; i < n_names; i++)
        if ((name ? strcmp(name, names[i]) == 0 : i < n_names - 1) &&
            is_recorded(archive, names[i]))
            chosen = names[i];
    return chosen;
}

static relif_err read_shape(relif_recorded_layer *layer)
{
    relif_array relu, spikes;
    relif_err err = relif_archive_describe(
        layer->archive, path_of(layer->name, RELIF_SERIES_RELU).text, &relu);
    if (err == RELIF_OK)
        err = relif_archive_describe(
            layer->archive, path_of(layer->name, RELIF_SERIES_SPIKES).text, &spikes);
    if (err != RELIF_OK) return err;
    if (relu.rank != 2 || spikes.rank != 2 || relu.dims[0] != spikes.dims[0] ||
        relu.dims[1] != spikes.dims[1] || relu.dims[0] < 1 || relu.dims[1] < 1)
        return relif_fail(RELIF_ERR_FORMAT,
                          "layer '%s': activations and spike_counts do not have the same "
                          "shape [images, neurons]",
                          layer->name);
    layer->n_images = relu.dims[0];
    layer->n_neurons = relu.dims[1];
    return RELIF_OK;
}

relif_err relif_recorded_layer_find(relif_archive *archive, const char *name,
                                    relif_recorded_layer *layer)
{
    char **names = NULL;
    int n_names = 0;
    *layer = (relif_recorded_layer){.archive = archive};
    relif_err err = relif_archive_read_names(archive, "/layer_names", &names, &n_names);
    if (err != RELIF_OK) return err;
    const char *chosen = choose(archive, name, names, n_names);
    if (chosen) {
        layer->name = relif_strdup(chosen);
        err = read_shape(layer);
    } else {
        err = say_missing(archive, name, names, n_names);
    }
    for (int i = 0; i < n_names; i++) free(names[i]);
    free(names);
    if (err != RELIF_OK) relif_recorded_layer_release(layer);
    return err;
}

void relif_recorded_layer_release(relif_recorded_layer *layer)
{
    free(layer->name);
    *layer = (relif_recorded_layer){0};
}

relif_err relif_recorded_layer_read(const relif_recorded_layer *layer,
                                    relif_series_kind kind, relif_layer_box box,
                                    double *values)
{
    const bool empty = box.n_images < 1 || box.n_neurons < 1;
    const int64_t offset[] = {box.first_image, box.first_neuron};
    const int64_t count[] = {empty ? 0 : box.n_images, box.n_neurons};
    return relif_archive_read(layer->archive, path_of(layer->name, kind).text,
                              RELIF_ARRAY_F64, offset, count, values);
}
