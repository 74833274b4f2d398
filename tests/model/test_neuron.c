/* One neuron: on the time grid, from arrival to arrival, and the paper's numbers. */
#include "check.h"
#include "relif/neuron.h"
#include "relif/neuron_experiment.h"
#include "relif/neuron_theory.h"

static const double paper_weights[] = {0.3, 0.2};

static int64_t run_grid(const relif_neuron *neuron, relif_reset reset, double w, double f,
                        double dt, double duration)
{
    const relif_coding coding = {dt, duration, 1};
    return relif_neuron_run(neuron, reset, &coding, &(relif_neuron_inputs){1, &w, &f},
                            NULL);
}

static void without_a_leak_charge_is_counted_in_whole_thresholds(void)
{
    const relif_neuron neuron = relif_neuron_default();
    CHECK(run_grid(&neuron, RELIF_RESET_LINEAR, 0.375, 10, 0.01, 2) == 7);
    CHECK(run_grid(&neuron, RELIF_RESET_ZERO, 0.375, 10, 0.01, 2) == 6);
    const relif_neuron heavy = {.v_th = 2, .c_m = 2};
    CHECK(run_grid(&heavy, RELIF_RESET_LINEAR, 1.5, 10, 0.01, 2) == 7);
}

static void the_first_potential_counts(void)
{
    relif_neuron neuron = relif_neuron_default();
    neuron.v_init = 0.75;
    CHECK(run_grid(&neuron, RELIF_RESET_LINEAR, 0.25, 10, 0.01, 0.1) == 1);
}

static void a_neuron_fires_at_most_once_a_step(void)
{
    const relif_neuron neuron = relif_neuron_default();
    CHECK(run_grid(&neuron, RELIF_RESET_LINEAR, 5, 100, 0.01, 2) == 200);
    CHECK(run_grid(&neuron, RELIF_RESET_LINEAR, 1, 5000, 0.01, 2) == 200);
}

static void a_constant_current_alone_makes_it_fire(void)
{
    relif_neuron neuron = relif_neuron_default();
    neuron.i_bias = 6.25;
    CHECK_NEAR(run_grid(&neuron, RELIF_RESET_LINEAR, 0, 0, 0.0625, 64), 400, 1);
}

static void the_potential_follows_the_formula(void)
{
    const relif_neuron neuron = {.v_th = 1e9, .c_m = 2, .g_l = 3};
    const relif_coding coding = {0.01, 2, 1};
    const double f[] = {25, 25}; /* every arrival falls on the grid */
    double v[200];
    uint8_t spikes[200];
    relif_neuron_run(&neuron, RELIF_RESET_LINEAR, &coding,
                     &(relif_neuron_inputs){2, paper_weights, f},
                     &(relif_neuron_record){v, spikes});
    for (int n = 1; n <= 50; n++)
        CHECK_NEAR(v[4 * n - 1], relif_theory_potential(&neuron, 0.5, 25, n), 1e-14);
    CHECK_NEAR(v[4], v[3] * exp(-0.01 * 1.5), 1e-15);
    CHECK(v[0] == 0 && spikes[199] == 0);
}

static void a_record_tells_when_it_fires(void)
{
    const relif_neuron neuron = relif_neuron_default();
    const relif_coding coding = {0.01, 0.4, 1};
    const double w = 0.75, f = 10;
    double v[40];
    uint8_t spikes[40];
    relif_neuron_run(&neuron, RELIF_RESET_LINEAR, &coding,
                     &(relif_neuron_inputs){1, &w, &f},
                     &(relif_neuron_record){v, spikes});
    CHECK(!spikes[9] && spikes[19] && spikes[29] && spikes[39] && !spikes[18]);
    CHECK(v[9] == 0.75 && v[18] == 0.75 && v[19] == 0.5 && v[29] == 0.25 && v[39] == 0);
}

static void a_grid_that_holds_every_arrival_is_exact(void)
{
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    const double rates[] = {1, 2, 4, 5, 10, 20, 25, 50, 100};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        for (int reset = 0; reset < 2; reset++) {
            const double f = rates[i], w = 0.53;
            const int64_t events = relif_neuron_run_events(
                &neuron, (relif_reset)reset, &(relif_neuron_inputs){1, &w, &f}, 100);
            CHECK(run_grid(&neuron, (relif_reset)reset, w, f, 0.01, 100) == events);
        }
}

static void inputs_of_different_rates_meet_on_time(void)
{
    const relif_neuron neuron = relif_neuron_default();
    const double w[] = {0.5, 0.5}, f[] = {10, 30}; /* every third arrival is common */
    const relif_neuron_inputs inputs = {2, w, f};
    CHECK(relif_neuron_run_events(&neuron, RELIF_RESET_LINEAR, &inputs, 10) == 200);
    CHECK(relif_neuron_run_events(&neuron, RELIF_RESET_ZERO, &inputs, 1) == 20);
}

