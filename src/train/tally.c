#include "relif/tally.h"

void relif_tally_add(relif_tally *sum, relif_tally tally)
{
    sum->loss += tally.loss;
    sum->correct += tally.correct;
}

relif_tally relif_tally_sum(const relif_context *ctx, relif_tally *tallies, int n)
{
    relif_tally sum = {0};
    /* all but one addend of each element are zeros: exact in whatever order it is made */
    MPI_Allreduce(MPI_IN_PLACE, tallies, 2 * n, MPI_DOUBLE, MPI_SUM, ctx->comm);
    for (int i = 0; i < n; i++) relif_tally_add(&sum, tallies[i]);
    return sum;
}
