#include "calibration.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "image_feed.h"
#include "kernel_cost.h"
#include "relif/memory.h"
#include "relif/simulation.h"

static const double enough = 1; /* s of simulating */
enum { MOST_BATCHES = 20 };

/* Times of a batch so far. In all it is the processor's time, which does not grow when
 * other programs take turns on it; the others are shares of elapsed time. */
struct times {
    double encode, pool, all;
    double *layers; /* [n_layers] */
};

static struct times times_now(const struct experiment *experiment,
                              const relif_simulation *simulation)
{
    const int n = experiment->network->n_layers;
    struct times times = {.encode = experiment->clock.seconds[RELIF_PHASE_ENCODE],
                          .pool = experiment->clock.seconds[RELIF_PHASE_POOL],
                          .all = relif_clock_busy(),
                          .layers = relif_calloc((size_t)n, sizeof(double))};
    for (int l = 0; l < n; l++) times.layers[l] = relif_simulation_seconds(simulation, l);
    return times;
}

/* Winners are chosen beside the layers' own times, and some time is nobody's. */
static void spread_rest(const struct experiment *experiment, struct times *times)
{
    double pools = 0, sum = times->encode;
    const int n = experiment->network->n_layers;
    for (int l = 0; l < n; l++)
        if (!relif_layer_spikes(&experiment->network->layers[l]))
            pools += times->layers[l];
    for (int l = 0; l < n; l++) {
        if (!relif_layer_spikes(&experiment->network->layers[l]) && pools > 0)
            times->layers[l] *= times->pool / pools;
        sum += times->layers[l];
    }
    for (int l = 0; l < n; l++) times->layers[l] *= times->all / sum;
    times->encode *= times->all / sum;
}

/* The shortest times of an image in several batches. */
static void keep_shortest(struct calibration *calibration, const struct times *times,
                          int n)
{
    relif_scaling *scaling = &calibration->scaling;
    double before = scaling->encode_seconds;
    for (int l = 0; l < scaling->network->n_layers; l++)
        before += calibration->layers[l].seconds;
    if (calibration->images > 0 && times->all / n >= before) return;
    for (int l = 0; l < scaling->network->n_layers; l++)
        calibration->layers[l].seconds = times->layers[l] / n;
    scaling->encode_seconds = times->encode / n;
}

static double simulate(struct calibration *calibration, struct experiment *experiment,
                       relif_simulation *simulation, const struct image_batch *batch)
{
    const relif_pixel_source source = image_batch_source(batch);
    const int n = batch->n;
    struct times before = times_now(experiment, simulation);
    relif_simulation_load(simulation, n, &source);
    relif_simulation_run(simulation);
    struct times after = times_now(experiment, simulation);
    for (int l = 0; l < experiment->network->n_layers; l++)
        after.layers[l] -= before.layers[l];
    after.encode -= before.encode;
    after.pool -= before.pool;
    after.all -= before.all;
    spread_rest(experiment, &after);
    keep_shortest(calibration, &after, n);
    calibration->images = calibration->images > n ? calibration->images : n;
    free(before.layers);
    free(after.layers);
    return after.all;
}

/* Densities and operations of all images simulated so far. */
static void read_tally(struct calibration *calibration,
                       const relif_simulation *simulation, int64_t n)
{
    const relif_scaling *scaling = &calibration->scaling;
    for (int l = 0; l < scaling->network->n_layers; l++) {
        const relif_tally tally = relif_simulation_tally(simulation, l);
        const double neurons = relif_shape_size(scaling->network->layers[l].out);
        relif_scaling_layer *layer = &calibration->layers[l];
        layer->density = (double)tally.spikes / ((double)n * neurons * scaling->steps);
        layer->operations = (double)tally.operations / (double)n;
    }
}

/* The first images, again and again; of a large network one image. */
static void measure_layers(struct calibration *calibration, struct experiment *experiment,
                           relif_simulation *simulation)
{
    const relif_scaling *scaling = &calibration->scaling;
    const int64_t all = scaling->n_images;
    const int batch =
        all < scaling->images_in_flight ? (int)all : scaling->images_in_flight;
    const struct image_batch one = {experiment->dataset, 0, 1};
    const struct image_batch several = {experiment->dataset, 0, batch};
    double spent = simulate(calibration, experiment, simulation, &one);
    int64_t images = 1;
    for (int b = 0; b < MOST_BATCHES && spent < enough; b++) {
        if (b == 0) calibration->images = 0; /* a single image is slower: forget it */
        spent += simulate(calibration, experiment, simulation, &several);
        images += batch;
    }
    read_tally(calibration, simulation, images);
}

static void simulate_alone(struct calibration *calibration, struct experiment *experiment)
{
    const relif_config *config = experiment->config;
    relif_context *alone =
        relif_context_split(experiment->world, experiment->world->rank);
    const int n_layers = experiment->spiking->n_layers;
    int *cuts = relif_calloc(2 * (size_t)n_layers, sizeof *cuts);
    for (int l = 0; l < n_layers; l++)
        cuts[2 * l + 1] = relif_shape_size(experiment->spiking->layers[l].out);
    relif_partition *partition = relif_partition_from_cuts(experiment->spiking, 1, cuts);
    relif_simulation *simulation = relif_simulation_create(
        &(relif_simulation_setup){.group = alone,
                                  .network = experiment->spiking,
                                  .mapping = experiment->mapping,
                                  .coding = &config->coding,
                                  .partition = partition,
                                  .pooling = config->pooling,
                                  .images_in_flight = config->execution.images_in_flight,
                                  .clock = &experiment->clock});
    measure_layers(calibration, experiment, simulation);
    relif_simulation_destroy(simulation);
    relif_partition_destroy(partition);
    relif_context_destroy(alone);
    free(cuts);
}

