#include "relif/gather_limit.h"

#include <string.h>

#include "check.h"
#include "relif/memory.h"
#include "relif/random.h"

static const char *const kernels[] = {"baseline", "avx2", "avx512"};

enum { ROWS = 9, LISTED = 5 };

static void gathering_adds_the_listed_rows_in_order(void)
{
    const int list[LISTED] = {3, 0, 8, 3, 5};
    relif_random random = relif_random_stream(1, 0);
    float *rows = relif_calloc_aligned(ROWS * RELIF_BLOCK_LANES, sizeof *rows);
    float *sums = relif_calloc_aligned(RELIF_BLOCK_LANES, sizeof *sums);
    for (int i = 0; i < ROWS * RELIF_BLOCK_LANES; i++)
        rows[i] = (float)relif_random_normal(&random);
    for (int k = 0; k < 3; k++) {
        const relif_kernel *kernel = relif_kernel_named(kernels[k]);
        if (!kernel) continue;
        for (int i = 0; i < RELIF_BLOCK_LANES; i++) sums[i] = (float)i;
        kernel->gather(rows, list, LISTED, sums);
        for (int i = 0; i < RELIF_BLOCK_LANES; i++) {
            float expected = (float)i;
            for (int r = 0; r < LISTED; r++)
                expected += rows[list[r] * RELIF_BLOCK_LANES + i];
            CHECK(memcmp(&sums[i], &expected, sizeof expected) == 0);
        }
    }
    free(rows);
    free(sums);
}

static void every_footprint_has_a_limit(void)
{
    const size_t bytes[] = {0, 1, 257, 1 << 20};
    for (int b = 0; b < 4; b++)
        CHECK(relif_gather_limit(relif_kernel_best(), bytes[b]) > 0);
}

int main(void)
{
    RUN(gathering_adds_the_listed_rows_in_order);
    RUN(every_footprint_has_a_limit);
    return check_result();
}
