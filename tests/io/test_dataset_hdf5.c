/* HDF5 data sets: both types of pixels, any integer labels, and what is refused. */
#include <hdf5.h>

#include "check.h"
#include "dataset_folder.h"

enum { N = 3, CHANNELS = 2, ROWS = 2, COLUMNS = 2, SIZE = CHANNELS * ROWS * COLUMNS };

static hid_t first_space, first_type, first_list;

/* How the test's file differs from a good one. */
typedef struct variant {
    hid_t image_type, label_type; /* 0: uint8 and int64 */
    int n_image_dimensions;       /* 0: 4 */
    int n_labels;                 /* 0: N */
    const float *pixels;          /* NULL: 0, 1, 2, ... */
    const int *labels;            /* NULL: 0, 1, 2 */
} variant;

static void put(hid_t file, const char *name, hid_t type, int n_dimensions,
                const hsize_t *dimensions, hid_t memory_type, const void *values)
{
    const hid_t space = H5Screate_simple(n_dimensions, dimensions, NULL);
    const hid_t set =
        H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
}

static void put_labels(hid_t file, const variant *v)
{
    const int plain[] = {0, 1, 2};
    const hsize_t n_labels = v->n_labels ? (hsize_t)v->n_labels : N;
    put(file, "/labels", v->label_type ? v->label_type : H5T_STD_I64LE, 1, &n_labels,
        H5T_NATIVE_INT, v->labels ? v->labels : plain);
}

static void put_images(hid_t file, const variant *v)
{
    float plain[N * SIZE];
    for (int p = 0; p < N * SIZE; p++) plain[p] = (float)p;
    const hsize_t dimensions[] = {N, CHANNELS, ROWS, COLUMNS};
    const hsize_t flat[] = {N, CHANNELS * ROWS, COLUMNS};
    put(file, "/images", v->image_type ? v->image_type : H5T_STD_U8LE,
        v->n_image_dimensions ? v->n_image_dimensions : 4,
        v->n_image_dimensions ? flat : dimensions, H5T_NATIVE_FLOAT,
        v->pixels ? v->pixels : plain);
}

static hid_t create(const char *path)
{
    return H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

static relif_dataset_options at(const char *path)
{
    relif_dataset_options options = {.format = RELIF_DATASET_HDF5};
    options.files[options.n_files++] = path;
    return options;
}

static relif_dataset_options write_variant(const variant *v)
{
    const char *path = folder_path("set.h5");
    if (relif_context_is_root(ctx)) {
        const hid_t file = create(path);
        put_images(file, v);
        put_labels(file, v);
        H5Fclose(file);
    }
    MPI_Barrier(ctx->comm);
    return at(path);
}

static void bytes_come_in_canonical_order(void)
{
    relif_dataset_options options = write_variant(&(variant){0});
    relif_dataset *dataset = NULL;
    float pixels[SIZE];
    options.first = 1;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) return;
    const uint8_t expected[SIZE] = {8, 12, 9, 13, 10, 14, 11, 15};
    CHECK(dataset->count == 2 && dataset->n_classes == 3 && !dataset->values);
    CHECK(dataset->shape.channels == 2 && dataset->labels[1] == 2);
    CHECK(memcmp(dataset->bytes, expected, SIZE) == 0);
    relif_dataset_image(dataset, 0, pixels);
    CHECK(pixels[1] == 12.0f / 255.0f);
    CHECK(strlen(dataset->digest) == 64);
    relif_dataset_destroy(dataset);
}

static void floats_come_as_they_are_with_labels_of_any_integer_type(void)
{
    float values[N * SIZE];
    for (int p = 0; p < N * SIZE; p++) values[p] = (float)p / 24.0f;
    const relif_dataset_options options =
        write_variant(&(variant){.image_type = H5T_IEEE_F32BE,
                                 .label_type = H5T_STD_U16BE,
                                 .pixels = values,
                                 .labels = (int[]){254, 7, 0}});
    relif_dataset *dataset = NULL;
    float pixels[SIZE];
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) return;
    CHECK(dataset->n_classes == 255 && !dataset->bytes && dataset->labels[0] == 254);
    relif_dataset_image(dataset, 2, pixels);
    CHECK(pixels[0] == values[16] && pixels[1] == values[20] && pixels[7] == values[23]);
    relif_dataset_destroy(dataset);
}

