#include "hdf5_edits.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum { MOST_EDITS = 6, MOST_OBJECTS = 256, NAME_SIZE = 96, VALUE_BYTES = 1 << 16 };

/* The paths of all objects of a file. */
typedef struct object_list {
    char names[MOST_OBJECTS][NAME_SIZE];
    int count;
} object_list;

static herr_t list_object(hid_t file, const char *name, const H5O_info_t *info,
                          void *list_of)
{
    (void)file, (void)info;
    object_list *list = list_of;
    if (list->count < MOST_OBJECTS && strlen(name) < NAME_SIZE - 1)
        snprintf(list->names[list->count++], NAME_SIZE, "/%s",
                 strcmp(name, ".") == 0 ? "" : name);
    return 0;
}

static hid_t text_type(size_t size)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    return type;
}

static hid_t compound_type(void)
{
    const hid_t type = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(type, "a", 0, H5T_STD_I32LE);
    H5Tinsert(type, "b", 8, H5T_IEEE_F64LE);
    return type;
}

static hid_t odd_integer(void)
{
    const hid_t type = H5Tcopy(H5T_STD_I64BE);
    H5Tset_precision(type, 13);
    H5Tset_offset(type, 7);
    return type;
}

/* A new handle of one of many types. */
static hid_t choose_type(unsigned choice)
{
    const hsize_t three = 3;
    switch (choice % 21) {
    case 0: return H5Tcopy(H5T_STD_U8LE);
    case 1: return H5Tcopy(H5T_STD_I8LE);
    case 2: return H5Tcopy(H5T_STD_U16BE);
    case 3: return H5Tcopy(H5T_STD_I32LE);
    case 4: return H5Tcopy(H5T_STD_U32LE);
    case 5: return H5Tcopy(H5T_STD_I64LE);
    case 6: return H5Tcopy(H5T_STD_U64LE);
    case 7: return H5Tcopy(H5T_IEEE_F32LE);
    case 8: return H5Tcopy(H5T_IEEE_F64BE);
    case 9: return H5Tcopy(H5T_NATIVE_LDOUBLE);
    case 10: return text_type(1);
    case 11: return text_type(40);
    case 12: return text_type(1000);
    case 13: return text_type(H5T_VARIABLE);
    case 14: return compound_type();
    case 15: return H5Tenum_create(H5T_STD_I16LE);
    case 16: return H5Tarray_create2(H5T_STD_I32LE, 1, &three);
    case 17: return H5Tcreate(H5T_OPAQUE, 5);
    case 18: return H5Tcopy(H5T_STD_B32LE);
    case 19: return H5Tvlen_create(H5T_STD_I32LE);
    default: return odd_integer();
    }
}

static hsize_t choose_size(unsigned choice)
{
    static const hsize_t sizes[] = {1,       2,       3,        4,         10,  16,
                                    0,       5,       28,       40,        600, 784,
                                    1 << 20, 1 << 30, 1u << 31, 0xffffffff};
    static const hsize_t vast[] = {(hsize_t)1 << 33, (hsize_t)1 << 40, (hsize_t)1 << 62,
                                   (hsize_t)INT64_MAX};
    if (choice >= 240) return vast[choice % 4];
    return choice >= 128 ? choice - 127 : sizes[choice % 16];
}

static hid_t choose_space(fuzz_bytes *bytes, int *rank, hsize_t sizes[8], double *values)
{
    const unsigned kind = fuzz_take(bytes) % 8;
    *rank = kind < 6 ? (int)kind : 0;
    *values = kind == 7 ? 0 : 1;
    for (int d = 0; d < *rank; d++) {
        sizes[d] = choose_size(fuzz_take(bytes));
        *values *= (double)sizes[d];
    }
    if (kind == 7) return H5Screate(H5S_NULL);
    return *rank ? H5Screate_simple(*rank, sizes, NULL) : H5Screate(H5S_SCALAR);
}

/* Byte i of values that are hostile as integers, as floating-point numbers, as text. */
static uint8_t hostile_byte(unsigned choice, size_t i)
{
    static const char text[] = "x'\nsystem 'id'\n<script>%n%s../";
    switch (choice) {
    case 1: return 0xff;
    case 2: return i % 4 == 3 ? 0x7f : i % 4 == 2 ? 0x80 : 0; /* infinity */
    case 3: return i % 4 == 3 ? 0x7f : 0xff;
    case 4: return (uint8_t)text[i % (sizeof text - 1)];
    case 5: return i % 4 == 0;
    case 6: return i % 8 == 0;
    default: return (uint8_t)choice;
    }
}

