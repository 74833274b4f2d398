#include "check.h"
#include "plain_network.h"
#include "relif/backpropagation.h"
#include "relif/dense.h"

enum { IMAGES = 3 };

static const uint8_t labels[IMAGES] = {2, 0, 3};
static const double scale = 0.5;

typedef struct problem {
    relif_network *network;
    relif_parameters *parameters;
    float *images, *values, *gradient;
    relif_tally tally;
} problem;

/* Takes over the network; the gradient is computed. */
static problem solve(relif_network *network)
{
    problem p = {.network = network, .parameters = relif_parameters_create(network)};
    const size_t count = (size_t)p.parameters->count;
    const size_t size = (size_t)relif_shape_size(network->input);
    p.images = plain_random_floats(IMAGES * size, 1.0, 7);
    p.values = relif_calloc(count, sizeof *p.values);
    p.gradient = relif_calloc(count, sizeof *p.gradient);
    relif_parameters_read(p.parameters, network, p.values);
    relif_backpropagation *bp =
        relif_backpropagation_create(network, p.parameters, IMAGES);
    relif_backpropagation_run(bp, p.values, p.images, labels, scale, p.gradient,
                              &p.tally);
    relif_backpropagation_destroy(bp);
    return p;
}

static void release(problem *p)
{
    relif_parameters_destroy(p->parameters);
    relif_network_destroy(p->network);
    free(p->images);
    free(p->values);
    free(p->gradient);
}

static double sum_of_losses(const problem *p)
{
    const int size = relif_shape_size(p->network->input);
    double sum = 0;
    for (int i = 0; i < IMAGES; i++)
        sum += plain_loss(p->network, p->images + i * size, labels[i]);
    return sum;
}

/* The slope of the plain loss in one parameter, from both sides. */
static double slope(problem *p, int64_t i, double step)
{
    const float centre = p->values[i];
    const float above = (float)((double)centre + step);
    const float below = (float)((double)centre - step);
    p->values[i] = above;
    relif_parameters_write(p->parameters, p->values, p->network);
    const double high = sum_of_losses(p);
    p->values[i] = below;
    relif_parameters_write(p->parameters, p->values, p->network);
    const double low = sum_of_losses(p);
    p->values[i] = centre;
    relif_parameters_write(p->parameters, p->values, p->network);
    return scale * (high - low) / ((double)above - (double)below);
}

static void check_gradient(problem *p)
{
    double largest = 0;
    for (int64_t i = 0; i < p->parameters->count; i++)
        largest = fmax(largest, fabs((double)p->gradient[i]));
    CHECK(largest > 1e-3);
    for (int64_t i = 0; i < p->parameters->count; i++)
        CHECK_NEAR(p->gradient[i], slope(p, i, 1e-5), 1e-4 * largest);
}

static void the_gradient_of_every_kind_of_layer_is_the_slope_of_the_loss(void)
{
    problem p = solve(plain_small_network());
    check_gradient(&p);
    CHECK_NEAR(p.tally.loss, sum_of_losses(&p), 1e-5);
    release(&p);
}

/* One convolution with the given pooling before and after it. */
static relif_network *pooled(relif_layer_kind kind, relif_activation activation)
{
    relif_network *network = relif_network_create("pooled", (relif_shape){3, 7, 6});
    const relif_layer convolution = {.kind = RELIF_LAYER_CONV2D,
                                     .kernel_height = 3,
                                     .kernel_width = 3,
                                     .stride = 2,
                                     .padding = 1,
                                     .out.channels = 4};
    const relif_layer pooling = {.kind = kind,
                                 .activation = activation,
                                 .kernel_height = 2,
                                 .kernel_width = 3,
                                 .stride = 1,
                                 .padding = 1};
    plain_append(network, pooling, false);
    plain_append(network, convolution, true);
    plain_append(network, pooling, false);
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 4},
                 false);
    return network;
}

static void pooling_passes_the_gradient_with_and_without_relu(void)
{
    for (int relu = 0; relu < 2; relu++) {
        problem max = solve(pooled(RELIF_LAYER_MAX_POOL2D, (relif_activation)relu));
        check_gradient(&max);
        release(&max);
        problem mean = solve(pooled(RELIF_LAYER_AVG_POOL2D, (relif_activation)relu));
        check_gradient(&mean);
        release(&mean);
    }
}

/* A convolution, then the layer, then four outputs. */
static relif_network *around(relif_layer layer, bool biases)
{
    relif_network *network = relif_network_create("around", (relif_shape){2, 8, 7});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = 1,
                               .kernel_width = 1,
                               .stride = 1,
                               .out.channels = 3},
                 biases);
    plain_append(network, layer, biases);
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 4},
                 biases);
    return network;
}

/* kind, kernel height and width, stride, padding, channels */
static const int layers_to_try[][6] = {
    {RELIF_LAYER_CONV2D, 3, 3, 1, 1, 5},     {RELIF_LAYER_CONV2D, 3, 3, 1, 0, 5},
    {RELIF_LAYER_CONV2D, 5, 5, 2, 2, 5},     {RELIF_LAYER_CONV2D, 3, 2, 3, 1, 5},
    {RELIF_LAYER_CONV2D, 1, 1, 2, 0, 5},     {RELIF_LAYER_CONV2D, 8, 7, 1, 0, 5},
    {RELIF_LAYER_LINEAR, 0, 0, 1, 0, 6},     {RELIF_LAYER_MAX_POOL2D, 2, 2, 2, 0, 0},
    {RELIF_LAYER_MAX_POOL2D, 3, 3, 2, 1, 0}, {RELIF_LAYER_MAX_POOL2D, 2, 3, 1, 1, 0},
    {RELIF_LAYER_AVG_POOL2D, 2, 2, 2, 0, 0}, {RELIF_LAYER_AVG_POOL2D, 3, 3, 2, 1, 0},
    {RELIF_LAYER_AVG_POOL2D, 2, 3, 1, 1, 0}};

