#include "relif/network.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

relif_network *relif_network_create(const char *name, relif_shape input)
{
    relif_network *network = relif_calloc(1, sizeof *network);
    network->name = relif_strdup(name);
    network->input = input;
    return network;
}

void relif_network_destroy(relif_network *network)
{
    if (!network) return;
    for (int l = 0; l < network->n_layers; l++) {
        free(network->layers[l].name);
        if (!network->borrows_weights) free(network->layers[l].weight);
        free(network->layers[l].bias);
    }
    free(network->layers);
    free(network->name);
    free(network->origin);
    free(network);
}

void relif_network_set_origin(relif_network *network, const char *origin)
{
    char *copy = relif_strdup(origin);
    free(network->origin);
    network->origin = copy;
}

int64_t relif_layer_weights(const relif_layer *layer)
{
    if (!relif_layer_has_weights(layer)) return 0;
    return (int64_t)layer->out.channels * layer->in.channels * layer->kernel_height *
           layer->kernel_width;
}

int64_t relif_network_neurons(const relif_network *network)
{
    int64_t sum = 0;
    for (int l = 0; l < network->n_layers; l++)
        sum += relif_shape_size(network->layers[l].out);
    return sum;
}

int64_t relif_network_weights(const relif_network *network)
{
    int64_t sum = 0;
    for (int l = 0; l < network->n_layers; l++)
        sum += relif_layer_weights(&network->layers[l]);
    return sum;
}

int relif_network_find(const relif_network *network, const char *name)
{
    for (int l = 0; l < network->n_layers; l++)
        if (strcmp(network->layers[l].name, name) == 0) return l;
    return -1;
}

/* In double, because the product may not fit any integer. */
static relif_err check_size(const relif_layer *layer, int channels, int64_t height,
                            int64_t width)
{
    const double neurons = (double)channels * (double)height * (double)width;
    if (neurons > INT_MAX / 2)
        return relif_fail(RELIF_ERR_FORMAT,
                          "layer '%s': %.0f neurons, expected at most %d", layer->name,
                          neurons, INT_MAX / 2);
    return RELIF_OK;
}

static relif_err fit_linear(relif_layer *layer)
{
    layer->kernel_height = layer->in.height;
    layer->kernel_width = layer->in.width;
    layer->stride = 1;
    layer->padding = 0;
    layer->out.height = layer->out.width = 1;
    return check_size(layer, layer->out.channels, 1, 1);
}

/* A pooling window must hold an input; a convolution's kernel may lie in the padding. */
static relif_err check_window(const relif_layer *layer)
{
    const bool pools = !relif_layer_has_weights(layer);
    const bool in_padding =
        layer->padding >= layer->kernel_height || layer->padding >= layer->kernel_width;
    if (layer->kernel_height < 1 || layer->kernel_width < 1 || layer->stride < 1 ||
        layer->padding < 0 || (pools && in_padding))
        return relif_fail(
            RELIF_ERR_FORMAT,
            "layer '%s': kernel %dx%d, stride %d, padding %d; expected kernel "
            "and stride >= 1 and padding >= 0%s",
            layer->name, layer->kernel_height, layer->kernel_width, layer->stride,
            layer->padding, pools ? ", less than the kernel" : "");
    const double field = (double)layer->kernel_height * (double)layer->kernel_width *
                         (double)layer->in.channels;
    if (field > INT_MAX / 2)
        return relif_fail(RELIF_ERR_FORMAT,
                          "layer '%s': a neuron has %.0f inputs, expected at most %d",
                          layer->name, field, INT_MAX / 2);
    return RELIF_OK;
}

static relif_err fit_window(relif_layer *layer)
{
    const relif_shape in = layer->in;
    relif_err err = check_window(layer);
    if (err != RELIF_OK) return err;
    const int64_t border = 2 * (int64_t)layer->padding;
    const int64_t rows = in.height + border - layer->kernel_height;
    const int64_t columns = in.width + border - layer->kernel_width;
    if (rows < 0 || columns < 0)
        return relif_fail(
            RELIF_ERR_FORMAT,
            "layer '%s': kernel %dx%d is larger than its input of %dx%d with "
            "padding %d",
            layer->name, layer->kernel_height, layer->kernel_width, in.height, in.width,
            layer->padding);
    if (!relif_layer_has_weights(layer)) layer->out.channels = in.channels;
    const int64_t height = rows / layer->stride + 1, width = columns / layer->stride + 1;
    err = check_size(layer, layer->out.channels, height, width);
    if (err != RELIF_OK) return err;
    layer->out.height = (int)height;
    layer->out.width = (int)width;
    return RELIF_OK;
}

static relif_err check_finite(const relif_layer *layer)
{
    const int64_t count = relif_layer_weights(layer);
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(layer->weight[i]))
            return relif_fail(
                RELIF_ERR_FORMAT,
                "layer '%s': weight number %lld is %g, expected a finite value",
                layer->name, (long long)i, (double)layer->weight[i]);
    for (int c = 0; layer->bias && c < layer->out.channels; c++)
        if (!isfinite(layer->bias[c]))
            return relif_fail(RELIF_ERR_FORMAT,
                              "layer '%s': bias number %d is %g, expected a finite value",
                              layer->name, c, (double)layer->bias[c]);
    return RELIF_OK;
}

