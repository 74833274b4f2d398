/*
 * write_coding_archive FILE WHAT: an archive with coding times of which everything is
 * known by hand. WHAT: "sound"; "spike", one spike is missing; "charge", a little charge
 * is; "leaky", 0.5 and 1.5 of charge have leaked from neuron 0, minus half as much from
 * neuron 1; "leak", a little less is said to have; "reset", no arrived charge; "none", no
 * coding times.
 *
 * dt 0.01 s, k 10 Hz, times 0.5 and 2 s, 4 images, 3 inputs, layers conv1 (not recorded)
 * and fc1 of 2 neurons with V_th 0.5, C_m 2 (slope 1, so their product changes nothing)
 * and scale 2: a ReLU output of 1 stands for 5 Hz. In every image the inputs are 0, 0.35
 * and 1, the ReLU outputs 1.1 and -3; the counts of neuron 0 are 2 and 12: 4 and 6 Hz
 * beside 5.5 Hz. Its potentials are 0.25 and 0.125, so 2.5 and 12.25 of charge arrived.
 * Neuron 1 never fires: -1 and -4 of charge. Of the 4 labels 3 and 1 differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/archive.h"

enum { TIMES = 2, IMAGES = 4, INPUTS = 3, NEURONS = 2 };

static relif_err failure;

static void put(relif_archive *archive, const char *path, relif_array_type type, int rank,
                const int64_t *dims, const void *values)
{
    relif_array array = {.path = path,
                         .type = type,
                         .rank = rank,
                         .units = "1",
                         .description = "Values of a test"};
    const int64_t offset[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < rank; d++) array.dims[d] = dims[d];
    if (failure == RELIF_OK) failure = relif_archive_declare(archive, &array);
    if (failure == RELIF_OK)
        failure = relif_archive_write(archive, path, offset, dims, values);
}

static void set(relif_archive *archive, const char *path, const char *name, double value)
{
    if (failure == RELIF_OK)
        failure = relif_archive_set_double(archive, path, name, value);
}

static void put_facts(relif_archive *archive)
{
    static const char *const names[] = {"conv1", "fc1"};
    const int64_t images = IMAGES, neurons = NEURONS;
    const int32_t ann[] = {1, 2, 3, 4};
    const double c_m[] = {2, 2}, v_th[] = {0.5, 0.5}, slope[] = {1, 1};
    failure = relif_archive_write_names(archive, "/layer_names", names, 2, "Layers");
    set(archive, "/", "dt", 0.01);
    set(archive, "/", "coding_range", 10);
    put(archive, "/labels/ann", RELIF_ARRAY_I32, 1, &images, ann);
    put(archive, "/mapping/fc1/C_m", RELIF_ARRAY_F64, 1, &neurons, c_m);
    put(archive, "/mapping/fc1/V_th", RELIF_ARRAY_F64, 1, &neurons, v_th);
    put(archive, "/mapping/fc1/slope", RELIF_ARRAY_F64, 1, &neurons, slope);
    set(archive, "/mapping/fc1", "scale", 2);
}

static void put_input(relif_archive *archive)
{
    const int64_t dims[] = {TIMES, IMAGES, INPUTS};
    int32_t counts[TIMES][IMAGES][INPUTS];
    float values[IMAGES][INPUTS];
    for (int i = 0; i < IMAGES; i++) {
        memcpy(values[i], (const float[]){0, 0.35F, 1}, sizeof values[i]);
        memcpy(counts[0][i], (const int32_t[]){0, 1, 5}, sizeof counts[0][i]);
        memcpy(counts[1][i], (const int32_t[]){0, 7, 20}, sizeof counts[1][i]);
    }
    put(archive, "/coding_error/input/counts", RELIF_ARRAY_I32, 3, dims, counts);
    put(archive, "/coding_error/input/values", RELIF_ARRAY_F32, 2, dims + 1, values);
}

/* What has leaked at the coding times, of one neuron; as much more has arrived. */
static const double leaks[TIMES][NEURONS] = {{0.5, -0.25}, {1.5, -0.75}};

