#include "relif/diagnosis.h"

#include "check.h"
#include "network_samples.h"
#include "plain_network.h"
#include "relif/reference.h"

/* A chain of single neurons; activations are given by hand. */
typedef struct chain {
    relif_network *network;
    relif_coding coding;
    relif_neuron_options neuron;
    relif_normalization_options normalization;
    double scales[2];
    relif_distribution *seen[2];
    int64_t at_ceiling[2];
    relif_mapping *mapping;
    relif_diagnosis *diagnosis;
} chain;

static chain make_chain(bool biased)
{
    const random_layer two[] = {{RELIF_LAYER_LINEAR, 1, 0, 0, 0, biased},
                                {RELIF_LAYER_LINEAR, 1, 0, 0, 0, 0}};
    return (chain){.network = random_network(1, (relif_shape){1, 1, 1}, 2, two),
                   .coding = {.dt = 0.01, .coding_time = 2, .coding_range = 10},
                   .neuron = relif_neuron_options_default(),
                   .normalization = relif_normalization_options_default(),
                   .scales = {1, 1},
                   .seen = {relif_distribution_create(), relif_distribution_create()}};
}

static void diagnose(chain *c, relif_readout readout)
{
    CHECK(relif_mapping_create(c->network, &c->coding, &c->neuron, &c->mapping) ==
          RELIF_OK);
    c->diagnosis = relif_diagnosis_create(
        &(relif_diagnosis_question){.network = c->network,
                                    .mapping = c->mapping,
                                    .coding = &c->coding,
                                    .normalization = &c->normalization,
                                    .scales = c->scales,
                                    .readout = readout,
                                    .n_images = 8,
                                    .activations = c->seen,
                                    .at_ceiling = c->at_ceiling,
                                    .same_labels = 6});
}

static void release(chain *c)
{
    relif_diagnosis_destroy(c->diagnosis);
    relif_mapping_destroy(c->mapping);
    relif_distribution_destroy(c->seen[0]);
    relif_distribution_destroy(c->seen[1]);
    relif_network_destroy(c->network);
}

static const float first[8] = {0, 0, 0.01F, 0.02F, 1, 2, 4, 8};
static const float second[8] = {0, 0, 0, 0, 4, 16, 20, 40};

static void rates_and_shares_follow_from_activations(void)
{
    chain c = make_chain(false);
    relif_distribution_see(c.seen[0], first, 8);
    relif_distribution_see(c.seen[1], second, 8);
    c.at_ceiling[1] = 3;
    c.normalization.percentile = 75;
    diagnose(&c, RELIF_READOUT_SPIKES);
    const relif_diagnosis_layer *a = &c.diagnosis->layers[0], *b = a + 1;
    CHECK(c.diagnosis->r_max == 100 && c.diagnosis->agreement == 0.75);
    CHECK(a->largest == 8 && a->rate_largest == 80);
    CHECK_NEAR(a->percentile, 2, 2e-3);
    CHECK_NEAR(a->rate_percentile, 20, 2e-2);
    CHECK_NEAR(a->rate_typical, 10, 1e-2); /* the third of six */
    CHECK(a->active == 0.75 && a->too_fast == 0 && a->saturated == 0);
    CHECK_NEAR(a->too_slow, 2.0 / 6, 1e-12); /* 0.1 and 0.2 Hz in 2 s */
    CHECK(b->rate_largest == 400 && b->too_fast == 0.375 && b->saturated == 0.375);
    CHECK(b->active == 0.5 && b->too_slow == 0);
    CHECK_NEAR(a->scale, 2, 2e-3);
    CHECK_NEAR(b->scale, 16, 2e-2);
    CHECK_NEAR(b->factor, 8, 2e-2);
    CHECK_NEAR(c.diagnosis->best_range, 10 * 100 / 160.0, 1e-2);
    release(&c);
}

