/* What recording costs: a simulation that nobody watches, with counts and potentials of
 * all layers at the end, and with complete trains, in turns. Processor time, the best of
 * several. Prints; never fails.
 *
 *     bench_recording [REPETITIONS]
 */
#include <stdio.h>
#include <stdlib.h>

#include "relif/initialization.h"
#include "relif/memory.h"
#include "relif/random.h"
#include "relif/recorder.h"

enum { IMAGES = 16, N_LAYERS = 4, N_WAYS = 6 };

static const char *const ways[N_WAYS] = {"nothing",
                                         "counts and potentials at the end",
                                         "spikes of 1 image of 16, all neurons",
                                         "spikes of 16 images, all neurons",
                                         "spikes and potentials of 1 of 16",
                                         "spikes and potentials of 16"};

static const int all_layers[N_LAYERS] = {0, 1, 2, 3};
static const int64_t all_images[IMAGES] = {0, 1, 2,  3,  4,  5,  6,  7,
                                           8, 9, 10, 11, 12, 13, 14, 15};

static const relif_record_request requests[N_WAYS] = {
    {0},
    {.n_layers = N_LAYERS, .layers = all_layers},
    {.n_train_layers = N_LAYERS,
     .train_layers = all_layers,
     .n_train_images = 1,
     .train_images = all_images},
    {.n_train_layers = N_LAYERS,
     .train_layers = all_layers,
     .n_train_images = IMAGES,
     .train_images = all_images},
    {.n_train_layers = N_LAYERS,
     .train_layers = all_layers,
     .n_train_images = 1,
     .train_images = all_images,
     .train_potentials = true},
    {.n_train_layers = N_LAYERS,
     .train_layers = all_layers,
     .n_train_images = IMAGES,
     .train_images = all_images,
     .train_potentials = true}};

static int repetitions = 5;

typedef struct bench {
    relif_context *group;
    relif_network *network;
    relif_mapping *mapping;
    relif_partition *partition;
    relif_coding coding;
    float *pixels;
    relif_recorder *recorders[N_WAYS];
    relif_simulation *simulations[N_WAYS];
    relif_clock clock;
    double seconds[N_WAYS]; /* the best */
} bench;

static void append(relif_network *network, relif_layer_kind kind, const char *name,
                   int channels)
{
    char text[16];
    const bool convolves = kind == RELIF_LAYER_CONV2D;
    const relif_shape in =
        network->n_layers ? network->layers[network->n_layers - 1].out : network->input;
    const size_t taps = (size_t)(convolves ? 25 * in.channels : relif_shape_size(in));
    snprintf(text, sizeof text, "%s", name);
    const relif_layer layer = {.kind = kind,
                               .name = text,
                               .activation = RELIF_ACTIVATION_RELU,
                               .kernel_height = convolves ? 5 : 0,
                               .kernel_width = convolves ? 5 : 0,
                               .stride = 1,
                               .padding = 2,
                               .out.channels = channels,
                               .weight =
                                   relif_calloc((size_t)channels * taps, sizeof(float))};
    if (relif_network_append(network, &layer) != RELIF_OK) exit(EXIT_FAILURE);
}

/* The rates fall from layer to layer until they are at 1 %. */
static void create(bench *b)
{
    relif_random random = relif_random_stream(3, 0);
    b->network = relif_network_create("bench", (relif_shape){3, 16, 16});
    append(b->network, RELIF_LAYER_CONV2D, "conv1", 64);
    append(b->network, RELIF_LAYER_CONV2D, "conv2", 64);
    append(b->network, RELIF_LAYER_LINEAR, "fc1", 1024);
    append(b->network, RELIF_LAYER_LINEAR, "fc2", 10);
    relif_initialize(b->network, RELIF_INITIALIZATION_KAIMING, 1);
    b->coding = (relif_coding){.dt = 0.01, .coding_time = 2, .coding_range = 4};
    const relif_neuron_options options = relif_neuron_options_default();
    if (relif_mapping_create(b->network, &b->coding, &options, &b->mapping) != RELIF_OK ||
        relif_partition_create(b->network, RELIF_SCHEME_SPLIT, 1, RELIF_USUAL_DENSITY,
                               &b->partition) != RELIF_OK)
        exit(EXIT_FAILURE);
    const size_t size = (size_t)IMAGES * (size_t)relif_shape_size(b->network->input);
    b->pixels = relif_calloc(size, sizeof *b->pixels);
    for (size_t i = 0; i < size; i++) b->pixels[i] = (float)relif_random_uniform(&random);
}

