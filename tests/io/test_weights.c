#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "relif/memory.h"
#include "relif/seal.h"
#include "relif/weights.h"
#include "scratch.h"

static relif_context *ctx;

static float *ramp(size_t count, float step)
{
    float *values = relif_calloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = (float)i * step - 1;
    return values;
}

/* 2x6x6 -> conv 3@3x3 -> pool 2 -> linear 4, with a bias in the first and last. */
static relif_network *small_network(void)
{
    relif_network *network = relif_network_create("small", (relif_shape){2, 6, 6});
    const relif_layer conv = {.name = "conv1",
                              .kind = RELIF_LAYER_CONV2D,
                              .activation = RELIF_ACTIVATION_RELU,
                              .in = {.channels = 2},
                              .out = {.channels = 3},
                              .kernel_height = 3,
                              .kernel_width = 3,
                              .stride = 1,
                              .padding = 1,
                              .weight = ramp(3 * 2 * 9, 0.25f),
                              .bias = ramp(3, 0.5f)};
    const relif_layer pool = {.name = "pool1",
                              .kind = RELIF_LAYER_AVG_POOL2D,
                              .kernel_height = 2,
                              .kernel_width = 2,
                              .stride = 2};
    const relif_layer linear = {.name = "fc1",
                                .kind = RELIF_LAYER_LINEAR,
                                .out = {.channels = 4},
                                .weight = ramp(4 * 27, 0.125f),
                                .bias = ramp(4, 2.0f)};
    CHECK(relif_network_append(network, &conv) == RELIF_OK);
    CHECK(relif_network_append(network, &pool) == RELIF_OK);
    CHECK(relif_network_append(network, &linear) == RELIF_OK);
    return network;
}

static const char *write_small(char text[SCRATCH_SIZE], const char *name)
{
    relif_network *network = small_network();
    CHECK(relif_weights_write(ctx, scratch_path(text, name), network) == RELIF_OK);
    relif_network_destroy(network);
    return text;
}

static void a_written_network_reads_back_on_every_rank(void)
{
    char path[SCRATCH_SIZE], digest[RELIF_DIGEST_TEXT];
    relif_network *network = NULL, *wanted = small_network();
    write_small(path, "small.h5");
    CHECK(relif_weights_read(ctx, path, &network, digest) == RELIF_OK);
    CHECK(network && network->n_layers == 3 && strcmp(network->name, "small") == 0);
    for (int l = 0; network && l < 3; l++) {
        const relif_layer *a = &network->layers[l], *b = &wanted->layers[l];
        const size_t n = (size_t)relif_layer_weights(b), m = (size_t)b->out.channels;
        CHECK(strcmp(a->name, b->name) == 0);
        CHECK(a->kind == b->kind && a->activation == b->activation);
        CHECK(a->stride == b->stride && a->padding == b->padding);
        CHECK(a->kernel_height == b->kernel_height);
        CHECK(memcmp(&a->out, &b->out, sizeof a->out) == 0);
        CHECK(!n || memcmp(a->weight, b->weight, n * sizeof(float)) == 0);
        if (b->bias)
            CHECK(a->bias && memcmp(a->bias, b->bias, m * sizeof(float)) == 0);
        else
            CHECK(!a->bias);
    }
    CHECK(strlen(digest) == 64);
    relif_network_destroy(network);
    relif_network_destroy(wanted);
}

static void the_same_network_gives_the_same_bytes(void)
{
    char path[SCRATCH_SIZE], first[RELIF_DIGEST_TEXT], second[RELIF_DIGEST_TEXT];
    relif_network *network = NULL;
    write_small(path, "twice.h5");
    CHECK(relif_weights_read(ctx, path, &network, first) == RELIF_OK);
    relif_network_destroy(network);
    MPI_Barrier(ctx->comm);
    sleep(1); /* time stamps would differ */
    write_small(path, "twice.h5");
    CHECK(relif_weights_read(ctx, path, &network, second) == RELIF_OK);
    relif_network_destroy(network);
    CHECK(strcmp(first, second) == 0);
}

/* Files as h5py writes them, and what goes wrong in them: edits of the small network. */

static void put_variable_text(hid_t object, const char *name, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (H5Aexists(object, name) > 0) H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, &value);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

/* count 0: a scalar */
static void put_number(hid_t object, const char *name, hid_t type, hsize_t count,
                       int value)
{
    const int values[3] = {value, value, value};
    hid_t space = count ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR);
    if (H5Aexists(object, name) > 0) H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT, values);
    H5Aclose(attribute);
    H5Sclose(space);
}

