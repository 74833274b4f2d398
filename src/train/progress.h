/*
 * How far a training is: with the weights, the kept weights and the velocities all that a
 * step changes. Private to src/train.
 */
#ifndef RELIF_TRAIN_PROGRESS_H
#define RELIF_TRAIN_PROGRESS_H

#include <stdint.h>

#include "relif/state.h"

/* type, its word in array_type.h, name; late_loss: for people, a mean loss that forgets
 * after 50 steps or so; validation_accuracy: of the weights that are kept, NAN if it is
 * not known, and kept_epoch: from whose end they are, counted from 1 */
#define TRAINING_PROGRESS_LIST(X)                                                        \
    X(int64_t, I64, steps_done)                                                          \
    X(int64_t, I64, epochs_done)                                                         \
    X(int64_t, I64, kept_epoch)                                                          \
    X(double, F64, validation_accuracy)                                                  \
    X(double, F64, late_loss)                                                            \
    X(double, F64, epoch_loss)                                                           \
    X(double, F64, epoch_correct)                                                        \
    X(double, F64, last_loss)                                                            \
    X(double, F64, last_accuracy)

/* epoch_*: sums over the images of this epoch so far; last_*: means of the last one. */
struct training_progress {
#define TRAINING_PROGRESS_FIELD(type, array_type, name) type name;
    TRAINING_PROGRESS_LIST(TRAINING_PROGRESS_FIELD)
#undef TRAINING_PROGRESS_FIELD
};

/* Each field under its name; borrowed. */
void training_progress_put(const struct training_progress *progress, relif_state *state);

/* RELIF_ERR_FORMAT if one is missing. */
relif_err training_progress_get(struct training_progress *progress,
                                const relif_state *state);

#endif
