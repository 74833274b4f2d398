#include <mpi.h>

#include "check.h"
#include "plain_network.h"
#include "relif/initialization.h"
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

static relif_image_set toy_set(void)
{
    for (int i = 0; i < COUNT; i++) labels[i] = (uint8_t)(i * 7 % CLASSES);
    return (relif_image_set){COUNT, draw, labels, labels};
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
    relif_initialize(network, RELIF_INITIALIZATION_KAIMING, seed);
    return network;
}

/* A whole training; validation may be NULL. */
static relif_err train(const relif_context *ctx, relif_network *network,
                       const relif_image_set *learn, const relif_image_set *validation,
                       const relif_training_options *options,
                       relif_training_result *result)
{
    relif_training_sets sets = {.learn = *learn};
    relif_training *training = NULL;
    if (validation) sets.validation = *validation;
    relif_err err = relif_training_create(ctx, network, &sets, options, quiet, &training);
    while (err == RELIF_OK && !relif_training_finished(training))
        err = relif_training_step(training);
    if (err == RELIF_OK) err = relif_training_finish(training, network, result);
    relif_training_destroy(training);
    return err;
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
    const relif_image_set set = toy_set();
    relif_network *together = toy_network(3), *single = toy_network(3);
    relif_network *before = toy_network(3);
    relif_training_result of_all = {0}, of_one = {0};
    CHECK(train(everyone, together, &set, NULL, options, &of_all) == RELIF_OK);
    CHECK(train(alone, single, &set, NULL, options, &of_one) == RELIF_OK);
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
        options.sgd.clip = 0.5;
        options.sgd.weight_decay = 0.001;
        options.rate.schedule = RELIF_SCHEDULE_COSINE;
        compare_with_one_rank(&options);
    }
}

