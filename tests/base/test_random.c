#include "relif/random.h"

#include "check.h"

static void the_generator_is_splitmix64(void)
{
    relif_random random = {0};
    CHECK(relif_random_next(&random) == UINT64_C(0xE220A8397B1DCDAF));
    CHECK(relif_random_next(&random) == UINT64_C(0x6E789E6AA1B965F4));
    CHECK(relif_random_next(&random) == UINT64_C(0x06C45D188009454F));
}

/* Data sets are drawn from these streams: other values would be other data. */
static void a_stream_has_known_values(void)
{
    relif_random random = relif_random_stream(2022, 17);
    CHECK(relif_random_next(&random) == UINT64_C(0xC92568B321085731));
    CHECK(relif_random_next(&random) == UINT64_C(0x86222800A32C0D92));
    CHECK(relif_random_uniform(&random) == 0x1.54ab1fb5eda60p-2);
}

static void a_stream_can_be_drawn_again(void)
{
    relif_random a = relif_random_stream(5, 3), b = relif_random_stream(5, 3);
    for (int i = 0; i < 100; i++) CHECK(relif_random_next(&a) == relif_random_next(&b));
}

static void streams_of_other_seeds_and_indices_differ(void)
{
    enum { SIDE = 32 };
    uint64_t first[SIDE * SIDE];
    int equal = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        relif_random random =
            relif_random_stream((uint64_t)(i / SIDE), (uint64_t)(i % SIDE));
        first[i] = relif_random_next(&random);
        for (int j = 0; j < i; j++) equal += first[i] == first[j];
    }
    CHECK(equal == 0);
}

static void neighbouring_streams_are_not_shifted_copies(void)
{
    enum { LENGTH = 200 };
    uint64_t a[LENGTH], b[LENGTH];
    relif_random one = relif_random_stream(1, 1), two = relif_random_stream(1, 2);
    for (int i = 0; i < LENGTH; i++) {
        a[i] = relif_random_next(&one);
        b[i] = relif_random_next(&two);
    }
    int equal = 0;
    for (int i = 0; i < LENGTH; i++)
        for (int j = 0; j < LENGTH; j++) equal += a[i] == b[j];
    CHECK(equal == 0);
}

static void uniform_numbers_fill_zero_to_one(void)
{
    enum { DRAWS = 100000, BINS = 10 };
    relif_random random = relif_random_stream(3, 0);
    int bins[BINS] = {0};
    for (int i = 0; i < DRAWS; i++) {
        const double x = relif_random_uniform(&random);
        CHECK(x >= 0 && x < 1);
        bins[(int)(x * BINS)]++;
    }
    for (int b = 0; b < BINS; b++) CHECK_NEAR(bins[b], DRAWS / BINS, 500);
}

static void the_largest_word_is_still_below_one(void)
{
    CHECK((double)(UINT64_MAX >> 11) * 0x1p-53 < 1);
    /* the state whose next word is 0: the smallest uniform number */
    relif_random random = {UINT64_C(0) - UINT64_C(0x9E3779B97F4A7C15)};
    CHECK(relif_random_uniform(&random) == 0);
    random = (relif_random){UINT64_C(0) - UINT64_C(0x9E3779B97F4A7C15)};
    CHECK(relif_random_normal(&random) == 0); /* log(1 - 0), not log(0) */
}

static void normal_numbers_have_mean_zero_and_variance_one(void)
{
    enum { DRAWS = 100000 };
    relif_random random = relif_random_stream(4, 0);
    double sum = 0, squares = 0;
    int beyond = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double x = relif_random_normal(&random);
        CHECK(isfinite(x));
        sum += x;
        squares += x * x;
        beyond += fabs(x) > 1.959964;
    }
    CHECK_NEAR(sum / DRAWS, 0, 0.02);
    CHECK_NEAR(squares / DRAWS, 1, 0.03);
    CHECK_NEAR((double)beyond / DRAWS, 0.05, 0.005);
}

static void integers_below_a_bound_are_all_reached(void)
{
    relif_random random = relif_random_stream(6, 0);
    int seen[7] = {0};
    for (int i = 0; i < 7000; i++) {
        const int64_t x = relif_random_below(&random, 7);
        CHECK(x >= 0 && x < 7);
        if (x >= 0 && x < 7) seen[x]++;
    }
    for (int i = 0; i < 7; i++) CHECK_NEAR(seen[i], 1000, 150);
    for (int i = 0; i < 100; i++) CHECK(relif_random_below(&random, 1) == 0);
}

int main(void)
{
    RUN(the_generator_is_splitmix64);
    RUN(a_stream_has_known_values);
    RUN(a_stream_can_be_drawn_again);
    RUN(streams_of_other_seeds_and_indices_differ);
    RUN(neighbouring_streams_are_not_shifted_copies);
    RUN(uniform_numbers_fill_zero_to_one);
    RUN(the_largest_word_is_still_below_one);
    RUN(normal_numbers_have_mean_zero_and_variance_one);
    RUN(integers_below_a_bound_are_all_reached);
    return check_result();
}
