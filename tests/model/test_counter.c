#include "relif/counter.h"

#include <string.h>

#include "check.h"
#include "random_spikes.h"
#include "relif/kernel.h"

enum { IMAGES = 2, SIZE = 700 };

/* Counts of one neuron at a time: [IMAGES][SIZE]. */
typedef struct plain_counts {
    int of[IMAGES][SIZE];
} plain_counts;

/* A stretch of random spikes into both. */
static void add_stretch(relif_random *random, relif_range range, int steps,
                        double density, relif_counter *counter, plain_counts *plain)
{
    relif_word *masks =
        relif_calloc(IMAGES * relif_raster_words(range, steps), sizeof *masks);
    const relif_raster raster = relif_raster_of(range, masks, IMAGES, steps);
    for (int i = 0; i < IMAGES; i++)
        for (int s = 0; s < steps; s++) {
            random_spikes(random, density, range, relif_raster_mask(&raster, i, s));
            for (int n = range.first; n < range.end; n++)
                plain->of[i][n] +=
                    relif_spikes_test(relif_raster_mask(&raster, i, s), range, n);
        }
    relif_counter_add(counter, &raster);
    free(masks);
}

static void compare(const relif_counter *counter, relif_range range,
                    const plain_counts *plain)
{
    int32_t counts[SIZE];
    int weights[SIZE];
    for (int k = 0; k < SIZE; k++) weights[k] = 3 * k - 1000;
    for (int i = 0; i < IMAGES; i++) {
        int64_t total = 0, weighted = 0;
        int wrong = 0;
        const relif_range part = {range.first + relif_range_size(range) / 3,
                                  range.end - relif_range_size(range) / 4};
        relif_counter_values(counter, i, part, counts);
        for (int n = part.first; n < part.end; n++)
            wrong += counts[n - part.first] != plain->of[i][n];
        relif_counter_values(counter, i, range, counts);
        for (int n = range.first; n < range.end; n++) {
            total += plain->of[i][n];
            weighted += (int64_t)weights[n - range.first] * plain->of[i][n];
            wrong += relif_counter_value(counter, i, n) != plain->of[i][n];
            wrong += counts[n - range.first] != plain->of[i][n];
        }
        CHECK(wrong == 0);
        CHECK(relif_counter_total(counter, i) == total);
        CHECK(relif_counter_weighted(counter, i, weights) == weighted);
        for (int value = 0; value < 40; value++) {
            relif_word mask[SIZE / 64 + 2] = {0};
            uint8_t expected[SIZE] = {0};
            for (int n = range.first; n < range.end; n++)
                expected[n] = plain->of[i][n] == value;
            relif_counter_equal(counter, i, value, mask);
            CHECK(wrong_spikes(mask, range, expected) == 0);
        }
    }
}

static void counts_of_stretches_add_up(void)
{
    const relif_range all = {0, SIZE};
    const int steps[] = {1, 7, 8, 9, 64, 3};
    relif_random random = relif_random_stream(1, 0);
    for (int trial = 0; trial < 30; trial++) {
        const relif_range range = trial ? random_range(&random, all) : all;
        plain_counts plain = {{{0}}};
        relif_counter *counter = relif_counter_create(range, IMAGES, 92);
        for (int s = 0; s < 6; s++) {
            add_stretch(&random, range, steps[s], trial % 2 ? 0.03 : 0.4, counter,
                        &plain);
            compare(counter, range, &plain);
        }
        relif_counter_destroy(counter);
    }
}

/* Always firing neurons reach the largest count there is room for. */
static void the_largest_count_has_room(void)
{
    const relif_range range = {5, 80};
    const int most[] = {1, 7, 8, 255, 256, 1000, 2000};
    relif_random random = relif_random_stream(2, 0);
    for (int m = 0; m < 7; m++) {
        plain_counts plain = {{{0}}};
        relif_counter *counter = relif_counter_create(range, IMAGES, most[m]);
        for (int left = most[m]; left > 0; left -= 64)
            add_stretch(&random, range, left < 64 ? left : 64, 1, counter, &plain);
        CHECK(relif_counter_value(counter, 1, 79) == most[m]);
        compare(counter, range, &plain);
        relif_counter_destroy(counter);
    }
}

static void a_reset_forgets(void)
{
    const relif_range range = {0, 130};
    relif_random random = relif_random_stream(3, 0);
    relif_counter *counter = relif_counter_create(range, IMAGES, 100);
    for (int again = 0; again < 2; again++) {
        plain_counts plain = {{{0}}};
        relif_counter_reset(counter);
        add_stretch(&random, range, 50, 0.2, counter, &plain);
        compare(counter, range, &plain);
    }
    relif_counter_destroy(counter);
}

enum { PLANES = 8, PITCH = 16, N_WORDS = PLANES * PITCH };

/* The counts of all steps of a raster of one image, by one instruction set. */
static void count_with(const relif_kernel *kernel, const relif_raster *raster,
                       relif_word counts[N_WORDS])
{
    relif_word *words = relif_calloc_aligned(N_WORDS, sizeof *words);
    const relif_planes planes = {words, PITCH, PLANES};
    kernel->count(&planes, raster);
    memcpy(counts, words, N_WORDS * sizeof *words);
    free(words);
}

/* Masks of every width end where the memory does. */
static void every_instruction_set_counts_the_same(void)
{
    static const char *const names[] = {"avx2", "avx512"};
    relif_random random = relif_random_stream(4, 0);
    for (int n = 1; n <= PITCH; n++) {
        const relif_range range = {0, 64 * n - 13};
        const int steps = 1 + 5 * n;
        relif_word expected[N_WORDS], counts[N_WORDS];
        relif_word *masks = relif_calloc(relif_raster_words(range, steps), sizeof *masks);
        const relif_raster raster = relif_raster_of(range, masks, 1, steps);
        for (int s = 0; s < steps; s++)
            random_spikes(&random, 0.6, range, relif_raster_mask(&raster, 0, s));
        count_with(relif_kernel_named("baseline"), &raster, expected);
        for (int k = 0; k < 2; k++) {
            if (!relif_kernel_named(names[k])) continue;
            count_with(relif_kernel_named(names[k]), &raster, counts);
            CHECK(memcmp(counts, expected, sizeof counts) == 0);
        }
        free(masks);
    }
}

int main(void)
{
    RUN(counts_of_stretches_add_up);
    RUN(the_largest_count_has_room);
    RUN(a_reset_forgets);
    RUN(every_instruction_set_counts_the_same);
    relif_counter_destroy(NULL);
    return check_result();
}