static void impossible_neurons_are_refused(void)
{
    relif_neuron neuron = relif_neuron_default();
    CHECK(relif_neuron_check(&neuron) == RELIF_OK);
    neuron.i_bias = NAN;
    CHECK(relif_neuron_check(&neuron) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "neuron.i_bias is nan");
    neuron = (relif_neuron){.v_th = 0, .c_m = 1};
    CHECK(relif_neuron_check(&neuron) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "neuron.v_th is 0");
}

/* Combinations run with the last input fastest; a common rate is one axis. */
static void frequencies_are_all_combinations(void)
{
    const relif_interval none = relif_interval_none();
    relif_neuron_synapse synapses[] = {
        {1, none}, {2, {.start = 5, .stop = 7, .step = 1}}, {3, none}};
    relif_neuron_experiment e = relif_neuron_experiment_default();
    e.frequency = (relif_interval){.start = 10, .stop = 20, .count = 2};
    e.inputs = (relif_neuron_synapses){3, synapses};
    double f[3];
    CHECK(relif_neuron_experiment_points(&e) == 6);
    relif_neuron_experiment_frequencies(&e, 0, f);
    CHECK(f[0] == 10 && f[1] == 5 && f[2] == 10);
    relif_neuron_experiment_frequencies(&e, 2, f);
    CHECK(f[0] == 10 && f[1] == 7 && f[2] == 10);
    relif_neuron_experiment_frequencies(&e, 3, f);
    CHECK(f[0] == 20 && f[1] == 5 && f[2] == 20);
}

static void an_interval_ends_at_its_stop(void)
{
    const relif_interval by_step = {.start = 0.1, .stop = 10, .step = 0.1};
    const relif_interval by_count = {.start = 1, .stop = 2, .count = 5};
    const relif_interval point = {.start = 3, .stop = 3, .step = 1};
    const relif_interval rounded = {.start = 0, .stop = 0.3, .step = 0.1};
    CHECK(relif_interval_count(&by_step) == 100);
    CHECK(relif_interval_count(&rounded) == 4);
    CHECK_NEAR(relif_interval_value(&by_step, 99), 10, 1e-12);
    CHECK(relif_interval_value(&by_count, 4) == 2 &&
          relif_interval_value(&by_count, 1) == 1.25);
    CHECK(relif_interval_count(&point) == 1 && relif_interval_value(&point, 0) == 3);
}

static double paper_rate(relif_reset reset, double duration)
{
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    const relif_coding coding = {0.01, duration, 1};
    const double f[] = {30, 30};
    const relif_neuron_inputs inputs = {2, paper_weights, f};
    return (double)relif_neuron_run(&neuron, reset, &coding, &inputs, NULL) / duration;
}

/* Table II at 30 Hz: the mapping is exact at the threshold, not above it. */
static void the_neurons_of_table_2_at_30_hz(void)
{
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    const double relu = relif_theory_relu(&neuron, 0.5 * 30, -2.16);
    const double linear = paper_rate(RELIF_RESET_LINEAR, 1000);
    const double lif = paper_rate(RELIF_RESET_ZERO, 1000);
    const double exact = relif_theory_linear_rate(&neuron, 0.5, 30);
    printf("     ReLU %.2f Hz, Linear LIF %.3f Hz on the grid (T 1000 s), %.3f Hz "
           "exactly, %.2f Hz at T 4 s, LIF %.3f Hz\n",
           relu, linear, exact, paper_rate(RELIF_RESET_LINEAR, 4), lif);
    CHECK_NEAR(relu, 12.84, 1e-12);
    CHECK_NEAR(linear, 13.6, 0.05);
    CHECK_NEAR(exact, 13.6, 0.05);
    CHECK_NEAR(lif, 10.0, 0.002);
    CHECK_NEAR(relif_theory_bias(&neuron, 0.5), -2.164, 5e-4);
}

int main(void)
{
    RUN(without_a_leak_charge_is_counted_in_whole_thresholds);
    RUN(the_first_potential_counts);
    RUN(a_neuron_fires_at_most_once_a_step);
    RUN(a_constant_current_alone_makes_it_fire);
    RUN(the_potential_follows_the_formula);
    RUN(a_record_tells_when_it_fires);
    RUN(a_grid_that_holds_every_arrival_is_exact);
    RUN(inputs_of_different_rates_meet_on_time);
    RUN(impossible_neurons_are_refused);
    RUN(frequencies_are_all_combinations);
    RUN(an_interval_ends_at_its_stop);
    RUN(the_neurons_of_table_2_at_30_hz);
    return check_result();
}
