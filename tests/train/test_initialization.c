#include "relif/initialization.h"

#include "check.h"
#include "plain_network.h"

static relif_network *with_layer(relif_layer layer, bool bias)
{
    relif_network *network = relif_network_create("wide", (relif_shape){10, 6, 6});
    plain_append(network, layer, bias);
    relif_initialize(network, RELIF_INITIALIZATION_KAIMING, 1);
    return network;
}

/* Mean and second moment of the weights: 0 and gain / fan_in, within five standard
 * errors.
 */
static void check_moments(const relif_layer *layer, double gain, double fan_in)
{
    const int64_t n = relif_layer_weights(layer);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += (double)layer->weight[i];
        squares += (double)layer->weight[i] * (double)layer->weight[i];
    }
    const double variance = gain / fan_in;
    CHECK_NEAR(sum / (double)n, 0, 5 * sqrt(variance / (double)n));
    CHECK_NEAR(squares / (double)n, variance, 5 * variance * sqrt(2.0 / (double)n));
}

static void a_linear_layer_has_the_variance_of_its_inputs(void)
{
    for (int bias = 0; bias < 2; bias++) {
        relif_network *network = with_layer(
            (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 100}, bias);
        check_moments(&network->layers[0], 2, 360);
        relif_network_destroy(network);
    }
}

static void a_convolution_has_the_variance_of_its_receptive_field(void)
{
    for (int bias = 0; bias < 2; bias++) {
        relif_network *network = with_layer((relif_layer){.kind = RELIF_LAYER_CONV2D,
                                                          .kernel_height = 3,
                                                          .kernel_width = 5,
                                                          .stride = 1,
                                                          .padding = 1,
                                                          .out.channels = 200},
                                            bias);
        check_moments(&network->layers[0], 2, 150);
        relif_network_destroy(network);
    }
}

static void centred_weights_have_the_mean_0_for_each_output(void)
{
    relif_network *network =
        with_layer((relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 100}, false);
    const relif_layer *layer = &network->layers[0];
    relif_initialize(network, RELIF_INITIALIZATION_CENTRED, 1);
    for (int o = 0; o < 100; o++) {
        double sum = 0;
        for (int i = 0; i < 360; i++) sum += (double)layer->weight[o * 360 + i];
        CHECK_NEAR(sum, 0, 1e-5);
    }
    check_moments(layer, 2.93388, 360);
    relif_network_destroy(network);
}

/* Sixteen layers, inputs in [0, 1]: where kaiming's images become one, these stay apart,
 * and their activations keep their size. */
static double cosine_after_many_layers(relif_initialization method)
{
    enum { WIDTH = 300, DEPTH = 16 };
    relif_network *network = relif_network_create("deep", (relif_shape){WIDTH, 1, 1});
    for (int l = 0; l < DEPTH; l++)
        plain_append(network,
                     (relif_layer){.kind = RELIF_LAYER_LINEAR,
                                   .activation = RELIF_ACTIVATION_RELU,
                                   .out.channels = WIDTH},
                     false);
    relif_initialize(network, method, 1);
    relif_random random = relif_random_stream(5, 0);
    double images[2][WIDTH], out[2][WIDTH], products[3] = {0};
    for (int i = 0; i < 2 * WIDTH; i++)
        images[i / WIDTH][i % WIDTH] = relif_random_uniform(&random);
    for (int l = 0; l < DEPTH; l++) {
        for (int i = 0; i < 2; i++)
            for (int o = 0; o < WIDTH; o++) {
                double sum = 0;
                for (int k = 0; k < WIDTH; k++)
                    sum +=
                        (double)network->layers[l].weight[o * WIDTH + k] * images[i][k];
                out[i][o] = sum > 0 ? sum : 0;
            }
        memcpy(images, out, sizeof images);
    }
    for (int k = 0; k < WIDTH; k++) {
        products[0] += images[0][k] * images[0][k];
        products[1] += images[0][k] * images[1][k];
        products[2] += images[1][k] * images[1][k];
    }
    CHECK(products[0] / WIDTH > 0.01 && products[0] / WIDTH < 10);
    relif_network_destroy(network);
    return products[1] / sqrt(products[0] * products[2]);
}

static void centred_weights_keep_images_apart_in_a_deep_network(void)
{
    CHECK(cosine_after_many_layers(RELIF_INITIALIZATION_KAIMING) > 0.9);
    CHECK(cosine_after_many_layers(RELIF_INITIALIZATION_CENTRED) < 0.5);
}

static void biases_begin_at_zero(void)
{
    relif_network *network =
        with_layer((relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 100}, true);
    for (int c = 0; c < 100; c++) network->layers[0].bias[c] = 7;
    relif_initialize(network, RELIF_INITIALIZATION_KAIMING, 1);
    for (int c = 0; c < 100; c++) CHECK(network->layers[0].bias[c] == 0);
    relif_network_destroy(network);
}

static void a_seed_is_a_network(void)
{
    const relif_layer layer = {.kind = RELIF_LAYER_LINEAR, .out.channels = 100};
    relif_network *one = with_layer(layer, false), *other = with_layer(layer, false);
    const size_t size = (size_t)relif_layer_weights(&one->layers[0]) * sizeof(float);
    CHECK(memcmp(one->layers[0].weight, other->layers[0].weight, size) == 0);
    relif_initialize(other, RELIF_INITIALIZATION_KAIMING, 2);
    CHECK(memcmp(one->layers[0].weight, other->layers[0].weight, size) != 0);
    relif_network_destroy(one);
    relif_network_destroy(other);
}

int main(void)
{
    RUN(a_linear_layer_has_the_variance_of_its_inputs);
    RUN(a_convolution_has_the_variance_of_its_receptive_field);
    RUN(centred_weights_have_the_mean_0_for_each_output);
    RUN(centred_weights_keep_images_apart_in_a_deep_network);
    RUN(biases_begin_at_zero);
    RUN(a_seed_is_a_network);
    return check_result();
}
