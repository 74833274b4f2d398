#include "relif/gather_limit.h"

#include <stdlib.h>

#include "relif/clock.h"
#include "relif/memory.h"
#include "relif/random.h"

enum {
    ROW_BYTES = RELIF_BLOCK_LANES * sizeof(float),
    MOST_ROWS = (256 << 20) / ROW_BYTES,
    LEAST_LISTED = 2048, /* row numbers of a pass */
    CALL_ROWS = 256,     /* of a call, as of a step with many spikes */
    PASSES = 5
};

static const double pass_seconds = 4e-3;

/* Once through the list. */
static void gather_all(const relif_kernel *kernel, const float *weights, const int *list,
                       int n, float *sums)
{
    for (int i = 0; i < n; i += CALL_ROWS)
        kernel->gather(weights, list + i, n - i < CALL_ROWS ? n - i : CALL_ROWS, sums);
}

/* Operations per second, for as long as the clock can measure. */
static double time_pass(const relif_kernel *kernel, const float *weights, const int *list,
                        int n, float *sums)
{
    const double start = relif_clock_busy();
    double seconds = 0, operations = 0;
    for (int times = 1; seconds < pass_seconds; times *= 2) {
        for (int i = 0; i < times; i++) gather_all(kernel, weights, list, n, sums);
        operations += (double)times * n * RELIF_BLOCK_LANES;
        seconds = relif_clock_busy() - start;
    }
    return operations / seconds;
}

static int *draw_rows(int n_rows, int n)
{
    relif_random random = relif_random_stream(1, 0);
    int *list = relif_calloc((size_t)n, sizeof *list);
    for (int i = 0; i < n; i++) list[i] = (int)relif_random_below(&random, n_rows);
    return list;
}

double relif_gather_limit(const relif_kernel *kernel, size_t bytes)
{
    const size_t asked = (bytes + ROW_BYTES - 1) / ROW_BYTES;
    const int n_rows = asked < 1 ? 1 : asked > MOST_ROWS ? MOST_ROWS : (int)asked;
    const int n = n_rows > LEAST_LISTED ? n_rows : LEAST_LISTED;
    float *weights = relif_calloc_aligned((size_t)n_rows * ROW_BYTES, 1);
    float *sums = relif_calloc_aligned(RELIF_BLOCK_LANES, sizeof *sums);
    int *list = draw_rows(n_rows, n);
    double best = 0;
    gather_all(kernel, weights, list, n, sums); /* what fits is in the caches now */
    for (int pass = 0; pass < PASSES; pass++) {
        const double found = time_pass(kernel, weights, list, n, sums);
        if (found > best) best = found;
    }
    free(list);
    free(sums);
    free(weights);
    return best;
}