static void fill(unsigned choice, uint8_t values[VALUE_BYTES])
{
    for (size_t i = 0; i < VALUE_BYTES; i++) values[i] = hostile_byte(choice, i);
}

/* Texts of variable length are pointers in memory. */
static void fill_texts(char *texts[], size_t count)
{
    static char text[] = "longer than expected, \xc3\xa4 'quoted' <b>&amp;";
    for (size_t i = 0; i < count; i++) texts[i] = i % 3 == 2 ? NULL : text;
}

static const void *values_for(hid_t type, unsigned choice, uint8_t values[VALUE_BYTES])
{
    if (H5Tis_variable_str(type) > 0)
        fill_texts((char **)(void *)values, VALUE_BYTES / sizeof(char *));
    else if (H5Tget_class(type) == H5T_VLEN)
        memset(values, 0, VALUE_BYTES);
    else
        fill(choice, values);
    return values;
}

static void choose_layout(fuzz_bytes *bytes, hid_t list, int rank, const hsize_t *sizes)
{
    const unsigned layout = fuzz_take(bytes) % 10;
    hsize_t chunk[8];
    for (int d = 0; d < rank; d++) chunk[d] = sizes[d] && sizes[d] < 64 ? sizes[d] : 64;
    if (layout == 1) H5Pset_layout(list, H5D_COMPACT);
    if (layout == 2) H5Pset_external(list, "/etc/hostname", 0, H5F_UNLIMITED);
    if (layout >= 3 && rank) {
        if (layout == 9) chunk[0] = (hsize_t)1 << 28;
        H5Pset_chunk(list, rank, chunk);
    }
    if (layout == 4 || layout == 5) H5Pset_deflate(list, 9);
    if (layout == 5) H5Pset_shuffle(list);
    if (layout == 6) H5Pset_fletcher32(list);
    if (layout == 7) H5Pset_scaleoffset(list, H5Z_SO_INT, 0);
    if (layout == 8) H5Pset_nbit(list);
}

static void replace_array(hid_t file, const char *path, fuzz_bytes *bytes,
                          uint8_t values[VALUE_BYTES])
{
    int rank;
    hsize_t sizes[8] = {0};
    double count;
    hid_t type = choose_type(fuzz_take(bytes));
    const hid_t space = choose_space(bytes, &rank, sizes, &count);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const unsigned choice = fuzz_take(bytes);
    choose_layout(bytes, list, rank, sizes);
    H5Ldelete(file, path, H5P_DEFAULT);
    const hid_t array =
        H5Dcreate2(file, path, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (array >= 0 && count * (double)H5Tget_size(type) <= VALUE_BYTES &&
        H5Pget_external_count(list) == 0)
        H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                 values_for(type, choice, values));
    if (array >= 0) H5Dclose(array);
    H5Pclose(list);
    H5Sclose(space);
    H5Tclose(type);
}

static const char *const attributes[] = {
    "format",       "version",        "kind",           "name",
    "input_shape",  "type",           "activation",     "stride",
    "padding",      "size",           "units",          "description",
    "config",       "network_digest", "dataset_digest", "dt",
    "coding_time",  "coding_range",   "steps",          "n_outputs",
    "n_images",     "silent_images",  "input_spikes",   "input_saturated",
    "scale",        "source",         "layer",          "key",
    "neurons",      "task",           "trained_with",   "no_arrived_charge",
    "accuracy_ann", "v_init",         "count"};

static void replace_attribute(hid_t file, const char *path, fuzz_bytes *bytes,
                              uint8_t values[VALUE_BYTES])
{
    int rank;
    hsize_t sizes[8] = {0};
    double count;
    const char *name =
        attributes[fuzz_take(bytes) % (sizeof attributes / sizeof attributes[0])];
    hid_t type = choose_type(fuzz_take(bytes));
    const hid_t space = choose_space(bytes, &rank, sizes, &count);
    const unsigned choice = fuzz_take(bytes);
    const hid_t object = H5Oopen(file, path, H5P_DEFAULT);
    if (object >= 0 && H5Aexists(object, name) > 0) H5Adelete(object, name);
    if (object >= 0 && count * (double)H5Tget_size(type) <= VALUE_BYTES) {
        const hid_t made =
            H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        if (made >= 0) {
            H5Awrite(made, type, values_for(type, choice, values));
            H5Aclose(made);
        }
    }
    if (object >= 0) H5Oclose(object);
    H5Sclose(space);
    H5Tclose(type);
}

