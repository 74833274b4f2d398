#include <mpi.h>

#include "check.h"
#include "plain_network.h"
#include "relif/sgd.h"
#include "relif/training.h"

static relif_context *everyone, *alone;
static relif_log *quiet;

enum { SIDE = 8, SIZE = SIDE * SIDE, CLASSES = 4, COUNT = 330 };

static uint8_t labels[COUNT];

/* Noise, brighter in the quarter that the label names. */
static void draw(const void *source, int64_t i, float *pixels)
{
    relif_random random = relif_random_stream(99, (uint64_t)i);
    const uint8_t label = ((const uint8_t *)source)[i];
    for (int p = 0; p < SIZE; p++) {
        const int quarter = (p / SIDE >= SIDE / 2) * 2 + (p % SIDE >= SIDE / 2);
        pixels[p] = (float)(0.6 * relif_random_uniform(&random));
        if (quarter == label) pixels[p] += 0.4f;
    }
}

static relif_training_set toy_set(void)
{
    for (int i = 0; i < COUNT; i++) labels[i] = (uint8_t)(i * 7 % CLASSES);
    return (relif_training_set){COUNT, draw, labels, labels};
}

static relif_network *toy_network(uint64_t seed)
{
    relif_network *network = relif_network_create("toy", (relif_shape){1, SIDE, SIDE});
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_CONV2D,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = 3,
                               .kernel_width = 3,
                               .stride = 1,
                               .padding = 1,
                               .out.channels = 6},
                 true);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_MAX_POOL2D,
                               .kernel_height = 2,
                               .kernel_width = 2,
                               .stride = 2},
                 false);
    plain_append(network,
                 (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = CLASSES},
                 true);
    relif_training_initialize(network, seed);
    return network;
}

static bool same_bits(const relif_network *a, const relif_network *b)
{
    for (int l = 0; l < a->n_layers; l++) {
        const relif_layer *x = &a->layers[l], *y = &b->layers[l];
        const size_t weights = (size_t)relif_layer_weights(x) * sizeof(float);
        const size_t biases = (size_t)x->out.channels * sizeof(float);
        if (x->weight && memcmp(x->weight, y->weight, weights) != 0) return false;
        if (x->bias && memcmp(x->bias, y->bias, biases) != 0) return false;
    }
    return true;
}

static void compare_with_one_rank(const relif_training_options *options)
{
    const relif_training_set set = toy_set();
    relif_network *together = toy_network(3), *single = toy_network(3);
    relif_network *before = toy_network(3);
    relif_training_result of_all, of_one;
    CHECK(relif_training_run(everyone, together, &set, options, quiet, &of_all) ==
          RELIF_OK);
    CHECK(relif_training_run(alone, single, &set, options, quiet, &of_one) == RELIF_OK);
    CHECK(same_bits(together, single));
    CHECK(!same_bits(together, before));
    CHECK(of_all.loss == of_one.loss);
    CHECK(of_all.accuracy == of_one.accuracy);
    relif_network_destroy(together);
    relif_network_destroy(single);
    relif_network_destroy(before);
}

static void any_number_of_ranks_gives_the_bits_of_one(void)
{
    relif_training_options options = relif_training_options_default();
    options.epochs = 2;
    compare_with_one_rank(&options);
    for (int shards = 1; shards <= 6; shards += 2) {
        options.shards = shards;
        options.batch = 30;
        options.clip = 0.5;
        options.weight_decay = 0.001;
        options.schedule = RELIF_SCHEDULE_COSINE;
        compare_with_one_rank(&options);
    }
}

static void a_separable_problem_is_learned(void)
{
    const relif_training_set set = toy_set();
    relif_training_options options = relif_training_options_default();
    options.epochs = 12;
    options.batch = 32;
    relif_network *network = toy_network(1);
    relif_training_result result;
    CHECK(relif_training_run(everyone, network, &set, &options, quiet, &result) ==
          RELIF_OK);
    CHECK(result.accuracy > 0.95);
    CHECK(result.loss < 0.3);
    CHECK(result.seconds > 0 && result.gflops > 0);
    int correct = 0;
    for (int i = 0; i < COUNT; i++) {
        float image[SIZE];
        draw(labels, i, image);
        correct += plain_loss(network, image, labels[i]) < log(2);
    }
    CHECK(correct > 0.95 * COUNT);
    double bits[2] = {result.seconds, -result.seconds};
    MPI_Allreduce(MPI_IN_PLACE, bits, 2, MPI_DOUBLE, MPI_MAX, everyone->comm);
    CHECK(bits[0] == -bits[1]);
    relif_network_destroy(network);
}

