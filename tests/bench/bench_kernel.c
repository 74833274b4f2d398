/* Speed of the spiking kernel on single layers with random weights and spikes: synaptic
 * operations per second of processor time, beside the gather limit of such weights. All
 * instruction sets that the machine has, in turns; the best of several. Then, for the
 * best instruction set, what a tile of neurons takes in a step: to list what arrives, to
 * run (deliver, charge, fire, reset), to run the same steps if nothing arrived in them,
 * and what delivering alone takes at the gather limit. Prints; never fails.
 *
 *     bench_kernel [REPETITIONS [CASE]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plain_network.h"
#include "random_spikes.h"
#include "relif/clock.h"
#include "relif/fan_out.h"
#include "relif/gather_limit.h"
#include "relif/lif.h"

enum { STEPS = RELIF_STRETCH_STEPS, N_KERNELS = 3 };

static const char *const kernel_names[N_KERNELS] = {"baseline", "avx2", "avx512"};

/* Output rates per step that the weights aim at. */
static const double rate = 0.015;

static int repetitions = 5;

typedef struct bench_case {
    const char *name;
    relif_shape in;
    int channels, kernel; /* kernel 0: linear */
    double density;       /* input spikes per neuron and step */
    int images;
} bench_case;

static const bench_case cases[] = {
    {"MNIST MLP fc1", {1, 28, 28}, 600, 0, 0.0115, 16},
    {"MNIST MLP fc2", {600, 1, 1}, 10, 0, 0.0219, 16},
    {"MNIST ConvNet conv2", {12, 14, 14}, 64, 5, 0.0207, 16},
    {"MNIST ConvNet fc1", {64, 7, 7}, 100, 0, 0.022, 16},
    {"AlexNet conv1", {3, 32, 32}, 64, 5, 0.0441, 4},
    {"AlexNet conv2", {64, 16, 16}, 192, 5, 0.0139, 4},
    {"AlexNet conv3", {192, 8, 8}, 384, 3, 0.015, 4},
    {"AlexNet conv4", {384, 8, 8}, 256, 3, 0.01, 4},
    {"AlexNet fc1", {256, 4, 4}, 2048, 0, 0.0114, 16},
    {"AlexNet fc1, 1 image", {256, 4, 4}, 2048, 0, 0.0114, 1},
    {"VGG-16 conv1_1", {3, 224, 224}, 64, 3, 0.0451, 1},
    {"VGG-16 conv1_2", {64, 224, 224}, 64, 3, 0.0265, 1},
    {"VGG-16 conv5", {512, 14, 14}, 512, 3, 0.01, 1},
    {"VGG-16 fc2", {4096, 1, 1}, 4096, 0, 0.01, 16},
    {"VGG-16 fc1", {512, 7, 7}, 4096, 0, 0.01, 16},
    {"VGG-16 fc1, 1 image", {512, 7, 7}, 4096, 0, 0.01, 1},
};

enum { N_CASES = sizeof cases / sizeof cases[0] };

typedef struct bench {
    relif_network *network;
    relif_mapping *mapping;
    relif_synapse *synapse;
    relif_lif *lif;
    relif_arrivals *arrivals;
    relif_raster input, fired;
    double operations;                           /* of one repetition */
    double speeds[N_KERNELS], limits[N_KERNELS]; /* the best of each */
    double listing, running, empty;              /* s, the shortest */
} bench;

/* Weights that let the neurons fire at about the rate, normal around their mean. */
static relif_network *create_network(const bench_case *now)
{
    relif_network *network = relif_network_create(now->name, now->in);
    relif_random random = relif_random_stream(1, 0);
    const relif_layer layer = {.kind =
                                   now->kernel ? RELIF_LAYER_CONV2D : RELIF_LAYER_LINEAR,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = now->kernel,
                               .kernel_width = now->kernel,
                               .stride = 1,
                               .padding = now->kernel / 2,
                               .out.channels = now->channels};
    plain_append(network, layer, false);
    const int64_t n = relif_layer_weights(&network->layers[0]);
    const double mean = rate * now->channels / now->density / (double)n;
    for (int64_t i = 0; i < n; i++)
        network->layers[0].weight[i] =
            (float)(mean + 2 * mean * relif_random_normal(&random));
    return network;
}

