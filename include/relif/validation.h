/**
 * How well weights do on images that they do not learn from.
 *
 *     relif_validation *validation = relif_validation_create(ctx, &set, bp);
 *     while (relif_validation_advance(validation, values)) {}
 *     relif_tally tally = relif_validation_end(validation);
 *     relif_validation_destroy(validation);
 *
 * The set is cut into pieces as large as the backpropagation's; the ranks take turns, and
 * the pieces are added in their order: the same tally on any number of ranks.
 */
#ifndef RELIF_VALIDATION_H
#define RELIF_VALIDATION_H

#include <stdbool.h>

#include "relif/backpropagation.h"
#include "relif/context.h"
#include "relif/image_set.h"

typedef struct relif_validation relif_validation;

/** ctx, set and bp are borrowed. Not collective. Caller destroys. */
relif_validation *relif_validation_create(const relif_context *ctx,
                                          const relif_image_set *set,
                                          relif_backpropagation *bp);
void relif_validation_destroy(relif_validation *validation);

/** Looks at the next piece of every rank; false if there are no more: then it ends. Not
 * collective, but the same on every rank, after equally many calls. */
bool relif_validation_advance(relif_validation *validation, const float *values);

/** The tally of the whole set, the same on every rank; the next advance begins anew.
 * Collective on ctx. */
relif_tally relif_validation_end(relif_validation *validation);

#endif
