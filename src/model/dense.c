/*
 * Forward:   Y = relu(X W + b)           X patches [positions][length], W [length][out]
 * Backward:  dW = X^T dY,  db = sum of the rows of dY,  dX = dY W^T,
 *            where dY counts only where Y > 0 if the layer has a ReLU.
 */
#include "relif/dense.h"

#include <cblas.h>
#include <string.h>

#include "relif/dense_pooling.h"
#include "relif/patches.h"

void relif_dense_use_one_thread(void)
{
    openblas_set_num_threads(1);
}

/* Rows of outputs, through all images, whose patches are in memory together. A product
 * needs some 256 positions to be fast. More of them cost the cache that holds the patches
 * between gathering and product, but long patches have many weights, whose gradient every
 * product reads and writes again. */
static int rows_at_a_time(const relif_layer *layer, int n)
{
    const int rows = n * layer->out.height, length = relif_patches_length(layer);
    if (relif_patches_are_input(layer)) return rows;
    const int positions = length / 6 > 256 ? length / 6 : 256;
    const int fit = (positions + layer->out.width - 1) / layer->out.width;
    return fit < rows ? fit : rows;
}

size_t relif_dense_workspace(const relif_layer *layer, int n)
{
    if (!relif_layer_has_weights(layer) || relif_patches_are_input(layer)) return 0;
    return (size_t)rows_at_a_time(layer, n) * (size_t)layer->out.width *
           (size_t)relif_patches_length(layer);
}

double relif_dense_operations(const relif_layer *layer)
{
    const double positions = (double)layer->out.height * layer->out.width;
    return 2.0 * positions * (double)relif_layer_weights(layer);
}

/* The patches of some rows: the input itself if it has that form, else gathered. */
static const float *patches_of(const relif_layer *layer, int first, int rows,
                               const float *input, float *workspace)
{
    if (relif_patches_are_input(layer)) return input;
    relif_patches_gather(layer, first, rows, input, workspace);
    return workspace;
}

static void multiply(const relif_layer *layer, int n,
                     const relif_dense_parameters *parameters, const float *input,
                     float *output, float *workspace)
{
    const int length = relif_patches_length(layer), channels = layer->out.channels;
    const int all = n * layer->out.height, step = rows_at_a_time(layer, n);
    for (int first = 0; first < all; first += step) {
        const int rows = first + step < all ? step : all - first;
        const int positions = rows * layer->out.width;
        const float *patches = patches_of(layer, first, rows, input, workspace);
        for (int p = 0; parameters->bias && p < positions; p++)
            memcpy(output + (size_t)p * (size_t)channels, parameters->bias,
                   (size_t)channels * sizeof *output);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, positions, channels,
                    length, 1.0f, patches, length, parameters->weight, channels,
                    parameters->bias ? 1.0f : 0.0f, output, channels);
        output += (size_t)positions * (size_t)channels;
    }
}

/* Written so that a value that is not a number stays one. */
static void rectify(size_t count, float *values)
{
    for (size_t i = 0; i < count; i++) values[i] = values[i] < 0.0f ? 0.0f : values[i];
}

static void rectify_gradient(size_t count, const float *restrict values,
                             float *restrict gradient)
{
    for (size_t i = 0; i < count; i++)
        gradient[i] = values[i] > 0.0f ? gradient[i] : 0.0f;
}

void relif_dense_forward(const relif_layer *layer, int n,
                         const relif_dense_parameters *parameters, const float *input,
                         float *output, float *workspace)
{
    if (relif_layer_has_weights(layer))
        multiply(layer, n, parameters, input, output, workspace);
    else
        relif_dense_pooling_forward(layer, n, input, output);
    if (layer->activation == RELIF_ACTIVATION_RELU)
        rectify((size_t)n * (size_t)relif_shape_size(layer->out), output);
}

static void sum_rows(size_t rows, int columns, const float *restrict matrix,
                     float *restrict sums)
{
    memset(sums, 0, (size_t)columns * sizeof *sums);
    for (size_t row = 0; row < rows; row++, matrix += columns)
        for (int c = 0; c < columns; c++) sums[c] += matrix[c];
}

/* dX = dY W^T for some rows, added to the input's gradient where patches overlap. */
static void multiply_back(const relif_layer *layer, int first, int rows,
                          const float *weight, const float *output_gradient,
                          float *input_gradient, float *workspace)
{
    const bool direct = relif_patches_are_input(layer);
    const int length = relif_patches_length(layer), channels = layer->out.channels;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows * layer->out.width, length,
                channels, 1.0f, output_gradient, channels, weight, channels, 0.0f,
                direct ? input_gradient : workspace, length);
    if (!direct) relif_patches_scatter(layer, first, rows, workspace, input_gradient);
}

static void backward_product(const relif_layer *layer, int n,
                             const relif_dense_parameters *parameters, const float *input,
                             const relif_dense_gradients *gradients, float *workspace)
{
    const int length = relif_patches_length(layer), channels = layer->out.channels;
    const int all = n * layer->out.height, step = rows_at_a_time(layer, n);
    if (gradients->input)
        memset(gradients->input, 0,
               (size_t)n * (size_t)relif_shape_size(layer->in) * sizeof(float));
    const float *output_gradient = gradients->output;
    for (int first = 0; first < all; first += step) {
        const int rows = first + step < all ? step : all - first;
        const int positions = rows * layer->out.width;
        const float *patches = patches_of(layer, first, rows, input, workspace);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, length, channels, positions,
                    1.0f, patches, length, output_gradient, channels,
                    first == 0 ? 0.0f : 1.0f, gradients->weight, channels);
        if (gradients->input)
            multiply_back(layer, first, rows, parameters->weight, output_gradient,
                          gradients->input, workspace);
        output_gradient += (size_t)positions * (size_t)channels;
    }
    if (gradients->bias)
        sum_rows((size_t)all * (size_t)layer->out.width, channels, gradients->output,
                 gradients->bias);
}

void relif_dense_backward(const relif_layer *layer, int n,
                          const relif_dense_parameters *parameters, const float *input,
                          const float *output, const relif_dense_gradients *gradients,
                          float *workspace)
{
    if (layer->activation == RELIF_ACTIVATION_RELU)
        rectify_gradient((size_t)n * (size_t)relif_shape_size(layer->out), output,
                         gradients->output);
    if (relif_layer_has_weights(layer))
        backward_product(layer, n, parameters, input, gradients, workspace);
    else if (gradients->input)
        relif_dense_pooling_backward(layer, n, input, output, gradients->output,
                                     gradients->input);
}
