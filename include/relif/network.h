/**
 * The trained ReLU network: shapes and weights, as the network file holds them.
 *
 *     const relif_shape input = {.channels = 1, .height = 28, .width = 28};
 *     relif_network *network = relif_network_create("mnist_mlp", input);
 *     relif_layer layer = {.name = "fc1",
 *                          .kind = RELIF_LAYER_LINEAR,
 *                          .activation = RELIF_ACTIVATION_RELU,
 *                          .out.channels = 600,
 *                          .weight = weight};
 *     relif_err err = relif_network_append(network, &layer);
 *     ...
 *     relif_network_destroy(network);
 *
 * Neurons of a layer have one canonical order: row, column, channel, channel fastest, so
 * neuron (row, column, channel) has the index (row * width + column) * channels +
 * channel. A linear layer is a convolution whose kernel is its whole input: one position,
 * no padding.
 */
#ifndef RELIF_NETWORK_H
#define RELIF_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/error.h"

/* name, word in files */
#define RELIF_LAYER_KIND_LIST(X)                                                         \
    X(CONV2D, "conv2d")                                                                  \
    X(LINEAR, "linear")                                                                  \
    X(MAX_POOL2D, "max_pool2d")                                                          \
    X(AVG_POOL2D, "avg_pool2d")

typedef enum relif_layer_kind {
#define RELIF_LAYER_KIND_ENUM(name, word) RELIF_LAYER_##name,
    RELIF_LAYER_KIND_LIST(RELIF_LAYER_KIND_ENUM)
#undef RELIF_LAYER_KIND_ENUM
        RELIF_N_LAYER_KINDS
} relif_layer_kind;

typedef enum relif_activation {
    RELIF_ACTIVATION_NONE,
    RELIF_ACTIVATION_RELU
} relif_activation;

/** Channels, height (rows), width (columns) of a layer or image. */
typedef struct relif_shape {
    int channels, height, width;
} relif_shape;

typedef struct relif_layer {
    char *name; /* owned by the network once appended */
    relif_layer_kind kind;
    relif_activation activation;
    relif_shape in, out;             /* set by relif_network_append */
    int kernel_height, kernel_width; /* linear: the input's height and width */
    int stride, padding;             /* linear: 1 and 0 */
    float *weight; /* [out.channels][in.channels][kernel_height][kernel_width]; NULL for
                      pooling */
    float *bias;   /* [out.channels] or NULL */
} relif_layer;

typedef struct relif_network {
    char *name;
    char *origin; /* how it was trained, in words; NULL if not known */
    relif_shape input;
    int n_layers;
    relif_layer *layers;  /* [n_layers] */
    bool borrows_weights; /* the layers' weights are not the network's to free */
} relif_network;

/** An empty network; the name is copied. Caller destroys. */
relif_network *relif_network_create(const char *name, relif_shape input);
void relif_network_destroy(relif_network *network);

/**
 * Append a layer: computes its shapes from the layer before and checks that it fits.
 *
 * Takes over layer->weight and layer->bias (also on failure, when it frees them); copies
 * the name. For conv2d and pooling the caller sets kernel, stride and padding; for linear
 * the kernel is set here. out.channels is the number of output channels that the weights
 * have (pooling: ignored). in.channels, if not 0, is what the weights expect and is
 * checked (linear: in.channels is the expected input size, channels * height * width).
 *
 * Fails with RELIF_ERR_FORMAT, in a sentence that names the layer: shapes do not chain,
 * kernel larger than the padded input, stride < 1, padding < 0 (pooling: or >= kernel, so
 * that every window holds an input), NaN or Inf among the weights, a name already taken,
 * a pooling layer with weights.
 */
relif_err relif_network_append(relif_network *network, const relif_layer *layer);

/** Note how a network was trained; the text is copied. */
void relif_network_set_origin(relif_network *network, const char *origin);

/** Number of neurons of a shape. */
static inline int relif_shape_size(relif_shape shape)
{
    return shape.channels * shape.height * shape.width;
}

/** Number of weights of a layer (0 for pooling). */
int64_t relif_layer_weights(const relif_layer *layer);

/** Number of neurons / weights of the whole network, input excluded. */
int64_t relif_network_neurons(const relif_network *network);
int64_t relif_network_weights(const relif_network *network);

/** Index of the layer of that name, -1 if there is none. */
int relif_network_find(const relif_network *network, const char *name);

/** The layer has LIF neurons (max pooling forwards trains and has none). */
static inline bool relif_layer_spikes(const relif_layer *layer)
{
    return layer->kind != RELIF_LAYER_MAX_POOL2D;
}

/** The layer has weights to train. */
static inline bool relif_layer_has_weights(const relif_layer *layer)
{
    return layer->kind == RELIF_LAYER_CONV2D || layer->kind == RELIF_LAYER_LINEAR;
}

/** The word for a kind in files ("conv2d"). Static text. */
const char *relif_layer_kind_name(relif_layer_kind kind);

/** The kind of a word: true, and *kind is set. */
bool relif_layer_kind_from_name(const char *name, relif_layer_kind *kind);

/**
 * The weights of a layer tap-major:
 * [kernel_height][kernel_width][in.channels][out.channels]. This is the order of a
 * receptive field's canonical indices, output channels contiguous; both the dense forward
 * pass and the spiking kernel read it. Caller frees. conv2d, linear.
 */
float *relif_layer_tap_major(const relif_layer *layer);

/** Deep copy; of the first layers alone. Caller destroys. */
relif_network *relif_network_copy(const relif_network *network);
relif_network *relif_network_head(const relif_network *network, int n_layers);

#endif