static relif_raster create_raster(relif_range range, int images)
{
    return relif_raster_of(range,
                           relif_calloc((size_t)images * relif_raster_words(range, STEPS),
                                        sizeof(relif_word)),
                           images, STEPS);
}

static void draw_input(bench *b, double density)
{
    relif_random random = relif_random_stream(2, 0);
    const relif_layer *layer = &b->network->layers[0];
    int *fan_out = relif_fan_out(layer, b->input.range,
                                 (relif_range){0, relif_shape_size(layer->out)});
    for (int i = 0; i < b->input.n_images; i++)
        for (int s = 0; s < STEPS; s++) {
            relif_word *mask = relif_raster_mask(&b->input, i, s);
            random_spikes(&random, density, b->input.range, mask);
            for (int n = 0; n < b->input.range.end; n++)
                if (relif_spikes_test(mask, b->input.range, n))
                    b->operations += fan_out[n];
        }
    free(fan_out);
}

static bench create(const bench_case *now)
{
    const relif_coding coding = relif_coding_default();
    const relif_neuron_options options = {.v_th = 1, .c_m = 1};
    bench b = {.network = create_network(now),
               .listing = INFINITY,
               .running = INFINITY,
               .empty = INFINITY};
    const relif_layer *layer = &b.network->layers[0];
    const relif_range in = {0, relif_shape_size(layer->in)};
    const relif_range out = {0, relif_shape_size(layer->out)};
    const relif_slab slab = relif_slab_create(layer, out);
    if (relif_mapping_create(b.network, &coding, &options, &b.mapping) != RELIF_OK)
        exit(EXIT_FAILURE);
    b.synapse = relif_synapse_create(layer, &slab, in);
    b.lif = relif_lif_create(b.mapping, 0, b.synapse, now->images);
    b.arrivals = relif_arrivals_create(b.synapse, STEPS);
    b.input = create_raster(in, now->images);
    b.fired = create_raster(out, now->images);
    draw_input(&b, now->density);
    return b;
}

static void destroy(bench *b)
{
    free(b->input.masks);
    free(b->fired.masks);
    relif_arrivals_destroy(b->arrivals);
    relif_lif_destroy(b->lif);
    relif_synapse_destroy(b->synapse);
    relif_mapping_destroy(b->mapping);
    relif_network_destroy(b->network);
}

/* Operations per second of one stretch of all images. */
static double measure(bench *b, const relif_kernel *kernel)
{
    b->lif->kernel = kernel;
    relif_lif_reset_state(b->lif);
    relif_raster_clear(&b->fired);
    const double start = relif_clock_busy();
    relif_lif_run(b->lif, b->arrivals, &b->input, &b->fired);
    return b->operations / (relif_clock_busy() - start);
}

/* Seconds of all blocks of a batch of arrivals. */
static double run_blocks(bench *b, const relif_kernel *kernel)
{
    const double start = relif_clock_busy();
    for (int block = 0; block < b->synapse->slab.n_blocks; block++)
        kernel->run(b->lif, block, b->arrivals, &b->fired);
    return relif_clock_busy() - start;
}

/* The same, listing and running apart; and running once more without any rows. */
static void measure_apart(bench *b)
{
    const relif_kernel *kernel = relif_kernel_best();
    double listing = 0, running = 0, empty = 0;
    relif_lif_reset_state(b->lif);
    relif_raster_clear(&b->fired);
    relif_arrivals_begin(b->arrivals, &b->input, b->lif->waiting, false);
    for (bool more = true; more;) {
        const double start = relif_clock_busy();
        more = kernel->next(b->arrivals);
        const double listed = relif_clock_busy();
        listing += listed - start;
        if (!more) break;
        running += run_blocks(b, kernel);
        memset(b->arrivals->counts, 0,
               (size_t)b->arrivals->n_counts * sizeof *b->arrivals->counts);
        empty += run_blocks(b, kernel);
    }
    b->listing = fmin(b->listing, listing);
    b->running = fmin(b->running, running);
    b->empty = fmin(b->empty, empty);
}

