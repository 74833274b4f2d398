/* The tally of a set, held to the plain loss image by image. */
#include "relif/validation.h"

#include <mpi.h>

#include "check.h"
#include "plain_network.h"

static relif_context *everyone, *alone;

enum { PIECE = 4 };

static void pixels_of(const void *source, int64_t i, float *pixels)
{
    const int size = *(const int *)source;
    float *drawn = plain_random_floats((size_t)size, 1.0, 100 + (uint64_t)i);
    memcpy(pixels, drawn, (size_t)size * sizeof *pixels);
    free(drawn);
}

static relif_tally tally_of(relif_validation *validation, const float *values)
{
    while (relif_validation_advance(validation, values)) {
    }
    return relif_validation_end(validation);
}

static void check_set(int count)
{
    relif_network *network = plain_small_network();
    relif_parameters *parameters = relif_parameters_create(network);
    const int size = relif_shape_size(network->input);
    float *values = relif_calloc((size_t)parameters->count, sizeof *values);
    float *image = relif_calloc((size_t)size, sizeof *image);
    uint8_t labels[64];
    for (int i = 0; i < count; i++) labels[i] = (uint8_t)(i * 5 % 4);
    const relif_image_set set = {count, pixels_of, &size, labels};
    relif_parameters_read(parameters, network, values);
    relif_backpropagation *bp = relif_backpropagation_create(network, parameters, PIECE);
    relif_validation *together = relif_validation_create(everyone, &set, bp);
    relif_validation *single = relif_validation_create(alone, &set, bp);
    const relif_tally all = tally_of(together, values);
    const relif_tally one = tally_of(single, values);
    double loss = 0;
    for (int i = 0; i < count; i++) {
        pixels_of(&size, i, image);
        loss += plain_loss(network, image, labels[i]);
    }
    CHECK_NEAR(all.loss, loss, 1e-5 * count);
    CHECK(all.loss == one.loss && all.correct == one.correct);
    CHECK(all.correct >= 0 && all.correct <= count);
    const relif_tally again = tally_of(together, values);
    CHECK(again.loss == all.loss && again.correct == all.correct);
    relif_validation_destroy(together);
    relif_validation_destroy(single);
    relif_backpropagation_destroy(bp);
    relif_parameters_destroy(parameters);
    relif_network_destroy(network);
    free(values);
    free(image);
}

static void any_number_of_ranks_and_images_gives_the_tally_of_the_set(void)
{
    check_set(1);
    check_set(PIECE);
    check_set(5 * PIECE + 3);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    everyone = relif_context_create(MPI_COMM_WORLD);
    alone = relif_context_create(MPI_COMM_SELF);
    RUN(any_number_of_ranks_and_images_gives_the_tally_of_the_set);
    relif_validation_destroy(NULL);
    relif_context_destroy(alone);
    relif_context_destroy(everyone);
    MPI_Finalize();
    return check_result();
}