static void a_separable_problem_is_learned(void)
{
    const relif_image_set set = toy_set();
    relif_training_options options = relif_training_options_default();
    options.epochs = 12;
    options.batch = 32;
    relif_network *network = toy_network(1);
    relif_training_result result;
    CHECK(train(everyone, network, &set, NULL, &options, &result) == RELIF_OK);
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

/* The images of the toy set with wrong labels: whoever learns right does badly, so that
 * an early epoch is the best one. */
static relif_image_set wrong_set(void)
{
    static uint8_t wrong[COUNT];
    relif_image_set set = toy_set();
    for (int i = 0; i < COUNT; i++) wrong[i] = (uint8_t)((labels[i] + 1) % CLASSES);
    set.labels = wrong;
    return set;
}

static void the_weights_of_the_best_epoch_are_kept(void)
{
    const relif_image_set set = toy_set(), validation = wrong_set();
    relif_training_options options = relif_training_options_default();
    options.epochs = 4;
    options.batch = 30;
    options.shards = 3;
    relif_network *best = toy_network(3), *first = toy_network(3), *last = toy_network(3);
    relif_training_result of_best, of_first, of_last;
    CHECK(train(everyone, last, &set, &validation, &options, &of_last) == RELIF_OK);
    CHECK(of_last.kept_epoch == 4);
    options.keep = RELIF_KEEP_BEST;
    CHECK(train(everyone, best, &set, &validation, &options, &of_best) == RELIF_OK);
    CHECK(of_best.kept_epoch < 4);
    CHECK(of_best.validation_accuracy > of_last.validation_accuracy);
    /* the same schedule, ended after that epoch */
    relif_training_sets sets = {.learn = set, .validation = validation};
    relif_training *training = NULL;
    options.keep = RELIF_KEEP_LAST;
    CHECK(relif_training_create(everyone, first, &sets, &options, quiet, &training) ==
          RELIF_OK);
    while (relif_training_step_count(training) < of_best.kept_epoch * (COUNT / 30))
        CHECK(relif_training_step(training) == RELIF_OK);
    CHECK(relif_training_finish(training, first, &of_first) == RELIF_OK);
    relif_training_destroy(training);
    CHECK(same_bits(best, first));
    CHECK(!same_bits(best, last));
    relif_network_destroy(best);
    relif_network_destroy(first);
    relif_network_destroy(last);
}

static void a_training_is_as_long_as_its_steps_say(void)
{
    const relif_image_set set = toy_set();
    relif_training_options options = relif_training_options_default();
    options.steps = 13; /* a batch of 64 makes 5 steps an epoch */
    relif_network *network = toy_network(3);
    relif_training_sets sets = {.learn = set};
    relif_training *training = NULL;
    CHECK(relif_training_create(everyone, network, &sets, &options, quiet, &training) ==
          RELIF_OK);
    CHECK(relif_training_steps(training) == 13);
    while (!relif_training_finished(training))
        CHECK(relif_training_step(training) == RELIF_OK);
    relif_training_result result;
    CHECK(relif_training_finish(training, network, &result) == RELIF_OK);
    CHECK(result.kept_epoch == 3);
    CHECK(isnan(result.validation_accuracy));
    relif_training_destroy(training);
    relif_network_destroy(network);
}

/* Steps that a training takes, validation included. */
static void run_some(relif_training *training, int calls)
{
    for (int i = 0; i < calls && !relif_training_finished(training); i++)
        CHECK(relif_training_step(training) == RELIF_OK);
}

/* The network after a training that all ranks begin and each goes on with alone. */
static relif_network *interrupted_after(int calls, const relif_training_sets *sets,
                                        const relif_training_options *options,
                                        relif_training_result *result)
{
    relif_network *network = toy_network(3);
    relif_training *first = NULL, *second = NULL;
    relif_state *state = relif_state_create();
    CHECK(relif_training_create(everyone, network, sets, options, quiet, &first) ==
          RELIF_OK);
    CHECK(relif_training_create(alone, network, sets, options, quiet, &second) ==
          RELIF_OK);
    run_some(first, calls);
    relif_training_save(first, state);
    CHECK(relif_training_restore(second, state) == RELIF_OK);
    relif_state_destroy(state);
    relif_training_destroy(first);
    run_some(second, 1000);
    CHECK(relif_training_finish(second, network, result) == RELIF_OK);
    relif_training_destroy(second);
    return network;
}

static void a_training_goes_on_from_any_step_on_any_number_of_ranks(void)
{
    relif_training_sets sets = {.learn = toy_set(), .validation = wrong_set()};
    relif_training_options options = relif_training_options_default();
    options.epochs = 4;
    options.keep = RELIF_KEEP_BEST;
    relif_network *whole = toy_network(3);
    relif_training_result of_whole, of_parts;
    CHECK(train(alone, whole, &sets.learn, &sets.validation, &options, &of_whole) ==
          RELIF_OK);
    CHECK(of_whole.kept_epoch < 4);
    /* 5 steps an epoch, then a validation of some calls */
    for (int calls = 0; calls < 108; calls += 9) {
        relif_network *parts = interrupted_after(calls, &sets, &options, &of_parts);
        CHECK(same_bits(whole, parts));
        CHECK(of_parts.loss == of_whole.loss && of_parts.accuracy == of_whole.accuracy);
        CHECK(of_parts.validation_accuracy == of_whole.validation_accuracy);
        CHECK(of_parts.kept_epoch == of_whole.kept_epoch);
        relif_network_destroy(parts);
    }
    relif_network_destroy(whole);
}

static void an_epoch_sees_every_image(void)
{
    const relif_image_set set = toy_set();
    relif_training_options options = relif_training_options_default();
    options.epochs = 1;
    options.batch = 30;
    options.shards = 3;
    options.rate.peak = 1e-20; /* the network stays as it is */
    relif_network *network = toy_network(1);
    double loss = 0;
    for (int i = 0; i < COUNT; i++) {
        float image[SIZE];
        draw(labels, i, image);
        loss += plain_loss(network, image, labels[i]);
    }
    relif_training_result result;
    CHECK(train(everyone, network, &set, NULL, &options, &result) == RELIF_OK);
    CHECK_NEAR(result.loss, loss / COUNT, 1e-5);
    relif_network_destroy(network);
}

static void the_state_of_another_training_is_refused(void)
{
    relif_training_sets sets = {.learn = toy_set()};
    const relif_training_options options = relif_training_options_default();
    relif_network *network = toy_network(3);
    relif_training *training = NULL;
    CHECK(relif_training_create(everyone, network, &sets, &options, quiet, &training) ==
          RELIF_OK);
    relif_state *state = relif_state_create();
    CHECK(relif_training_restore(training, state) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "steps_done");
    relif_state_destroy(state);
    relif_training_destroy(training);
    relif_network_destroy(network);
}

static void the_best_weights_need_a_validation_set(void)
{
    const relif_image_set set = toy_set();
    relif_training_options options = relif_training_options_default();
    relif_network *network = toy_network(3);
    relif_training_result result;
    options.keep = RELIF_KEEP_BEST;
    CHECK(train(everyone, network, &set, NULL, &options, &result) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "training.validation");
    relif_network_destroy(network);
}

static void bad_options_are_named(void)
{
    const relif_training_options good = relif_training_options_default();
    CHECK(relif_training_options_check(&good) == RELIF_OK);
#define BAD(field, key, value)                                                           \
    do {                                                                                 \
        relif_training_options bad = good;                                               \
        bad.field = (value);                                                             \
        CHECK(relif_training_options_check(&bad) == RELIF_ERR_CONFIG);                   \
        CHECK_TEXT(relif_error_sentence(), "training." key " is ");                      \
    } while (0)
    BAD(epochs, "epochs", 0);
    BAD(steps, "steps", -1);
    BAD(batch, "batch", 0);
    BAD(batch, "batch", 63);
    BAD(shards, "shards", 0);
    BAD(initialization, "initialization", RELIF_N_INITIALIZATIONS);
    BAD(keep, "keep", RELIF_N_KEEPS);
    BAD(rate.peak, "learning_rate", 0);
    BAD(rate.peak, "learning_rate", INFINITY);
    BAD(rate.schedule, "schedule", RELIF_N_SCHEDULES);
    BAD(rate.warm_up, "warm_up", 1);
    BAD(rate.warm_up, "warm_up", -0.1);
    BAD(rate.decay, "decay", 0);
    BAD(rate.decay, "decay", 1.5);
    BAD(rate.decay_every, "decay_every", 0);
    BAD(sgd.momentum, "momentum", 1);
    BAD(sgd.momentum, "momentum", NAN);
    BAD(sgd.weight_decay, "weight_decay", -1);
    BAD(sgd.clip, "clip", -1);
#undef BAD
}

/* The run must fail with DATA and these words, and leave the network as it was. */
static void expect_failure(const relif_image_set *set,
                           const relif_training_options *options, const char *words)
{
    relif_network *network = toy_network(1), *before = toy_network(1);
    relif_training_result result;
    CHECK(train(everyone, network, set, NULL, options, &result) == RELIF_ERR_DATA);
    CHECK_TEXT(relif_error_sentence(), words);
    CHECK(same_bits(network, before));
    relif_network_destroy(network);
    relif_network_destroy(before);
}

static void a_label_without_an_output_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    const relif_image_set set = toy_set();
    labels[5] = CLASSES;
    expect_failure(&set, &options, "label of image 5 is 4");
}

