#include "relif/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

relif_state *relif_state_create(void)
{
    return relif_calloc(1, sizeof(relif_state));
}

void relif_state_destroy(relif_state *state)
{
    if (!state) return;
    for (int i = 0; i < state->n_arrays; i++) free(state->arrays[i].name);
    free(state->arrays);
    free(state->bytes);
    free(state);
}

static const relif_state_array *find(const relif_state *state, const char *name)
{
    for (int i = 0; i < state->n_arrays; i++)
        if (strcmp(state->arrays[i].name, name) == 0) return &state->arrays[i];
    return NULL;
}

void relif_state_put(relif_state *state, const char *name, relif_array_type type,
                     int64_t count, const void *values)
{
    assert(!find(state, name));
    state->arrays =
        relif_realloc(state->arrays, (size_t)state->n_arrays + 1, sizeof *state->arrays);
    state->arrays[state->n_arrays++] =
        (relif_state_array){relif_strdup(name), type, count, values};
}

int64_t relif_state_count(const relif_state *state, const char *name)
{
    const relif_state_array *array = find(state, name);
    return array ? array->count : -1;
}

relif_err relif_state_get(const relif_state *state, const char *name,
                          relif_array_type type, int64_t count, void *values)
{
    const relif_state_array *array = find(state, name);
    if (!array) return relif_fail(RELIF_ERR_FORMAT, "array '%s' is missing", name);
    if (array->type != type || array->count != count)
        return relif_fail(RELIF_ERR_FORMAT,
                          "array '%s' holds %lld numbers of type %s, expected %lld of %s",
                          name, (long long)array->count,
                          relif_array_type_name(array->type), (long long)count,
                          relif_array_type_name(type));
    if (count > 0)
        memcpy(values, array->values,
               (size_t)count * (size_t)relif_array_type_size(type));
    return RELIF_OK;
}