static void as_h5py_does(hid_t file)
{
    hid_t conv = H5Gopen2(file, "/layers/00_conv1", H5P_DEFAULT);
    put_variable_text(file, "format", "relif-network");
    put_variable_text(conv, "type", "conv2d");
    put_variable_text(conv, "activation", "relu");
    put_number(file, "version", H5T_STD_I8BE, 0, 1);
    put_number(conv, "stride", H5T_STD_I32LE, 1, 1);
    put_number(conv, "padding", H5T_STD_U16LE, 0, 1);
    H5Gclose(conv);
    H5Lmove(file, "/layers/01_pool1", file, "/layers/01_", H5P_DEFAULT, H5P_DEFAULT);
}

static void without_activation(hid_t file)
{
    H5Adelete_by_name(file, "/layers/00_conv1", "activation", H5P_DEFAULT);
}

static void without_size(hid_t file)
{
    H5Adelete_by_name(file, "/layers/01_pool1", "size", H5P_DEFAULT);
}

static void without_input_shape(hid_t file)
{
    H5Adelete(file, "input_shape");
}

static void with_two_channels_only(hid_t file)
{
    put_number(file, "input_shape", H5T_STD_I64LE, 2, 6);
}

static void of_version_2(hid_t file)
{
    put_number(file, "version", H5T_STD_I64LE, 0, 2);
}

static void of_another_format(hid_t file)
{
    put_variable_text(file, "format", "onnx");
}

static void with_a_text_as_version(hid_t file)
{
    put_variable_text(file, "version", "1");
}

static void with_unknown_type(hid_t file)
{
    hid_t group = H5Gopen2(file, "/layers/02_fc1", H5P_DEFAULT);
    put_variable_text(group, "type", "lstm");
    H5Gclose(group);
}

static void with_three_pixels(hid_t file)
{
    put_number(file, "input_shape", H5T_STD_I64LE, 3, 3);
}

static void with_nan(hid_t file)
{
    const float bias[4] = {0, 0, NAN, 0};
    hid_t array = H5Dopen2(file, "/layers/02_fc1/bias", H5P_DEFAULT);
    H5Dwrite(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, bias);
    H5Dclose(array);
}

static void with_an_external_link(hid_t file)
{
    H5Ldelete(file, "/layers/02_fc1/weight", H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/x", file, "/layers/02_fc1/weight", H5P_DEFAULT,
                       H5P_DEFAULT);
}

static void replace_weight(hid_t file, hid_t creation, const hsize_t dims[2])
{
    hid_t space = H5Screate_simple(2, dims, NULL);
    H5Ldelete(file, "/layers/02_fc1/weight", H5P_DEFAULT);
    hid_t array = H5Dcreate2(file, "/layers/02_fc1/weight", H5T_IEEE_F32LE, space,
                             H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Dclose(array);
    H5Sclose(space);
    H5Pclose(creation);
}

static void with_external_storage(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/passwd", 0, 4 * 27 * 4);
    replace_weight(file, creation, (const hsize_t[2]){4, 27});
}

static void with_a_huge_claim(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 2, (const hsize_t[2]){1000, 1000});
    replace_weight(file, creation, (const hsize_t[2]){1000000000, 1000000000});
}

static void with_a_huge_window(hid_t file)
{
    hid_t group = H5Gopen2(file, "/layers/01_pool1", H5P_DEFAULT);
    put_number(group, "size", H5T_STD_I64LE, 0, 2147483647);
    H5Gclose(group);
}

static void edit(const char *path, void (*change)(hid_t file))
{
    if (relif_context_is_root(ctx)) {
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        change(file);
        CHECK(H5Fclose(file) >= 0);
    }
    MPI_Barrier(ctx->comm);
    CHECK(relif_seal_put(ctx, path, "relif-network") == RELIF_OK);
    MPI_Barrier(ctx->comm);
}

static void write_bytes(const char *path, long at, const char *bytes, size_t n_bytes)
{
    if (relif_context_is_root(ctx)) {
        FILE *file = fopen(path, "r+b");
        CHECK(file && fseek(file, at, SEEK_SET) == 0);
        CHECK(file && fwrite(bytes, 1, n_bytes, file) == n_bytes);
        CHECK(file && fclose(file) == 0);
    }
    MPI_Barrier(ctx->comm);
}

static void attributes_as_h5py_writes_them_are_read(void)
{
    char path[SCRATCH_SIZE];
    relif_network *network = NULL;
    edit(write_small(path, "h5py.h5"), as_h5py_does);
    CHECK(relif_weights_read(ctx, path, &network, NULL) == RELIF_OK);
    CHECK(network && network->layers[0].activation == RELIF_ACTIVATION_RELU);
    CHECK(network && strcmp(network->layers[1].name, "01_") == 0);
    relif_network_destroy(network);
}