static void thresholds_capacitances_and_scales_divide_rates(void)
{
    for (int carrier = 0; carrier < RELIF_N_CARRIERS; carrier++) {
        chain c = make_chain(false);
        const double factors[] = {4, 2.5};
        relif_distribution_see(c.seen[0], first, 8);
        relif_distribution_see(c.seen[1], second, 8);
        c.normalization.carrier = (relif_carrier)carrier;
        c.scales[0] = 4;
        c.scales[1] = 10;
        c.neuron.v_th = 0.5;
        c.neuron.c_m = 4;
        if (carrier == RELIF_CARRIER_V_TH) c.neuron.v_th_factors = factors;
        if (carrier == RELIF_CARRIER_C_M) c.neuron.c_m_factors = factors;
        diagnose(&c, RELIF_READOUT_SPIKES);
        CHECK_NEAR(c.diagnosis->layers[0].rate_largest, 80.0 / 4 / 2, 1e-12);
        CHECK_NEAR(c.diagnosis->layers[1].rate_largest, 400.0 / 10 / 4, 1e-12);
        release(&c);
    }
}

/* The sentences of a chain. Caller releases. */
static relif_text advice(chain *c, relif_readout readout)
{
    relif_text text = {0};
    diagnose(c, readout);
    relif_diagnosis_advise(c->diagnosis, &text);
    return text;
}

static void saturation_is_named_and_mended(void)
{
    for (int readout = 0; readout < RELIF_N_READOUTS; readout++) {
        chain c = make_chain(false);
        relif_distribution_see(c.seen[0], first, 8);
        relif_distribution_see(c.seen[1], second, 8);
        c.at_ceiling[1] = 3;
        relif_text text = advice(&c, (relif_readout)readout);
        const char *said = relif_text_string(&text);
        CHECK_TEXT(said, "layer1 saturates: 37.5 % of its neurons");
        CHECK_TEXT(said, "R_max = 100 Hz (the largest rate asked for is 400 Hz)");
        CHECK_TEXT(said, readout == RELIF_READOUT_SPIKES
                             ? "readout: spikes takes the first"
                             : "tells outputs at R_max apart");
        CHECK(!strstr(said, "layer0 saturates"));
        CHECK_TEXT(said, "coding.coding_range at most 2.5 Hz");
        CHECK_TEXT(said, "coding.dt at most 0.0025 s");
        CHECK_TEXT(said, "75 % of 8 images would keep");
        relif_text_release(&text);
        release(&c);
    }
}

static void quiet_layers_are_named_and_mended(void)
{
    const float quiet[8] = {0, 0, 0, 0.01F, 0.01F, 0.01F, 0.01F, 2};
    chain c = make_chain(false);
    relif_distribution_see(c.seen[0], first, 6);
    relif_distribution_see(c.seen[1], quiet, 8);
    relif_text text = advice(&c, RELIF_READOUT_SPIKES);
    const char *said = relif_text_string(&text);
    CHECK(!strstr(said, "saturates:") && !strstr(said, "layer0 is too quiet"));
    CHECK_TEXT(said,
               "layer1 is too quiet: 80 % of its active neurons would fire less than "
               "once in T = 2 s (their median rate is 0.1 Hz)");
    CHECK_TEXT(said, "coding.coding_time of at least 10 s");
    CHECK_TEXT(said, "coding.coding_range up to 50 Hz");
    relif_text_release(&text);
    release(&c);
}

static void what_rates_leave_out_is_said(void)
{
    chain c = make_chain(true);
    c.neuron.g_l = 1;
    c.neuron.v_th = 2;
    c.neuron.reset = RELIF_RESET_ZERO;
    relif_text text = advice(&c, RELIF_READOUT_SPIKES);
    CHECK_TEXT(relif_text_string(&text), "do not count the leak");
    CHECK_TEXT(relif_text_string(&text), "a reset to zero");
    CHECK_TEXT(relif_text_string(&text), "neuron.v_th times neuron.c_m is not 1");
    relif_text_release(&text);
    release(&c);
    c = make_chain(true);
    c.neuron.bias = RELIF_BIAS_CURRENT;
    c.coding.coding_range = 100;
    text = advice(&c, RELIF_READOUT_SPIKES);
    CHECK(!strstr(relif_text_string(&text), "do not count"));
    CHECK(!strstr(relif_text_string(&text), "is not 1"));
    CHECK_TEXT(relif_text_string(&text), "No layer saturates, and none is too quiet.");
    CHECK(!strstr(relif_text_string(&text), "There is room"));
    relif_text_release(&text);
    release(&c);
}