/* A layer's input density: of the layer before, or of the pixels (about). */
static double input_density(const struct calibration *calibration, int l)
{
    if (l > 0) return calibration->layers[l - 1].density;
    const relif_layer *layer = &calibration->scaling.network->layers[0];
    const double fan_out = (double)layer->kernel_height * layer->kernel_width *
                           relif_shape_size(layer->out) / relif_shape_size(layer->in);
    const double fan =
        layer->kind == RELIF_LAYER_LINEAR
            ? layer->out.channels
            : fan_out * (relif_layer_has_weights(layer) ? layer->in.channels : 1);
    return fmin(1, calibration->layers[0].operations / fan / relif_shape_size(layer->in) /
                       calibration->scaling.steps);
}

/* Parts of layers: the kernel's cost by its own timing, to the scale of the whole. */
static void measure_parts(struct calibration *calibration,
                          const struct experiment *experiment)
{
    const relif_scaling *scaling = &calibration->scaling;
    const int asked = scaling->exchange_interval;
    const int stretch = relif_stretch_longest(scaling->steps);
    for (int l = 0; l < scaling->network->n_layers; l++) {
        relif_scaling_layer *layer = &calibration->layers[l];
        if (!relif_layer_spikes(&scaling->network->layers[l])) continue;
        struct kernel_cost alone, group;
        struct kernel_probe probe = {.network = experiment->spiking,
                                     .mapping = experiment->mapping,
                                     .layer = l,
                                     .n_images = scaling->images_in_flight,
                                     .density = input_density(calibration, l)};
        probe.steps = stretch;
        alone = kernel_cost_measure(&probe);
        probe.steps = asked && asked < stretch ? asked : stretch;
        group = kernel_cost_measure(&probe);
        const double scale = layer->seconds / alone.whole;
        layer->visit = scale * group.visit;
        layer->lane = scale * group.lane;
    }
}

/* Half the time of the fastest round trip between the first and the last rank. */
static double one_way(const relif_context *world, char *bytes, int n, int trips)
{
    const int last = world->size - 1;
    double best = DBL_MAX;
    for (int t = 0; t < trips; t++) {
        const double start = relif_clock_now();
        if (world->rank == 0) {
            MPI_Send(bytes, n, MPI_BYTE, last, 0, world->comm);
            MPI_Recv(bytes, n, MPI_BYTE, last, 0, world->comm, MPI_STATUS_IGNORE);
        } else if (world->rank == last) {
            MPI_Recv(bytes, n, MPI_BYTE, 0, 0, world->comm, MPI_STATUS_IGNORE);
            MPI_Send(bytes, n, MPI_BYTE, 0, 0, world->comm);
        }
        best = fmin(best, relif_clock_now() - start);
    }
    return best / 2;
}

static void measure_machine(struct calibration *calibration, const relif_context *world)
{
    enum { LARGE = 1 << 20 };
    relif_machine *machine = &calibration->scaling.machine;
    *machine = relif_machine_default();
    calibration->measured_machine = world->size > 1;
    if (world->size == 1) return;
    char *bytes = relif_calloc(LARGE, 1);
    MPI_Barrier(world->comm);
    machine->latency = one_way(world, bytes, 8, 500);
    const double large = one_way(world, bytes, LARGE, 30);
    machine->bandwidth = LARGE / fmax(large - machine->latency, 1e-9);
    free(bytes);
}

static relif_scaling unmeasured(const struct experiment *experiment, int64_t n_images)
{
    const relif_config *config = experiment->config;
    const int steps = relif_coding_steps(&config->coding);
    return (relif_scaling){.network = experiment->spiking,
                           .input_density = experiment->input_density,
                           .slowdown = 1,
                           .pooling = config->pooling,
                           .steps = steps,
                           .images_in_flight = config->execution.images_in_flight,
                           .exchange_interval = config->execution.exchange_interval,
                           .n_images = n_images,
                           .base_memory = (double)relif_sidecar_peak_memory()};
}

/* The numbers of the first rank to all. */
static void agree(struct calibration *calibration, const relif_context *world)
{
    relif_scaling *scaling = &calibration->scaling;
    relif_context_broadcast(world, calibration->layers,
                            (size_t)scaling->network->n_layers *
                                sizeof *calibration->layers);
    relif_context_broadcast(world, &scaling->encode_seconds, sizeof(double));
    relif_context_broadcast(world, &scaling->base_memory, sizeof(double));
    relif_context_broadcast(world, &scaling->machine, sizeof scaling->machine);
}

void calibration_measure(struct calibration *calibration, struct experiment *experiment,
                         int64_t n_images)
{
    *calibration = (struct calibration){.scaling = unmeasured(experiment, n_images)};
    calibration->layers =
        relif_calloc((size_t)experiment->spiking->n_layers, sizeof *calibration->layers);
    calibration->scaling.layers = calibration->layers;
    simulate_alone(calibration, experiment);
    measure_parts(calibration, experiment);
    measure_machine(calibration, experiment->world);
    agree(calibration, experiment->world);
}

void calibration_release(struct calibration *calibration)
{
    free(calibration->layers);
    *calibration = (struct calibration){0};
}
