#include "progress.h"

void training_progress_put(const struct training_progress *progress, relif_state *state)
{
#define PUT(type, array_type, name)                                                      \
    relif_state_put(state, #name, RELIF_ARRAY_##array_type, 1, &progress->name);
    TRAINING_PROGRESS_LIST(PUT)
#undef PUT
}

relif_err training_progress_get(struct training_progress *progress,
                                const relif_state *state)
{
    relif_err err = RELIF_OK;
#define GET(type, array_type, name)                                                      \
    if (err == RELIF_OK)                                                                 \
        err = relif_state_get(state, #name, RELIF_ARRAY_##array_type, 1, &progress->name);
    TRAINING_PROGRESS_LIST(GET)
#undef GET
    return err;
}
