/*
 * /                      format "relif-network", version 1, name, input_shape [C, H, W]
 * /layers/NN_<name>      type, activation; conv2d: stride 1, padding 0; pooling: size,
 *                        stride = size, padding 0     (the values where absent)
 *   weight               conv2d [out, in, kh, kw], linear [out, in]
 *   bias                 [out], optional
 */
#include "relif/weights.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "h5.h"
#include "relif/memory.h"
#include "relif/seal.h"

static const char FORMAT[] = "relif-network";
enum { VERSION = 1, LARGEST_WINDOW = 1 << 20 };

static relif_err read_format(hid_t root)
{
    char *format = NULL;
    int64_t version = 0;
    relif_err err = relif_h5_get_text(root, "format", &format);
    if (err == RELIF_OK && strcmp(format, FORMAT) != 0)
        err = relif_fail(RELIF_ERR_FORMAT, "its format is '%s', expected '%s'", format,
                         FORMAT);
    if (err == RELIF_OK) err = relif_h5_get_ints(root, "version", 1, &version);
    if (err == RELIF_OK && version != VERSION)
        err = relif_fail(RELIF_ERR_FORMAT, "its version is %lld, expected %d",
                         (long long)version, VERSION);
    free(format);
    return err;
}

static relif_err read_head(hid_t root, relif_network **network)
{
    char *name = NULL;
    int64_t shape[3] = {0};
    relif_err err = read_format(root);
    if (err == RELIF_OK) err = relif_h5_get_ints(root, "input_shape", 3, shape);
    for (int d = 0; err == RELIF_OK && d < 3; d++)
        if (shape[d] < 1 || shape[d] > LARGEST_WINDOW)
            err = relif_fail(RELIF_ERR_FORMAT,
                             "attribute 'input_shape' of '/' is [%lld, %lld, %lld], "
                             "expected sizes of 1 to %d",
                             (long long)shape[0], (long long)shape[1],
                             (long long)shape[2], LARGEST_WINDOW);
    if (err == RELIF_OK && shape[0] * shape[1] * shape[2] > INT_MAX / 2)
        err = relif_fail(RELIF_ERR_FORMAT,
                         "attribute 'input_shape' of '/' has too many pixels, expected "
                         "at most %d",
                         INT_MAX / 2);
    if (err == RELIF_OK) err = relif_h5_get_text(root, "name", &name);
    if (err == RELIF_OK)
        *network = relif_network_create(
            name, (relif_shape){(int)shape[0], (int)shape[1], (int)shape[2]});
    if (err == RELIF_OK && relif_h5_has_attribute(root, "trained_with")) {
        char *origin = NULL;
        err = relif_h5_get_text(root, "trained_with", &origin);
        if (err == RELIF_OK) relif_network_set_origin(*network, origin);
        free(origin);
    }
    free(name);
    return err;
}

/* "00_conv1" is "conv1"; what has no number in front stays whole. */
static const char *layer_name(const char *member)
{
    const char *rest = member;
    while (isdigit((unsigned char)*rest)) rest++;
    return rest > member && rest[0] == '_' && rest[1] ? rest + 1 : member;
}

/* An attribute that counts pixels; without a default it is required. */
static relif_err read_pixels(hid_t group, const char *name, int absent, int *value)
{
    int64_t found = absent;
    if (absent < 0 || relif_h5_has_attribute(group, name)) {
        const relif_err err = relif_h5_get_ints(group, name, 1, &found);
        if (err != RELIF_OK) return err;
    }
    if (found < 0 || found > LARGEST_WINDOW)
        return relif_fail(RELIF_ERR_FORMAT, "attribute '%s' is %lld, expected 0 to %d",
                          name, (long long)found, LARGEST_WINDOW);
    *value = (int)found;
    return RELIF_OK;
}

static relif_err read_kind(hid_t group, relif_layer_kind *kind)
{
    char *word = NULL;
    relif_err err = relif_h5_get_text(group, "type", &word);
    if (err == RELIF_OK && !relif_layer_kind_from_name(word, kind))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "its type is '%s', expected conv2d, linear, max_pool2d or "
                         "avg_pool2d",
                         word);
    free(word);
    return err;
}