static void a_set_smaller_than_a_batch_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    relif_image_set set = toy_set();
    set.count = 63;
    expect_failure(&set, &options, "63 images");
}

static void a_loss_that_is_not_finite_ends_the_training_on_every_rank(void)
{
    relif_training_options options = relif_training_options_default();
    const relif_image_set set = toy_set();
    options.rate.peak = 1e30;
    options.rate.schedule = RELIF_SCHEDULE_CONSTANT;
    expect_failure(&set, &options, "epoch 1");
}

static void weights_that_are_not_finite_after_the_last_step_are_an_error(void)
{
    relif_training_options options = relif_training_options_default();
    const relif_image_set set = toy_set();
    options.rate.peak = 1e300;
    options.rate.schedule = RELIF_SCHEDULE_CONSTANT;
    options.epochs = 1;
    options.batch = COUNT;
    options.shards = 3;
    expect_failure(&set, &options, "after the last step");
}

static void a_network_without_weights_is_refused(void)
{
    const relif_training_options options = relif_training_options_default();
    const relif_image_set set = toy_set();
    relif_network *network = relif_network_create("empty", (relif_shape){1, SIDE, SIDE});
    relif_training_result result;
    CHECK(train(everyone, network, &set, NULL, &options, &result) == RELIF_ERR_DATA);
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
    RUN(the_weights_of_the_best_epoch_are_kept);
    RUN(a_training_is_as_long_as_its_steps_say);
    RUN(a_training_goes_on_from_any_step_on_any_number_of_ranks);
    RUN(an_epoch_sees_every_image);
    RUN(the_state_of_another_training_is_refused);
    RUN(the_best_weights_need_a_validation_set);
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
