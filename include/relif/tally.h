/**
 * What a network made of some images, and the sum of many such tallies.
 */
#ifndef RELIF_TALLY_H
#define RELIF_TALLY_H

#include "relif/context.h"

typedef struct relif_tally {
    double loss;    /* sum of the cross-entropies */
    double correct; /* number of images with the right label */
} relif_tally;

void relif_tally_add(relif_tally *sum, relif_tally tally);

/**
 * The sum of n tallies of all ranks, added in their order: the same bits on any number of
 * ranks. Each tally is one rank's, and zero on all others; afterwards the list is
 * complete everywhere. Collective on ctx.
 */
relif_tally relif_tally_sum(const relif_context *ctx, relif_tally *tallies, int n);

#endif