static void the_first_step_is_the_rate_times_the_gradient_and_momentum_follows(void)
{
    relif_training_options options = relif_training_options_default();
    options.weight_decay = 0.5;
    relif_sgd *sgd = relif_sgd_create(&options, 2);
    float values[2] = {1, -2};
    const float gradient[2] = {3, 4};
    relif_sgd_step(sgd, 0.1, gradient, values); /* v = 3.5, 3 */
    CHECK_NEAR(values[0], 1 - 0.35, 1e-6);
    CHECK_NEAR(values[1], -2 - 0.3, 1e-6);
    relif_sgd_step(sgd, 0.1, gradient, values); /* v = 0.9 v + 3.325, 0.9 v + 2.85 */
    CHECK_NEAR(values[0], 0.65 - 0.1 * (3.15 + 3.325), 1e-6);
    CHECK_NEAR(values[1], -2.3 - 0.1 * (2.7 + 2.85), 1e-6);
    relif_sgd_destroy(sgd);
    options.weight_decay = 0;
    options.clip = 1;
    sgd = relif_sgd_create(&options, 2);
    values[0] = values[1] = 0;
    relif_sgd_step(sgd, 1.0, gradient, values);
    CHECK_NEAR(values[0], -0.6, 1e-6);
    CHECK_NEAR(values[1], -0.8, 1e-6);
    relif_sgd_destroy(sgd);
}

static void the_schedules_rise_and_fall_as_they_say(void)
{
    relif_training_options options = relif_training_options_default();
    const int64_t steps = 10000;
    CHECK_NEAR(relif_sgd_rate(&options, 0, steps), 0.05 / 25, 1e-6);
    CHECK_NEAR(relif_sgd_rate(&options, 1500, steps), (0.05 / 25 + 0.05) / 2, 1e-4);
    CHECK_NEAR(relif_sgd_rate(&options, 3000, steps), 0.05, 1e-6);
    CHECK_NEAR(relif_sgd_rate(&options, 6500, steps), 0.025, 1e-4);
    CHECK_NEAR(relif_sgd_rate(&options, steps - 1, steps), 0.05 / 1e4, 1e-6);
    options.schedule = RELIF_SCHEDULE_COSINE;
    CHECK_NEAR(relif_sgd_rate(&options, 0, steps), 0.05, 1e-6);
    CHECK_NEAR(relif_sgd_rate(&options, 5000, steps), 0.025, 1e-4);
    CHECK_NEAR(relif_sgd_rate(&options, steps - 1, steps), 0, 1e-6);
    options.schedule = RELIF_SCHEDULE_CONSTANT;
    CHECK(relif_sgd_rate(&options, 17, steps) == 0.05);
}

static void initial_weights_have_the_variance_of_kaiming(void)
{
    relif_network *network = relif_network_create("wide", (relif_shape){50, 1, 1});
    plain_append(network, (relif_layer){.kind = RELIF_LAYER_LINEAR, .out.channels = 400},
                 true);
    relif_training_initialize(network, 1);
    const relif_layer *layer = &network->layers[0];
    double sum = 0, squares = 0;
    for (int i = 0; i < 20000; i++) {
        sum += (double)layer->weight[i];
        squares += (double)layer->weight[i] * (double)layer->weight[i];
    }
    CHECK_NEAR(sum / 20000, 0, 0.006);
    CHECK_NEAR(squares / 20000, 2.0 / 50, 0.002);
    for (int c = 0; c < 400; c++) CHECK(layer->bias[c] == 0);
    relif_network *other = relif_network_copy(network);
    relif_training_initialize(other, 1);
    CHECK(same_bits(network, other));
    relif_training_initialize(other, 2);
    CHECK(!same_bits(network, other));
    relif_network_destroy(other);
    relif_network_destroy(network);
}

