#include "relif/state.h"

#include <stdint.h>

#include "check.h"

static const float weights[] = {0.5f, -1, 3};
static const int64_t steps[] = {7};

static relif_state *sample(void)
{
    relif_state *state = relif_state_create();
    relif_state_put(state, "weights", RELIF_ARRAY_F32, 3, weights);
    relif_state_put(state, "step", RELIF_ARRAY_I64, 1, steps);
    relif_state_put(state, "nothing", RELIF_ARRAY_U8, 0, NULL);
    return state;
}

static void what_was_put_is_got(void)
{
    relif_state *state = sample();
    float values[3] = {0};
    int64_t step = 0;
    CHECK(relif_state_count(state, "weights") == 3);
    CHECK(relif_state_get(state, "weights", RELIF_ARRAY_F32, 3, values) == RELIF_OK);
    CHECK(relif_state_get(state, "step", RELIF_ARRAY_I64, 1, &step) == RELIF_OK);
    CHECK(relif_state_get(state, "nothing", RELIF_ARRAY_U8, 0, NULL) == RELIF_OK);
    CHECK(memcmp(values, weights, sizeof weights) == 0 && step == 7);
    relif_state_destroy(state);
}

static void what_is_not_there_is_named(void)
{
    relif_state *state = sample();
    float values[3];
    CHECK(relif_state_count(state, "velocity") == -1);
    CHECK(relif_state_get(state, "velocity", RELIF_ARRAY_F32, 3, values) ==
          RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'velocity' is missing");
    relif_state_destroy(state);
}

static void another_type_or_count_is_named(void)
{
    relif_state *state = sample();
    int32_t values[4];
    CHECK(relif_state_get(state, "weights", RELIF_ARRAY_I32, 3, values) ==
          RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "3 numbers of type f32, expected 3 of i32");
    CHECK(relif_state_get(state, "weights", RELIF_ARRAY_F32, 4, values) ==
          RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "expected 4 of f32");
    relif_state_destroy(state);
}

static void destroying_nothing_is_allowed(void)
{
    relif_state_destroy(NULL);
}

int main(void)
{
    RUN(what_was_put_is_got);
    RUN(what_is_not_there_is_named);
    RUN(another_type_or_count_is_named);
    RUN(destroying_nothing_is_allowed);
    return check_result();
}
