#include "relif/initialization.h"

#include "check.h"
#include "plain_network.h"

static relif_network *with_layer(relif_layer layer, bool bias)
{
    relif_network *network = relif_network_create("wide", (relif_shape){10, 6, 6});
    plain_append(network, layer, bias);
    relif_initialize_kaiming(network, 1);
    return network;
}

/* Mean and second moment of the weights: 0 and 2 / fan_in, within five standard errors.
 */
static void check_moments(const relif_layer *layer, double fan_in)
{
    const int64_t n = relif_layer_weights(layer);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += (double)layer->weight[i];
        squares += (double)layer->weight[i] * (double)layer->weight[i];
    }
    const double variance = 2 / fan_in;
    CHECK_NEAR(sum / (double)n, 0, 5 * sqrt(variance / (double)n));
    CHECK_NEAR(squares / (double)n, variance, 5 * variance * sqrt(2.0 / (double)n));
}

static void a_linear_layer_has_the_variance_of_its_inputs(void)
{
    for (int bias = 0; bias < 2; bias++) {
        relif_network *network = with_layer(
            (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 100}, bias);
        check_moments(&network->layers[0], 360);
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
        check_moments(&network->layers[0], 150);
        relif_network_destroy(network);
    }
}

static void biases_begin_at_zero(void)
{
    relif_network *network =
        with_layer((relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 100}, true);
    for (int c = 0; c < 100; c++) network->layers[0].bias[c] = 7;
    relif_initialize_kaiming(network, 1);
    for (int c = 0; c < 100; c++) CHECK(network->layers[0].bias[c] == 0);
    relif_network_destroy(network);
}

static void a_seed_is_a_network(void)
{
    const relif_layer layer = {.kind = RELIF_LAYER_LINEAR, .out.channels = 100};
    relif_network *one = with_layer(layer, false), *other = with_layer(layer, false);
    const size_t size = (size_t)relif_layer_weights(&one->layers[0]) * sizeof(float);
    CHECK(memcmp(one->layers[0].weight, other->layers[0].weight, size) == 0);
    relif_initialize_kaiming(other, 2);
    CHECK(memcmp(one->layers[0].weight, other->layers[0].weight, size) != 0);
    relif_network_destroy(one);
    relif_network_destroy(other);
}

int main(void)
{
    RUN(a_linear_layer_has_the_variance_of_its_inputs);
    RUN(a_convolution_has_the_variance_of_its_receptive_field);
    RUN(biases_begin_at_zero);
    RUN(a_seed_is_a_network);
    return check_result();
}