static relif_err check_input(const relif_layer *layer, int expected)
{
    const relif_shape in = layer->in;
    const int found =
        layer->kind == RELIF_LAYER_LINEAR ? relif_shape_size(in) : in.channels;
    if (expected == 0 || expected == found) return RELIF_OK;
    return relif_fail(
        RELIF_ERR_FORMAT,
        "layer '%s' (%s): its weights expect %d inputs, the layer before gives "
        "%d (shape %dx%dx%d)",
        layer->name, relif_layer_kind_name(layer->kind), expected, found, in.channels,
        in.height, in.width);
}

static relif_err fit(relif_layer *layer, int expected)
{
    const bool weighted = relif_layer_has_weights(layer);
    if (weighted != (layer->weight != NULL) || (!weighted && layer->bias))
        return relif_fail(RELIF_ERR_FORMAT, "layer '%s' (%s): expected %s", layer->name,
                          relif_layer_kind_name(layer->kind),
                          weighted ? "weights" : "neither weights nor biases");
    if (weighted && layer->out.channels < 1)
        return relif_fail(RELIF_ERR_FORMAT, "layer '%s': no output channels",
                          layer->name);
    relif_err err = check_input(layer, weighted ? expected : 0);
    if (err == RELIF_OK)
        err = layer->kind == RELIF_LAYER_LINEAR ? fit_linear(layer) : fit_window(layer);
    if (err != RELIF_OK) return err;
    return weighted ? check_finite(layer) : RELIF_OK;
}

relif_err relif_network_append(relif_network *network, const relif_layer *given)
{
    relif_layer layer = *given;
    const int expected = given->in.channels;
    const int n = network->n_layers;
    layer.in = n ? network->layers[n - 1].out : network->input;
    relif_err err = RELIF_OK;
    if (relif_network_find(network, layer.name) >= 0)
        err = relif_fail(RELIF_ERR_FORMAT, "layer '%s': the name is taken", layer.name);
    else
        err = fit(&layer, expected);
    if (err != RELIF_OK) {
        free(layer.weight);
        free(layer.bias);
        return err;
    }
    layer.name = relif_strdup(given->name);
    network->layers =
        relif_realloc(network->layers, (size_t)n + 1, sizeof *network->layers);
    network->layers[n] = layer;
    network->n_layers = n + 1;
    return RELIF_OK;
}

const char *relif_layer_kind_name(relif_layer_kind kind)
{
    switch (kind) {
#define RELIF_LAYER_KIND_CASE(name, word)                                                \
    case RELIF_LAYER_##name: return word;
        RELIF_LAYER_KIND_LIST(RELIF_LAYER_KIND_CASE)
#undef RELIF_LAYER_KIND_CASE
    case RELIF_N_LAYER_KINDS: break;
    }
    return "unknown";
}

bool relif_layer_kind_from_name(const char *name, relif_layer_kind *kind)
{
    for (int k = 0; k < RELIF_N_LAYER_KINDS; k++)
        if (strcmp(name, relif_layer_kind_name((relif_layer_kind)k)) == 0) {
            *kind = (relif_layer_kind)k;
            return true;
        }
    return false;
}

float *relif_layer_tap_major(const relif_layer *layer)
{
    const size_t outputs = (size_t)layer->out.channels,
                 inputs = (size_t)layer->in.channels;
    const size_t taps = (size_t)layer->kernel_height * (size_t)layer->kernel_width;
    float *rows = relif_calloc(outputs * inputs * taps, sizeof *rows);
    for (size_t o = 0; o < outputs; o++)
        for (size_t c = 0; c < inputs; c++)
            for (size_t t = 0; t < taps; t++)
                rows[(t * inputs + c) * outputs + o] =
                    layer->weight[(o * inputs + c) * taps + t];
    return rows;
}

static float *copy_floats(const float *values, int64_t count)
{
    if (!values) return NULL;
    float *copy = relif_calloc((size_t)count, sizeof *copy);
    memcpy(copy, values, (size_t)count * sizeof *copy);
    return copy;
}

relif_network *relif_network_head(const relif_network *network, int n_layers)
{
    relif_network *copy = relif_network_create(network->name, network->input);
    if (network->origin) relif_network_set_origin(copy, network->origin);
    copy->n_layers = n_layers;
    copy->layers = relif_calloc((size_t)n_layers, sizeof *copy->layers);
    for (int l = 0; l < n_layers; l++) {
        relif_layer *layer = &copy->layers[l];
        *layer = network->layers[l];
        layer->name = relif_strdup(network->layers[l].name);
        layer->weight = copy_floats(layer->weight, relif_layer_weights(layer));
        layer->bias = copy_floats(layer->bias, layer->out.channels);
    }
    return copy;
}

relif_network *relif_network_copy(const relif_network *network)
{
    return relif_network_head(network, network->n_layers);
}