static void create_way(bench *b, int way)
{
    relif_simulation_setup setup = {.group = b->group,
                                    .network = b->network,
                                    .mapping = b->mapping,
                                    .coding = &b->coding,
                                    .partition = b->partition,
                                    .images_in_flight = IMAGES,
                                    .exchange_interval = 1,
                                    .clock = &b->clock};
    if (requests[way].n_layers + requests[way].n_train_layers > 0) {
        b->recorders[way] =
            relif_recorder_create(b->group, b->network, b->partition,
                                  relif_coding_steps(&b->coding), &requests[way]);
        setup.observer = relif_recorder_observer(b->recorders[way]);
    }
    b->simulations[way] = relif_simulation_create(&setup);
}

static double measure(bench *b, int way)
{
    relif_recorder *recorder = b->recorders[way];
    const relif_pixel_array images = {b->pixels, relif_shape_size(b->network->input)};
    const relif_pixel_source source = relif_pixel_array_source(&images);
    const double start = relif_clock_busy();
    if (recorder) {
        relif_recorder_begin(recorder, IMAGES);
        relif_recorder_expect(recorder, 0, IMAGES);
    }
    relif_simulation_load(b->simulations[way], IMAGES, &source);
    relif_simulation_run(b->simulations[way]);
    if (recorder) relif_recorder_take(recorder, b->simulations[way], IMAGES);
    return relif_clock_busy() - start;
}

static void print_density(const bench *b)
{
    const double all = (double)IMAGES * relif_coding_steps(&b->coding) * repetitions;
    printf("spikes per neuron and step:");
    for (int l = 0; l < N_LAYERS; l++)
        printf(" %s %.2f %%", b->network->layers[l].name,
               100 * (double)relif_simulation_tally(b->simulations[0], l).spikes / all /
                   relif_shape_size(b->network->layers[l].out));
    printf("\n");
}

static void print(const bench *b)
{
    print_density(b);
    printf("%-40s %14s %8s\n", "recorded", "ms per image", "cost");
    for (int w = 0; w < N_WAYS; w++)
        printf("%-40s %14.3f %6.1f %%\n", ways[w], 1e3 * b->seconds[w] / IMAGES,
               100 * (b->seconds[w] / b->seconds[0] - 1));
}

static void destroy(bench *b)
{
    for (int w = 0; w < N_WAYS; w++) {
        relif_simulation_destroy(b->simulations[w]);
        relif_recorder_destroy(b->recorders[w]);
    }
    relif_partition_destroy(b->partition);
    relif_mapping_destroy(b->mapping);
    relif_network_destroy(b->network);
    free(b->pixels);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    bench b = {.group = relif_context_create(MPI_COMM_WORLD)};
    if (argc > 1 && atoi(argv[1]) > 0) repetitions = atoi(argv[1]);
    create(&b);
    for (int w = 0; w < N_WAYS; w++) create_way(&b, w);
    for (int r = 0; r < repetitions; r++)
        for (int w = 0; w < N_WAYS; w++) {
            const double seconds = measure(&b, w);
            if (r == 0 || seconds < b.seconds[w]) b.seconds[w] = seconds;
        }
    print(&b);
    destroy(&b);
    relif_context_destroy(b.group);
    MPI_Finalize();
    return EXIT_SUCCESS;
}