static void put_leak(relif_archive *archive, const char *what)
{
    const int64_t dims[] = {TIMES, IMAGES, NEURONS};
    double leaked[TIMES][IMAGES][NEURONS];
    for (int c = 0; c < TIMES; c++)
        for (int i = 0; i < IMAGES; i++)
            memcpy(leaked[c][i], leaks[c], sizeof leaked[c][i]);
    if (strcmp(what, "leak") == 0) leaked[1][1][0] -= 0.001;
    put(archive, "/coding_error/fc1/leaked_charge", RELIF_ARRAY_F64, 3, dims, leaked);
}

static void put_layer(relif_archive *archive, const char *what)
{
    const int64_t dims[] = {TIMES, IMAGES, NEURONS};
    int32_t counts[TIMES][IMAGES][NEURONS] = {0};
    float potentials[TIMES][IMAGES][NEURONS], activations[IMAGES][NEURONS];
    double arrived[TIMES][IMAGES][NEURONS];
    const bool leaky = strncmp(what, "leak", 4) == 0;
    for (int i = 0; i < IMAGES; i++) {
        memcpy(activations[i], (const float[]){1.1F, -3}, sizeof activations[i]);
        counts[0][i][0] = 2;
        counts[1][i][0] = 12;
        memcpy(potentials[0][i], (const float[]){0.25F, -0.5F}, sizeof potentials[0][i]);
        memcpy(potentials[1][i], (const float[]){0.125F, -2}, sizeof potentials[1][i]);
        memcpy(arrived[0][i], (const double[]){2.5, -1}, sizeof arrived[0][i]);
        memcpy(arrived[1][i], (const double[]){12.25, -4}, sizeof arrived[1][i]);
    }
    for (int i = 0; leaky && i < IMAGES; i++)
        for (int n = 0; n < NEURONS; n++) {
            arrived[0][i][n] += leaks[0][n];
            arrived[1][i][n] += leaks[1][n];
        }
    if (strcmp(what, "spike") == 0) counts[0][3][0] = 1;
    if (strcmp(what, "charge") == 0) arrived[1][2][1] -= 0.001;
    put(archive, "/layers/fc1/activations", RELIF_ARRAY_F32, 2, dims + 1, activations);
    put(archive, "/coding_error/fc1/counts", RELIF_ARRAY_I32, 3, dims, counts);
    put(archive, "/coding_error/fc1/potential", RELIF_ARRAY_F32, 3, dims, potentials);
    if (strcmp(what, "reset") != 0)
        put(archive, "/coding_error/fc1/arrived_charge", RELIF_ARRAY_F64, 3, dims,
            arrived);
    else if (failure == RELIF_OK)
        failure =
            relif_archive_set_text(archive, "/coding_error/fc1", "no_arrived_charge",
                                   "it needs neuron.reset: linear");
    if (leaky) put_leak(archive, what);
}

static void put_times(relif_archive *archive)
{
    const int64_t dims[] = {TIMES, IMAGES};
    const double times[] = {0.5, 2};
    const int32_t labels[TIMES][IMAGES] = {{1, 0, 0, 0}, {1, 2, 3, 0}};
    put(archive, "/coding_error/coding_times", RELIF_ARRAY_F64, 1, dims, times);
    put(archive, "/coding_error/labels", RELIF_ARRAY_I32, 2, dims, labels);
    set(archive, "/coding_error", "v_init", 0);
    if (failure == RELIF_OK)
        failure = relif_archive_set_text(archive, "/coding_error", "simulations",
                                         "one for all coding times");
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_archive *archive = NULL;
    failure = argc == 3 ? relif_archive_create(ctx, argv[1], "run", true, &archive)
                        : RELIF_ERR_USAGE;
    if (failure == RELIF_OK) {
        put_facts(archive);
        if (strcmp(argv[2], "none") != 0) {
            put_times(archive);
            put_input(archive);
            put_layer(archive, argv[2]);
        }
    }
    if (failure == RELIF_OK) failure = relif_archive_commit(archive);
    if (failure != RELIF_OK) fprintf(stderr, "%s\n", relif_error_sentence());
    relif_archive_close(archive);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return failure == RELIF_OK ? 0 : 1;
}
