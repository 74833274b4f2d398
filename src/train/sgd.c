/*
 * v = momentum v + (g + weight_decay w),  w = w - rate v
 * with g scaled down to the norm clip if its norm is larger.
 */
#include "relif/sgd.h"

#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"

struct relif_sgd {
    relif_sgd_options options;
    int64_t count;
    float *velocity; /* [count] */
};

relif_sgd *relif_sgd_create(const relif_sgd_options *options, int64_t count)
{
    relif_sgd *sgd = relif_calloc(1, sizeof *sgd);
    sgd->options = *options;
    sgd->count = count;
    sgd->velocity = relif_calloc_aligned((size_t)count, sizeof *sgd->velocity);
    return sgd;
}

void relif_sgd_destroy(relif_sgd *sgd)
{
    if (!sgd) return;
    free(sgd->velocity);
    free(sgd);
}

float *relif_sgd_velocity(relif_sgd *sgd)
{
    return sgd->velocity;
}

/* In LANES sums side by side, which a compiler can keep in vector registers. */
static double sum_of_squares(int64_t count, const float *values)
{
    enum { LANES = 16 };
    double lanes[LANES] = {0}, sum = 0;
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int k = 0; k < LANES; k++)
            lanes[k] += (double)values[i + k] * (double)values[i + k];
    for (; i < count; i++) sum += (double)values[i] * (double)values[i];
    for (int k = 0; k < LANES; k++) sum += lanes[k];
    return sum;
}

static float clip_factor(double clip, int64_t count, const float *gradient)
{
    if (clip == 0) return 1.0f;
    const double norm = sqrt(sum_of_squares(count, gradient));
    return norm > clip ? (float)(clip / norm) : 1.0f;
}

void relif_sgd_step(relif_sgd *sgd, double rate, const float *gradient, float *values)
{
    const float factor = clip_factor(sgd->options.clip, sgd->count, gradient);
    const float momentum = (float)sgd->options.momentum;
    const float decay = (float)sgd->options.weight_decay;
    const float length = (float)rate;
    float *velocity = sgd->velocity;
    for (int64_t i = 0; i < sgd->count; i++) {
        velocity[i] = momentum * velocity[i] + (factor * gradient[i] + decay * values[i]);
        values[i] -= length * velocity[i];
    }
}