static void pixels_below_0_or_not_finite_are_named(void)
{
    float values[N * SIZE] = {0};
    const variant v = {.image_type = H5T_IEEE_F32LE, .pixels = values};
    values[2 * SIZE + 3] = -0.5f;
    relif_dataset_options options = write_variant(&v);
    options.first = 1;
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(), "a pixel of image number 2 is -0.5, expected");
    options.count = 1;
    relif_dataset *dataset = NULL;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    relif_dataset_destroy(dataset);
    values[2] = NAN;
    options = write_variant(&v);
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(), "a pixel of image number 0 is nan, expected");
}

static void labels_out_of_range_are_named(void)
{
    relif_dataset_options options =
        write_variant(&(variant){.labels = (int[]){0, 255, 1}});
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "labels out of range: label number 1 is 255, expected 0 to 254");
    options = write_variant(&(variant){.labels = (int[]){0, 1, -1}});
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(), "label number 2 is -1");
}

static void asking_for_more_than_there_is_names_both_numbers(void)
{
    relif_dataset_options options = write_variant(&(variant){0});
    options.count = 4;
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "4 images from number 0 on are asked for, there are "
               "3 images");
}

static void other_types_and_shapes_are_refused(void)
{
    relif_dataset_options options =
        write_variant(&(variant){.image_type = H5T_IEEE_F64LE});
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "'/images' has another type, expected uint8 or float32");
    options = write_variant(&(variant){.label_type = H5T_IEEE_F32LE});
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/labels' has another type, expected integers");
    options = write_variant(&(variant){.n_image_dimensions = 3});
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "'/images' has 3 dimensions, expected [N, C, H, W]");
    options = write_variant(&(variant){.n_labels = 2});
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "3 images, but 2 labels");
}

static void what_is_not_an_hdf5_file_is_refused(void)
{
    relif_dataset_options options = at(folder_write("set.h5", "hello", 5));
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "set.h5': it is not an HDF5 file");
    options = at(folder_path("nowhere.h5"));
    CHECK(refuses(&options, RELIF_ERR_FILE));
    CHECK_TEXT(relif_error_sentence(), "nowhere.h5': No such file or directory");
}

static void a_truncated_file_is_refused(void)
{
    relif_dataset_options options = write_variant(&(variant){0});
    if (relif_context_is_root(ctx)) CHECK(truncate(options.files[0], 1500) == 0);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "the HDF5 file is damaged or cut off");
}

static void a_missing_array_is_named(void)
{
    const char *path = folder_path("part.h5");
    if (relif_context_is_root(ctx)) {
        const hid_t file = create(path);
        put_images(file, &(variant){0});
        H5Fclose(file);
    }
    const relif_dataset_options options = at(path);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/labels' is missing");
}

static void a_group_in_place_of_an_array_is_refused(void)
{
    const char *path = folder_path("group.h5");
    if (relif_context_is_root(ctx)) {
        const hid_t file = create(path);
        H5Gclose(H5Gcreate2(file, "/images", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Fclose(file);
    }
    const relif_dataset_options options = at(path);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/images' is not an array");
}

static void links_to_other_files_are_not_followed(void)
{
    const relif_dataset_options good = write_variant(&(variant){0});
    const char *path = folder_path("linked.h5");
    if (relif_context_is_root(ctx)) {
        const hid_t file = create(path);
        H5Lcreate_external(good.files[0], "/images", file, "/images", H5P_DEFAULT,
                           H5P_DEFAULT);
        put_labels(file, &(variant){0});
        H5Fclose(file);
    }
    const relif_dataset_options options = at(path);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "'/images' is an external link, expected the data itself");
}

/* A file whose images have these dimensions and this creation property list; no bytes. */
static relif_dataset_options write_claim(const char *name, hid_t list, hsize_t n_images)
{
    const char *path = folder_path(name);
    if (relif_context_is_root(ctx)) {
        const hsize_t dimensions[] = {n_images, 1, 28, 28};
        const hid_t file = create(path), space = H5Screate_simple(4, dimensions, NULL);
        H5Dclose(H5Dcreate2(file, "/images", H5T_STD_U8LE, space, H5P_DEFAULT, list,
                            H5P_DEFAULT));
        H5Sclose(space);
        put_labels(file, &(variant){0});
        H5Fclose(file);
    }
    MPI_Barrier(ctx->comm);
    return at(path);
}

static void pixels_in_other_files_are_not_followed(void)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(list, "/etc/hostname", 0, H5F_UNLIMITED);
    const relif_dataset_options options = write_claim("external.h5", list, N);
    H5Pclose(list);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/images' keeps its values in another file");
}

