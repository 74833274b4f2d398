/*
 * write_run_archive FILE KIND N_IMAGES N_NEURONS: an archive of which everything is known
 * by hand, for the tests of the analysis programs.
 *
 * Ten classes. Image i is of class i mod 10; the ReLU network is wrong (one class up) for
 * i mod 10 = 3 and i < 50; the spiking network moreover calls the images 7 and 17 class
 * 0, and image 17 is silent. Layers conv1 (not recorded), fc1 and fc2 (the output) are
 * there. In fc1 neuron 2 never fires and has no output in either network, and nothing
 * happens at all for image 5; spike counts follow the ReLU outputs with some rounding and
 * noise.
 */
#include <stdio.h>
#include <stdlib.h>

#include "relif/archive.h"
#include "relif/memory.h"

enum { CLASSES = 10, DEAD_NEURON = 2, DARK_IMAGE = 5 };

static relif_err put(relif_archive *archive, const char *path, relif_array_type type,
                     int rank, int64_t rows, int64_t columns, const void *values)
{
    const relif_array array = {.path = path,
                               .type = type,
                               .rank = rank,
                               .dims = {rows, columns},
                               .units = "1",
                               .description = "Values of a test"};
    const bool root = relif_context_is_root(relif_archive_context(archive));
    const int64_t offset[] = {0, 0}, count[] = {root ? rows : 0, columns};
    const relif_err err = relif_archive_declare(archive, &array);
    return err == RELIF_OK ? relif_archive_write(archive, path, offset, count, values)
                           : err;
}

static relif_err put_labels(relif_archive *archive, int64_t n)
{
    int32_t *truth = relif_calloc((size_t)n, 3 * sizeof *truth);
    int32_t *ann = truth + n, *snn = ann + n;
    uint8_t *silent = relif_calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i++) {
        truth[i] = (int32_t)(i % CLASSES);
        ann[i] = i < 50 && truth[i] == 3 ? 4 : truth[i];
        snn[i] = i == 7 || i == 17 ? 0 : ann[i];
        silent[i] = i == 17;
    }
    relif_err err = put(archive, "/labels/true", RELIF_ARRAY_I32, 1, n, 0, truth);
    if (err == RELIF_OK) err = put(archive, "/labels/ann", RELIF_ARRAY_I32, 1, n, 0, ann);
    if (err == RELIF_OK) err = put(archive, "/labels/snn", RELIF_ARRAY_I32, 1, n, 0, snn);
    if (err == RELIF_OK)
        err = put(archive, "/labels/silent", RELIF_ARRAY_U8, 1, n, 0, silent);
    free(truth);
    free(silent);
    return err;
}

/* Numbers 0 .. 1 that look random, the same everywhere. */
static double noise(int64_t a, int64_t b, uint64_t which)
{
    uint64_t x =
        (uint64_t)a * 0x9E3779B97F4A7C15u + (uint64_t)b * 0xBF58476D1CE4E5B9u + which;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return (double)((x ^ (x >> 31)) >> 11) / 9007199254740992.0;
}

static relif_err put_layer(relif_archive *archive, int64_t n, int64_t m)
{
    const size_t size = (size_t)(n * m);
    float *relu = relif_calloc(size, sizeof *relu);
    int32_t *spikes = relif_calloc(size, sizeof *spikes);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < m; j++) {
            const bool dark = i == DARK_IMAGE || j == DEAD_NEURON;
            const double drive = noise(i % CLASSES, j, 1) + 0.4 * noise(i, j, 2) - 0.6;
            const double output = dark || drive < 0 ? 0 : drive;
            relu[i * m + j] = (float)output;
            spikes[i * m + j] = dark ? 0 : (int32_t)(40 * output + 3 * noise(i, j, 3));
        }
    relif_err err =
        put(archive, "/layers/fc1/activations", RELIF_ARRAY_F32, 2, n, m, relu);
    if (err == RELIF_OK)
        err = put(archive, "/layers/fc1/spike_counts", RELIF_ARRAY_I32, 2, n, m, spikes);
    free(relu);
    free(spikes);
    return err;
}

static relif_err write_archive(const relif_context *ctx, const char *path,
                               const char *kind, int64_t n, int64_t m)
{
    static const char *const names[] = {"conv1", "fc1", "fc2"};
    relif_archive *archive = NULL;
    relif_err err = relif_archive_create(ctx, path, kind, true, &archive);
    if (err == RELIF_OK) err = relif_archive_set_int(archive, "/", "n_outputs", CLASSES);
    if (err == RELIF_OK)
        err = relif_archive_write_names(archive, "/layer_names", names, 3, "Layers");
    if (err == RELIF_OK) err = put_labels(archive, n);
    if (err == RELIF_OK) err = put_layer(archive, n, m);
    if (err == RELIF_OK) err = relif_archive_commit(archive);
    relif_archive_close(archive);
    return err;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_err err = RELIF_ERR_USAGE;
    if (argc == 5)
        err = write_archive(ctx, argv[1], argv[2], atoll(argv[3]), atoll(argv[4]));
    if (err != RELIF_OK) fprintf(stderr, "%s\n", relif_error_sentence());
    relif_context_destroy(ctx);
    MPI_Finalize();
    return err == RELIF_OK ? 0 : 1;
}
