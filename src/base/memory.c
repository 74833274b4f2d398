#include "relif/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static void end_without_memory(size_t count, size_t size)
{
    fprintf(stderr, "relif: out of memory: %zu elements of %zu bytes are not to be had\n",
            count, size);
    exit(EXIT_FAILURE);
}

void *relif_calloc(size_t count, size_t size)
{
    void *array = calloc(count ? count : 1, size ? size : 1);
    if (!array) end_without_memory(count, size);
    return array;
}

void *relif_calloc_aligned(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - ALIGNMENT) / size) end_without_memory(count, size);
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes == 0) bytes = ALIGNMENT;
    void *array = aligned_alloc(ALIGNMENT, bytes);
    if (!array) end_without_memory(count, size);
    memset(array, 0, bytes);
    return array;
}

void *relif_realloc(void *array, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) end_without_memory(count, size);
    void *larger = realloc(array, count && size ? count * size : 1);
    if (!larger) end_without_memory(count, size);
    return larger;
}

char *relif_strdup(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *copy = relif_calloc(bytes, 1);
    memcpy(copy, text, bytes);
    return copy;
}
