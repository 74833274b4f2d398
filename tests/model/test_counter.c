#include "relif/counter.h"

#include "check.h"
#include "random_spikes.h"

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
    for (int i = 0; i < IMAGES; i++) {
        int64_t total = 0;
        int wrong = 0;
        relif_counter_values(counter, i, counts);
        for (int n = range.first; n < range.end; n++) {
            total += plain->of[i][n];
            wrong += relif_counter_value(counter, i, n) != plain->of[i][n];
            wrong += counts[n - range.first] != plain->of[i][n];
        }
        CHECK(wrong == 0);
        CHECK(relif_counter_total(counter, i) == total);
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

int main(void)
{
    RUN(counts_of_stretches_add_up);
    RUN(the_largest_count_has_room);
    RUN(a_reset_forgets);
    relif_counter_destroy(NULL);
    return check_result();
}