/* Pooling layers need no activation. */
static relif_err read_activation(hid_t group, relif_layer *layer)
{
    char *word = NULL;
    layer->activation = RELIF_ACTIVATION_NONE;
    if (!relif_layer_has_weights(layer) && !relif_h5_has_attribute(group, "activation"))
        return RELIF_OK;
    relif_err err = relif_h5_get_text(group, "activation", &word);
    if (err == RELIF_OK && strcmp(word, "relu") == 0)
        layer->activation = RELIF_ACTIVATION_RELU;
    else if (err == RELIF_OK && strcmp(word, "none") != 0)
        err = relif_fail(RELIF_ERR_FORMAT,
                         "its activation is '%s', expected relu or none", word);
    free(word);
    return err;
}

/* All values of an array of the given number of dimensions. */
static relif_err read_floats(hid_t file, const char *path, int rank, int64_t dims[4],
                             float **values)
{
    hid_t array = H5I_INVALID_HID;
    relif_array found = {0};
    relif_err err = relif_h5_open_array(file, path, &array);
    if (err == RELIF_OK) err = relif_h5_describe_whole(array, &found);
    if (err == RELIF_OK && found.rank != rank)
        err = relif_fail(RELIF_ERR_FORMAT, "'%s' has %d dimensions, expected %d", path,
                         found.rank, rank);
    size_t count = 1;
    for (int d = 0; err == RELIF_OK && d < rank; d++) {
        dims[d] = found.dims[d];
        count *= (size_t)dims[d];
        if (dims[d] < 1 || dims[d] > INT_MAX / 2)
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' has %lld values in dimension %d",
                             path, (long long)dims[d], d);
    }
    const int64_t origin[RELIF_ARRAY_MAX_RANK] = {0};
    char reason[RELIF_H5_REASON];
    if (err == RELIF_OK) {
        *values = relif_calloc(count, sizeof **values);
        if (relif_h5_read_box(array, H5T_NATIVE_FLOAT, origin, dims, *values) < 0)
            err = relif_fail(RELIF_ERR_FORMAT, "'%s' cannot be read (%s)", path,
                             relif_h5_reason(reason));
    }
    relif_h5_close(&array);
    return err;
}

static relif_err read_weights(hid_t file, const char *path, relif_layer *layer)
{
    int64_t dims[4] = {0, 0, 1, 1}, bias_dims[4] = {0};
    char *weight = relif_h5_join(path, "weight"), *bias = relif_h5_join(path, "bias");
    relif_err err = read_floats(file, weight, layer->kind == RELIF_LAYER_CONV2D ? 4 : 2,
                                dims, &layer->weight);
    layer->out.channels = (int)dims[0];
    layer->in.channels = (int)dims[1];
    layer->kernel_height = (int)dims[2];
    layer->kernel_width = (int)dims[3];
    const bool biased = err == RELIF_OK && relif_h5_exists(file, bias);
    if (biased) err = read_floats(file, bias, 1, bias_dims, &layer->bias);
    if (biased && err == RELIF_OK && bias_dims[0] != dims[0])
        err = relif_fail(RELIF_ERR_FORMAT, "it has %lld biases, expected %lld",
                         (long long)bias_dims[0], (long long)dims[0]);
    free(weight);
    free(bias);
    return err;
}

static relif_err read_window(hid_t group, relif_layer *layer)
{
    relif_err err = RELIF_OK;
    int stride = 1;
    if (!relif_layer_has_weights(layer)) {
        err = read_pixels(group, "size", -1, &layer->kernel_height);
        layer->kernel_width = stride = layer->kernel_height;
    }
    if (err == RELIF_OK) err = read_pixels(group, "stride", stride, &layer->stride);
    if (err == RELIF_OK) err = read_pixels(group, "padding", 0, &layer->padding);
    return err;
}

static relif_err read_layer(hid_t file, const char *member, relif_network *network)
{
    char *path = relif_h5_join("/layers", member);
    relif_layer layer = {.name = (char *)layer_name(member)};
    hid_t group = H5I_INVALID_HID;
    relif_err err = relif_h5_open_object(file, path, &group);
    if (err == RELIF_OK) err = read_kind(group, &layer.kind);
    if (err == RELIF_OK) err = read_activation(group, &layer);
    if (err == RELIF_OK && layer.kind != RELIF_LAYER_LINEAR)
        err = read_window(group, &layer);
    if (err == RELIF_OK && relif_layer_has_weights(&layer))
        err = read_weights(file, path, &layer);
    free(path);
    relif_h5_close(&group);
    if (err == RELIF_OK) return relif_network_append(network, &layer);
    free(layer.weight);
    free(layer.bias);
    return relif_fail(err, "layer '%s': %s", layer.name, relif_error_sentence());
}