/* The same array with other values. */
static void replace_values(hid_t file, const char *path, fuzz_bytes *bytes,
                           uint8_t values[VALUE_BYTES])
{
    const hid_t array = H5Dopen2(file, path, H5P_DEFAULT);
    const unsigned choice = fuzz_take(bytes);
    if (array < 0) return;
    const hid_t type = H5Dget_type(array), space = H5Dget_space(array);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count > 0 && (size_t)count <= VALUE_BYTES / H5Tget_size(type))
        H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                 values_for(type, choice, values));
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(array);
}

/* The same type, one dimension longer or shorter; values are 0. */
static void replace_shape(hid_t file, const char *path, fuzz_bytes *bytes)
{
    hsize_t sizes[H5S_MAX_RANK] = {0};
    const unsigned which = fuzz_take(bytes), choice = fuzz_take(bytes);
    const hid_t array = H5Dopen2(file, path, H5P_DEFAULT);
    if (array < 0) return;
    const hid_t type = H5Dget_type(array), space = H5Dget_space(array);
    const int rank = H5Sget_simple_extent_dims(space, sizes, NULL);
    H5Dclose(array);
    H5Sclose(space);
    if (rank > 0) {
        hsize_t *size = &sizes[which % (unsigned)rank];
        *size = choice < 2            ? *size + 1
                : choice < 4 && *size ? *size - 1
                                      : choose_size(choice);
        const hid_t other = H5Screate_simple(rank, sizes, NULL);
        const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
        double count = 1;
        for (int d = 0; d < rank; d++) count *= (double)sizes[d];
        if (count * (double)H5Tget_size(type) <= VALUE_BYTES)
            H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY);
        H5Ldelete(file, path, H5P_DEFAULT);
        const hid_t made =
            H5Dcreate2(file, path, type, other, H5P_DEFAULT, list, H5P_DEFAULT);
        if (made >= 0) H5Dclose(made);
        H5Pclose(list);
        H5Sclose(other);
    }
    H5Tclose(type);
}

static void replace_link(hid_t file, const char *path, const char *other, unsigned kind)
{
    const hid_t group = kind % 6 == 5 ? H5Gopen2(file, "/", H5P_DEFAULT) : -1;
    if (kind % 6 != 4 && strcmp(path, "/") != 0) H5Ldelete(file, path, H5P_DEFAULT);
    switch (kind % 6) {
    case 1: H5Lcreate_soft(other, file, path, H5P_DEFAULT, H5P_DEFAULT); break;
    case 2:
        H5Lcreate_external("/etc/passwd", "/", file, path, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 3: H5Lcreate_hard(file, other, file, path, H5P_DEFAULT, H5P_DEFAULT); break;
    case 4: H5Lmove(file, path, file, "/moved", H5P_DEFAULT, H5P_DEFAULT); break;
    case 5: H5Lcreate_hard(group, ".", file, path, H5P_DEFAULT, H5P_DEFAULT); break;
    default: break; /* deleted */
    }
    if (group >= 0) H5Gclose(group);
}

static void replace_by_group(hid_t file, const char *path)
{
    if (strcmp(path, "/") != 0) H5Ldelete(file, path, H5P_DEFAULT);
    const hid_t group = H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group >= 0) H5Gclose(group);
}

static void edit(hid_t file, fuzz_bytes *bytes, uint8_t values[VALUE_BYTES])
{
    object_list list = {.count = 0};
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, list_object, &list);
    if (list.count == 0) return;
    const unsigned what = fuzz_take(bytes);
    const char *path = list.names[fuzz_take(bytes) % (unsigned)list.count];
    const char *other = list.names[fuzz_take(bytes) % (unsigned)list.count];
    switch (what % 7) {
    case 0: replace_array(file, path, bytes, values); break;
    case 1: replace_attribute(file, path, bytes, values); break;
    case 2: replace_values(file, path, bytes, values); break;
    case 3: replace_shape(file, path, bytes); break;
    case 4: replace_link(file, path, other, fuzz_take(bytes)); break;
    case 5: replace_by_group(file, path); break;
    default: replace_attribute(file, "/", bytes, values); break;
    }
}

void hdf5_edits_apply(const char *path, fuzz_bytes *bytes)
{
    uint8_t *values = relif_calloc(VALUE_BYTES, 1);
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    fuzz_expect(file >= 0, "a good file to edit");
    for (int e = 0; e < MOST_EDITS && bytes->left; e++) edit(file, bytes, values);
    fuzz_expect(H5Fclose(file) >= 0, "an edited file");
    free(values);
}