static void bad_options_are_named(void)
{
    const relif_training_options good = relif_training_options_default();
    CHECK(relif_training_options_check(&good) == RELIF_OK);
#define BAD(field, value)                                                                \
    do {                                                                                 \
        relif_training_options bad = good;                                               \
        bad.field = (value);                                                             \
        CHECK(relif_training_options_check(&bad) == RELIF_ERR_CONFIG);                   \
        CHECK_TEXT(relif_error_sentence(), "training." #field);                          \
    } while (0)
    BAD(epochs, 0);
    BAD(batch, 0);
    BAD(batch, 63);
    BAD(shards, 0);
    BAD(shards, 5);
    BAD(learning_rate, 0);
    BAD(learning_rate, INFINITY);
    BAD(momentum, 1);
    BAD(momentum, NAN);
    BAD(weight_decay, -1);
    BAD(clip, -1);
    BAD(schedule, (relif_rate_schedule)7);
#undef BAD
}

/* The run must fail with DATA and these words, and leave the network as it was. */
static void expect_failure(const relif_training_set *set,
                           const relif_training_options *options, const char *words)
{
    relif_network *network = toy_network(1), *before = toy_network(1);
    relif_training_result result;
    CHECK(relif_training_run(everyone, network, set, options, quiet, &result) ==
          RELIF_ERR_DATA);
    CHECK_TEXT(relif_error_sentence(), words);
    CHECK(same_bits(network, before));
    relif_network_destroy(network);
    relif_network_destroy(before);
}

static void a_label_without_an_output_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    const relif_training_set set = toy_set();
    labels[5] = CLASSES;
    expect_failure(&set, &options, "label of image 5 is 4");
}

static void a_set_smaller_than_a_batch_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    relif_training_set set = toy_set();
    set.count = 63;
    expect_failure(&set, &options, "63 images");
}

static void a_loss_that_is_not_finite_ends_the_training_on_every_rank(void)
{
    relif_training_options options = relif_training_options_default();
    const relif_training_set set = toy_set();
    options.learning_rate = 1e30;
    options.schedule = RELIF_SCHEDULE_CONSTANT;
    expect_failure(&set, &options, "epoch 1");
}

static void weights_that_are_not_finite_after_the_last_step_are_an_error(void)
{
    relif_training_options options = relif_training_options_default();
    const relif_training_set set = toy_set();
    options.learning_rate = 1e300;
    options.schedule = RELIF_SCHEDULE_CONSTANT;
    options.epochs = 1;
    options.batch = COUNT;
    options.shards = 3;
    expect_failure(&set, &options, "after the last step");
}

static void a_network_without_weights_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    const relif_training_set set = toy_set();
    relif_network *network = relif_network_create("empty", (relif_shape){1, SIDE, SIDE});
    relif_training_result result;
    CHECK(relif_training_run(everyone, network, &set, &options, quiet, &result) ==
          RELIF_ERR_DATA);
    CHECK_TEXT(relif_error_sentence(), "'empty'");
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    everyone = relif_context_create(MPI_COMM_WORLD);
    alone = relif_context_create(MPI_COMM_SELF);
    quiet = relif_log_create(false);
    RUN(any_number_of_ranks_gives_the_bits_of_one);
    RUN(a_separable_problem_is_learned);
    RUN(the_first_step_is_the_rate_times_the_gradient_and_momentum_follows);
    RUN(the_schedules_rise_and_fall_as_they_say);
    RUN(initial_weights_have_the_variance_of_kaiming);
    RUN(bad_options_are_named);
    RUN(a_label_without_an_output_is_refused);
    RUN(a_set_smaller_than_a_batch_is_refused);
    RUN(a_loss_that_is_not_finite_ends_the_training_on_every_rank);
    RUN(weights_that_are_not_finite_after_the_last_step_are_an_error);
    RUN(a_network_without_weights_is_refused);
    relif_log_destroy(quiet);
    relif_context_destroy(alone);
    relif_context_destroy(everyone);
    MPI_Finalize();
    return check_result();
}
