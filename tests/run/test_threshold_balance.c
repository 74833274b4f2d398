/* Held to the reference: its spikes, and sums of the weights that they bring. */
#include "relif/threshold_balance.h"

#include "check.h"
#include "network_samples.h"
#include "relif/reference.h"
#include "relif/synapse.h"

enum { IMAGES = 5, MAX_LAYERS = 8 };

static const relif_context *world;
static const relif_coding coding = {.dt = 0.01, .coding_time = 0.6, .coding_range = 70};

static float *make_images(const relif_network *network)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    float *pixels = relif_calloc(IMAGES * size, sizeof *pixels);
    for (int i = 0; i < IMAGES; i++)
        random_image(11, i, (int)size, pixels + (size_t)i * size);
    return pixels;
}

/* Every rank simulates its part of the images. */
static void balance(const relif_network *network, relif_neuron_options neuron,
                    relif_carrier carrier, double *scales)
{
    const int first = IMAGES * world->rank / world->size;
    const int end = IMAGES * (world->rank + 1) / world->size;
    const size_t size = (size_t)relif_shape_size(network->input);
    float *pixels = make_images(network);
    relif_log *log = relif_log_create(false);
    relif_threshold_balance(
        world,
        &(relif_balance_setup){.network = network,
                               .coding = &coding,
                               .neuron = &neuron,
                               .pooling = RELIF_POOLING_WINDOW,
                               .carrier = carrier,
                               .images_in_flight = 2,
                               .n_images = end - first,
                               .pixels = pixels + (size_t)first * size,
                               .log = log},
        scales);
    relif_log_destroy(log);
    free(pixels);
}

/* The charge that a neuron receives in one step, in double precision. */
static double weighted_input(const relif_layer *layer, const uint8_t *spikes, int neuron)
{
    const int channel = neuron % layer->out.channels;
    const int row = neuron / layer->out.channels / layer->out.width * layer->stride;
    const int column = neuron / layer->out.channels % layer->out.width * layer->stride;
    const float *weight = layer->weight + (size_t)channel * (size_t)layer->in.channels *
                                              (size_t)layer->kernel_height *
                                              (size_t)layer->kernel_width;
    double sum = 0;
    for (int c = 0; c < layer->in.channels; c++)
        for (int ky = 0; ky < layer->kernel_height; ky++)
            for (int kx = 0; kx < layer->kernel_width; kx++, weight++) {
                const int y = row - layer->padding + ky, x = column - layer->padding + kx;
                if (y < 0 || x < 0 || y >= layer->in.height || x >= layer->in.width)
                    continue;
                if (spikes[(y * layer->in.width + x) * layer->in.channels + c])
                    sum += (double)*weight;
            }
    return sum;
}

/* Largest input of a step over C_m, in units of V_th, of every layer of a balanced
 * network. */
static void largest_inputs(const relif_network *network, const double *scales,
                           relif_neuron_options neuron, double *largest)
{
    const size_t size = (size_t)relif_shape_size(network->input);
    relif_network *scaled =
        relif_normalization_apply(network, RELIF_CARRIER_WEIGHTS, scales);
    relif_mapping *mapping = NULL;
    float *pixels = make_images(network);
    CHECK(relif_mapping_create(scaled, &coding, &neuron, &mapping) == RELIF_OK);
    for (int l = 0; l < network->n_layers; l++) largest[l] = 0;
    for (int i = 0; i < IMAGES; i++) {
        relif_reference *run = relif_reference_run(
            scaled, mapping, &coding, RELIF_POOLING_WINDOW, pixels + (size_t)i * size);
        for (int l = 0; l < network->n_layers; l++) {
            const relif_layer *layer = &scaled->layers[l];
            const relif_reference_layer *from = l ? &run->layers[l - 1] : &run->input;
            if (!relif_layer_has_weights(layer)) continue;
            for (int t = 0; t < run->steps; t++)
                for (int n = 0; n < run->layers[l].size; n++) {
                    const double charge =
                        weighted_input(layer,
                                       from->spikes + (size_t)t * (size_t)from->size, n) +
                        fmax(mapping->layers[l].i_bias[n], 0) * coding.dt;
                    largest[l] = fmax(largest[l], charge / (neuron.v_th * neuron.c_m));
                }
        }
        relif_reference_destroy(run);
    }
    relif_mapping_destroy(mapping);
    relif_network_destroy(scaled);
    free(pixels);
}

