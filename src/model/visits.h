/*
 * Which output columns of a row have to be computed in a step; the others cannot change.
 * Private to src/model.
 */
#ifndef RELIF_VISITS_H
#define RELIF_VISITS_H

#include "relif/lif.h"

/* Columns first <= x < end of one output row that the slab holds. */
typedef struct row_span {
    int row, first, end;
} row_span;

row_span relif_visits_span(const relif_synapse *synapse, int row);

/* The pending columns of a row of the slab, for one image and block. */
relif_word *relif_visits_pending(const relif_lif *lif, int image, int block, int row);

/* Fills arrivals->visits: columns with arrivals in their receptive field, columns with a
 * potential still at the threshold, and all where neurons leak or have a bias. */
void relif_visits_choose(const relif_lif *lif, const relif_arrivals *arrivals,
                         const relif_word *pending, row_span span);

#endif