/* What a simulation is held to: the drive of each neuron from rates cut at the ceiling.
 */
typedef struct prediction {
    double ceiling, slope;
    long saturated, close; /* neurons; those too close to the ceiling to tell */
} prediction;

/* In T steps a neuron behind some layers is off by some spikes, hence the margin. */
static void check_layer(prediction *p, const relif_reference_layer *layer, int steps,
                        double v_th, const double *drive)
{
    const double margin = 0.015;
    const float *left = layer->potential + (size_t)(steps - 1) * (size_t)layer->size;
    for (int n = 0; n < layer->size; n++) {
        const double asked = drive[n] / p->ceiling;
        CHECK_NEAR((double)layer->counts[n] / steps, fmax(fmin(asked, 1), 0), margin);
        p->close += fabs(asked - 1) < margin;
        if (asked < 1 + margin) continue;
        CHECK(layer->counts[n] == steps || left[n] >= (float)v_th);
        p->saturated++;
    }
}

static double *cut(double *values, int n, double slope, double ceiling)
{
    for (int i = 0; i < n; i++) values[i] = fmin(slope * values[i], ceiling);
    return values;
}

static void check_image(prediction *p, const relif_network *network,
                        const relif_coding *coding, const relif_neuron_options *neuron,
                        const float *pixels)
{
    const int size = relif_shape_size(network->input);
    double *values = relif_calloc((size_t)size, sizeof *values);
    relif_mapping *mapping = NULL;
    CHECK(relif_mapping_create(network, coding, neuron, &mapping) == RELIF_OK);
    relif_reference *run =
        relif_reference_run(network, mapping, coding, RELIF_POOLING_WINDOW, pixels);
    for (int i = 0; i < size; i++) values[i] = (double)pixels[i];
    cut(values, size, 1, p->ceiling);
    for (int l = 0; l < network->n_layers; l++) {
        const int n = run->layers[l].size;
        const bool spikes = relif_layer_spikes(&network->layers[l]);
        double *drive = plain_layer(&network->layers[l], values);
        cut(drive, n, spikes ? p->slope : 1, (double)INFINITY);
        if (spikes) check_layer(p, &run->layers[l], run->steps, neuron->v_th, drive);
        free(values);
        values = cut(drive, n, 1, p->ceiling);
    }
    relif_reference_destroy(run);
    relif_mapping_destroy(mapping);
    free(values);
}

static void the_simulation_saturates_where_cut_rates_say(void)
{
    const relif_coding coding = {.dt = 0.01, .coding_time = 20, .coding_range = 60};
    const relif_neuron_options neuron = {
        .v_th = 0.8, .c_m = 1.25, .bias = RELIF_BIAS_CURRENT};
    relif_network *network = every_kind_network();
    prediction p = {1 / (coding.coding_range * coding.dt), 1 / (neuron.v_th * neuron.c_m),
                    0, 0};
    for (int i = 0; i < 2; i++) {
        float pixels[512];
        random_image(3, i, relif_shape_size(network->input), pixels);
        check_image(&p, network, &coding, &neuron, pixels);
    }
    const long neurons = 2 * (long)relif_network_neurons(network);
    printf("     %ld of %ld neurons saturate, %ld are too close to tell\n", p.saturated,
           neurons, p.close);
    CHECK(p.saturated > neurons / 50 && p.saturated < neurons / 2);
    CHECK(p.close < neurons / 20);
    relif_network_destroy(network);
}

int main(void)
{
    RUN(rates_and_shares_follow_from_activations);
    RUN(thresholds_capacitances_and_scales_divide_rates);
    RUN(saturation_is_named_and_mended);
    RUN(quiet_layers_are_named_and_mended);
    RUN(what_rates_leave_out_is_said);
    RUN(the_simulation_saturates_where_cut_rates_say);
    return check_result();
}