static size_t weight_bytes(const bench *b)
{
    return sizeof(float) * (size_t)b->synapse->taps * (size_t)b->synapse->slab.pitch;
}

/* Limits first and last: the better counts. */
static void measure_limits(bench *b)
{
    for (int k = 0; k < N_KERNELS; k++) {
        const relif_kernel *kernel = relif_kernel_named(kernel_names[k]);
        const double limit = kernel ? relif_gather_limit(kernel, weight_bytes(b)) : 0;
        if (limit > b->limits[k]) b->limits[k] = limit;
    }
}

static double firing_rate(const bench *b)
{
    double spikes = 0;
    for (int i = 0; i < b->fired.n_images; i++)
        for (int s = 0; s < STEPS; s++)
            spikes += (double)relif_spikes_count(relif_raster_mask(&b->fired, i, s),
                                                 b->fired.range);
    return spikes / b->fired.n_images / STEPS / relif_range_size(b->fired.range);
}

/* ns of a tile and step. */
static void print_apart(const bench *b)
{
    const double tiles = (double)b->input.n_images * STEPS * b->synapse->slab.n_tiles;
    double limit = 0;
    for (int k = 0; k < N_KERNELS; k++)
        if (relif_kernel_named(kernel_names[k]) == relif_kernel_best())
            limit = b->limits[k];
    printf(" | %8.1f %8.1f %8.1f %8.1f\n", 1e9 * b->listing / tiles,
           1e9 * b->running / tiles, 1e9 * b->empty / tiles,
           1e9 * b->operations / limit / tiles);
}

static void run_case(const bench_case *now)
{
    bench b = create(now);
    measure_limits(&b);
    for (int r = 0; r < repetitions; r++)
        for (int k = 0; k < N_KERNELS; k++) {
            const relif_kernel *kernel = relif_kernel_named(kernel_names[k]);
            const double speed = kernel ? measure(&b, kernel) : 0;
            if (speed > b.speeds[k]) b.speeds[k] = speed;
        }
    const double fired = firing_rate(&b);
    for (int r = 0; r < repetitions; r++) measure_apart(&b);
    measure_limits(&b);
    printf("%-22s %8.1f %6.2f %6.2f", now->name, (double)weight_bytes(&b) / 1024,
           100 * now->density, 100 * fired);
    for (int k = 0; k < N_KERNELS; k++)
        if (b.limits[k] > 0) {
            const double speed = b.speeds[k];
            printf(" | %6.2f %6.2f %4.0f %%", speed * 1e-9, b.limits[k] * 1e-9,
                   100 * speed / b.limits[k]);
        }
    print_apart(&b);
    fflush(stdout);
    destroy(&b);
}

int main(int argc, char **argv)
{
    if (argc > 1) repetitions = atoi(argv[1]);
    if (repetitions < 1) repetitions = 5;
    printf("%-22s %8s %6s %6s", "layer, random spikes", "weights", "input", "fired");
    for (int k = 0; k < N_KERNELS; k++)
        if (relif_kernel_named(kernel_names[k])) printf(" | %-20s", kernel_names[k]);
    printf(" | ns of a tile and step, %s\n%-22s %8s %6s %6s", relif_kernel_best()->name,
           "", "KiB", "%", "%");
    for (int k = 0; k < N_KERNELS; k++)
        if (relif_kernel_named(kernel_names[k]))
            printf(" | %6s %6s %6s", "G/s", "limit", "");
    printf(" | %8s %8s %8s %8s\n", "list", "run", "empty", "gather");
    for (int c = 0; c < N_CASES; c++)
        if (argc < 3 || strstr(cases[c].name, argv[2])) run_case(&cases[c]);
    return EXIT_SUCCESS;
}
