#include "vector.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "relif/memory.h"

enum { PATH_SIZE = 512 };

relif_err relif_vector_read(relif_archive *archive, relif_vector *vector,
                            const char *format, ...)
{
    char path[PATH_SIZE];
    relif_array array;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    *vector = (relif_vector){0};
    relif_err err = relif_archive_describe(archive, path, &array);
    if (err != RELIF_OK) return err;
    if (array.rank != 1)
        return relif_fail(RELIF_ERR_FORMAT,
                          "array '%s' has %d dimensions, expected one row of numbers",
                          path, array.rank);
    const int64_t offset = 0;
    vector->count = array.dims[0];
    vector->values = relif_calloc((size_t)vector->count + 1, sizeof *vector->values);
    if (vector->count > 0)
        err = relif_archive_read(archive, path, RELIF_ARRAY_F64, &offset, &vector->count,
                                 vector->values);
    if (err != RELIF_OK) relif_vector_release(vector);
    return err;
}

void relif_vector_release(relif_vector *vector)
{
    free(vector->values);
    *vector = (relif_vector){0};
}

char *relif_attribute_text(relif_archive *archive, const char *path, const char *name)
{
    char *text = NULL;
    if (relif_archive_has_attribute(archive, path, name) &&
        relif_archive_get_text(archive, path, name, &text) == RELIF_OK)
        return text;
    free(text);
    return relif_strdup("");
}

void relif_names_release(char **names, int count)
{
    for (int i = 0; names && i < count; i++) free(names[i]);
    free(names);
}
