/*
 * With s[l] the scale of layer l and f[l] = s[l] / s[l-1]:
 *   weights:   w' = w / f[l],  b' = b / s[l]
 *   v_th, c_m: w' = w,  b' = b / s[l-1],  and V_th or C_m times f[l]
 * Either way a'[l] = a[l] / s[l].
 */
#include "relif/normalization.h"

#include "relif/memory.h"

relif_normalization_options relif_normalization_options_default(void)
{
    return (relif_normalization_options){.method = RELIF_NORMALIZATION_NONE,
                                         .percentile = 99.9,
                                         .images = 256,
                                         .carrier = RELIF_CARRIER_WEIGHTS};
}

void relif_normalization_scales(const relif_network *network,
                                const relif_normalization_options *options,
                                relif_distribution *const *activations, double *scales)
{
    const bool measured = options->method == RELIF_NORMALIZATION_MAX ||
                          options->method == RELIF_NORMALIZATION_PERCENTILE;
    for (int l = 0; l < network->n_layers; l++) {
        scales[l] = l ? scales[l - 1] : 1;
        if (!measured || !relif_layer_has_weights(&network->layers[l])) continue;
        double scale = activations[l]->largest;
        if (options->method == RELIF_NORMALIZATION_PERCENTILE)
            scale = relif_distribution_percentile(activations[l], options->percentile);
        if (!(scale > 0)) scale = activations[l]->largest;
        if (scale > 0) scales[l] = scale;
    }
}

void relif_normalization_factors(const relif_network *network, const double *scales,
                                 double *factors)
{
    for (int l = 0; l < network->n_layers; l++)
        factors[l] = scales[l] / (l ? scales[l - 1] : 1);
}

static void divide(float *values, int64_t n, double divisor)
{
    for (int64_t i = 0; i < n; i++) values[i] = (float)((double)values[i] / divisor);
}

relif_network *relif_normalization_apply(const relif_network *network,
                                         relif_carrier carrier, const double *scales)
{
    relif_network *scaled = relif_network_copy(network);
    const bool in_weights = carrier == RELIF_CARRIER_WEIGHTS;
    double before = 1;
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &scaled->layers[l];
        if (in_weights)
            divide(layer->weight, relif_layer_weights(layer), scales[l] / before);
        if (layer->bias)
            divide(layer->bias, layer->out.channels, in_weights ? scales[l] : before);
        before = scales[l];
    }
    return scaled;
}

const char *relif_normalization_name(relif_normalization method)
{
    switch (method) {
#define RELIF_NORMALIZATION_CASE(name, word)                                             \
    case RELIF_NORMALIZATION_##name: return word;
        RELIF_NORMALIZATION_LIST(RELIF_NORMALIZATION_CASE)
#undef RELIF_NORMALIZATION_CASE
    case RELIF_N_NORMALIZATIONS: break;
    }
    return "unknown";
}

const char *relif_carrier_name(relif_carrier carrier)
{
    switch (carrier) {
#define RELIF_CARRIER_CASE(name, word)                                                   \
    case RELIF_CARRIER_##name: return word;
        RELIF_CARRIER_LIST(RELIF_CARRIER_CASE)
#undef RELIF_CARRIER_CASE
    case RELIF_N_CARRIERS: break;
    }
    return "unknown";
}
