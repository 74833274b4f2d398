/**
 * Memory that is there or the program ends.
 *
 * A process that runs out of memory half way through a collective stage cannot tell the
 * others; it ends with a sentence and a non-zero status, and the MPI launcher ends the
 * rest. Sizes that come from files are checked against the file before anything is
 * allocated.
 */
#ifndef RELIF_MEMORY_H
#define RELIF_MEMORY_H

#include <stddef.h>

/** Zeroed array of count elements of size bytes; never NULL, caller frees with free(). */
void *relif_calloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/** The same, aligned to 64 bytes (a cache line, the widest vector); free() releases it.
 */
void *relif_calloc_aligned(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));

/** Resize an array made by relif_calloc; new elements are not zeroed. Never NULL. */
void *relif_realloc(void *array, size_t count, size_t size)
    __attribute__((returns_nonnull));

/** Copy of a string; never NULL, caller frees. */
char *relif_strdup(const char *text) __attribute__((malloc));

#endif
