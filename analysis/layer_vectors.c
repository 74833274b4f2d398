#include "layer_vectors.h"

#include <stdlib.h>

#include "relif/memory.h"

int64_t relif_layer_vectors_half(const relif_layer_vectors *set)
{
    return set->over == RELIF_OVER_IMAGES ? set->n_images : set->layer->n_neurons;
}

static relif_err read_images(const relif_layer_vectors *set, relif_series_kind kind,
                             int64_t first, int64_t n, double *values)
{
    const relif_layer_box box = {.first_image = set->first_image + first,
                                 .n_images = n,
                                 .n_neurons = set->layer->n_neurons};
    return relif_recorded_layer_read(set->layer, kind, box, values);
}

/* The archive holds an image after the other; a series is a column. */
static relif_err read_neurons(const relif_layer_vectors *set, relif_series_kind kind,
                              int64_t first, int64_t n, double *values)
{
    const relif_layer_box box = {.first_image = set->first_image,
                                 .n_images = set->n_images,
                                 .first_neuron = first,
                                 .n_neurons = n};
    const size_t length = (size_t)set->n_images, width = (size_t)n;
    double *rows = relif_calloc(width ? length * width : 1, sizeof *rows);
    const relif_err err = relif_recorded_layer_read(set->layer, kind, box, rows);
    for (size_t v = 0; v < width && err == RELIF_OK; v++)
        for (size_t i = 0; i < length; i++) values[v * length + i] = rows[i * width + v];
    free(rows);
    return err;
}

/* The part of the wanted vectors that is of this network. */
static relif_err read_kind(const relif_layer_vectors *set, relif_series_kind kind,
                           int64_t first, int64_t n, double *values)
{
    const int64_t half = relif_layer_vectors_half(set);
    const int64_t begin = kind == RELIF_SERIES_RELU ? 0 : half;
    const int64_t from = first > begin ? first : begin;
    const int64_t to = first + n < begin + half ? first + n : begin + half;
    const bool images = set->over == RELIF_OVER_IMAGES;
    const int64_t length = images ? set->layer->n_neurons : set->n_images;
    if (from >= to) return (images ? read_images : read_neurons)(set, kind, 0, 0, values);
    return (images ? read_images : read_neurons)(set, kind, from - begin, to - from,
                                                 values + (from - first) * length);
}

static relif_err read_vectors(void *self, int64_t first, int64_t n, double *values)
{
    const relif_layer_vectors *set = self;
    const relif_err err = read_kind(set, RELIF_SERIES_RELU, first, n, values);
    return err == RELIF_OK ? read_kind(set, RELIF_SERIES_SPIKES, first, n, values) : err;
}

relif_vectors relif_layer_vectors_of(relif_layer_vectors *set)
{
    const bool images = set->over == RELIF_OVER_IMAGES;
    return (relif_vectors){.count = 2 * relif_layer_vectors_half(set),
                           .length = images ? set->layer->n_neurons : set->n_images,
                           .read = read_vectors,
                           .self = set};
}
