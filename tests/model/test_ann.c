#include "check.h"
#include "plain_network.h"
#include "relif/ann.h"
#include "relif/dense.h"

static float *random_images(const relif_network *network, uint64_t seed)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    return plain_random_floats(RELIF_ANN_BATCH * size, 1.0, seed);
}

static void check_layer(const relif_network *network, const relif_ann *ann,
                        const float *images, int l)
{
    const int size = relif_shape_size(network->layers[l].out);
    const int pixels = relif_shape_size(network->input);
    for (int i = 0; i < RELIF_ANN_BATCH; i++) {
        double *expected = plain_forward(network, images + i * pixels, l);
        const float *found = relif_ann_activations(ann, l) + i * size;
        double scale = 0;
        for (int j = 0; j < size; j++) scale = fmax(scale, fabs(expected[j]));
        for (int j = 0; j < size; j++) CHECK_NEAR(found[j], expected[j], 1e-5 * scale);
        free(expected);
    }
}

static void every_layer_of_every_image_equals_the_plain_loops(void)
{
    relif_network *network = plain_small_network();
    relif_ann *ann = relif_ann_create(network);
    float *images = random_images(network, 1);
    relif_ann_forward(ann, images);
    for (int l = 0; l < network->n_layers; l++) check_layer(network, ann, images, l);
    free(images);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

static void as_lif_neurons_answer_with_a_slope_up_to_a_ceiling(void)
{
    relif_network *network = plain_small_network();
    const double slopes[] = {0.5, 1, 2, 1, 0.25, 3, 20}, ceiling = 0.4;
    const int last = network->n_layers - 1, size = relif_shape_size(network->input);
    relif_ann *ann = relif_ann_create(network);
    float *images = random_images(network, 4);
    relif_ann_answer_as_lif(ann, slopes, ceiling);
    relif_ann_forward(ann, images);
    int cut = 0, beyond = 0;
    for (int i = 0; i < RELIF_ANN_BATCH; i++) {
        double *values = relif_calloc((size_t)size, sizeof *values);
        for (int j = 0; j < size; j++)
            values[j] = fmin((double)images[i * size + j], ceiling);
        for (int l = 0; l <= last; l++) {
            const int n = relif_shape_size(network->layers[l].out);
            double *next = plain_layer(&network->layers[l], values);
            for (int j = 0; j < n; j++) {
                next[j] *= slopes[l];
                beyond += l == last && next[j] > ceiling;
                cut += l < last && next[j] > ceiling;
                if (l < last) next[j] = fmin(next[j], ceiling);
                CHECK_NEAR(relif_ann_activations(ann, l)[i * n + j], next[j],
                           1e-5 * slopes[l]);
            }
            free(values);
            values = next;
        }
        free(values);
    }
    CHECK(cut > 50 && beyond > 5);
    free(images);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

static void a_layer_larger_than_the_workspace_equals_the_plain_loops(void)
{
    relif_network *network = relif_network_create("large", (relif_shape){24, 40, 50});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 3,
                               .kernel_width = 3,
                               .stride = 1,
                               .padding = 1,
                               .out.channels = 2},
                 true);
    const relif_layer *layer = &network->layers[0];
    const size_t workspace = relif_dense_workspace(layer, RELIF_ANN_BATCH);
    const size_t whole = (size_t)(RELIF_ANN_BATCH * 40 * 50) * (24 * 9);
    CHECK(workspace < whole && workspace * sizeof(float) <= 32u << 20);
    relif_ann *ann = relif_ann_create(network);
    float *images = random_images(network, 2);
    relif_ann_forward(ann, images);
    check_layer(network, ann, images, 0);
    free(images);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

static void a_padded_kernel_as_large_as_the_input_has_several_positions(void)
{
    relif_network *network = relif_network_create("padded", (relif_shape){2, 3, 4});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .kernel_height = 3,
                               .kernel_width = 4,
                               .stride = 1,
                               .padding = 1,
                               .out.channels = 5},
                 false);
    relif_ann *ann = relif_ann_create(network);
    float *images = random_images(network, 8);
    relif_ann_forward(ann, images);
    check_layer(network, ann, images, 0);
    free(images);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

