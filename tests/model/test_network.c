#include "relif/network.h"

#include <limits.h>

#include "check.h"
#include "plain_network.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static float *numbers(int count)
{
    float *values = relif_calloc((size_t)count, sizeof *values);
    for (int i = 0; i < count; i++) values[i] = (float)(i + 1);
    return values;
}

/* Appending to a network of 2 channels of 6 rows and 5 columns fails and says why. */
static void refuse(relif_layer layer, const char *first, const char *second)
{
    relif_network *network = relif_network_create("refuses", (relif_shape){2, 6, 5});
    layer.name = "bad";
    CHECK(relif_network_append(network, &layer) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "layer 'bad'");
    CHECK_TEXT(relif_error_sentence(), first);
    CHECK_TEXT(relif_error_sentence(), second);
    CHECK(network->n_layers == 0);
    relif_network_destroy(network);
}

static relif_layer window(relif_layer_kind kind, int height, int width, int stride,
                          int padding)
{
    relif_layer layer = {.kind = kind,
                         .kernel_height = height,
                         .kernel_width = width,
                         .stride = stride,
                         .padding = padding};
    if (!relif_layer_has_weights(&layer)) return layer;
    layer.out.channels = 3;
    layer.weight = numbers(3 * 2 * 100);
    return layer;
}

static void a_kernel_that_does_not_fit_is_refused(void)
{
    const relif_layer_kind kinds[] = {RELIF_LAYER_CONV2D, RELIF_LAYER_MAX_POOL2D,
                                      RELIF_LAYER_AVG_POOL2D};
    const char *rule = "expected kernel and stride >= 1 and padding >= 0";
    for (int k = 0; k < COUNT(kinds); k++) {
        refuse(window(kinds[k], 7, 2, 1, 0), "kernel 7x2 is larger than its input of 6x5",
               "padding 0");
        refuse(window(kinds[k], 2, 6, 1, 0), "kernel 2x6 is larger", "6x5");
        refuse(window(kinds[k], 9, 9, 1, 1), "kernel 9x9 is larger", "padding 1");
        refuse(window(kinds[k], 0, 1, 1, 0), "kernel 0x1", rule);
        refuse(window(kinds[k], 1, -1, 1, 0), "kernel 1x-1", rule);
        refuse(window(kinds[k], 2, 2, 0, 0), "stride 0", rule);
        refuse(window(kinds[k], 2, 2, 1, -1), "padding -1", rule);
        if (kinds[k] == RELIF_LAYER_CONV2D) continue;
        refuse(window(kinds[k], 2, 3, 1, 2), "padding 2", "less than the kernel");
        refuse(window(kinds[k], 3, 2, 1, 2), "padding 2", "less than the kernel");
        refuse(window(kinds[k], 1 << 15, 1 << 15, 1 << 15, (1 << 15) - 1), "2147483648",
               "inputs, expected at most");
    }
}

static void weights_that_do_not_chain_are_refused(void)
{
    relif_layer conv = window(RELIF_LAYER_CONV2D, 3, 3, 1, 1);
    conv.in.channels = 4;
    refuse(conv, "(conv2d): its weights expect 4 inputs",
           "the layer before gives 2 (shape 2x6x5)");
    refuse((relif_layer){.kind = RELIF_LAYER_LINEAR,
                         .in.channels = 61,
                         .out.channels = 3,
                         .weight = numbers(3 * 61)},
           "(linear): its weights expect 61 inputs", "gives 60 (shape 2x6x5)");
}

static void weights_missing_or_too_many_are_refused(void)
{
    refuse((relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 3}, "(linear)",
           "expected weights");
    refuse((relif_layer){.kind = RELIF_LAYER_LINEAR, .weight = numbers(1)},
           "no output channels", "");
    refuse(
        (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 3, .bias = numbers(3)},
        "(linear)", "expected weights");
    relif_layer pool = window(RELIF_LAYER_MAX_POOL2D, 2, 2, 2, 0);
    pool.weight = numbers(4);
    refuse(pool, "(max_pool2d)", "expected neither weights nor biases");
    pool = window(RELIF_LAYER_AVG_POOL2D, 2, 2, 2, 0);
    pool.bias = numbers(2);
    refuse(pool, "(avg_pool2d)", "expected neither weights nor biases");
}

static void numbers_that_are_not_finite_are_refused(void)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < COUNT(bad); i++) {
        relif_layer layer = {
            .kind = RELIF_LAYER_LINEAR, .out.channels = 2, .weight = numbers(120)};
        layer.weight[119] = bad[i];
        refuse(layer, "weight number 119 is", "expected a finite value");
        layer.weight = numbers(120);
        layer.bias = numbers(2);
        layer.bias[1] = bad[i];
        refuse(layer, "bias number 1 is", "expected a finite value");
    }
}

