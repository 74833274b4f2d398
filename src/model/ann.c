/* y = relu(W x + b), layer by layer, RELIF_ANN_BATCH images at a time. */
#include "relif/ann.h"

#include <math.h>
#include <stdlib.h>

#include "relif/dense.h"
#include "relif/memory.h"

struct relif_ann {
    const relif_network *network; /* borrowed */
    float **weight;               /* [n_layers], tap-major; NULL for pooling */
    float **activations;          /* [n_layers][RELIF_ANN_BATCH][layer size] */
    float *workspace;
    const double *slopes; /* NULL: ReLU neurons; borrowed */
    double ceiling;       /* with slopes: the largest output */
    float *input;         /* with slopes: the images, cut */
};

relif_ann *relif_ann_create(const relif_network *network)
{
    relif_dense_use_one_thread();
    relif_ann *ann = relif_calloc(1, sizeof *ann);
    const size_t n_layers = (size_t)network->n_layers;
    ann->network = network;
    ann->weight = relif_calloc(n_layers, sizeof *ann->weight);
    ann->activations = relif_calloc(n_layers, sizeof *ann->activations);
    size_t workspace = 0;
    for (size_t l = 0; l < n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        const size_t size = (size_t)relif_shape_size(layer->out);
        const size_t needed = relif_dense_workspace(layer, RELIF_ANN_BATCH);
        if (needed > workspace) workspace = needed;
        if (relif_layer_has_weights(layer)) ann->weight[l] = relif_layer_tap_major(layer);
        ann->activations[l] = relif_calloc_aligned(RELIF_ANN_BATCH * size, sizeof(float));
    }
    ann->workspace = relif_calloc_aligned(workspace, sizeof(float));
    return ann;
}

void relif_ann_destroy(relif_ann *ann)
{
    if (!ann) return;
    for (int l = 0; l < ann->network->n_layers; l++) {
        free(ann->weight[l]);
        free(ann->activations[l]);
    }
    free(ann->weight);
    free(ann->activations);
    free(ann->workspace);
    free(ann->input);
    free(ann);
}

static size_t batch_size(relif_shape shape)
{
    return RELIF_ANN_BATCH * (size_t)relif_shape_size(shape);
}

void relif_ann_answer_as_lif(relif_ann *ann, const double *slopes, double ceiling)
{
    ann->slopes = slopes;
    ann->ceiling = ceiling;
    if (!ann->input)
        ann->input = relif_calloc(batch_size(ann->network->input), sizeof(float));
}

static void answer(double slope, double ceiling, size_t n, const float *values,
                   float *answers)
{
    for (size_t i = 0; i < n; i++)
        answers[i] = (float)fmin(slope * (double)values[i], ceiling);
}

void relif_ann_forward(relif_ann *ann, const float *images)
{
    const float *input = images;
    if (ann->slopes) {
        answer(1, ann->ceiling, batch_size(ann->network->input), images, ann->input);
        input = ann->input;
    }
    for (int l = 0; l < ann->network->n_layers; l++) {
        const relif_layer *layer = &ann->network->layers[l];
        const relif_dense_parameters parameters = {ann->weight[l], layer->bias};
        relif_dense_forward(layer, RELIF_ANN_BATCH, &parameters, input,
                            ann->activations[l], ann->workspace);
        if (ann->slopes)
            answer(ann->slopes[l],
                   l + 1 < ann->network->n_layers ? ann->ceiling : (double)INFINITY,
                   batch_size(layer->out), ann->activations[l], ann->activations[l]);
        input = ann->activations[l];
    }
}

const float *relif_ann_activations(const relif_ann *ann, int layer)
{
    return ann->activations[layer];
}

int relif_ann_label(const float *outputs, int n)
{
    int label = 0;
    for (int i = 1; i < n; i++)
        if (outputs[i] > outputs[label]) label = i;
    return label;
}
