/**
 * Readout: the label is the output neuron with most spikes.
 *
 *     int label = relif_readout_label(RELIF_READOUT_SPIKES, counts, potentials, 10);
 */
#ifndef RELIF_READOUT_H
#define RELIF_READOUT_H

/* name, word in the config */
#define RELIF_READOUT_LIST(X)                                                            \
    X(SPIKES, "spikes")       /* ties go to the lowest index */                          \
    X(POTENTIAL, "potential") /* ties go to the highest remaining potential */

typedef enum relif_readout {
#define RELIF_READOUT_ENUM(name, word) RELIF_READOUT_##name,
    RELIF_READOUT_LIST(RELIF_READOUT_ENUM)
#undef RELIF_READOUT_ENUM
        RELIF_N_READOUTS
} relif_readout;

/** Label of an image from the counts and remaining potentials [n] of the output layer. */
int relif_readout_label(relif_readout readout, const int *counts, const float *potentials,
                        int n);

/** The word for a readout in the config. Static text. */
const char *relif_readout_name(relif_readout readout);

#endif
