/* From the ReLU network to the spiking one: scales of the normalisation, weights,
 * mapping. */
#include <stdlib.h>

#include "activity_pass.h"
#include "relif/memory.h"
#include "relif/threshold_balance.h"

/* The scales that balanced thresholds give; every rank simulates its part of the images.
 */
static void balance_thresholds(struct experiment *experiment, const relif_config *config)
{
    const relif_context *world = experiment->world;
    const int64_t n = experiment->normalization.images;
    const int64_t first = n * world->rank / world->size;
    const int mine = (int)(n * (world->rank + 1) / world->size - first);
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *pixels = relif_calloc((size_t)mine * size, sizeof *pixels);
    for (int i = 0; i < mine; i++)
        relif_dataset_image(experiment->dataset, first + i, pixels + (size_t)i * size);
    relif_threshold_balance(
        world,
        &(relif_balance_setup){.network = experiment->network,
                               .coding = &config->coding,
                               .neuron = &config->neuron,
                               .pooling = config->pooling,
                               .carrier = config->normalization.carrier,
                               .images_in_flight = config->execution.images_in_flight,
                               .n_images = mine,
                               .pixels = pixels,
                               .log = experiment->log},
        experiment->scales);
    free(pixels);
}

static void find_scales(struct experiment *experiment, const relif_config *config)
{
    relif_normalization_options *options = &experiment->normalization;
    *options = config->normalization;
    if (options->images > experiment->dataset->count)
        options->images = (int)experiment->dataset->count;
    experiment->scales =
        relif_calloc((size_t)experiment->network->n_layers, sizeof(double));
    if (options->method == RELIF_NORMALIZATION_SPIKE_NORM) {
        balance_thresholds(experiment, config);
        return;
    }
    if (options->method != RELIF_NORMALIZATION_NONE)
        activity_pass_compute(experiment, options->images, NULL);
    relif_normalization_scales(experiment->network, options, experiment->activity.layers,
                               experiment->scales);
}

void experiment_release_mapping(struct experiment *experiment)
{
    relif_mapping_destroy(experiment->mapping);
    relif_network_destroy(experiment->spiking);
    relif_shared_destroy(experiment->spiking_memory);
    free(experiment->scales);
    experiment->mapping = NULL;
    experiment->spiking = NULL;
    experiment->spiking_memory = NULL;
    experiment->scales = NULL;
}

relif_err experiment_map(struct experiment *experiment, const relif_config *config)
{
    const relif_carrier carrier = config->normalization.carrier;
    relif_neuron_options neuron = config->neuron;
    experiment_release_mapping(experiment);
    find_scales(experiment, config);
    experiment->spiking =
        relif_normalization_apply(experiment->network, carrier, experiment->scales);
    experiment->spiking_memory =
        relif_shared_weights(experiment->node, experiment->spiking);
    double *factors =
        relif_calloc((size_t)experiment->network->n_layers, sizeof *factors);
    relif_normalization_factors(experiment->network, experiment->scales, factors);
    if (carrier == RELIF_CARRIER_V_TH) neuron.v_th_factors = factors;
    if (carrier == RELIF_CARRIER_C_M) neuron.c_m_factors = factors;
    const relif_err err = relif_mapping_create(experiment->spiking, &config->coding,
                                               &neuron, &experiment->mapping);
    free(factors);
    return err;
}
