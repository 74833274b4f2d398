/* Layer l: w' = w s[l-1] / s[l], b' = b / s[l]; then a'[l] = a[l] / s[l]. */
#include "relif/normalization.h"

#include <stdlib.h>
#include <string.h>

#include "relif/ann.h"
#include "relif/memory.h"

enum { BINS = 65536 };

/* What is known of the activations of each layer. */
struct activations {
    double *largest;  /* [n_layers] */
    int64_t *bins;    /* [n_layers][BINS] of (0, largest], filled in the second pass */
    int64_t *n_zeros; /* [n_layers] activations that are not positive */
};

static void see_largest(struct activations *seen, int layer, const float *values,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((double)values[i] > seen->largest[layer])
            seen->largest[layer] = (double)values[i];
}

static void see_bins(struct activations *seen, int layer, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(values[i] > 0)) {
            seen->n_zeros[layer]++;
            continue;
        }
        const int bin = (int)((double)values[i] / seen->largest[layer] * BINS);
        seen->bins[(size_t)layer * BINS + (size_t)(bin < BINS ? bin : BINS - 1)]++;
    }
}

static void pass(const relif_network *network, relif_ann *ann, const float *images,
                 int n_images, struct activations *seen,
                 void (*see)(struct activations *, int, const float *, size_t))
{
    const size_t size = (size_t)relif_shape_size(network->input);
    float *batch = relif_calloc(RELIF_ANN_BATCH * size, sizeof *batch);
    for (int i = 0; i < n_images; i += RELIF_ANN_BATCH) {
        const int n = n_images - i < RELIF_ANN_BATCH ? n_images - i : RELIF_ANN_BATCH;
        memcpy(batch, images + (size_t)i * size, (size_t)n * size * sizeof *batch);
        relif_ann_forward(ann, batch);
        for (int l = 0; l < network->n_layers; l++)
            see(seen, l, relif_ann_activations(ann, l),
                (size_t)n * (size_t)relif_shape_size(network->layers[l].out));
    }
    free(batch);
}

static double percentile_of(const struct activations *seen, int layer, double percentile)
{
    int64_t total = seen->n_zeros[layer], below = seen->n_zeros[layer];
    const int64_t *bins = seen->bins + (size_t)layer * BINS;
    for (int b = 0; b < BINS; b++) total += bins[b];
    int bin = 0;
    while (bin < BINS - 1 &&
           100 * (double)(below + bins[bin]) < percentile * (double)total)
        below += bins[bin++];
    return seen->largest[layer] * (bin + 1) / BINS;
}

void relif_normalization_scales(const relif_network *network, relif_normalization method,
                                double percentile, const float *images, int n_images,
                                double *scales)
{
    const size_t n = (size_t)network->n_layers;
    for (size_t l = 0; l < n; l++) scales[l] = 1;
    if (method == RELIF_NORMALIZATION_NONE) return;
    struct activations seen = {relif_calloc(n, sizeof(double)),
                               relif_calloc(n * BINS, sizeof(int64_t)),
                               relif_calloc(n, sizeof(int64_t))};
    relif_ann *ann = relif_ann_create(network);
    pass(network, ann, images, n_images, &seen, see_largest);
    if (method == RELIF_NORMALIZATION_PERCENTILE)
        pass(network, ann, images, n_images, &seen, see_bins);
    for (int l = 0; l < network->n_layers; l++) {
        if (!relif_layer_has_weights(&network->layers[l]))
            scales[l] = l ? scales[l - 1] : 1;
        else if (seen.largest[l] > 0)
            scales[l] = method == RELIF_NORMALIZATION_MAX
                            ? seen.largest[l]
                            : percentile_of(&seen, l, percentile);
    }
    relif_ann_destroy(ann);
    free(seen.largest);
    free(seen.bins);
    free(seen.n_zeros);
}

relif_network *relif_normalization_apply(const relif_network *network,
                                         const double *scales)
{
    relif_network *scaled = relif_network_copy(network);
    double before = 1;
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &scaled->layers[l];
        const int64_t n = relif_layer_weights(layer);
        for (int64_t i = 0; i < n; i++)
            layer->weight[i] = (float)((double)layer->weight[i] * before / scales[l]);
        for (int c = 0; layer->bias && c < layer->out.channels; c++)
            layer->bias[c] = (float)((double)layer->bias[c] / scales[l]);
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
