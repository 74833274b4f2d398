/* What relif-correlate writes, read back and compared with plain sums. */
#include <mpi.h>
#include <unistd.h>

#include "check.h"
#include "correlation_output.h"
#include "relif/correlation.h"
#include "relif/memory.h"

enum { IMAGES = 7, NEURONS = 5, FIRST = 2, CHOSEN = 4 };
enum { DEAD_NEURON = 2, DARK_IMAGE = 4 };

static relif_context *ctx;
static const char run_path[] = "test_correlation_output_run.h5";
static const char output_path[] = "test_correlation_output.h5";

/* Multiples of 1/4096: exact in float, too. */
static double relu_at(int image, int neuron)
{
    if (image == DARK_IMAGE || neuron == DEAD_NEURON) return 0;
    return floor(4096 * fabs(sin(1 + 3.7 * image + 11.3 * neuron))) / 4096;
}

static int spikes_at(int image, int neuron)
{
    return (int)(20 * relu_at(image, neuron) + (image != DARK_IMAGE) * (neuron % 2));
}

static void put(relif_archive *archive, const char *path, relif_array_type type,
                const void *values)
{
    const relif_array array = {.path = path,
                               .type = type,
                               .rank = 2,
                               .dims = {IMAGES, NEURONS},
                               .units = "1",
                               .description = "Values of a test"};
    const int64_t offset[] = {0, 0};
    const int64_t count[] = {relif_context_is_root(ctx) ? IMAGES : 0, NEURONS};
    CHECK(relif_archive_declare(archive, &array) == RELIF_OK);
    CHECK(relif_archive_write(archive, path, offset, count, values) == RELIF_OK);
}

static void write_run(void)
{
    static const char *const names[] = {"fc1", "fc2"};
    float relu[IMAGES * NEURONS];
    int32_t spikes[IMAGES * NEURONS];
    for (int i = 0; i < IMAGES; i++)
        for (int j = 0; j < NEURONS; j++) {
            relu[i * NEURONS + j] = (float)relu_at(i, j);
            spikes[i * NEURONS + j] = spikes_at(i, j);
        }
    relif_archive *archive = NULL;
    CHECK(relif_archive_create(ctx, run_path, "run", true, &archive) == RELIF_OK);
    CHECK(relif_archive_write_names(archive, "/layer_names", names, 2, "Layers") ==
          RELIF_OK);
    put(archive, "/layers/fc1/activations", RELIF_ARRAY_F32, relu);
    put(archive, "/layers/fc1/spike_counts", RELIF_ARRAY_I32, spikes);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
}

static void analyse(void)
{
    relif_archive *run = NULL, *output = NULL;
    relif_recorded_layer layer;
    relif_image_correlation images;
    CHECK(relif_archive_open(ctx, run_path, "run", &run) == RELIF_OK);
    CHECK(relif_recorded_layer_find(run, NULL, &layer) == RELIF_OK);
    CHECK(layer.n_images == IMAGES && layer.n_neurons == NEURONS);
    CHECK(relif_image_correlation_compute(&layer, &images) == RELIF_OK);
    CHECK(relif_archive_create(ctx, output_path, "correlation", true, &output) ==
          RELIF_OK);
    CHECK(relif_correlation_output_images(output, &images) == RELIF_OK);
    relif_log *log = relif_log_create(false);
    for (int over = RELIF_OVER_IMAGES; over <= RELIF_OVER_NEURONS; over++) {
        relif_layer_vectors set = {&layer, (relif_over)over, FIRST, CHOSEN};
        int64_t size = 0;
        CHECK(relif_correlation_output_matrix(output, &set, log, &size) == RELIF_OK);
        CHECK(size == (over == RELIF_OVER_IMAGES ? 2 * CHOSEN - 2 : 2 * NEURONS - 2));
    }
    CHECK(relif_archive_commit(output) == RELIF_OK);
    relif_log_destroy(log);
    relif_archive_close(output);
    relif_image_correlation_release(&images);
    relif_recorded_layer_release(&layer);
    relif_archive_close(run);
}