static void every_threshold_becomes_the_largest_weighted_input(void)
{
    const relif_neuron_options options[] = {
        {.v_th = 1, .c_m = 1, .bias = RELIF_BIAS_CURRENT},
        {.v_th = 0.7, .c_m = 1.5, .g_l = 2, .v_init = 0.3},
        {.v_th = 1, .c_m = 1, .reset = RELIF_RESET_ZERO, .bias = RELIF_BIAS_CONDUCTANCE}};
    relif_network *networks[] = {every_kind_network(), odd_network()};
    for (int n = 0; n < COUNT(networks); n++)
        for (int o = 0; o < COUNT(options); o++) {
            double scales[MAX_LAYERS], largest[MAX_LAYERS];
            relif_neuron_options neuron = options[o];
            balance(networks[n], neuron, RELIF_CARRIER_WEIGHTS, scales);
            if (neuron.bias == RELIF_BIAS_CONDUCTANCE) neuron.bias = RELIF_BIAS_AUTO;
            largest_inputs(networks[n], scales, neuron, largest);
            for (int l = 0; l < networks[n]->n_layers; l++)
                if (!relif_layer_has_weights(&networks[n]->layers[l]))
                    CHECK(scales[l] == (l ? scales[l - 1] : 1));
                else
                    CHECK_NEAR(largest[l], 1, 1e-5);
        }
    for (int n = 0; n < COUNT(networks); n++) relif_network_destroy(networks[n]);
}

/* The same bits whoever has how many images: what rank 0 finds alone. */
static void scales_do_not_depend_on_the_ranks(void)
{
    relif_network *network = every_kind_network();
    const relif_neuron_options neuron = relif_neuron_options_default();
    double together[MAX_LAYERS], alone[MAX_LAYERS];
    const relif_context *all = world;
    balance(network, neuron, RELIF_CARRIER_WEIGHTS, together);
    relif_context *self = relif_context_create(MPI_COMM_SELF);
    world = self;
    balance(network, neuron, RELIF_CARRIER_WEIGHTS, alone);
    world = all;
    relif_context_destroy(self);
    CHECK(memcmp(together, alone, (size_t)network->n_layers * sizeof *alone) == 0);
    CHECK(together[0] > 0 && together[0] != 1);
    relif_network_destroy(network);
}

static void carriers_differ_by_rounding_alone(void)
{
    relif_network *network = every_kind_network();
    const relif_neuron_options neuron = {.v_th = 1, .c_m = 1, .bias = RELIF_BIAS_CURRENT};
    double scales[RELIF_N_CARRIERS][MAX_LAYERS];
    for (int c = 0; c < RELIF_N_CARRIERS; c++)
        balance(network, neuron, (relif_carrier)c, scales[c]);
    for (int c = 1; c < RELIF_N_CARRIERS; c++)
        CHECK_NEAR(scales[c][0], scales[0][0], 1e-6 * scales[0][0]);
    for (int c = 1; c < RELIF_N_CARRIERS; c++)
        for (int l = 0; l < network->n_layers; l++)
            CHECK_NEAR(scales[c][l], scales[0][l], 0.1 * scales[0][l]);
    relif_network_destroy(network);
}

static void a_layer_without_input_keeps_the_scale_before_it(void)
{
    const random_layer two[] = {{RELIF_LAYER_LINEAR, 20, 0, 0, 0, 0},
                                {RELIF_LAYER_LINEAR, 3, 0, 0, 0, 0}};
    relif_network *network = random_network(3, (relif_shape){1, 4, 5}, COUNT(two), two);
    const relif_neuron_options neuron = relif_neuron_options_default();
    double scales[2];
    for (int i = 0; i < 60; i++) network->layers[1].weight[i] = -1;
    balance(network, neuron, RELIF_CARRIER_V_TH, scales);
    CHECK(scales[0] > 0 && scales[0] != 1);
    CHECK(scales[1] == scales[0]);
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(every_threshold_becomes_the_largest_weighted_input);
    RUN(scales_do_not_depend_on_the_ranks);
    RUN(carriers_differ_by_rounding_alone);
    RUN(a_layer_without_input_keeps_the_scale_before_it);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
