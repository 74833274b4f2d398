#include "relif/sgd.h"

#include <math.h>

#include "check.h"

static void the_first_step_is_the_rate_times_the_gradient_and_momentum_follows(void)
{
    const relif_sgd_options options = {.momentum = 0.9, .weight_decay = 0.5};
    relif_sgd *sgd = relif_sgd_create(&options, 2);
    float values[2] = {1, -2};
    const float gradient[2] = {3, 4};
    relif_sgd_step(sgd, 0.1, gradient, values); /* v = 3.5, 3 */
    CHECK_NEAR(values[0], 1 - 0.35, 1e-6);
    CHECK_NEAR(values[1], -2 - 0.3, 1e-6);
    relif_sgd_step(sgd, 0.1, gradient, values); /* v = 0.9 v + 3.325, 0.9 v + 2.85 */
    CHECK_NEAR(values[0], 0.65 - 0.1 * (3.15 + 3.325), 1e-6);
    CHECK_NEAR(values[1], -2.3 - 0.1 * (2.7 + 2.85), 1e-6);
    CHECK_NEAR(relif_sgd_velocity(sgd)[0], 3.15 + 3.325, 1e-6);
    relif_sgd_destroy(sgd);
}

static void a_long_gradient_is_shortened_and_a_short_one_left(void)
{
    const float gradient[2] = {3, 4};
    for (int clip = 1; clip <= 10; clip += 9) {
        const relif_sgd_options options = {.clip = clip};
        const double factor = clip < 5 ? clip / 5.0 : 1.0;
        relif_sgd *sgd = relif_sgd_create(&options, 2);
        float values[2] = {0, 0};
        relif_sgd_step(sgd, 1.0, gradient, values);
        CHECK_NEAR(values[0], -3 * factor, 1e-6);
        CHECK_NEAR(values[1], -4 * factor, 1e-6);
        relif_sgd_destroy(sgd);
    }
}

static void the_norm_is_that_of_the_whole_gradient(void)
{
    enum { COUNT = 3 * 16 + 5 };
    float gradient[COUNT], values[COUNT] = {0};
    const relif_sgd_options options = {.clip = 1};
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
        gradient[i] = (float)(i + 1);
        squares += (i + 1.0) * (i + 1.0);
    }
    relif_sgd *sgd = relif_sgd_create(&options, COUNT);
    relif_sgd_step(sgd, 1.0, gradient, values);
    for (int i = 0; i < COUNT; i++)
        CHECK_NEAR(values[i], -(i + 1.0) / sqrt(squares), 1e-6);
    relif_sgd_destroy(sgd);
}

int main(void)
{
    RUN(the_first_step_is_the_rate_times_the_gradient_and_momentum_follows);
    RUN(a_long_gradient_is_shortened_and_a_short_one_left);
    RUN(the_norm_is_that_of_the_whole_gradient);
    relif_sgd_destroy(NULL);
    return check_result();
}