static double value_at(int kind, int image, int neuron)
{
    return kind == RELIF_SERIES_RELU ? relu_at(image, neuron) : spikes_at(image, neuron);
}

/* Series number index as the paper orders them; returns its length. */
static int series(relif_over over, int index, double *x)
{
    const int half = over == RELIF_OVER_IMAGES ? CHOSEN : NEURONS;
    const int length = over == RELIF_OVER_IMAGES ? NEURONS : CHOSEN;
    for (int i = 0; i < length; i++)
        x[i] = over == RELIF_OVER_IMAGES
                   ? value_at(index / half, FIRST + index % half, i)
                   : value_at(index / half, FIRST + i, index % half);
    return length;
}

static void check_matrix(relif_archive *output, relif_over over, int half, int left_out)
{
    char path[64];
    const char *group = relif_correlation_output_group(over);
    const int size = 2 * half - 2;
    int64_t kept[2 * NEURONS], excluded[2] = {-1, -1}, relu = 0;
    double matrix[4 * NEURONS * NEURONS], x[IMAGES], y[IMAGES];
    const int64_t offset[] = {0, 0}, count[] = {size, size}, two = 2;
    snprintf(path, sizeof path, "%s/kept", group);
    CHECK(relif_archive_read(output, path, RELIF_ARRAY_I64, offset, count, kept) ==
          RELIF_OK);
    snprintf(path, sizeof path, "%s/excluded", group);
    CHECK(relif_archive_read(output, path, RELIF_ARRAY_I64, offset, &two, excluded) ==
          RELIF_OK);
    CHECK(excluded[0] == left_out && excluded[1] == half + left_out);
    CHECK(relif_archive_get_int(output, group, "relu_series", &relu) == RELIF_OK);
    CHECK(relu == half - 1);
    snprintf(path, sizeof path, "%s/matrix", group);
    CHECK(relif_archive_read(output, path, RELIF_ARRAY_F64, offset, count, matrix) ==
          RELIF_OK);
    for (int a = 0; a < size; a++)
        for (int b = 0; b < size; b++) {
            const int n = series(over, (int)kept[a], x);
            series(over, (int)kept[b], y);
            CHECK_NEAR(matrix[a * size + b], relif_correlation(x, y, n), 1e-12);
        }
}

static void the_file_holds_what_plain_sums_give(void)
{
    write_run();
    analyse();
    relif_archive *output = NULL;
    CHECK(relif_archive_open(ctx, output_path, "correlation", &output) == RELIF_OK);
    if (!output) return;
    check_matrix(output, RELIF_OVER_IMAGES, CHOSEN, DARK_IMAGE - FIRST);
    check_matrix(output, RELIF_OVER_NEURONS, NEURONS, DEAD_NEURON);
    double per_image[IMAGES], relu[NEURONS], spikes[NEURONS];
    const int64_t offset = 0, count = IMAGES;
    CHECK(relif_archive_read(output, "/per_image", RELIF_ARRAY_F64, &offset, &count,
                             per_image) == RELIF_OK);
    for (int i = 0; i < IMAGES; i++) {
        for (int j = 0; j < NEURONS; j++) {
            relu[j] = relu_at(i, j);
            spikes[j] = spikes_at(i, j);
        }
        const double expected = relif_correlation(spikes, relu, NEURONS);
        CHECK(isnan(expected) ? isnan(per_image[i]) : per_image[i] == expected);
        CHECK(isnan(expected) == (i == DARK_IMAGE));
    }
    relif_archive_close(output);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    char folder[] = "/tmp/relif_correlation_XXXXXX";
    if (relif_context_is_root(ctx) && !mkdtemp(folder)) folder[0] = '\0';
    relif_context_broadcast(ctx, folder, sizeof folder);
    if (chdir(folder) != 0) return 1;
    RUN(the_file_holds_what_plain_sums_give);
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) {
        unlink(run_path);
        unlink(output_path);
        if (chdir("/") != 0 || rmdir(folder) != 0) printf("%s is left\n", folder);
    }
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
