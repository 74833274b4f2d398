#include "relif/fan_out.h"

#include "check.h"
#include "connectivity.h"
#include "layer_samples.h"
#include "random_spikes.h"

static void check_fan_out(const relif_layer *layer, relif_range input,
                          relif_range reached)
{
    int *fan_out = relif_fan_out(layer, input, reached);
    int wrong = 0;
    for (int i = input.first; i < input.end; i++) {
        int expected = 0;
        for (int o = reached.first; o < reached.end; o++)
            expected += connects(layer, o, i);
        wrong += fan_out[i - input.first] != expected;
    }
    CHECK(wrong == 0);
    free(fan_out);
}

static void each_input_has_the_neurons_of_the_range_that_it_reaches(void)
{
    relif_random random = relif_random_stream(1, 0);
    for (int s = 0; s < N_LAYER_SAMPLES; s++) {
        relif_network *network = sample_network(s);
        const relif_layer *layer = &network->layers[0];
        const relif_range in = {0, relif_shape_size(layer->in)};
        const relif_range out = {0, relif_shape_size(layer->out)};
        for (int trial = 0; relif_layer_spikes(layer) && trial < 10; trial++)
            check_fan_out(layer, trial % 3 ? random_range(&random, in) : in,
                          trial ? random_range(&random, out) : out);
        relif_network_destroy(network);
    }
}

static void an_empty_range_reaches_and_is_reached_by_none(void)
{
    relif_network *network = sample_network(0);
    check_fan_out(&network->layers[0], (relif_range){3, 3}, (relif_range){0, 4});
    check_fan_out(&network->layers[0], (relif_range){0, 4}, (relif_range){3, 3});
    relif_network_destroy(network);
}

int main(void)
{
    RUN(each_input_has_the_neurons_of_the_range_that_it_reaches);
    RUN(an_empty_range_reaches_and_is_reached_by_none);
    return check_result();
}
