/* relif bench: images/s, speed of each layer beside the gather limit, time per phase;
 * writes nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "experiment.h"
#include "image_feed.h"
#include "layer_speeds.h"
#include "relif/kernel.h"
#include "relif/memory.h"
#include "relif/schedule.h"
#include "relif/sidecar.h"
#include "relif/simulation.h"

enum { DEFAULT_IMAGES = 256 };

static relif_simulation *create_simulation(struct experiment *experiment)
{
    const relif_config *config = experiment->config;
    return relif_simulation_create(&(relif_simulation_setup){
        .group = experiment->group,
        .network = experiment->spiking,
        .mapping = experiment->mapping,
        .coding = &config->coding,
        .partition = experiment->partition,
        .pooling = config->pooling,
        .images_in_flight = config->execution.images_in_flight,
        .exchange_interval = config->execution.exchange_interval,
        .clock = &experiment->clock,
        .twins = experiment->twins});
}

/* What simulating took: of this rank, and of all since the same moment. */
struct cost {
    double seconds, processor_seconds;
    double busy; /* the processor's share of the time until this rank had nothing to do */
    int64_t peak_memory; /* bytes */
};

static int64_t spikes_of(const struct experiment *experiment, const float *pixels)
{
    const relif_coding *coding = &experiment->config->coding;
    const int steps = relif_coding_steps(coding);
    const int size = relif_shape_size(experiment->network->input);
    int64_t spikes = 0;
    for (int i = 0; i < size; i++)
        if (pixels[i] != 0)
            spikes += relif_coding_count(
                relif_coding_spikes_per_step(coding, (double)pixels[i]), steps);
    return spikes;
}

/* The spikes of the input neurons in all images. */
static int64_t count_spikes(const struct experiment *experiment, int64_t n_images)
{
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *pixels = relif_calloc(size, sizeof *pixels);
    int64_t spikes = 0;
    for (int64_t i = 0; i < n_images; i++) {
        relif_dataset_image(experiment->dataset, i, pixels);
        spikes += spikes_of(experiment, pixels);
    }
    free(pixels);
    return spikes;
}

static struct cost simulate(struct experiment *experiment, relif_simulation *simulation,
                            relif_image_range images)
{
    struct cost cost = {0};
    struct image_feed feed;
    struct image_batch batch;
    MPI_Barrier(experiment->world->comm);
    const double start = relif_clock_now(), busy = relif_clock_busy();
    image_feed_begin(&feed, experiment, simulation, images);
    while (image_feed_next(&feed, &batch)) relif_simulation_run(simulation);
    cost.processor_seconds = relif_clock_busy() - busy;
    cost.busy = cost.processor_seconds / (relif_clock_now() - start);
    MPI_Barrier(experiment->world->comm);
    cost.seconds = relif_clock_now() - start;
    cost.peak_memory = relif_sidecar_peak_memory();
    return cost;
}

static void print_phases(const struct experiment *experiment, double seconds)
{
    const bool root = relif_context_is_root(experiment->world);
    relif_clock sum = experiment->clock;
    double other = seconds;
    MPI_Allreduce(MPI_IN_PLACE, sum.seconds, RELIF_N_PHASES, MPI_DOUBLE, MPI_SUM,
                  experiment->world->comm);
    if (root) printf("%-20s %12s %8s\n", "phase", "s per rank", "share");
    for (int p = RELIF_PHASE_ENCODE; p <= RELIF_PHASE_RECORD; p++) {
        const double mean = sum.seconds[p] / experiment->world->size;
        if (root)
            printf("%-20s %12.3f %7.1f %%\n", relif_phase_name((relif_phase)p), mean,
                   100 * mean / seconds);
        other -= mean;
    }
    if (root)
        printf("%-20s %12.3f %7.1f %%\n", "other (tallies)", other,
               100 * other / seconds);
}

/* Of all ranks, from each rank's. */
static void print_total(const struct experiment *experiment, const struct cost *cost,
                        int64_t n_images, int64_t operations)
{
    const MPI_Comm comm = experiment->world->comm;
    int64_t peak = cost->peak_memory;
    double processor = cost->processor_seconds;
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, comm);
    MPI_Allreduce(MPI_IN_PLACE, &processor, 1, MPI_DOUBLE, MPI_SUM, comm);
    if (!relif_context_is_root(experiment->world)) return;
    printf("%lld images in %.2f s on %d ranks (%d replicas x %d, %s kernel): %.4g "
           "images/s, %.3g synaptic operations/s, at most %.0f MB a rank\n",
           (long long)n_images, cost->seconds, experiment->world->size,
           experiment->replicas, experiment->group->size, relif_kernel_best()->name,
           (double)n_images / cost->seconds, (double)operations / cost->seconds,
           (double)peak / 1e6);
    printf("%.4g images per second of processor time\n", (double)n_images / processor);
}

static relif_err measure(struct experiment *experiment, int64_t n_images)
{
    relif_err err = experiment_place(experiment, n_images);
    if (err != RELIF_OK) return err;
    const relif_window window =
        relif_schedule_next(0, n_images, experiment->replicas, n_images);
    relif_simulation *simulation = create_simulation(experiment);
    const struct cost cost = simulate(experiment, simulation,
                                      relif_schedule_rows(&window, experiment->replica));
    const bool root = relif_context_is_root(experiment->world);
    const int64_t spikes = root ? count_spikes(experiment, n_images) : 0;
    const int64_t operations =
        layer_speeds_print(experiment, simulation, cost.busy, n_images, spikes);
    print_phases(experiment, cost.seconds);
    print_total(experiment, &cost, n_images, operations);
    relif_simulation_destroy(simulation);
    return RELIF_OK;
}

relif_err command_bench(const command_call *call)
{
    struct experiment experiment = {0};
    bool done = false;
    relif_err err = experiment_configure(&experiment, call, &done);
    if (err == RELIF_OK && !done) err = experiment_refuse_sweep(&experiment);
    if (err == RELIF_OK && !done) err = experiment_load(&experiment, KEEP_OTHERS);
    if (err == RELIF_OK && !done) {
        const int64_t asked = call->line->images ? call->line->images : DEFAULT_IMAGES;
        const int64_t there = experiment.dataset->count;
        err = measure(&experiment, asked < there ? asked : there);
    }
    experiment_release(&experiment);
    return err;
}