static void every_stride_and_padding_with_and_without_biases_and_relu(void)
{
    for (size_t i = 0; i < sizeof layers_to_try / sizeof *layers_to_try; i++)
        for (int variant = 0; variant < 4; variant++) {
            const int *it = layers_to_try[i];
            const relif_layer layer = {.kind = (relif_layer_kind)it[0],
                                       .activation = (relif_activation)(variant % 2),
                                       .kernel_height = it[1],
                                       .kernel_width = it[2],
                                       .stride = it[3],
                                       .padding = it[4],
                                       .out.channels = it[5]};
            problem p = solve(around(layer, variant / 2));
            check_gradient(&p);
            CHECK_NEAR(p.tally.loss, sum_of_losses(&p), 1e-5);
            release(&p);
        }
}

static void the_first_of_equal_inputs_takes_the_gradient_of_max_pooling(void)
{
    relif_network *network = relif_network_create("ties", (relif_shape){1, 2, 2});
    relif_layer convolution = {.kind = RELIF_LAYER_CONV2D,
                               .name = "conv",
                               .kernel_height = 1,
                               .kernel_width = 1,
                               .stride = 1,
                               .out.channels = 2,
                               .weight = relif_calloc(2, sizeof(float))};
    CHECK(relif_network_append(network, &convolution) == RELIF_OK);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                               .kernel_height = 2,
                               .kernel_width = 2,
                               .stride = 2},
                 false);
    relif_parameters *parameters = relif_parameters_create(network);
    relif_backpropagation *bp = relif_backpropagation_create(network, parameters, 1);
    const float image[4] = {3, 5, 7, 11}; /* weights 0: every output is 0, a tie */
    float gradient[2], values[2] = {0, 0};
    relif_tally tally;
    relif_backpropagation_run(bp, values, image, (uint8_t[]){1}, 1.0, gradient, &tally);
    CHECK_NEAR(gradient[0], 0.5 * 3, 1e-6);
    CHECK_NEAR(gradient[1], -0.5 * 3, 1e-6);
    CHECK_NEAR(tally.loss, log(2), 1e-6);
    CHECK(tally.correct == 0);
    relif_backpropagation_destroy(bp);
    relif_parameters_destroy(parameters);
    relif_network_destroy(network);
}

static void a_layer_larger_than_the_workspace_has_the_right_gradient(void)
{
    relif_network *network = relif_network_create("large", (relif_shape){1, 60, 60});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 1,
                               .kernel_width = 1,
                               .stride = 1,
                               .out.channels = 48},
                 true);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 3,
                               .kernel_width = 3,
                               .stride = 1,
                               .padding = 1,
                               .out.channels = 1},
                 true);
    const size_t whole = (size_t)(IMAGES * 60 * 60) * (48 * 9);
    CHECK(relif_dense_workspace(&network->layers[1], IMAGES) < whole);
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 4},
                 false);
    problem p = solve(network);
    const int64_t second = p.parameters->weight[1], bias = p.parameters->bias[0];
    const int64_t places[] = {0, 47, second, second + 431, bias, bias + 48};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const double gradient = (double)p.gradient[places[i]];
        /* no ReLU: the loss is smooth, a wide step is right */
        CHECK_NEAR(gradient, slope(&p, places[i], 1e-4), 1e-3 * fabs(gradient) + 1e-5);
    }
    release(&p);
}

static void reading_and_writing_parameters_gives_the_network_back(void)
{
    relif_network *network = plain_small_network();
    relif_network *copy = relif_network_copy(network);
    relif_parameters *parameters = relif_parameters_create(network);
    float *values = relif_calloc((size_t)parameters->count, sizeof *values);
    relif_parameters_read(parameters, network, values);
    for (int l = 0; l < copy->n_layers; l++)
        for (int64_t i = 0; i < relif_layer_weights(&copy->layers[l]); i++)
            copy->layers[l].weight[i] = NAN;
    relif_parameters_write(parameters, values, copy);
    for (int l = 0; l < copy->n_layers; l++) {
        const size_t count = (size_t)relif_layer_weights(&copy->layers[l]);
        CHECK(count == 0 || memcmp(copy->layers[l].weight, network->layers[l].weight,
                                   count * sizeof(float)) == 0);
    }
    free(values);
    relif_parameters_destroy(parameters);
    relif_network_destroy(copy);
    relif_network_destroy(network);
}

int main(void)
{
    RUN(the_gradient_of_every_kind_of_layer_is_the_slope_of_the_loss);
    RUN(pooling_passes_the_gradient_with_and_without_relu);
    RUN(every_stride_and_padding_with_and_without_biases_and_relu);
    RUN(the_first_of_equal_inputs_takes_the_gradient_of_max_pooling);
    RUN(a_layer_larger_than_the_workspace_has_the_right_gradient);
    RUN(reading_and_writing_parameters_gives_the_network_back);
    relif_backpropagation_destroy(NULL);
    relif_parameters_destroy(NULL);
    return check_result();
}
