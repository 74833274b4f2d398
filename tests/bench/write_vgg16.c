/*
 * write_vgg16 FOLDER: VGG-16 for 224 x 224 x 3 pixels (138 M weights, 553 MB) with random
 * weights, FOLDER/vgg16_224.h5, and random images to run it on,
 * FOLDER/vgg16_224_images.h5; for configs/vgg16_224.yaml.
 *
 * Kaiming's weights keep the second moment of the activations from layer to layer, so
 * that with a coding range of some 10 Hz and steps of 10 ms all layers spike.
 */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/initialization.h"
#include "relif/memory.h"
#include "relif/random.h"
#include "relif/text.h"
#include "relif/weights.h"

enum { CHANNELS = 3, SIDE = 224, IMAGES = 4, CLASSES = 1000 };

/* Channels of the convolutions; 0: pooling. */
static const int features[] = {64, 64,  0,   128, 128, 0,   256, 256, 256,
                               0,  512, 512, 512, 0,   512, 512, 512, 0};
static const int classifier[] = {4096, 4096, CLASSES};

static relif_err append(relif_network *network, relif_layer layer)
{
    char name[16];
    const bool pools = layer.kind == RELIF_LAYER_MAX_POOL2D;
    const relif_shape in =
        network->n_layers ? network->layers[network->n_layers - 1].out : network->input;
    const size_t taps = layer.kind == RELIF_LAYER_LINEAR ? (size_t)relif_shape_size(in)
                                                         : (size_t)(9 * in.channels);
    snprintf(name, sizeof name, "%s%d", relif_layer_kind_name(layer.kind),
             network->n_layers);
    layer.name = name;
    layer.weight =
        pools ? NULL
              : relif_calloc((size_t)layer.out.channels * taps, sizeof *layer.weight);
    const relif_err err = relif_network_append(network, &layer);
    return err;
}

static relif_err append_features(relif_network *network, int channels)
{
    if (channels == 0)
        return append(network, (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                                             .kernel_height = 2,
                                             .kernel_width = 2,
                                             .stride = 2});
    return append(network, (relif_layer){.kind = RELIF_LAYER_CONV2D,
                                         .activation = RELIF_ACTIVATION_RELU,
                                         .kernel_height = 3,
                                         .kernel_width = 3,
                                         .stride = 1,
                                         .padding = 1,
                                         .out.channels = channels});
}

static relif_err append_all(relif_network *network)
{
    relif_err err = RELIF_OK;
    for (size_t l = 0; err == RELIF_OK && l < sizeof features / sizeof *features; l++)
        err = append_features(network, features[l]);
    for (size_t l = 0; err == RELIF_OK && l < sizeof classifier / sizeof *classifier; l++)
        err = append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR,
                                            .activation = l < 2 ? RELIF_ACTIVATION_RELU
                                                                : RELIF_ACTIVATION_NONE,
                                            .out.channels = classifier[l]});
    return err;
}

static relif_err write_network(const relif_context *ctx, const char *path)
{
    relif_network *network =
        relif_network_create("VGG-16, random", (relif_shape){CHANNELS, SIDE, SIDE});
    relif_err err = append_all(network);
    if (err == RELIF_OK) {
        relif_initialize(network, RELIF_INITIALIZATION_KAIMING, 1);
        err = relif_weights_write(ctx, path, network);
    }
    relif_network_destroy(network);
    return err;
}

static herr_t put(hid_t file, const char *name, int rank, const hsize_t *dims, hid_t type,
                  const void *values)
{
    const hid_t space = H5Screate_simple(rank, dims, NULL);
    const hid_t array =
        H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const herr_t status = H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(array);
    H5Sclose(space);
    return status;
}

static relif_err write_images(const char *path)
{
    const hsize_t dims[] = {IMAGES, CHANNELS, SIDE, SIDE};
    const size_t n = (size_t)IMAGES * CHANNELS * SIDE * SIDE;
    const int32_t labels[IMAGES] = {0};
    uint8_t *pixels = relif_calloc(n, 1);
    relif_random random = relif_random_stream(2, 0);
    for (size_t i = 0; i < n; i++) pixels[i] = (uint8_t)relif_random_below(&random, 256);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const bool written = file >= 0 &&
                         put(file, "images", 4, dims, H5T_NATIVE_UINT8, pixels) >= 0 &&
                         put(file, "labels", 1, dims, H5T_NATIVE_INT32, labels) >= 0 &&
                         H5Fflush(file, H5F_SCOPE_LOCAL) >= 0;
    if (file >= 0) H5Fclose(file);
    free(pixels);
    return written ? RELIF_OK : relif_fail(RELIF_ERR_FILE, "write images '%s'", path);
}

static relif_err write_both(const relif_context *ctx, const char *folder)
{
    relif_text network = {0}, images = {0};
    relif_text_append(&network, "%s/vgg16_224.h5", folder);
    relif_text_append(&images, "%s/vgg16_224_images.h5", folder);
    relif_err err = write_network(ctx, network.bytes);
    if (err == RELIF_OK) err = write_images(images.bytes);
    relif_text_release(&network);
    relif_text_release(&images);
    return err;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    const relif_err err = argc == 2 ? write_both(ctx, argv[1])
                                    : relif_fail(RELIF_ERR_USAGE, "no folder given");
    if (err != RELIF_OK) fprintf(stderr, "write_vgg16: %s\n", relif_error_sentence());
    relif_context_destroy(ctx);
    MPI_Finalize();
    return err == RELIF_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