static void a_layer_of_too_many_neurons_is_refused(void)
{
    relif_network *network = relif_network_create("huge", (relif_shape){1, 30000, 30000});
    relif_layer layer = {.name = "bad",
                         .kind = RELIF_LAYER_CONV2D,
                         .kernel_height = 1,
                         .kernel_width = 1,
                         .stride = 1,
                         .out.channels = 2,
                         .weight = numbers(2)};
    CHECK(relif_network_append(network, &layer) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "layer 'bad': 1800000000 neurons");
    relif_network_destroy(network);
}

static void sizes_beyond_all_integers_are_refused(void)
{
    const int most = INT_MAX;
    refuse(window(RELIF_LAYER_MAX_POOL2D, most, most, 1, most - 1),
           " inputs, expected at most 1073741823", "");
    refuse(window(RELIF_LAYER_CONV2D, 1, 1, 1, most - 1),
           " neurons, expected at most 1073741823", "");
}

static void a_name_is_given_once(void)
{
    relif_network *network = plain_small_network();
    const int n = network->n_layers;
    relif_layer layer = {.name = network->layers[2].name,
                         .kind = RELIF_LAYER_LINEAR,
                         .out.channels = 1,
                         .weight = numbers(4)};
    CHECK(relif_network_append(network, &layer) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "layer 'layer2': the name is taken");
    CHECK(network->n_layers == n);
    relif_network_destroy(network);
}

static void a_refused_layer_leaves_room_for_a_good_one(void)
{
    relif_network *network = relif_network_create("retry", (relif_shape){2, 6, 5});
    relif_layer layer = window(RELIF_LAYER_CONV2D, 3, 3, 0, 1);
    layer.name = "conv";
    CHECK(relif_network_append(network, &layer) != RELIF_OK);
    layer = window(RELIF_LAYER_CONV2D, 3, 3, 1, 1);
    layer.name = "conv";
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    CHECK(network->n_layers == 1 && relif_network_find(network, "conv") == 0);
    CHECK(relif_network_find(network, "con") == -1);
    relif_network_destroy(network);
}

static bool is_shape(relif_shape shape, int channels, int height, int width)
{
    return shape.channels == channels && shape.height == height && shape.width == width;
}

static void shapes_follow_kernel_stride_and_padding(void)
{
    const struct {
        int height, width, stride, padding, rows, columns;
    } cases[] = {{1, 1, 1, 0, 6, 5}, {3, 3, 1, 1, 6, 5}, {6, 5, 1, 0, 1, 1},
                 {2, 2, 2, 0, 3, 2}, {3, 2, 2, 1, 3, 3}, {5, 5, 1, 2, 6, 5},
                 {1, 1, 9, 0, 1, 1}, {8, 7, 1, 1, 1, 1}, {2, 5, 3, 1, 3, 1}};
    for (int c = 0; c < COUNT(cases); c++)
        for (int k = 0; k < RELIF_N_LAYER_KINDS; k++) {
            if (k == RELIF_LAYER_LINEAR) continue;
            relif_network *network =
                relif_network_create("shapes", (relif_shape){2, 6, 5});
            relif_layer layer = window((relif_layer_kind)k, cases[c].height,
                                       cases[c].width, cases[c].stride, cases[c].padding);
            layer.name = "layer";
            CHECK(relif_network_append(network, &layer) == RELIF_OK);
            CHECK(is_shape(network->layers[0].in, 2, 6, 5));
            CHECK(is_shape(network->layers[0].out, k == RELIF_LAYER_CONV2D ? 3 : 2,
                           cases[c].rows, cases[c].columns));
            relif_network_destroy(network);
        }
}

static void a_convolution_may_have_more_padding_than_kernel(void)
{
    relif_network *network = relif_network_create("padded", (relif_shape){2, 6, 5});
    relif_layer layer = window(RELIF_LAYER_CONV2D, 1, 2, 3, 4);
    layer.name = "layer";
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    CHECK(is_shape(network->layers[0].out, 3, 5, 4));
    relif_network_destroy(network);
}

static void a_linear_layer_is_a_kernel_as_large_as_its_input(void)
{
    relif_network *network = relif_network_create("linear", (relif_shape){2, 6, 5});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_LINEAR,
                               .in.channels = 60,
                               .out.channels = 7,
                               .stride = 5,
                               .padding = 5},
                 false);
    const relif_layer *layer = &network->layers[0];
    CHECK(is_shape(layer->out, 7, 1, 1));
    CHECK(layer->kernel_height == 6 && layer->kernel_width == 5);
    CHECK(layer->stride == 1 && layer->padding == 0);
    CHECK(relif_layer_weights(layer) == 420);
    relif_network_destroy(network);
}

