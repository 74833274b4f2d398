#include "relif/normalization.h"

#include "check.h"
#include "plain_network.h"
#include "relif/ann.h"

enum { IMAGES = 37 }; /* not a multiple of the batch */

static float *make_images(const relif_network *network)
{
    const size_t n = IMAGES * (size_t)relif_shape_size(network->input);
    float *images = plain_random_floats(n, 1, 3);
    for (size_t i = 0; i < n; i++) images[i] = fabsf(images[i]);
    return images;
}

static void check_divided(const relif_network *network, const relif_network *scaled,
                          const double *scales, const float *images)
{
    relif_ann *before = relif_ann_create(network), *after = relif_ann_create(scaled);
    relif_ann_forward(before, images);
    relif_ann_forward(after, images);
    for (int l = 0; l < network->n_layers; l++) {
        const int size = relif_shape_size(network->layers[l].out);
        const float *a = relif_ann_activations(before, l);
        const float *b = relif_ann_activations(after, l);
        for (int i = 0; i < RELIF_ANN_BATCH * size; i++)
            CHECK_NEAR(b[i], (double)a[i] / scales[l], 1e-5);
        for (int i = 0; l == network->n_layers - 1 && i < RELIF_ANN_BATCH; i++)
            CHECK(relif_ann_label(a + i * size, size) ==
                  relif_ann_label(b + i * size, size));
    }
    relif_ann_destroy(before);
    relif_ann_destroy(after);
}

static void activations_are_divided_and_labels_unchanged(void)
{
    relif_network *network = plain_small_network();
    float *images = make_images(network);
    double scales[16];
    for (int method = 0; method < RELIF_N_NORMALIZATIONS; method++) {
        relif_normalization_scales(network, (relif_normalization)method, 90, images,
                                   IMAGES, scales);
        relif_network *scaled = relif_normalization_apply(network, scales);
        check_divided(network, scaled, scales, images);
        relif_network_destroy(scaled);
    }
    free(images);
    relif_network_destroy(network);
}

static void the_largest_activation_of_all_images_becomes_one(void)
{
    relif_network *network = plain_small_network();
    float *images = make_images(network);
    const int size = relif_shape_size(network->input);
    double scales[16];
    relif_normalization_scales(network, RELIF_NORMALIZATION_MAX, 100, images, IMAGES,
                               scales);
    for (int l = 0; l < network->n_layers; l++) {
        double largest = 0;
        for (int i = 0; i < IMAGES; i++) {
            double *values = plain_forward(network, images + i * size, l);
            for (int j = 0; j < relif_shape_size(network->layers[l].out); j++)
                largest = fmax(largest, values[j]);
            free(values);
        }
        if (relif_layer_has_weights(&network->layers[l]))
            CHECK_NEAR(scales[l], largest, 1e-5 * largest);
        else
            CHECK(scales[l] == scales[l - 1]);
    }
    free(images);
    relif_network_destroy(network);
}

static void none_leaves_every_bit_as_it_is(void)
{
    relif_network *network = plain_small_network();
    double scales[16];
    relif_normalization_scales(network, RELIF_NORMALIZATION_NONE, 100, NULL, 0, scales);
    relif_network *scaled = relif_normalization_apply(network, scales);
    for (int l = 0; l < network->n_layers; l++) {
        CHECK(scales[l] == 1);
        const size_t n = (size_t)relif_layer_weights(&network->layers[l]);
        CHECK(n == 0 || memcmp(network->layers[l].weight, scaled->layers[l].weight,
                               n * sizeof(float)) == 0);
    }
    relif_network_destroy(scaled);
    relif_network_destroy(network);
}

/* One input, one output, ReLU: the activations are the images themselves. */
static relif_network *identity(float weight)
{
    relif_network *network = relif_network_create("identity", (relif_shape){1, 1, 1});
    relif_layer layer = {.name = "fc",
                         .kind = RELIF_LAYER_LINEAR,
                         .activation = RELIF_ACTIVATION_RELU,
                         .out.channels = 1,
                         .weight = relif_calloc(1, sizeof(float))};
    layer.weight[0] = weight;
    CHECK(relif_network_append(network, &layer) == RELIF_OK);
    return network;
}

static double scale_of(float weight, relif_normalization method, double percentile,
                       const float *images, int n)
{
    relif_network *network = identity(weight);
    double scale = NAN;
    relif_normalization_scales(network, method, percentile, images, n, &scale);
    relif_network_destroy(network);
    return scale;
}

static void the_percentile_of_a_known_set_is_known(void)
{
    float images[100];
    for (int i = 0; i < 100; i++) images[i] = (float)((i * 37) % 100 + 1); /* 1 .. 100 */
    const double exact = 100.0 / 65536;
    for (int p = 1; p <= 100; p++)
        CHECK_NEAR(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, p, images, 100), p, exact);
    CHECK_NEAR(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 99.5, images, 100), 100,
               exact);
    CHECK(scale_of(1, RELIF_NORMALIZATION_MAX, 50, images, 100) == 100);
}

static void zeros_count_among_the_activations(void)
{
    float images[100] = {0};
    for (int i = 0; i < 10; i++) images[10 * i] = (float)(i + 1);
    const double exact = 10.0 / 65536;
    CHECK_NEAR(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 95, images, 100), 5, exact);
    CHECK_NEAR(scale_of(1, RELIF_NORMALIZATION_PERCENTILE, 100, images, 100), 10, exact);
}

static void a_silent_layer_keeps_its_scale(void)
{
    float images[20];
    for (int i = 0; i < 20; i++) images[i] = (float)i;
    CHECK(scale_of(-1, RELIF_NORMALIZATION_MAX, 100, images, 20) == 1);
    CHECK(scale_of(-1, RELIF_NORMALIZATION_PERCENTILE, 99, images, 20) == 1);
    CHECK(scale_of(1, RELIF_NORMALIZATION_MAX, 100, images, 0) == 1);
}

static void methods_have_words_of_their_own(void)
{
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_NONE), "none") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_MAX), "max") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_NORMALIZATION_PERCENTILE),
                 "percentile") == 0);
    CHECK(strcmp(relif_normalization_name(RELIF_N_NORMALIZATIONS), "unknown") == 0);
}

int main(void)
{
    RUN(activations_are_divided_and_labels_unchanged);
    RUN(the_largest_activation_of_all_images_becomes_one);
    RUN(none_leaves_every_bit_as_it_is);
    RUN(the_percentile_of_a_known_set_is_known);
    RUN(zeros_count_among_the_activations);
    RUN(a_silent_layer_keeps_its_scale);
    RUN(methods_have_words_of_their_own);
    return check_result();
}
