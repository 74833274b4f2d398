/*
 * write_bad_hdf5 DEFECT FILE: a small network (28x28 pixels - convolution - linear) or
 * data set (DEFECT begins with "images") as users write it, with one defect; with "none"
 * or "images" without.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, CHANNELS = 2, CLASSES = 10, IMAGES = 4 };

static const char *defect;

static int has(const char *name)
{
    return strcmp(defect, name) == 0;
}

static void put_text(hid_t object, const char *name, const char *text)
{
    const hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text) + 1);
    const hid_t set = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(set, type, text);
    H5Aclose(set);
    H5Tclose(type);
    H5Sclose(space);
}

static void put_ints(hid_t object, const char *name, hsize_t count, const int *values)
{
    const hid_t space = H5Screate_simple(1, &count, NULL);
    const hid_t set =
        H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(set, H5T_NATIVE_INT, values);
    H5Aclose(set);
    H5Sclose(space);
}

/* An array of numbers, all 0.1 but one. */
static void put_floats(hid_t place, const char *name, int rank, const hsize_t *dims,
                       float odd)
{
    size_t count = 1;
    for (int d = 0; d < rank; d++) count *= (size_t)dims[d];
    float *values = calloc(count, sizeof *values);
    if (!values) exit(1);
    for (size_t i = 0; i < count; i++) values[i] = i == count / 2 ? odd : 0.1f;
    const hid_t space = H5Screate_simple(rank, dims, NULL);
    const hid_t set = H5Dcreate2(place, name, H5T_IEEE_F32LE, space, H5P_DEFAULT,
                                 H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
    free(values);
}

static hid_t add_layer(hid_t file, const char *path, const char *type)
{
    const hid_t group = H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (!has("no-type")) put_text(group, "type", type);
    put_text(group, "activation", "none");
    return group;
}

static void write_network(hid_t file)
{
    const int shape[] = {1, SIDE, SIDE}, version = 1;
    const hsize_t inputs = has("no-chain") ? 99 : CHANNELS * SIDE * SIDE;
    const hsize_t kernel[] = {CHANNELS, 1, 1, 1}, matrix[] = {CLASSES, inputs};
    if (!has("no-format")) put_text(file, "format", "relif-network");
    put_ints(file, "version", 1, &version);
    put_text(file, "name", "small");
    if (!has("no-shape")) put_ints(file, "input_shape", 3, shape);
    H5Gclose(H5Gcreate2(file, "/layers", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    const hid_t conv = add_layer(file, "/layers/00_conv", "conv2d");
    put_floats(conv, "weight", 4, kernel, 0.2f);
    const hid_t linear = add_layer(file, "/layers/01_fc", "linear");
    put_floats(linear, "weight", 2, matrix,
               has("nan-weight")   ? NAN
               : has("inf-weight") ? INFINITY
                                   : -0.1f);
    H5Gclose(conv);
    H5Gclose(linear);
}

static void write_images(hid_t file)
{
    const hsize_t dims[] = {IMAGES, 1, SIDE, SIDE};
    const int labels[] = {0, 1, has("images-label") ? 300 : 2, 3};
    put_floats(file, "images", 4, dims,
               has("images-below-0") ? -0.25f
               : has("images-nan")   ? NAN
               : has("images-inf")   ? INFINITY
                                     : 0.5f);
    if (has("images-unlabelled")) return;
    const hid_t space = H5Screate_simple(1, dims, NULL);
    const hid_t set = H5Dcreate2(file, "labels", H5T_STD_I32LE, space, H5P_DEFAULT,
                                 H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels);
    H5Dclose(set);
    H5Sclose(space);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    defect = argv[1];
    const hid_t file = H5Fcreate(argv[2], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (file < 0) return 1;
    if (strncmp(defect, "images", 6) == 0)
        write_images(file);
    else
        write_network(file);
    return H5Fclose(file) < 0;
}