static void neurons_and_weights_are_counted_over_all_layers(void)
{
    relif_network *empty = relif_network_create("empty", (relif_shape){1, 2, 2});
    CHECK(relif_network_neurons(empty) == 0 && relif_network_weights(empty) == 0);
    relif_network_destroy(empty);
    relif_network *network = relif_network_create("mlp", (relif_shape){1, 28, 28});
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 600},
                 false);
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 10},
                 true);
    CHECK(relif_network_neurons(network) == 610);
    CHECK(relif_network_weights(network) == 784 * 600 + 6000);
    relif_network_destroy(network);
    network = relif_network_create("pool", (relif_shape){3, 4, 4});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                               .kernel_height = 2,
                               .kernel_width = 2,
                               .stride = 2},
                 false);
    CHECK(relif_network_neurons(network) == 12 && relif_network_weights(network) == 0);
    relif_network_destroy(network);
}

static void tap_major_rows_are_row_column_input_channel(void)
{
    enum { OUT = 3, IN = 2, HEIGHT = 2, WIDTH = 3 };
    relif_network *network = relif_network_create("taps", (relif_shape){IN, 6, 5});
    relif_layer layer = window(RELIF_LAYER_CONV2D, HEIGHT, WIDTH, 1, 0);
    layer.name = "conv";
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    float *rows = relif_layer_tap_major(&network->layers[0]);
    const float *next = rows;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int in = 0; in < IN; in++)
                for (int out = 0; out < OUT; out++)
                    CHECK((int)*next++ == ((out * IN + in) * HEIGHT + y) * WIDTH + x + 1);
    free(rows);
    relif_network_destroy(network);
}

static void a_copy_shares_nothing_with_its_original(void)
{
    relif_network *network = plain_small_network();
    relif_network_set_origin(network, "by hand");
    relif_network_set_origin(network, network->origin);
    const float weight = network->layers[0].weight[0], bias = network->layers[0].bias[0];
    relif_network *copy = relif_network_copy(network);
    network->layers[0].weight[0] = weight + 1;
    network->layers[0].bias[0] = bias + 1;
    network->layers[0].name[0] = 'X';
    const int n = network->n_layers;
    relif_network_destroy(network);
    CHECK(strcmp(copy->name, "small") == 0 && strcmp(copy->origin, "by hand") == 0);
    CHECK(copy->n_layers == n && relif_network_find(copy, "layer0") == 0);
    CHECK(copy->layers[0].weight[0] == weight && copy->layers[0].bias[0] == bias);
    CHECK(copy->layers[1].weight == NULL && copy->layers[2].bias == NULL);
    plain_append(copy, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 2},
                 true);
    CHECK(copy->n_layers == n + 1);
    relif_network_destroy(copy);
}

static void a_head_is_the_first_layers(void)
{
    relif_network *network = plain_small_network();
    relif_network *head = relif_network_head(network, 3);
    CHECK(head->n_layers == 3 && relif_network_find(head, "layer3") == -1);
    CHECK(head->layers[2].weight != network->layers[2].weight);
    CHECK(head->layers[2].weight[5] == network->layers[2].weight[5]);
    plain_append(head, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 2},
                 true);
    CHECK(head->n_layers == 4);
    relif_network_destroy(network);
    relif_network_destroy(head);
}

static void a_kind_has_one_word_and_a_word_one_kind(void)
{
    for (int k = 0; k < RELIF_N_LAYER_KINDS; k++) {
        relif_layer_kind found = RELIF_N_LAYER_KINDS;
        CHECK(relif_layer_kind_from_name(relif_layer_kind_name((relif_layer_kind)k),
                                         &found));
        CHECK((int)found == k);
    }
    const char *unknown[] = {"", "unknown", "conv", "Conv2d", "linear "};
    relif_layer_kind untouched = RELIF_LAYER_AVG_POOL2D;
    for (int i = 0; i < COUNT(unknown); i++)
        CHECK(!relif_layer_kind_from_name(unknown[i], &untouched));
    CHECK(untouched == RELIF_LAYER_AVG_POOL2D);
    CHECK(strcmp(relif_layer_kind_name(RELIF_N_LAYER_KINDS), "unknown") == 0);
}

int main(void)
{
    RUN(a_kernel_that_does_not_fit_is_refused);
    RUN(weights_that_do_not_chain_are_refused);
    RUN(weights_missing_or_too_many_are_refused);
    RUN(numbers_that_are_not_finite_are_refused);
    RUN(a_layer_of_too_many_neurons_is_refused);
    RUN(sizes_beyond_all_integers_are_refused);
    RUN(a_name_is_given_once);
    RUN(a_refused_layer_leaves_room_for_a_good_one);
    RUN(shapes_follow_kernel_stride_and_padding);
    RUN(a_convolution_may_have_more_padding_than_kernel);
    RUN(a_linear_layer_is_a_kernel_as_large_as_its_input);
    RUN(neurons_and_weights_are_counted_over_all_layers);
    RUN(tap_major_rows_are_row_column_input_channel);
    RUN(a_copy_shares_nothing_with_its_original);
    RUN(a_head_is_the_first_layers);
    RUN(a_kind_has_one_word_and_a_word_one_kind);
    relif_network_destroy(NULL);
    return check_result();
}