static relif_err read_layers(hid_t file, relif_network *network)
{
    hid_t group = H5I_INVALID_HID;
    char **members = NULL;
    int count = 0;
    relif_err err = relif_h5_open_object(file, "/layers", &group);
    if (err == RELIF_OK) err = relif_h5_members(group, &members, &count);
    if (err == RELIF_OK && count == 0)
        err = relif_fail(RELIF_ERR_FORMAT, "'/layers' is empty");
    for (int l = 0; err == RELIF_OK && l < count; l++)
        err = read_layer(file, members[l], network);
    relif_h5_free_names(members, count);
    relif_h5_close(&group);
    return err;
}

static relif_err read_file(const char *path, relif_network **network)
{
    hid_t file = H5I_INVALID_HID, root = H5I_INVALID_HID;
    relif_err err = relif_h5_open(path, &file);
    if (err == RELIF_OK) err = relif_h5_open_object(file, "/", &root);
    if (err == RELIF_OK) err = read_head(root, network);
    if (err == RELIF_OK) err = read_layers(file, *network);
    if (err != RELIF_OK)
        relif_fail(err, "read network '%s': %s", path, relif_error_sentence());
    relif_h5_close(&root);
    relif_h5_close(&file);
    return err;
}

static void share_floats(const relif_context *ctx, float **values, int64_t count)
{
    bool present = *values != NULL;
    relif_context_broadcast(ctx, &present, sizeof present);
    if (!present) return;
    if (!relif_context_is_root(ctx))
        *values = relif_calloc((size_t)count, sizeof **values);
    relif_context_broadcast(ctx, *values, (size_t)count * sizeof **values);
}

/* Root's network to everyone; its checks have passed on root. */
static void share(const relif_context *ctx, relif_network **network)
{
    const bool root = relif_context_is_root(ctx);
    relif_network head = {0};
    assert(!root || *network);
    if (root) head = **network;
    relif_context_broadcast(ctx, &head.input, sizeof head.input);
    relif_context_broadcast(ctx, &head.n_layers, sizeof head.n_layers);
    relif_context_broadcast_text(ctx, &head.name);
    if (!root) {
        head.layers = relif_calloc((size_t)head.n_layers, sizeof *head.layers);
        *network = relif_network_create(head.name, head.input);
        (*network)->n_layers = head.n_layers;
        (*network)->layers = head.layers;
        free(head.name);
    }
    bool has_origin = root && head.origin;
    relif_context_broadcast(ctx, &has_origin, sizeof has_origin);
    if (has_origin) relif_context_broadcast_text(ctx, &(*network)->origin);
    for (int l = 0; l < head.n_layers; l++) {
        relif_layer *layer = &head.layers[l], shared = *layer;
        relif_context_broadcast(ctx, &shared, sizeof shared);
        if (!root) {
            shared.name = NULL;
            shared.weight = shared.bias = NULL;
            *layer = shared;
        }
        relif_context_broadcast_text(ctx, &layer->name);
        share_floats(ctx, &layer->weight, relif_layer_weights(layer));
        share_floats(ctx, &layer->bias, layer->out.channels);
    }
}

relif_err relif_weights_read(const relif_context *ctx, const char *path,
                             relif_network **network, char digest[RELIF_DIGEST_TEXT])
{
    bool sealed;
    char text[RELIF_DIGEST_TEXT] = "";
    *network = NULL;
    relif_err err = relif_seal_check(ctx, path, &sealed);
    if (err != RELIF_OK)
        return relif_fail(
            err,
            "read network '%s': %s; zeros in its first %d bytes make it one "
            "without a checksum",
            path, relif_error_sentence(), RELIF_SEAL_BLOCK);
    if (relif_context_is_root(ctx)) {
        err = read_file(path, network);
        relif_digest *sum = relif_digest_create();
        if (err == RELIF_OK && digest) err = relif_digest_add_file(sum, path);
        relif_digest_finish(sum, text);
    }
    err = relif_agree(ctx, err);
    if (err != RELIF_OK) {
        relif_network_destroy(*network);
        *network = NULL;
        return err;
    }
    share(ctx, network);
    relif_context_broadcast(ctx, text, sizeof text);
    if (digest) memcpy(digest, text, sizeof text);
    return RELIF_OK;
}
