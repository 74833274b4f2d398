#include "layer_speeds.h"

#include <stdio.h>

#include "relif/gather_limit.h"
#include "relif/kernel.h"
#include "relif/slab.h"
#include "relif/synapse.h"

/* A layer on all ranks together. */
struct layer_speed {
    relif_tally tally;
    double seconds;       /* of all processors */
    int64_t input_spikes; /* that came from the layer before or from the pixels */
    int64_t weight_bytes; /* of the rank with the most */
};

static int64_t stored_bytes(const relif_layer *layer, relif_range owned)
{
    const relif_slab slab = relif_slab_create(layer, owned);
    return (int64_t)relif_synapse_bytes(layer, &slab);
}

static struct layer_speed sum_up(const struct experiment *experiment,
                                 const relif_simulation *simulation, double busy, int l)
{
    const MPI_Comm comm = experiment->world->comm;
    struct layer_speed speed = {.tally = relif_simulation_tally(simulation, l),
                                .seconds = busy * relif_simulation_seconds(simulation, l),
                                .weight_bytes =
                                    stored_bytes(&experiment->network->layers[l],
                                                 relif_simulation_range(simulation, l))};
    MPI_Allreduce(MPI_IN_PLACE, &speed.tally, 3, MPI_INT64_T, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, &speed.seconds, 1, MPI_DOUBLE, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, &speed.weight_bytes, 1, MPI_INT64_T, MPI_MAX, comm);
    return speed;
}

static void print_row(const struct experiment *experiment, int l,
                      const struct layer_speed *speed, int64_t n_images)
{
    const relif_layer *layer = &experiment->network->layers[l];
    const double steps = relif_coding_steps(&experiment->config->coding);
    const double arriving =
        (double)n_images * steps * (double)relif_shape_size(layer->in);
    printf("%-10s %9d %8.2f %% %10.4g", layer->name, relif_shape_size(layer->out),
           100 * (double)speed->input_spikes / arriving,
           (double)speed->tally.operations / (double)n_images);
    printf(" %10.4g", 1e3 * speed->seconds / (double)n_images);
    if (speed->weight_bytes > 0) {
        const double reached = (double)speed->tally.operations / speed->seconds;
        const double limit =
            relif_gather_limit(relif_kernel_best(), (size_t)speed->weight_bytes);
        printf(" %10.1f %9.2f %12.2f %6.0f %%", (double)speed->weight_bytes / 1024,
               reached * 1e-9, limit * 1e-9, 100 * reached / limit);
    }
    printf("\n");
}

int64_t layer_speeds_print(const struct experiment *experiment,
                           const relif_simulation *simulation, double busy,
                           int64_t n_images, int64_t input_spikes)
{
    const bool root = relif_context_is_root(experiment->world);
    int64_t operations = 0;
    if (root)
        printf("%-10s %9s %10s %10s %10s %10s %9s %12s %8s\n", "layer", "neurons",
               "density", "syn. ops", "ms", "weights", "G syn.", "gather limit",
               "reached");
    if (root)
        printf("%-10s %9s %10s %10s %10s %10s %9s %12s\n", "", "", "of input",
               "per image", "per image", "KiB", "ops/s", "G ops/s");
    for (int l = 0; l < experiment->network->n_layers; l++) {
        struct layer_speed speed = sum_up(experiment, simulation, busy, l);
        speed.input_spikes = input_spikes;
        if (root) print_row(experiment, l, &speed, n_images);
        operations += speed.tally.operations;
        input_spikes = speed.tally.spikes;
    }
    return operations;
}
