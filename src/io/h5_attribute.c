#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5.h"
#include "relif/memory.h"

/* No text of a relif file comes near it; a damaged length does. */
enum { LARGEST_TEXT = 64 << 20 };

bool relif_h5_has_attribute(hid_t object, const char *name)
{
    return H5Aexists(object, name) > 0;
}

static relif_err refuse(hid_t object, const char *name, const char *found,
                        const char *expected)
{
    char path[RELIF_H5_REASON] = "";
    H5Iget_name(object, path, sizeof path);
    return relif_fail(RELIF_ERR_FORMAT, "attribute '%s' of '%s' %s, expected %s", name,
                      path, found, expected);
}

/* Open an attribute of the given number of values and one of two classes. */
static relif_err open_attribute(hid_t object, const char *name, const char *expected,
                                H5T_class_t class, H5T_class_t other, int count,
                                hid_t *attribute, hid_t *type)
{
    *attribute = *type = H5I_INVALID_HID;
    if (!relif_h5_has_attribute(object, name))
        return refuse(object, name, "is missing", expected);
    *attribute = H5Aopen(object, name, H5P_DEFAULT);
    *type = *attribute < 0 ? H5I_INVALID_HID : H5Aget_type(*attribute);
    if (*type < 0) return refuse(object, name, "cannot be read", expected);
    const H5T_class_t found = H5Tget_class(*type);
    if (found != class && found != other)
        return refuse(object, name, "has another type", expected);
    hid_t space = H5Aget_space(*attribute);
    const hssize_t values = H5Sget_simple_extent_npoints(space);
    const int rank = H5Sget_simple_extent_ndims(space);
    relif_h5_close(&space);
    if (values == count && rank <= 1 && (rank == 1 || count == 1)) return RELIF_OK;
    char text[64];
    snprintf(text, sizeof text, "has %lld values in %d dimensions", (long long)values,
             rank);
    return refuse(object, name, text, expected);
}

/* char of a fixed length in the file: one more in memory, for the final zero. */
static char *read_fixed(hid_t attribute, hid_t type)
{
    const size_t length = H5Tget_size(type);
    if (length > LARGEST_TEXT) return NULL;
    char *value = relif_calloc(length + 1, 1);
    hid_t memory = H5Tcopy(type);
    H5Tset_size(memory, length + 1);
    H5Tset_strpad(memory, H5T_STR_NULLTERM);
    const herr_t done = H5Aread(attribute, memory, value);
    relif_h5_close(&memory);
    if (done >= 0) return value;
    free(value);
    return NULL;
}

static char *read_variable(hid_t attribute, hid_t type)
{
    char *text = NULL;
    if (H5Aread(attribute, type, &text) < 0) return NULL;
    char *value = relif_strdup(text ? text : "");
    H5free_memory(text);
    return value;
}

relif_err relif_h5_get_text(hid_t object, const char *name, char **value)
{
    hid_t attribute, type;
    *value = NULL;
    relif_err err = open_attribute(object, name, "one text", H5T_STRING, H5T_STRING, 1,
                                   &attribute, &type);
    if (err == RELIF_OK) {
        *value = H5Tis_variable_str(type) > 0 ? read_variable(attribute, type)
                                              : read_fixed(attribute, type);
        if (!*value) err = refuse(object, name, "cannot be read", "one text");
    }
    relif_h5_close(&type);
    relif_h5_close(&attribute);
    return err;
}

relif_err relif_h5_get_ints(hid_t object, const char *name, int count, int64_t *values)
{
    char expected[48] = "one whole number";
    if (count != 1) snprintf(expected, sizeof expected, "%d whole numbers", count);
    hid_t attribute, type;
    relif_err err = open_attribute(object, name, expected, H5T_INTEGER, H5T_INTEGER,
                                   count, &attribute, &type);
    if (err == RELIF_OK && H5Aread(attribute, H5T_NATIVE_INT64, values) < 0)
        err = refuse(object, name, "cannot be read", expected);
    relif_h5_close(&type);
    relif_h5_close(&attribute);
    return err;
}

relif_err relif_h5_get_double(hid_t object, const char *name, double *value)
{
    hid_t attribute, type;
    relif_err err = open_attribute(object, name, "one number", H5T_FLOAT, H5T_INTEGER, 1,
                                   &attribute, &type);
    if (err == RELIF_OK && H5Aread(attribute, H5T_NATIVE_DOUBLE, value) < 0)
        err = refuse(object, name, "cannot be read", "one number");
    relif_h5_close(&type);
    relif_h5_close(&attribute);
    return err;
}

hid_t relif_h5_text_type(size_t length)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length ? length : 1);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static herr_t put(hid_t object, const char *name, hid_t type, hid_t space,
                  const void *values)
{
    if (relif_h5_has_attribute(object, name) && H5Adelete(object, name) < 0) return -1;
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const herr_t done = attribute < 0 ? -1 : H5Awrite(attribute, type, values);
    relif_h5_close(&attribute);
    return done;
}

herr_t relif_h5_put_text(hid_t object, const char *name, const char *value)
{
    hid_t type = relif_h5_text_type(strlen(value)), space = H5Screate(H5S_SCALAR);
    const herr_t done = put(object, name, type, space, value);
    relif_h5_close(&space);
    relif_h5_close(&type);
    return done;
}

herr_t relif_h5_put_ints(hid_t object, const char *name, int count, const int64_t *values)
{
    const hsize_t size = (hsize_t)count;
    hid_t space = count ? H5Screate_simple(1, &size, NULL) : H5Screate(H5S_SCALAR);
    const herr_t done = put(object, name, H5T_STD_I64LE, space, values);
    relif_h5_close(&space);
    return done;
}

herr_t relif_h5_put_double(hid_t object, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    const herr_t done = put(object, name, H5T_IEEE_F64LE, space, &value);
    relif_h5_close(&space);
    return done;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info,
                             void *to)
{
    (void)info;
    hid_t attribute = H5Aopen(from, name, H5P_DEFAULT);
    if (attribute < 0) return -1;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    void *value = relif_calloc((size_t)H5Aget_storage_size(attribute) + 1, 1);
    herr_t done = H5Aread(attribute, type, value);
    if (done >= 0) done = put(*(const hid_t *)to, name, type, space, value);
    free(value);
    relif_h5_close(&space);
    relif_h5_close(&type);
    relif_h5_close(&attribute);
    return done;
}

herr_t relif_h5_copy_attributes(hid_t from, hid_t to)
{
    return H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, NULL, copy_attribute, &to);
}
