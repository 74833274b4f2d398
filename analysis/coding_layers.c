/* A rate of k y / scale stands for the ReLU output y, times the slope 1/(V_th C_m) of
 * each layer of neurons up to this one. */
#include "coding_layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

static const char input_name[] = "input";

bool relif_coding_layer_is_input(const relif_coding_layer *layer)
{
    return strcmp(layer->name, input_name) == 0;
}

static char *path_of(const char *group, const char *layer, const char *array)
{
    relif_text text = {0};
    relif_text_append(&text, "/%s/%s%s%s", group, layer, *array ? "/" : "", array);
    return text.bytes;
}

char *relif_coding_layer_path(const relif_coding_layer *layer, const char *array)
{
    if (strcmp(array, "ideal") != 0) return path_of("coding_error", layer->name, array);
    return relif_coding_layer_is_input(layer)
               ? path_of("coding_error", layer->name, "values")
               : path_of("layers", layer->name, "activations");
}

/* A vector of the archive, the same on every rank; *n < 0: of any length, which it gets.
 */
static relif_err read_vector(relif_archive *archive, const char *path, int64_t *n,
                             double **values)
{
    relif_array array;
    relif_err err = relif_archive_describe(archive, path, &array);
    if (err != RELIF_OK) return err;
    if (array.rank != 1 || array.dims[0] < 1 || (*n >= 0 && array.dims[0] != *n))
        return relif_fail(RELIF_ERR_FORMAT,
                          "'%s' of the archive does not have the shape that belongs to "
                          "the other arrays",
                          path);
    const int64_t offset = 0;
    *n = array.dims[0];
    *values = relif_calloc((size_t)*n, sizeof **values);
    return relif_archive_read(archive, path, RELIF_ARRAY_F64, &offset, n, *values);
}

static relif_err read_times(relif_coding_layers *layers)
{
    int64_t n = -1;
    if (!relif_archive_has(layers->archive, "/coding_error/coding_times"))
        return relif_fail(RELIF_ERR_DATA,
                          "the archive holds no coding times; give the run "
                          "record.coding_times, for example [0.1, 0.5, 1, 2]");
    relif_err err =
        read_vector(layers->archive, "/coding_error/coding_times", &n, &layers->times);
    layers->n_times = (int)n;
    for (int c = 0; c < layers->n_times && err == RELIF_OK; c++)
        if (!(layers->times[c] > (c ? layers->times[c - 1] : 0)))
            err = relif_fail(RELIF_ERR_FORMAT,
                             "'/coding_error/coding_times' of the archive is not "
                             "ascending from above 0");
    if (err == RELIF_OK)
        err = relif_archive_get_double(layers->archive, "/", "dt", &layers->dt);
    if (err == RELIF_OK)
        err = relif_archive_get_double(layers->archive, "/coding_error", "v_init",
                                       &layers->v_init);
    if (err == RELIF_OK)
        err = relif_archive_get_text(layers->archive, "/coding_error", "simulations",
                                     &layers->simulations);
    if (err == RELIF_OK && !(layers->dt > 0))
        err = relif_fail(RELIF_ERR_FORMAT, "attribute dt is %g, expected a time > 0",
                         layers->dt);
    return err;
}

static relif_err check_shape(const relif_coding_layers *layers, const char *path,
                             int64_t n_neurons, bool at_times)
{
    relif_array array;
    const relif_err err = relif_archive_describe(layers->archive, path, &array);
    if (err != RELIF_OK) return err;
    const int64_t *dims = array.dims + at_times;
    if (array.rank == 2 + at_times && (!at_times || array.dims[0] == layers->n_times) &&
        dims[0] == layers->n_images && dims[1] == n_neurons)
        return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT,
                      "'%s' of the archive does not have the shape %simages, neurons]",
                      path, at_times ? "[times, " : "[");
}

static relif_err check_array(const relif_coding_layers *layers,
                             const relif_coding_layer *layer, const char *array)
{
    char *path = relif_coding_layer_path(layer, array);
    const relif_err err =
        check_shape(layers, path, layer->n_neurons, strcmp(array, "ideal") != 0);
    free(path);
    return err;
}

static relif_err read_obstacle(const relif_coding_layers *layers,
                               relif_coding_layer *layer)
{
    char *group = relif_coding_layer_path(layer, "");
    relif_err err = RELIF_OK;
    if (relif_coding_layer_is_input(layer))
        layer->obstacle = relif_strdup("the input has no neurons that hold charge");
    else if (relif_archive_has_attribute(layers->archive, group, "no_arrived_charge"))
        err = relif_archive_get_text(layers->archive, group, "no_arrived_charge",
                                     &layer->obstacle);
    free(group);
    return err;
}