static void expect(const char *path, relif_err code, const char *part)
{
    relif_network *network = NULL;
    CHECK(relif_weights_read(ctx, path, &network, NULL) == code);
    CHECK(network == NULL);
    CHECK_TEXT(relif_error_sentence(), "read network '");
    CHECK_TEXT(relif_error_sentence(), path);
    CHECK_TEXT(relif_error_sentence(), part);
}

static void what_changed_after_it_was_sealed_is_refused(void)
{
    static const char nothing[RELIF_SEAL_BLOCK];
    char path[SCRATCH_SIZE];
    relif_network *network = NULL;
    write_bytes(write_small(path, "changed.h5"), 5000, "\1\2\3", 3);
    expect(path, RELIF_ERR_FORMAT, "damaged or cut off");
    write_bytes(write_small(path, "bare.h5"), 0, nothing, sizeof nothing);
    CHECK(relif_weights_read(ctx, path, &network, NULL) == RELIF_OK);
    relif_network_destroy(network);
}

static void each_defect_has_its_sentence(void)
{
    static const struct {
        void (*change)(hid_t file);
        const char *part;
    } defects[] = {
        {without_activation,
         "layer 'conv1': attribute 'activation' of '/layers/00_conv1' is missing"},
        {without_size,
         "layer 'pool1': attribute 'size' of '/layers/01_pool1' is missing"},
        {without_input_shape, "attribute 'input_shape' of '/' is missing"},
        {with_two_channels_only,
         "has 2 values in 1 dimensions, expected 3 whole numbers"},
        {of_version_2, "its version is 2, expected 1"},
        {of_another_format, "its format is 'onnx', expected 'relif-network'"},
        {with_a_text_as_version, "attribute 'version' of '/' has another type"},
        {with_unknown_type, "layer 'fc1': its type is 'lstm'"},
        {with_three_pixels, "layer 'conv1'"},
        {with_nan, "layer 'fc1': bias number 2 is nan"},
        {with_an_external_link, "'/layers/02_fc1/weight' is an external link"},
        {with_external_storage,
         "'/layers/02_fc1/weight' keeps its values in another file"},
        {with_a_huge_claim, "'/layers/02_fc1/weight' claims"},
        {with_a_huge_window, "attribute 'size' is 2147483647"}};
    for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
        char path[SCRATCH_SIZE];
        edit(write_small(path, "defect.h5"), defects[i].change);
        expect(path, RELIF_ERR_FORMAT, defects[i].part);
    }
}

static void files_that_are_no_networks_are_named(void)
{
    char path[SCRATCH_SIZE], text[SCRATCH_SIZE];
    expect(scratch_path(path, "none.h5"), RELIF_ERR_FILE, "No such file");
    expect(scratch_folder, RELIF_ERR_FILE, "not a regular file");
    if (relif_context_is_root(ctx)) {
        FILE *file = fopen(scratch_path(text, "text.h5"), "w");
        fputs("no HDF5 in here\n", file);
        fclose(file);
    }
    MPI_Barrier(ctx->comm);
    expect(scratch_path(text, "text.h5"), RELIF_ERR_FORMAT, "it is not an HDF5 file");
    write_small(path, "short.h5");
    if (relif_context_is_root(ctx)) CHECK(truncate(path, 2000) == 0);
    MPI_Barrier(ctx->comm);
    expect(path, RELIF_ERR_FORMAT, "damaged or cut off");
}

static void a_network_that_cannot_be_written_leaves_nothing(void)
{
    char path[SCRATCH_SIZE], part[SCRATCH_SIZE];
    relif_network *network = small_network();
    CHECK(relif_weights_write(ctx, scratch_path(path, "missing/n.h5"), network) ==
          RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "write network '");
    CHECK_TEXT(relif_error_sentence(), "its folder takes no new file");
    free(network->layers[2].name);
    network->layers[2].name = relif_strdup("a/b");
    CHECK(relif_weights_write(ctx, scratch_path(path, "n.h5"), network) ==
          RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "a layer is named 'a/b'");
    CHECK(access(path, F_OK) != 0);
    CHECK(access(scratch_path(part, "n.h5.part"), F_OK) != 0);
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    RUN(a_written_network_reads_back_on_every_rank);
    RUN(the_same_network_gives_the_same_bytes);
    RUN(attributes_as_h5py_writes_them_are_read);
    RUN(what_changed_after_it_was_sealed_is_refused);
    RUN(each_defect_has_its_sentence);
    RUN(files_that_are_no_networks_are_named);
    RUN(a_network_that_cannot_be_written_leaves_nothing);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    const int result = check_result();
    MPI_Finalize();
    return result;
}
