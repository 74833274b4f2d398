#include "relif/distribution.h"

#include "check.h"
#include "relif/random.h"

static const double resolution = 1.0 / 2048;

static void the_percentile_of_a_known_set_is_known(void)
{
    relif_distribution *seen = relif_distribution_create();
    float values[1000];
    for (int i = 0; i < 1000; i++) values[i] = (float)((i * 37) % 1000 + 1) / 10;
    relif_distribution_see(seen, values, 400);
    relif_distribution_see(seen, values + 400, 600);
    CHECK(seen->seen == 1000);
    CHECK(seen->largest == 100);
    for (int p = 1; p < 1000; p++) /* the p smallest are 0.1, ..., p / 10 */
        CHECK_NEAR(relif_distribution_percentile(seen, p / 10.0), p / 10.0,
                   p / 10.0 * resolution);
    CHECK(relif_distribution_percentile(seen, 100) == 100);
    for (int p = 0; p < 1000; p++)
        CHECK(labs(relif_distribution_above(seen, (p + 0.5) / 10) - (1000 - p)) <=
              1 + (long)(p * resolution));
    relif_distribution_destroy(seen);
}

static void values_that_are_not_positive_count_below_all_others(void)
{
    relif_distribution *seen = relif_distribution_create();
    float values[10] = {0, -1, -0.0F, (float)NAN, -3, 0, -(float)INFINITY, 0, 2, 8};
    CHECK(relif_distribution_percentile(seen, 99) == 0);
    relif_distribution_see(seen, values, 10);
    CHECK(seen->seen == 10);
    CHECK(relif_distribution_above(seen, 0) == 2);
    CHECK(relif_distribution_percentile(seen, 80) == 0);
    CHECK_NEAR(relif_distribution_percentile(seen, 90), 2, 2 * resolution);
    CHECK(relif_distribution_percentile(seen, 90.1) == 8);
    relif_distribution_destroy(seen);
}

static void very_small_and_very_large_values_are_not_lost(void)
{
    relif_distribution *seen = relif_distribution_create();
    const float values[4] = {1e-30F, 1e-12F, 1e12F, 3e38F};
    relif_distribution_see(seen, values, 4);
    CHECK(relif_distribution_above(seen, 0) == 4);
    CHECK(relif_distribution_above(seen, 1) == 2);
    CHECK(relif_distribution_percentile(seen, 100) >= 1e9);
    CHECK(relif_distribution_percentile(seen, 50) < 1e-9);
    CHECK(seen->largest == (double)3e38F);
    relif_distribution_destroy(seen);
}

/* Against sorted values, over many orders of magnitude. */
static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void percentiles_of_random_values_are_those_of_the_sorted_ones(void)
{
    enum { N = 20000 };
    static float values[N];
    relif_random random = relif_random_stream(7, 0);
    relif_distribution *seen = relif_distribution_create();
    for (int i = 0; i < N; i++)
        values[i] = (float)exp(3 * relif_random_normal(&random)) *
                    (relif_random_uniform(&random) < 0.3 ? 0 : 1);
    relif_distribution_see(seen, values, N);
    qsort(values, N, sizeof *values, by_size);
    for (int p = 1; p <= 1000; p++) {
        const double expected = (double)values[N / 1000 * p - 1];
        CHECK_NEAR(relif_distribution_percentile(seen, p / 10.0), expected,
                   expected * resolution);
    }
    relif_distribution_destroy(seen);
}

int main(void)
{
    RUN(the_percentile_of_a_known_set_is_known);
    RUN(values_that_are_not_positive_count_below_all_others);
    RUN(very_small_and_very_large_values_are_not_lost);
    RUN(percentiles_of_random_values_are_those_of_the_sorted_ones);
    return check_result();
}
