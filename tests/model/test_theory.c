/* The paper's formulas and rotation numbers, held to simulations exact in time. */
#include "check.h"
#include "relif/neuron_theory.h"
#include "relif/rotation.h"

static double simulated_rate(const relif_neuron *neuron, relif_reset reset, double w,
                             double f, double duration)
{
    const relif_neuron_inputs inputs = {1, &w, &f};
    return (double)relif_neuron_run_events(neuron, reset, &inputs, duration) / duration;
}

/* Leaks, weights and rates that meet every case: silent, slow, one spike an arrival,
 * several. */
static const double leaks[] = {0, 0.1, 1, 3, 10},
                    weights[] = {0.05, 0.31, 0.5, 0.97, 2.3};
static const double rates[] = {0.5, 3.7, 13, 30, 61.3};

enum { N = 5 };

static void the_exact_rate_is_what_a_long_simulation_counts(void)
{
    const double duration = 2000;
    double largest = 0;
    for (int i = 0; i < N * N * N; i++) {
        const relif_neuron neuron = {.v_th = 0.9, .c_m = 1.2, .g_l = leaks[i % N]};
        const double w = weights[i / N % N], f = rates[i / N / N];
        const double exact = relif_theory_linear_rate(&neuron, w, f);
        const double counted =
            simulated_rate(&neuron, RELIF_RESET_LINEAR, w, f, duration);
        CHECK_NEAR(counted, exact,
                   2.5 / duration); /* (a): 2 spikes, and a last arrival */
        largest = fmax(largest, fabs(counted - exact));
    }
    printf("     largest difference %.3g Hz, 1/T = %.3g Hz\n", largest, 1 / duration);
}

static void the_reset_to_zero_is_exact_too(void)
{
    const double duration = 2000;
    for (int i = 0; i < N * N * N; i++) {
        const relif_neuron neuron = {.v_th = 0.9, .c_m = 1.2, .g_l = leaks[i % N]};
        const double w = weights[i / N % N], f = rates[i / N / N];
        CHECK_NEAR(simulated_rate(&neuron, RELIF_RESET_ZERO, w, f, duration),
                   relif_theory_zero_reset_rate(&neuron, w, f), 1.5 / duration);
    }
}