static void a_linear_layer_sees_channel_row_column_order(void)
{
    enum { CHANNELS = 3, HEIGHT = 2, WIDTH = 4, SIZE = CHANNELS * HEIGHT * WIDTH };
    relif_network *network =
        relif_network_create("identity", (relif_shape){CHANNELS, HEIGHT, WIDTH});
    relif_layer layer = {.name = "fc",
                         .kind = RELIF_LAYER_LINEAR,
                         .weight = relif_calloc(SIZE * SIZE, sizeof(float)),
                         .out.channels = SIZE};
    for (int i = 0; i < SIZE; i++) layer.weight[i * SIZE + i] = 1;
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    relif_ann *ann = relif_ann_create(network);
    float *images = random_images(network, 3);
    relif_ann_forward(ann, images);
    const float *outputs = relif_ann_activations(ann, 0);
    for (int c = 0; c < CHANNELS; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                CHECK(outputs[(c * HEIGHT + y) * WIDTH + x] ==
                      images[(y * WIDTH + x) * CHANNELS + c]);
    free(images);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

/* Outputs of the small network for one image, alone or among others. */
static void forward_at(const relif_network *network, const float *image, int place,
                       const float *others, float *outputs)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    const int last = network->n_layers - 1;
    const size_t n = (size_t)relif_shape_size(network->layers[last].out);
    relif_ann *ann = relif_ann_create(network);
    float *images = relif_calloc(RELIF_ANN_BATCH * size, sizeof *images);
    if (others) memcpy(images, others, RELIF_ANN_BATCH * size * sizeof *images);
    memcpy(images + (size_t)place * size, image, size * sizeof *images);
    relif_ann_forward(ann, images);
    memcpy(outputs, relif_ann_activations(ann, last) + (size_t)place * n,
           n * sizeof *outputs);
    free(images);
    relif_ann_destroy(ann);
}

static void the_bits_of_an_image_at_one_place_do_not_depend_on_the_others(void)
{
    relif_network *network = plain_small_network();
    float *others = random_images(network, 4);
    float *image = random_images(network, 5);
    float alone[4], among[4];
    for (int place = 0; place < RELIF_ANN_BATCH; place++) {
        forward_at(network, image, place, NULL, alone);
        forward_at(network, image, place, others, among);
        CHECK(memcmp(alone, among, sizeof alone) == 0);
    }
    free(others);
    free(image);
    relif_network_destroy(network);
}

static void the_place_in_the_batch_changes_the_rounding_at_most(void)
{
    relif_network *network = plain_small_network();
    float *others = random_images(network, 4);
    float *image = random_images(network, 5);
    float first[4], later[4];
    forward_at(network, image, 0, others, first);
    for (int place = 1; place < RELIF_ANN_BATCH; place++) {
        forward_at(network, image, place, others, later);
        for (int j = 0; j < 4; j++) CHECK_NEAR(first[j], later[j], 1e-5);
    }
    free(others);
    free(image);
    relif_network_destroy(network);
}

static void values_that_are_no_numbers_are_not_lost(void)
{
    relif_network *network = plain_small_network();
    float *images = random_images(network, 6);
    images[0] = NAN;
    relif_ann *ann = relif_ann_create(network);
    relif_ann_forward(ann, images);
    CHECK(isnan(relif_ann_activations(ann, network->n_layers - 1)[0]));
    relif_ann_destroy(ann);
    free(images);
    relif_network_destroy(network);
}

static void max_pooling_keeps_what_is_no_number(void)
{
    relif_network *network = relif_network_create("pool", (relif_shape){1, 2, 2});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                               .kernel_height = 2,
                               .kernel_width = 2,
                               .stride = 2},
                 false);
    relif_ann *ann = relif_ann_create(network);
    float images[RELIF_ANN_BATCH * 4] = {0};
    for (int i = 0; i < 4; i++) images[4 * i + i] = NAN;
    relif_ann_forward(ann, images);
    const float *outputs = relif_ann_activations(ann, 0);
    for (int i = 0; i < RELIF_ANN_BATCH; i++)
        CHECK(i < 4 ? isnan(outputs[i]) : outputs[i] == 0);
    relif_ann_destroy(ann);
    relif_network_destroy(network);
}

static void the_label_is_the_first_of_the_largest(void)
{
    CHECK(relif_ann_label((float[]){1, 3, 3, 2}, 4) == 1);
    CHECK(relif_ann_label((float[]){0, 0, 0}, 3) == 0);
    CHECK(relif_ann_label((float[]){-3, -2, -1}, 3) == 2);
    CHECK(relif_ann_label((float[]){5}, 1) == 0);
}

int main(void)
{
    RUN(every_layer_of_every_image_equals_the_plain_loops);
    RUN(as_lif_neurons_answer_with_a_slope_up_to_a_ceiling);
    RUN(a_layer_larger_than_the_workspace_equals_the_plain_loops);
    RUN(a_padded_kernel_as_large_as_the_input_has_several_positions);
    RUN(a_linear_layer_sees_channel_row_column_order);
    RUN(the_bits_of_an_image_at_one_place_do_not_depend_on_the_others);
    RUN(the_place_in_the_batch_changes_the_rounding_at_most);
    RUN(values_that_are_no_numbers_are_not_lost);
    RUN(max_pooling_keeps_what_is_no_number);
    RUN(the_label_is_the_first_of_the_largest);
    relif_ann_destroy(NULL);
    return check_result();
}
