#include "relif/readout.h"

#include <stdbool.h>

int relif_readout_label(relif_readout readout, const int *counts, const float *potentials,
                        int n)
{
    int label = 0;
    for (int i = 1; i < n; i++) {
        const bool more = counts[i] > counts[label];
        const bool tie = counts[i] == counts[label] && readout == RELIF_READOUT_POTENTIAL;
        if (more || (tie && potentials[i] > potentials[label])) label = i;
    }
    return label;
}

const char *relif_readout_name(relif_readout readout)
{
    switch (readout) {
#define RELIF_READOUT_CASE(name, word)                                                   \
    case RELIF_READOUT_##name: return word;
        RELIF_READOUT_LIST(RELIF_READOUT_CASE)
#undef RELIF_READOUT_CASE
    case RELIF_N_READOUTS: break;
    }
    return "unknown";
}