static void a_rotation_number_is_on_its_plateau(void)
{
    int closed = 0;
    for (int i = 1; i < 100; i++)
        for (int j = 1; j < 40; j++) {
            const double decay = 0.01 * i, gain = 0.07 * j;
            const relif_rotation r = relif_rotation_number(decay, gain);
            double least, below;
            CHECK(r.error == 0);
            closed += r.arrivals > 2;
            relif_rotation_plateau(decay, r.spikes, r.arrivals, &least, &below);
            CHECK(least - 1e-12 <= gain && gain < below + 1e-12);
        }
    CHECK(closed > 1000);
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

static void every_plateau_has_its_rotation_number(void)
{
    const double decays[] = {0.3, 0.6, 0.9};
    for (int d = 0; d < 3; d++)
        for (int64_t q = 1; q <= 12; q++)
            for (int64_t p = 1; p <= 2 * q; p++) {
                if (common_divisor(p, q) != 1) continue;
                double least, below;
                relif_rotation_plateau(decays[d], p, q, &least, &below);
                const double width = below - least, want = (double)p / (double)q;
                if (width < 1e-10) continue;
                CHECK(width > 0);
                CHECK(relif_rotation_number(decays[d], least + 0.01 * width).number ==
                      want);
                CHECK(relif_rotation_number(decays[d], below - 0.01 * width).number ==
                      want);
                CHECK(relif_rotation_number(decays[d], least - 1e-9).number < want);
                CHECK(relif_rotation_number(decays[d], below + 1e-9).number > want);
            }
}

static void plateaus_of_few_arrivals_are_those_worked_out_by_hand(void)
{
    double least, below;
    relif_rotation_plateau(0.5, 0, 1, &least, &below); /* silent up to 1 - decay */
    CHECK_NEAR(least, 0, 0);
    CHECK_NEAR(below, 0.5, 1e-15);
    relif_rotation_plateau(0.5, 1, 1, &least, &below); /* x = (gain - 1) / (1 - decay) */
    CHECK_NEAR(least, 1, 1e-15);
    CHECK_NEAR(below, 1.5, 1e-15);
    /* every second arrival fires: x1 = g/(1+d) - d/(1-d^2) ..., by hand 5/6 and 2/3 */
    relif_rotation_plateau(0.5, 1, 2, &least, &below);
    CHECK_NEAR(least, 2.0 / 3, 1e-15);
    CHECK_NEAR(below, 5.0 / 6, 1e-15);
}

static void without_a_leak_or_a_gain_nothing_rotates(void)
{
    CHECK(relif_rotation_number(1, 0.123456789).number == 0.123456789);
    CHECK(relif_rotation_number(0.5, 0).number == 0);
    CHECK(relif_rotation_number(0.5, -2).number == 0);
    CHECK(relif_rotation_number(0, 2.5).number == 2);
    const relif_rotation slow = relif_rotation_number(1 - 1e-12, 0.123456789);
    CHECK_NEAR(slow.number, 0.123456789, slow.error + 1e-9);
}

static void the_least_rate_is_where_firing_begins(void)
{
    for (int i = 1; i < N; i++) {
        const relif_neuron neuron = {.v_th = 0.9, .c_m = 1.2, .g_l = leaks[i]};
        const double f = relif_theory_least_rate(&neuron, 0.5, INFINITY);
        CHECK(simulated_rate(&neuron, RELIF_RESET_LINEAR, 0.5, 0.999 * f, 1000) == 0);
        CHECK(simulated_rate(&neuron, RELIF_RESET_LINEAR, 0.5, 1.001 * f, 1000) > 0);
        CHECK(relif_theory_linear_rate(&neuron, 0.5, 0.999 * f) == 0);
        CHECK(relif_theory_continuous_rate(&neuron, 0.5, 0.999 * f) == 0);
        CHECK(relif_theory_zero_reset_rate(&neuron, 0.5, 1.001 * f) > 0);
        CHECK(relif_theory_least_rate(&neuron, 0.5, 4) > f);
    }
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    CHECK_NEAR(relif_theory_least_rate(&neuron, 0.5, INFINITY), 4.32808512, 1e-8);
    CHECK(relif_theory_least_rate(&neuron, 1.5, INFINITY) == 0);
    CHECK(relif_theory_least_rate(&neuron, 0, INFINITY) == (double)INFINITY);
}

/* Within T exactly the arrivals up to T count: the first that fires is the f T-th. */
static void a_finite_time_raises_the_least_rate(void)
{
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    const int64_t n = 7;
    double low = 1, high = 1000; /* f at which the n-th arrival comes at T and fires */
    for (int i = 0; i < 200; i++) {
        const double f = (low + high) / 2;
        *(relif_theory_potential(&neuron, 0.2, f, n) >= 1 ? &high : &low) = f;
    }
    CHECK_NEAR(relif_theory_least_rate(&neuron, 0.2, (double)n / high), high, 1e-9);
    const relif_neuron still = {.v_th = 1, .c_m = 1};
    CHECK_NEAR(relif_theory_least_rate(&still, 0.25, 2), 2, 1e-15);
}

/* On a grid that holds every arrival the potential of the LIF neuron is the formula's. */
static void the_potential_between_firings_is_the_formulas(void)
{
    const double dt = 0.001, f = 40, leak[] = {0, 0.5, 3, 80};
    for (size_t i = 0; i < sizeof leak / sizeof *leak; i++)
        for (int j = 1; j < N; j++) {
            const relif_neuron neuron = {.v_th = 0.9, .c_m = 1.2, .g_l = leak[i]};
            const relif_coding coding = {dt, 1, 1};
            double v[1000], wrong = 0;
            relif_neuron_run(&neuron, RELIF_RESET_ZERO, &coding,
                             &(relif_neuron_inputs){1, &weights[j], &f},
                             &(relif_neuron_record){v, NULL});
            for (int t = 1; t <= 1000; t++)
                wrong = fmax(wrong, fabs(v[t - 1] - relif_theory_zero_reset_potential(
                                                        &neuron, weights[j], f, t * dt)));
            CHECK_NEAR(wrong, 0, 1e-11);
        }
    const relif_neuron raised = {.v_th = 1, .c_m = 1, .v_init = 0.5};
    CHECK(isnan(relif_theory_zero_reset_potential(&raised, 0.5, f, 1)));
    CHECK(relif_theory_zero_reset_potential(&(relif_neuron){.v_th = 1, .c_m = 1}, 0.5, 0,
                                            1) == 0);
}

static void the_continuous_rate_lies_between_the_steps(void)
{
    const relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    for (int f = 5; f < 200; f++) {
        const double steps = relif_theory_zero_reset_rate(&neuron, 0.5, f);
        const double continuous = relif_theory_continuous_rate(&neuron, 0.5, f);
        CHECK(steps <= continuous && 1 / steps - 1 / continuous < 1.0 / f);
        CHECK(continuous < relif_theory_limit(&neuron, 0.5 * f));
    }
    CHECK_NEAR(relif_theory_continuous_rate(&neuron, 0.5, 1e7), 0.5e7 - 0.75, 1);
}

static void the_bias_is_the_mappings(void)
{
    relif_neuron neuron = {.v_th = 1, .c_m = 1, .g_l = 3};
    CHECK_NEAR(relif_theory_bias(&neuron, 0.5), -2.16404256, 1e-8);
    CHECK_NEAR(relif_mapping_conductance(0.5, relif_theory_bias(&neuron, 0.5), 1, 1), 3,
               1e-12);
    neuron.i_bias = 0.5;
    CHECK_NEAR(relif_theory_bias(&neuron, 0.5), -1.66404256, 1e-8);
    CHECK(relif_theory_bias(&neuron, 1.5) == 0.5);
    CHECK(isnan(relif_theory_linear_rate(&neuron, 0.5, 30)));
}

int main(void)
{
    RUN(the_exact_rate_is_what_a_long_simulation_counts);
    RUN(the_reset_to_zero_is_exact_too);
    RUN(a_rotation_number_is_on_its_plateau);
    RUN(every_plateau_has_its_rotation_number);
    RUN(plateaus_of_few_arrivals_are_those_worked_out_by_hand);
    RUN(without_a_leak_or_a_gain_nothing_rotates);
    RUN(the_least_rate_is_where_firing_begins);
    RUN(a_finite_time_raises_the_least_rate);
    RUN(the_potential_between_firings_is_the_formulas);
    RUN(the_continuous_rate_lies_between_the_steps);
    RUN(the_bias_is_the_mappings);
    return check_result();
}
