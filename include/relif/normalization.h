/**
 * Normalisation: one scale for each layer, by which its activations are divided before
 * they become rates.
 *
 *     double *scales = relif_calloc(n_layers, sizeof *scales);
 *     relif_normalization_scales(network, &options, activations, scales);
 *     relif_network *scaled = relif_normalization_apply(network, carrier, scales);
 *     relif_normalization_factors(network, scales, factors);     V_th or C_m times these
 *
 * The scale of a layer is its largest activation (max), a percentile of its activations,
 * or what its balanced threshold makes of the scale before it (spike_norm:
 * relif/threshold_balance.h). A layer's factor is its scale over the scale before it. A
 * rate f then stands for the activation f * scale / k in every layer, and the ANN's
 * labels stay as they are. Layers without weights pass on the scale before them.
 *
 * Three carriers do the same to the spikes, up to rounding: weights divided by the
 * factor, the threshold V_th times the factor, or the capacitance C_m times the factor
 * (and the leak g_l, so that tau_m stays). Biases are divided by the layer's scale with
 * the weights, and by the scale before it otherwise.
 */
#ifndef RELIF_NORMALIZATION_H
#define RELIF_NORMALIZATION_H

#include "relif/distribution.h"
#include "relif/network.h"

/* name, word in the config */
#define RELIF_NORMALIZATION_LIST(X)                                                      \
    X(NONE, "none")                                                                      \
    X(MAX, "max")                                                                        \
    X(PERCENTILE, "percentile")                                                          \
    X(SPIKE_NORM, "spike_norm")

typedef enum relif_normalization {
#define RELIF_NORMALIZATION_ENUM(name, word) RELIF_NORMALIZATION_##name,
    RELIF_NORMALIZATION_LIST(RELIF_NORMALIZATION_ENUM)
#undef RELIF_NORMALIZATION_ENUM
        RELIF_N_NORMALIZATIONS
} relif_normalization;

/* name, word in the config */
#define RELIF_CARRIER_LIST(X)                                                            \
    X(WEIGHTS, "weights")                                                                \
    X(V_TH, "v_th")                                                                      \
    X(C_M, "c_m")

typedef enum relif_carrier {
#define RELIF_CARRIER_ENUM(name, word) RELIF_CARRIER_##name,
    RELIF_CARRIER_LIST(RELIF_CARRIER_ENUM)
#undef RELIF_CARRIER_ENUM
        RELIF_N_CARRIERS
} relif_carrier;

typedef struct relif_normalization_options {
    relif_normalization method;
    double percentile; /* of a layer's activations, zeros included; 0 < .. <= 100 */
    int images;        /* that the activations, or the spikes, are taken from */
    relif_carrier carrier;
} relif_normalization_options;

/** No normalisation; 99.9 percent, 256 images, weights. */
relif_normalization_options relif_normalization_options_default(void);

/**
 * Scales of all layers from their activations: max, percentile. All 1 for the other
 * methods. Where the percentile is 0 the largest activation takes its place; a layer
 * without positive activations keeps the scale before it.
 * @param[in]  activations  [n_layers]; NULL for the other methods
 * @param[out] scales       [n_layers]
 */
void relif_normalization_scales(const relif_network *network,
                                const relif_normalization_options *options,
                                relif_distribution *const *activations, double *scales);

/** Each layer's scale over the scale before it, 1 for layers without weights: [n_layers].
 */
void relif_normalization_factors(const relif_network *network, const double *scales,
                                 double *factors);

/** The network whose weights and biases a carrier asks for. Caller destroys. */
relif_network *relif_normalization_apply(const relif_network *network,
                                         relif_carrier carrier, const double *scales);

/** The words of the config. Static text. */
const char *relif_normalization_name(relif_normalization method);
const char *relif_carrier_name(relif_carrier carrier);

#endif
