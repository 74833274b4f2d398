/**
 * A whole one-dimensional array of an archive that one rank has open.
 *
 *     relif_vector times;
 *     err = relif_vector_read(archive, &times, "/layers/%s/times", layer);
 *     relif_vector_release(&times);
 */
#ifndef RELIF_ANALYSIS_VECTOR_H
#define RELIF_ANALYSIS_VECTOR_H

#include "relif/archive.h"

typedef struct relif_vector {
    int64_t count;
    double *values; /* [count], owned */
} relif_vector;

/** RELIF_ERR_FORMAT if the array is missing or has other than one dimension. Caller
 *  releases. */
relif_err relif_vector_read(relif_archive *archive, relif_vector *vector,
                            const char *path, ...) __attribute__((format(printf, 3, 4)));
void relif_vector_release(relif_vector *vector);

/** An attribute as text; "" if it is missing. Caller frees. */
char *relif_attribute_text(relif_archive *archive, const char *path, const char *name);

/** Free what relif_archive_members and relif_archive_read_names give. */
void relif_names_release(char **names, int count);

#endif
