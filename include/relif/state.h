/**
 * The state of a computation: named arrays of numbers, from which it can go on.
 *
 *     relif_state *state = relif_state_create();
 *     relif_state_put(state, "weights", RELIF_ARRAY_F32, count, weights);
 *     ... written to a checkpoint, read from one ...
 *     err = relif_state_get(state, "weights", RELIF_ARRAY_F32, count, weights);
 *     relif_state_destroy(state);
 *
 * Not collective.
 */
#ifndef RELIF_STATE_H
#define RELIF_STATE_H

#include <stdint.h>

#include "relif/array_type.h"
#include "relif/error.h"

typedef struct relif_state_array {
    char *name; /* owned by the state */
    relif_array_type type;
    int64_t count;
    const void *values; /* [count] borrowed, or inside the state's bytes, then not
                           aligned */
} relif_state_array;

typedef struct relif_state {
    int n_arrays;
    relif_state_array *arrays; /* [n_arrays] in the order they were put */
    void *bytes;               /* owned: what arrays that were read point into, or NULL */
} relif_state;

/** Empty. Caller destroys. */
relif_state *relif_state_create(void);

/** NULL is allowed. */
void relif_state_destroy(relif_state *state);

/** Add an array. The name is copied and new (asserted); the values are borrowed and stay
 * until the state is destroyed. */
void relif_state_put(relif_state *state, const char *name, relif_array_type type,
                     int64_t count, const void *values);

/** Numbers of an array, -1 if there is none of that name. */
int64_t relif_state_count(const relif_state *state, const char *name);

/** Copy an array. RELIF_ERR_FORMAT, naming it, unless it is there with that type and
 * count. */
relif_err relif_state_get(const relif_state *state, const char *name,
                          relif_array_type type, int64_t count, void *values);

#endif
