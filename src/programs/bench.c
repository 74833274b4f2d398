/* relif bench: images/s, synaptic operations/s and time per phase; writes nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "experiment.h"
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

static double simulate(struct experiment *experiment, relif_simulation *simulation,
                       relif_image_range images)
{
    const int batch = experiment->config->execution.images_in_flight;
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *pixels = relif_calloc((size_t)batch * size, sizeof *pixels);
    MPI_Barrier(experiment->world->comm);
    const double start = relif_clock_now();
    for (int64_t i = images.first; i < images.end; i += batch) {
        const int n = images.end - i < batch ? (int)(images.end - i) : batch;
        for (int k = 0; k < n; k++)
            relif_dataset_image(experiment->dataset, i + k, pixels + (size_t)k * size);
        relif_simulation_run(simulation, n, pixels);
    }
    MPI_Barrier(experiment->world->comm);
    free(pixels);
    return relif_clock_now() - start;
}

static int64_t print_layers(const struct experiment *experiment,
                            const relif_simulation *simulation, int64_t n_images)
{
    const bool root = relif_context_is_root(experiment->world);
    const double steps = relif_coding_steps(&experiment->config->coding);
    int64_t total = 0;
    if (root)
        printf("%-10s %9s %22s %22s\n", "layer", "neurons", "spikes/neuron and step",
               "synaptic ops per image");
    for (int l = 0; l < experiment->network->n_layers; l++) {
        relif_tally tally = relif_simulation_tally(simulation, l);
        MPI_Allreduce(MPI_IN_PLACE, &tally, 3, MPI_INT64_T, MPI_SUM,
                      experiment->world->comm);
        const relif_layer *layer = &experiment->network->layers[l];
        const double neurons = relif_shape_size(layer->out);
        if (root)
            printf("%-10s %9.0f %22.4f %22.4g\n", layer->name, neurons,
                   (double)tally.spikes / (double)n_images / neurons / steps,
                   (double)tally.operations / (double)n_images);
        total += tally.operations;
    }
    return total;
}

static void print_phases(const struct experiment *experiment, double seconds)
{
    relif_clock sum = experiment->clock;
    MPI_Allreduce(MPI_IN_PLACE, sum.seconds, RELIF_N_PHASES, MPI_DOUBLE, MPI_SUM,
                  experiment->world->comm);
    if (!relif_context_is_root(experiment->world)) return;
    printf("%-20s %12s %8s\n", "phase", "s per rank", "share");
    for (int p = RELIF_PHASE_ENCODE; p <= RELIF_PHASE_RECORD; p++) {
        const double mean = sum.seconds[p] / experiment->world->size;
        printf("%-20s %12.3f %7.1f %%\n", relif_phase_name((relif_phase)p), mean,
               100 * mean / seconds);
    }
}

static relif_err measure(struct experiment *experiment, int64_t n_images)
{
    relif_err err = experiment_place(experiment, n_images);
    if (err != RELIF_OK) return err;
    const relif_window window =
        relif_schedule_next(0, n_images, experiment->replicas, n_images);
    relif_simulation *simulation = create_simulation(experiment);
    const double seconds = simulate(experiment, simulation,
                                    relif_schedule_rows(&window, experiment->replica));
    const int64_t operations = print_layers(experiment, simulation, n_images);
    print_phases(experiment, seconds);
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    if (relif_context_is_root(experiment->world))
        printf("%lld images in %.2f s on %d ranks (%d replicas x %d, %s kernel): %.1f "
               "images/s, %.3g synaptic operations/s, at most %.0f MB a rank\n",
               (long long)n_images, seconds, experiment->world->size,
               experiment->replicas, experiment->group->size, relif_kernel_best()->name,
               (double)n_images / seconds, (double)operations / seconds,
               (double)peak / 1e6);
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