static void a_virtual_array_is_not_followed(void)
{
    const relif_dataset_options good = write_variant(&(variant){0});
    const hsize_t dimensions[] = {N, 1, 28, 28};
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(4, dimensions, NULL);
    H5Pset_virtual(list, space, good.files[0], "/images", space);
    const relif_dataset_options options = write_claim("virtual.h5", list, N);
    H5Sclose(space);
    H5Pclose(list);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/images' keeps its values in another file");
}

static void a_huge_claim_is_refused_without_allocating_it(void)
{
    const hsize_t huge = (hsize_t)1 << 40, chunk[] = {64, 1, 28, 28};
    relif_dataset_options options = write_claim("huge.h5", H5P_DEFAULT, huge);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "'/images' claims 862017116176384 bytes, but the file holds 0 bytes");
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, 4, chunk);
    H5Pset_deflate(list, 6);
    options = write_claim("huge_chunks.h5", list, huge);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/images' claims 862017116176384 bytes");
    H5Pclose(list);
}

static void put_compressed(const char *path, int n_written)
{
    const hsize_t dimensions[] = {N, 1, 28, 28}, chunk[] = {1, 1, 28, 28}, start[4] = {0};
    const hsize_t written[] = {(hsize_t)n_written, 1, 28, 28};
    uint8_t zeros[N * 28 * 28] = {0};
    const hid_t file = create(path), list = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(4, dimensions, NULL);
    const hid_t memory = H5Screate_simple(4, written, NULL);
    H5Pset_chunk(list, 4, chunk);
    H5Pset_deflate(list, 9);
    const hid_t set =
        H5Dcreate2(file, "/images", H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, written, NULL);
    H5Dwrite(set, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, zeros);
    H5Dclose(set);
    H5Sclose(memory);
    H5Sclose(space);
    H5Pclose(list);
    put_labels(file, &(variant){0});
    H5Fclose(file);
}

static void compressed_images_are_read_if_all_are_there(void)
{
    const relif_dataset_options options = at(folder_path("packed.h5"));
    relif_dataset *dataset = NULL;
    if (relif_context_is_root(ctx)) put_compressed(options.files[0], N);
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    CHECK(dataset && dataset->count == N && dataset->bytes[N * 28 * 28 - 1] == 0);
    relif_dataset_destroy(dataset);
    if (relif_context_is_root(ctx)) put_compressed(options.files[0], N - 1);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "'/images' has 2 chunks of values, expected 3");
}

/* HDF5 numbers its handles of a kind upwards: those since the first one must be closed.
 */
static int open_since(hid_t first, hid_t last)
{
    int n_open = 0;
    for (hid_t id = first + 1; id < last; id++) n_open += H5Iis_valid(id) > 0;
    return n_open;
}

static void no_handle_stays_open(void)
{
    const hid_t space = H5Screate(H5S_NULL), type = H5Tcopy(H5T_NATIVE_INT);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_FILE | H5F_OBJ_DATASET) == 0);
    CHECK(open_since(first_space, space) == 0);
    CHECK(open_since(first_type, type) == 0);
    CHECK(open_since(first_list, list) == 0);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(list);
    H5Sclose(first_space);
    H5Tclose(first_type);
    H5Pclose(first_list);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    folder_begin();
    first_space = H5Screate(H5S_NULL);
    first_type = H5Tcopy(H5T_NATIVE_INT);
    first_list = H5Pcreate(H5P_DATASET_CREATE);
    RUN(bytes_come_in_canonical_order);
    RUN(floats_come_as_they_are_with_labels_of_any_integer_type);
    RUN(pixels_below_0_or_not_finite_are_named);
    RUN(labels_out_of_range_are_named);
    RUN(asking_for_more_than_there_is_names_both_numbers);
    RUN(other_types_and_shapes_are_refused);
    RUN(what_is_not_an_hdf5_file_is_refused);
    RUN(a_truncated_file_is_refused);
    RUN(a_missing_array_is_named);
    RUN(a_group_in_place_of_an_array_is_refused);
    RUN(links_to_other_files_are_not_followed);
    RUN(pixels_in_other_files_are_not_followed);
    RUN(a_virtual_array_is_not_followed);
    RUN(a_huge_claim_is_refused_without_allocating_it);
    RUN(compressed_images_are_read_if_all_are_there);
    RUN(no_handle_stays_open);
    folder_end();
    MPI_Finalize();
    return check_result();
}