static relif_err read_balance(const relif_coding_layers *layers,
                              relif_coding_layer *layer)
{
    relif_err err = read_obstacle(layers, layer);
    if (err != RELIF_OK || layer->obstacle) return err;
    char *c_m = path_of("mapping", layer->name, "C_m");
    char *v_th = path_of("mapping", layer->name, "V_th");
    err = read_vector(layers->archive, c_m, &layer->n_neurons, &layer->c_m);
    if (err == RELIF_OK)
        err = read_vector(layers->archive, v_th, &layer->n_neurons, &layer->v_th);
    if (err == RELIF_OK) err = check_array(layers, layer, "potential");
    if (err == RELIF_OK) err = check_array(layers, layer, "arrived_charge");
    char *leaked = relif_coding_layer_path(layer, "leaked_charge");
    layer->leaks = relif_archive_has(layers->archive, leaked);
    if (err == RELIF_OK && layer->leaks)
        err = check_array(layers, layer, "leaked_charge");
    free(leaked);
    free(c_m);
    free(v_th);
    return err;
}

/* Adds a layer if it was recorded at the coding times. */
static relif_err add_layer(relif_coding_layers *layers, const char *name, double hertz)
{
    relif_coding_layer *layer = &layers->layers[layers->count];
    relif_array array;
    *layer = (relif_coding_layer){.name = relif_strdup(name), .hertz = hertz};
    char *path = relif_coding_layer_path(layer, "counts");
    relif_err err = RELIF_OK;
    layers->count++;
    if (layers->count > 1) layer->n_inputs = layer[-1].n_neurons;
    if (relif_archive_has(layers->archive, path)) {
        err = relif_archive_describe(layers->archive, path, &array);
        if (err == RELIF_OK && layers->count == 1) layers->n_images = array.dims[1];
        layer->n_neurons = array.dims[2];
        if (err == RELIF_OK) err = check_array(layers, layer, "counts");
        if (err == RELIF_OK) err = check_array(layers, layer, "ideal");
        if (err == RELIF_OK) err = read_balance(layers, layer);
    } else {
        free(layer->name);
        layers->count--;
    }
    free(path);
    return err;
}

/* How this layer's neurons change what a rate stands for; max pooling does not. */
static relif_err follow_scale(relif_archive *archive, const char *name, double *scale,
                              double *slopes)
{
    char *group = path_of("mapping", name, ""), *path = path_of("mapping", name, "slope");
    double *slope = NULL;
    int64_t n = -1;
    relif_err err = RELIF_OK;
    if (relif_archive_has(archive, group)) {
        err = relif_archive_get_double(archive, group, "scale", scale);
        if (err == RELIF_OK) err = read_vector(archive, path, &n, &slope);
        if (err == RELIF_OK) *slopes *= slope[0];
    }
    free(slope);
    free(group);
    free(path);
    return err;
}

static relif_err add_layers(relif_coding_layers *layers, char *const *names, int n_names)
{
    double range = 0, scale = 1, slopes = 1;
    relif_err err =
        relif_archive_get_double(layers->archive, "/", "coding_range", &range);
    layers->layers = relif_calloc((size_t)n_names + 1, sizeof *layers->layers);
    if (err == RELIF_OK) err = add_layer(layers, input_name, range);
    for (int i = 0; i < n_names && err == RELIF_OK; i++) {
        err = follow_scale(layers->archive, names[i], &scale, &slopes);
        if (err == RELIF_OK && strcmp(names[i], input_name) != 0)
            err = add_layer(layers, names[i], range / scale * slopes);
    }
    if (err == RELIF_OK && (layers->count == 0 || layers->n_images < 1))
        err = relif_fail(RELIF_ERR_DATA, "no layer is recorded at the coding times");
    return err;
}

relif_err relif_coding_layers_find(relif_archive *archive, relif_coding_layers *layers)
{
    char **names = NULL;
    int n_names = 0;
    *layers = (relif_coding_layers){.archive = archive};
    relif_err err = read_times(layers);
    if (err == RELIF_OK)
        err = relif_archive_read_names(archive, "/layer_names", &names, &n_names);
    if (err == RELIF_OK) err = add_layers(layers, names, n_names);
    for (int i = 0; i < n_names; i++) free(names[i]);
    free(names);
    if (err != RELIF_OK) relif_coding_layers_release(layers);
    return err;
}

void relif_coding_layers_release(relif_coding_layers *layers)
{
    for (int l = 0; l < layers->count; l++) {
        free(layers->layers[l].name);
        free(layers->layers[l].c_m);
        free(layers->layers[l].v_th);
        free(layers->layers[l].obstacle);
    }
    free(layers->layers);
    free(layers->times);
    free(layers->simulations);
    *layers = (relif_coding_layers){0};
}
