/* Speed of the dense layers and of whole training steps on one core, in GFLOP/s of CPU
 * time: work of others on the machine hardly changes it. Prints; never fails.
 *
 *     bench_train [REPETITIONS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "plain_network.h"
#include "relif/backpropagation.h"
#include "relif/dense.h"
#include "relif/initialization.h"
#include "relif/sgd.h"

static int repetitions = 3;

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static relif_layer conv(int channels, int kernel)
{
    return (relif_layer){.kind = RELIF_LAYER_CONV2D,
                         .activation = RELIF_ACTIVATION_RELU,
                         .kernel_height = kernel,
                         .kernel_width = kernel,
                         .stride = 1,
                         .padding = kernel / 2,
                         .out.channels = channels};
}

static relif_layer pool(void)
{
    return (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                         .kernel_height = 2,
                         .kernel_width = 2,
                         .stride = 2};
}

static relif_layer linear(int channels)
{
    return (relif_layer){.kind = RELIF_LAYER_LINEAR,
                         .activation = RELIF_ACTIVATION_RELU,
                         .out.channels = channels};
}

static relif_network *chain(const char *name, relif_shape input,
                            const relif_layer *layers, int n)
{
    relif_network *network = relif_network_create(name, input);
    for (int l = 0; l < n; l++) plain_append(network, layers[l], false);
    relif_initialize(network, RELIF_INITIALIZATION_KAIMING, 1);
    return network;
}

/* Forward alone, and a whole step of the descent; takes over the network. */
static void measure_network(relif_network *network, int n)
{
    relif_parameters *parameters = relif_parameters_create(network);
    const size_t count = (size_t)parameters->count;
    float *values = relif_calloc_aligned(count, sizeof *values);
    float *gradient = relif_calloc_aligned(count, sizeof *gradient);
    float *images =
        plain_random_floats((size_t)n * (size_t)relif_shape_size(network->input), 1.0, 7);
    uint8_t *labels = relif_calloc((size_t)n, 1);
    const relif_sgd_options options = {.momentum = 0.9};
    relif_sgd *sgd = relif_sgd_create(&options, parameters->count);
    relif_backpropagation *bp = relif_backpropagation_create(network, parameters, n);
    relif_tally tally;
    double forward = 1e30, step = 1e30, operations = 0;
    for (int l = 0; l < network->n_layers; l++)
        operations += n * relif_dense_operations(&network->layers[l]);
    relif_parameters_read(parameters, network, values);
    for (int r = 0; r < repetitions; r++) {
        double start = cpu_seconds();
        relif_backpropagation_tally(bp, values, images, labels, n);
        forward = fmin(forward, cpu_seconds() - start);
        start = cpu_seconds();
        relif_backpropagation_run(bp, values, images, labels, 1.0 / n, gradient, &tally);
        relif_sgd_step(sgd, 1e-4, gradient, values);
        step = fmin(step, cpu_seconds() - start);
    }
    printf("%-22s n=%-3d forward %5.1f, step %5.1f GFLOP/s (%.1f images/s)\n",
           network->name, n, operations / forward / 1e9,
           relif_backpropagation_operations(bp) / step / 1e9, n / step);
    fflush(stdout);
    relif_backpropagation_destroy(bp);
    relif_sgd_destroy(sgd);
    relif_parameters_destroy(parameters);
    relif_network_destroy(network);
    free(values);
    free(gradient);
    free(images);
    free(labels);
}

/* One convolution with all three of its products. */
static void measure_convolution(int in, int out, int kernel, int side, int n)
{
    char name[64];
    const relif_layer layers[] = {conv(out, kernel)};
    snprintf(name, sizeof name, "%d->%d %dx%d @%d", in, out, kernel, kernel, side);
    relif_network *network = chain(name, (relif_shape){in, side, side}, layers, 1);
    relif_layer *layer = &network->layers[0];
    float *weight = relif_layer_tap_major(layer);
    const size_t in_size = (size_t)n * (size_t)relif_shape_size(layer->in);
    const size_t out_size = (size_t)n * (size_t)relif_shape_size(layer->out);
    const size_t count = (size_t)relif_layer_weights(layer);
    float *input = plain_random_floats(in_size, 1.0, 7);
    float *output = relif_calloc_aligned(out_size, sizeof *output);
    float *given = plain_random_floats(out_size, 1.0, 8);
    float *gradient = relif_calloc_aligned(count, sizeof *gradient);
    float *input_gradient = relif_calloc_aligned(in_size, sizeof *input_gradient);
    float *workspace =
        relif_calloc_aligned(relif_dense_workspace(layer, n), sizeof *workspace);
    const relif_dense_parameters parameters = {weight, NULL};
    const relif_dense_gradients gradients = {given, input_gradient, gradient, NULL};
    const double operations = n * relif_dense_operations(layer);
    double forward = 1e30, both = 1e30;
    for (int r = 0; r < repetitions; r++) {
        const double start = cpu_seconds();
        relif_dense_forward(layer, n, &parameters, input, output, workspace);
        const double middle = cpu_seconds();
        relif_dense_backward(layer, n, &parameters, input, output, &gradients, workspace);
        forward = fmin(forward, middle - start);
        both = fmin(both, cpu_seconds() - start);
    }
    printf("%-22s n=%-3d forward %5.1f, forward+backward %5.1f GFLOP/s\n", name, n,
           operations / forward / 1e9, 3 * operations / both / 1e9);
    fflush(stdout);
    relif_network_destroy(network);
    free(weight);
    free(input);
    free(output);
    free(given);
    free(gradient);
    free(input_gradient);
    free(workspace);
}

static relif_network *alexnet(void)
{
    const relif_layer layers[] = {conv(64, 5),  pool(),       conv(192, 5), pool(),
                                  conv(384, 3), conv(256, 3), conv(256, 3), pool(),
                                  linear(2048), linear(1024), linear(10)};
    return chain("AlexNet", (relif_shape){3, 32, 32}, layers, 11);
}

static relif_network *vgg16(void)
{
    static const int widths[] = {64,  64,  128, 128, 256, 256, 256,
                                 512, 512, 512, 512, 512, 512};
    static const int pooled[] = {1, 3, 6, 9, 12}; /* convolutions before a pooling */
    relif_layer layers[21];
    int n = 0, next = 0;
    for (int c = 0; c < 13; c++) {
        layers[n++] = conv(widths[c], 3);
        if (c != pooled[next]) continue;
        layers[n++] = pool();
        next++;
    }
    layers[n++] = linear(4096);
    layers[n++] = linear(4096);
    layers[n++] = linear(10);
    return chain("VGG-16", (relif_shape){3, 32, 32}, layers, n);
}

int main(int argc, char **argv)
{
    if (argc > 1) repetitions = atoi(argv[1]);
    relif_dense_use_one_thread();
    measure_convolution(64, 128, 3, 32, 32);
    measure_convolution(256, 256, 3, 8, 32);
    measure_convolution(512, 512, 3, 4, 32);
    measure_convolution(512, 512, 3, 2, 32);
    measure_convolution(64, 192, 5, 16, 32);
    measure_convolution(192, 384, 3, 8, 32);
    measure_network(alexnet(), 32);
    measure_network(alexnet(), 64);
    measure_network(vgg16(), 32);
    return EXIT_SUCCESS;
}
