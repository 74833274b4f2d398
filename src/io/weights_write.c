/* The writer of network files; the layout is at the top of weights.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "durable.h"
#include "h5.h"
#include "relif/seal.h"
#include "relif/text.h"
#include "relif/weights.h"

static herr_t write_floats(hid_t file, const char *path, int rank, const int64_t *dims,
                           const float *values)
{
    const int64_t origin[RELIF_ARRAY_MAX_RANK] = {0};
    hid_t array = relif_h5_create_packed(file, path, H5T_IEEE_F32LE, rank, dims, NULL, 0);
    const herr_t done = array < 0 ? -1
                                  : relif_h5_write_box(array, H5T_NATIVE_FLOAT, origin,
                                                       dims, values, false);
    relif_h5_close(&array);
    return done;
}

static herr_t write_weights(hid_t file, const char *path, const relif_layer *layer)
{
    const bool linear = layer->kind == RELIF_LAYER_LINEAR;
    const int64_t conv[4] = {layer->out.channels, layer->in.channels,
                             layer->kernel_height, layer->kernel_width};
    const int64_t flat[2] = {layer->out.channels, conv[1] * conv[2] * conv[3]};
    char *weight = relif_h5_join(path, "weight"), *bias = relif_h5_join(path, "bias");
    herr_t done =
        write_floats(file, weight, linear ? 2 : 4, linear ? flat : conv, layer->weight);
    if (done >= 0 && layer->bias) done = write_floats(file, bias, 1, conv, layer->bias);
    free(weight);
    free(bias);
    return done;
}

static herr_t put_int(hid_t object, const char *name, int value)
{
    return relif_h5_put_ints(object, name, 0, &(int64_t){value});
}

static herr_t write_layer(hid_t file, int number, int digits, const relif_layer *layer)
{
    relif_text text = {0};
    relif_text_append(&text, "/layers/%0*d_%s", digits, number, layer->name);
    const char *path = relif_text_string(&text);
    const bool relu = layer->activation == RELIF_ACTIVATION_RELU;
    hid_t group = relif_h5_make_group(file, path);
    herr_t done = group < 0 ? -1 : 0;
    if (done >= 0)
        done = relif_h5_put_text(group, "type", relif_layer_kind_name(layer->kind));
    if (done >= 0) done = relif_h5_put_text(group, "activation", relu ? "relu" : "none");
    if (layer->kind != RELIF_LAYER_LINEAR) {
        if (done >= 0) done = put_int(group, "stride", layer->stride);
        if (done >= 0) done = put_int(group, "padding", layer->padding);
    }
    if (done >= 0 && !relif_layer_has_weights(layer))
        done = put_int(group, "size", layer->kernel_height);
    if (done >= 0 && relif_layer_has_weights(layer))
        done = write_weights(file, path, layer);
    relif_h5_close(&group);
    relif_text_release(&text);
    return done;
}

static herr_t write_all(hid_t file, const relif_network *network)
{
    const int64_t shape[3] = {network->input.channels, network->input.height,
                              network->input.width};
    hid_t root = relif_h5_make_group(file, "/");
    herr_t done = root < 0 ? -1 : relif_h5_put_text(root, "format", "relif-network");
    if (done >= 0) done = put_int(root, "version", 1);
    if (done >= 0) done = relif_h5_put_text(root, "name", network->name);
    if (done >= 0 && network->origin)
        done = relif_h5_put_text(root, "trained_with", network->origin);
    if (done >= 0) done = relif_h5_put_ints(root, "input_shape", 3, shape);
    int digits = 2;
    for (int most = 100; network->n_layers > most && digits < 9; most *= 10) digits++;
    for (int l = 0; done >= 0 && l < network->n_layers; l++)
        done = write_layer(file, l, digits, &network->layers[l]);
    relif_h5_close(&root);
    return done;
}

/* What the format has no words for. */
static relif_err check(const relif_network *network)
{
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        if (strchr(layer->name, '/') || !layer->name[0])
            return relif_fail(RELIF_ERR_FORMAT,
                              "a layer is named '%s', expected a name "
                              "without '/'",
                              layer->name);
        if (!relif_layer_has_weights(layer) &&
            layer->kernel_height != layer->kernel_width)
            return relif_fail(RELIF_ERR_FORMAT,
                              "layer '%s' pools windows of %dx%d, expected "
                              "square ones",
                              layer->name, layer->kernel_height, layer->kernel_width);
    }
    return RELIF_OK;
}

static relif_err write_part(const char *part, const relif_network *network)
{
    char reason[RELIF_H5_REASON];
    relif_err err = RELIF_OK;
    hid_t file = relif_h5_create(part, RELIF_SEAL_BLOCK);
    if (file < 0 || write_all(file, network) < 0)
        err = relif_fail(RELIF_ERR_FILE, "HDF5 failed (%s)", relif_h5_reason(reason));
    if (err == RELIF_OK) err = relif_h5_finish(file);
    if (err == RELIF_OK)
        relif_h5_close(&file);
    else
        relif_h5_abandon(&file);
    return err;
}

static relif_err seal(const char *part)
{
    relif_context *self = relif_context_create(MPI_COMM_SELF);
    const relif_err err = relif_seal_put(self, part, "relif-network");
    relif_context_destroy(self);
    return err;
}

static relif_err write_file(const char *path, const relif_network *network)
{
    char *part = relif_durable_name(path, ".part");
    relif_err err = check(network);
    if (err == RELIF_OK) err = relif_durable_begin(path, part, true);
    if (err == RELIF_OK) {
        err = relif_durable_check_space(path, relif_network_weights(network) * 4);
        if (err == RELIF_OK) err = write_part(part, network);
        if (err == RELIF_OK) err = seal(part);
        if (err == RELIF_OK) err = relif_durable_publish(part, path);
        if (err != RELIF_OK) unlink(part);
    }
    free(part);
    if (err == RELIF_OK) return err;
    return relif_fail(err, "write network '%s': %s", path, relif_error_sentence());
}

relif_err relif_weights_write(const relif_context *ctx, const char *path,
                              const relif_network *network)
{
    return relif_agree(ctx,
                       relif_context_is_root(ctx) ? write_file(path, network) : RELIF_OK);
}
