/*
 * loss = -log p[label],  p = softmax(outputs)
 * d loss / d outputs[j] = p[j] - (j == label), then layer by layer down to the first one
 * that has weights.
 */
#include "relif/backpropagation.h"

#include <math.h>
#include <stdlib.h>

#include "relif/ann.h"
#include "relif/dense.h"
#include "relif/memory.h"

struct relif_backpropagation {
    const relif_network *network;       /* borrowed */
    const relif_parameters *parameters; /* borrowed */
    int n_images;
    int lowest;          /* first layer with weights: below it no gradient is wanted */
    float **activations; /* [n_layers][n_images][layer size] */
    float *gradient[2];  /* [n_images][largest layer]: of a layer's output, its input */
    float *workspace;
};

relif_backpropagation *relif_backpropagation_create(const relif_network *network,
                                                    const relif_parameters *parameters,
                                                    int n_images)
{
    relif_dense_use_one_thread();
    relif_backpropagation *bp = relif_calloc(1, sizeof *bp);
    bp->network = network;
    bp->parameters = parameters;
    bp->n_images = n_images;
    bp->activations = relif_calloc((size_t)network->n_layers, sizeof *bp->activations);
    bp->lowest = network->n_layers;
    size_t largest = 0, workspace = 0;
    for (int l = network->n_layers - 1; l >= 0; l--) {
        const relif_layer *layer = &network->layers[l];
        const size_t size = (size_t)n_images * (size_t)relif_shape_size(layer->out);
        const size_t needed = relif_dense_workspace(layer, n_images);
        if (relif_layer_has_weights(layer)) bp->lowest = l;
        if (size > largest) largest = size;
        if (needed > workspace) workspace = needed;
        bp->activations[l] = relif_calloc_aligned(size, sizeof(float));
    }
    for (int i = 0; i < 2; i++)
        bp->gradient[i] = relif_calloc_aligned(largest, sizeof(float));
    bp->workspace = relif_calloc_aligned(workspace, sizeof(float));
    return bp;
}

void relif_backpropagation_destroy(relif_backpropagation *bp)
{
    if (!bp) return;
    for (int l = 0; l < bp->network->n_layers; l++) free(bp->activations[l]);
    free(bp->activations);
    free(bp->gradient[0]);
    free(bp->gradient[1]);
    free(bp->workspace);
    free(bp);
}

int relif_backpropagation_images(const relif_backpropagation *bp)
{
    return bp->n_images;
}

int relif_backpropagation_image_size(const relif_backpropagation *bp)
{
    return relif_shape_size(bp->network->input);
}

double relif_backpropagation_operations(const relif_backpropagation *bp)
{
    double operations = 0;
    for (int l = 0; l < bp->network->n_layers; l++)
        operations += (l > bp->lowest ? 3.0 : 2.0) *
                      relif_dense_operations(&bp->network->layers[l]);
    return operations * bp->n_images;
}

static relif_dense_parameters parameters_of(const relif_backpropagation *bp, int l,
                                            const float *values)
{
    const int64_t weight = bp->parameters->weight[l], bias = bp->parameters->bias[l];
    return (relif_dense_parameters){.weight = weight < 0 ? NULL : values + weight,
                                    .bias = bias < 0 ? NULL : values + bias};
}

static const float *input_of(const relif_backpropagation *bp, int l, const float *images)
{
    return l == 0 ? images : bp->activations[l - 1];
}

static void forward(relif_backpropagation *bp, const float *values, const float *images,
                    int n)
{
    for (int l = 0; l < bp->network->n_layers; l++) {
        const relif_dense_parameters parameters = parameters_of(bp, l, values);
        relif_dense_forward(&bp->network->layers[l], n, &parameters,
                            input_of(bp, l, images), bp->activations[l], bp->workspace);
    }
}

/* Loss of one image; gradient[j] = scale (p[j] - (j == label)). */
static double cross_entropy(const float *outputs, int n, int label, double scale,
                            float *gradient)
{
    const double largest = (double)outputs[relif_ann_label(outputs, n)];
    double sum = 0;
    for (int j = 0; j < n; j++) sum += exp((double)outputs[j] - largest);
    for (int j = 0; j < n; j++) {
        const double p = exp((double)outputs[j] - largest) / sum;
        gradient[j] = (float)(scale * (j == label ? p - 1.0 : p));
    }
    return log(sum) + largest - (double)outputs[label];
}

/* Of the first n images; their gradients go to gradient[0]. */
static relif_tally compare(relif_backpropagation *bp, const uint8_t *labels, int n,
                           double scale)
{
    const int last = bp->network->n_layers - 1;
    const int classes = relif_shape_size(bp->network->layers[last].out);
    relif_tally sum = {0};
    for (int i = 0; i < n; i++) {
        const size_t at = (size_t)i * (size_t)classes;
        const float *outputs = bp->activations[last] + at;
        const bool correct = relif_ann_label(outputs, classes) == labels[i];
        const double loss =
            cross_entropy(outputs, classes, labels[i], scale, bp->gradient[0] + at);
        relif_tally_add(&sum, (relif_tally){loss, correct ? 1.0 : 0.0});
    }
    return sum;
}

/* gradient[0] holds the gradient of the last layer's output. */
static void backward(relif_backpropagation *bp, const float *values, const float *images,
                     float *gradient)
{
    float *output = bp->gradient[0], *input = bp->gradient[1];
    for (int l = bp->network->n_layers - 1; l >= bp->lowest; l--) {
        const int64_t weight = bp->parameters->weight[l], bias = bp->parameters->bias[l];
        const relif_dense_parameters parameters = parameters_of(bp, l, values);
        const relif_dense_gradients gradients = {
            .output = output,
            .input = l > bp->lowest ? input : NULL,
            .weight = weight < 0 ? NULL : gradient + weight,
            .bias = bias < 0 ? NULL : gradient + bias};
        relif_dense_backward(&bp->network->layers[l], bp->n_images, &parameters,
                             input_of(bp, l, images), bp->activations[l], &gradients,
                             bp->workspace);
        float *swap = output;
        output = input;
        input = swap;
    }
}

void relif_backpropagation_run(relif_backpropagation *bp, const float *values,
                               const float *images, const uint8_t *labels, double scale,
                               float *gradient, relif_tally *tally)
{
    forward(bp, values, images, bp->n_images);
    *tally = compare(bp, labels, bp->n_images, scale);
    backward(bp, values, images, gradient);
}

relif_tally relif_backpropagation_tally(relif_backpropagation *bp, const float *values,
                                        const float *images, const uint8_t *labels, int n)
{
    forward(bp, values, images, n);
    return compare(bp, labels, n, 1.0);
}
