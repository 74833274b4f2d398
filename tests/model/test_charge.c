/* The charge that arrives, against the sum written out, and where there is no balance. */
#include "relif/charge.h"

#include "check.h"
#include "network_samples.h"

static const relif_coding coding = {.dt = 0.01, .coding_time = 0.25, .coding_range = 40};

static relif_mapping *map(const relif_network *network, relif_neuron_options options)
{
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, &coding, &options, &mapping) == RELIF_OK);
    return mapping;
}

static relif_mapping *map_to_currents(const relif_network *network)
{
    relif_neuron_options options = relif_neuron_options_default();
    options.bias = RELIF_BIAS_CURRENT;
    return map(network, options);
}

static int32_t count_of(int input)
{
    return input % 3 == 0 ? 0 : input * 7 % 23;
}

/* Sum over the kernel as the definition of a convolution says it. */
static double expected(const relif_layer *layer, const double *i_bias, int neuron,
                       double seconds)
{
    const int channel = neuron % layer->out.channels;
    const int row = neuron / layer->out.channels / layer->out.width;
    const int column = neuron / layer->out.channels % layer->out.width;
    double sum = i_bias[neuron] * seconds;
    for (int c = 0; c < layer->in.channels; c++)
        for (int i = 0; i < layer->kernel_height; i++)
            for (int j = 0; j < layer->kernel_width; j++) {
                const int y = row * layer->stride - layer->padding + i;
                const int x = column * layer->stride - layer->padding + j;
                const int weight =
                    ((channel * layer->in.channels + c) * layer->kernel_height + i) *
                        layer->kernel_width +
                    j;
                if (y < 0 || y >= layer->in.height || x < 0 || x >= layer->in.width)
                    continue;
                sum += (double)layer->weight[weight] *
                       count_of((y * layer->in.width + x) * layer->in.channels + c);
            }
    return sum;
}

static void check_layer(const relif_network *network, const relif_mapping *mapping, int l)
{
    const relif_layer *layer = &network->layers[l];
    const double *i_bias = mapping->layers[l].i_bias;
    const int in = relif_shape_size(layer->in), size = relif_shape_size(layer->out);
    const relif_range ranges[] = {{0, size}, {size / 3, size / 3 + 1}, {1, size}, {2, 2}};
    int32_t *counts = relif_calloc((size_t)in, sizeof *counts);
    double *whole = relif_calloc(2 * (size_t)size, sizeof *whole);
    for (int i = 0; i < in; i++) counts[i] = count_of(i);
    for (int r = 0; r < 4; r++) {
        double *arrived = r == 0 ? whole : whole + size;
        relif_charge *charge = relif_charge_create(layer, i_bias, ranges[r]);
        relif_charge_arrived(charge, counts, 0.25, arrived);
        for (int n = ranges[r].first; n < ranges[r].end; n++) {
            CHECK_NEAR(arrived[n - ranges[r].first], expected(layer, i_bias, n, 0.25),
                       1e-10);
            CHECK(arrived[n - ranges[r].first] == whole[n]); /* to the last bit */
        }
        relif_charge_destroy(charge);
    }
    free(counts);
    free(whole);
}

static void charge_is_the_weighted_sum_of_the_counts_and_the_bias(void)
{
    relif_network *network = every_kind_network();
    relif_mapping *mapping = map_to_currents(network);
    int checked = 0;
    for (int l = 0; l < network->n_layers; l++) {
        if (relif_charge_obstacle(network, mapping, l)) continue;
        check_layer(network, mapping, l);
        checked++;
    }
    CHECK(checked == 4);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void resets_and_pooling_have_no_balance(void)
{
    relif_network *network = every_kind_network();
    relif_neuron_options zero = relif_neuron_options_default();
    zero.reset = RELIF_RESET_ZERO;
    relif_mapping *plain = map_to_currents(network), *resetting = map(network, zero);
    CHECK(relif_charge_obstacle(network, plain, 0) == NULL);
    CHECK_TEXT(relif_charge_obstacle(network, plain, 1), "pooling layer");
    CHECK_TEXT(relif_charge_obstacle(network, plain, 3), "pooling layer");
    CHECK_TEXT(relif_charge_obstacle(network, resetting, 0), "reset: linear");
    relif_mapping_destroy(plain);
    relif_mapping_destroy(resetting);
    relif_network_destroy(network);
}

/* One neuron by hand: 1 arrives in every step, half of it is kept, nothing fires. */
static void what_leaks_is_a_share_of_the_potential_before_each_step(void)
{
    relif_network *network = every_kind_network();
    relif_neuron_options leaky = relif_neuron_options_default();
    leaky.bias = RELIF_BIAS_CURRENT;
    leaky.c_m = 2;
    leaky.v_init = 0.75;
    relif_mapping *plain = map(network, leaky);
    leaky.g_l = 2 * log(2) / coding.dt; /* tau_m = C_m/g_l: decay 1/2 */
    relif_mapping *leaking = map(network, leaky);
    CHECK(!relif_charge_leaks(plain, 0) && relif_charge_leaks(leaking, 0));
    CHECK(!relif_charge_leaks(leaking, 1)); /* pooling */
    const double v[] = {0.75, 0.875, 0.9375, 0.96875}, sums[] = {7, v[1] + v[2] + v[3]};
    const float potentials[] = {3, (float)v[3]};
    double leaked[2];
    relif_charge_leaked(leaking, 0, (relif_range){4, 6}, sums, potentials, leaked);
    CHECK_NEAR(leaked[1], 2 * 0.5 * (v[0] + v[1] + v[2]), 1e-6);
    CHECK_NEAR(leaked[0], 2 * 0.5 * (0.75 + 7 - 3), 1e-6);
    const double nothing[] = {NAN, NAN};
    relif_charge_leaked(plain, 0, (relif_range){4, 6}, nothing, potentials, leaked);
    CHECK(leaked[0] == 0 && leaked[1] == 0);
    relif_mapping_destroy(plain);
    relif_mapping_destroy(leaking);
    relif_network_destroy(network);
}

int main(void)
{
    RUN(charge_is_the_weighted_sum_of_the_counts_and_the_bias);
    RUN(resets_and_pooling_have_no_balance);
    RUN(what_leaks_is_a_share_of_the_potential_before_each_step);
    relif_charge_destroy(NULL);
    return check_result();
}
