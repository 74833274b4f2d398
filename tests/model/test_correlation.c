#include "relif/correlation.h"

#include "check.h"

static void what_rises_together_has_correlation_one(void)
{
    const double x[] = {1, 2, 3, 5}, y[] = {-3, -1, 1, 5}, falling[] = {5, 4, 3, 1};
    CHECK_NEAR(relif_correlation(x, x, 4), 1, 1e-15);
    CHECK_NEAR(relif_correlation(x, y, 4), 1, 1e-15);
    CHECK_NEAR(relif_correlation(x, falling, 4), -1, 1e-15);
}

static void unrelated_values_have_correlation_zero(void)
{
    const double x[] = {1, 2, 1, 2}, y[] = {1, 1, 2, 2};
    CHECK_NEAR(relif_correlation(x, y, 4), 0, 1e-15);
}

static void a_known_set_has_its_known_correlation(void)
{
    const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
    CHECK_NEAR(relif_correlation(x, y, 5), 0.8, 1e-15);
}

static void a_large_mean_does_not_drown_the_variance(void)
{
    const double x[] = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5},
                 y[] = {2, 1, 4, 3, 5};
    CHECK_NEAR(relif_correlation(x, y, 5), 0.8, 1e-12);
}

static void without_variance_there_is_no_correlation(void)
{
    const double x[] = {1, 2, 3}, zeros[3] = {0}, tenths[] = {0.1, 0.1, 0.1};
    CHECK(isnan(relif_correlation(x, zeros, 3)));
    CHECK(isnan(relif_correlation(zeros, x, 3)));
    CHECK(isnan(relif_correlation(zeros, zeros, 3)));
    CHECK(isnan(relif_correlation(x, tenths, 3))); /* whose mean is not 0.1 in binary */
    CHECK(isnan(relif_correlation(tenths, x, 3)));
    CHECK(isnan(relif_correlation(x, x, 1)));
    CHECK(isnan(relif_correlation(x, x, 0)));
}

static void values_whose_squares_leave_the_range_have_none(void)
{
    const double tiny[] = {1e-120, 3e-120, 2e-120}, x[] = {1, 2, 3},
                 huge[] = {-1e300, 1e300, 0};
    CHECK(isnan(relif_correlation(tiny, tiny, 3)));
    CHECK(isnan(relif_correlation(huge, huge, 3)));
    CHECK_NEAR(relif_correlation(tiny, x, 3), 0.5, 1e-12);
}

int main(void)
{
    RUN(what_rises_together_has_correlation_one);
    RUN(unrelated_values_have_correlation_zero);
    RUN(a_known_set_has_its_known_correlation);
    RUN(a_large_mean_does_not_drown_the_variance);
    RUN(without_variance_there_is_no_correlation);
    RUN(values_whose_squares_leave_the_range_have_none);
    return check_result();
}
