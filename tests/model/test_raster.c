#include "relif/raster.h"

#include "check.h"
#include "random_spikes.h"

enum { IMAGES = 3, STEPS = 7, SIZE = 300 };

/* Images and steps apart: rows of masks with room between them that must not change. */
static relif_raster spread_raster(relif_range range, relif_word *room, size_t gap)
{
    const size_t words = (size_t)relif_spikes_words(range);
    return (relif_raster){.range = range,
                          .n_images = IMAGES,
                          .steps = STEPS,
                          .image_pitch = STEPS * (words + gap) + gap,
                          .step_pitch = words + gap,
                          .masks = room};
}

static size_t room_of(relif_range range, size_t gap)
{
    return IMAGES * (STEPS * ((size_t)relif_spikes_words(range) + gap) + gap);
}

static void fill(relif_random *random, const relif_raster *raster)
{
    for (int i = 0; i < raster->n_images; i++)
        for (int s = 0; s < raster->steps; s++)
            random_spikes(random, 0.3, raster->range, relif_raster_mask(raster, i, s));
}

static bool same_masks(const relif_raster *a, const relif_raster *b)
{
    const size_t bytes = (size_t)relif_spikes_words(a->range) * sizeof(relif_word);
    bool same = a->n_images == b->n_images && a->steps == b->steps;
    for (int i = 0; same && i < a->n_images; i++)
        for (int s = 0; s < a->steps; s++)
            same &= memcmp(relif_raster_mask(a, i, s), relif_raster_mask(b, i, s),
                           bytes) == 0;
    return same;
}

static void parts_share_the_masks_of_the_whole(void)
{
    const relif_range range = {60, 200};
    relif_word masks[3 * IMAGES * STEPS];
    const relif_raster raster = relif_raster_of(range, masks, IMAGES, STEPS);
    CHECK(relif_raster_words(range, STEPS) == 4 * STEPS);
    const relif_raster later = relif_raster_steps(&raster, 2, 5);
    CHECK(later.steps == 3 && later.n_images == IMAGES);
    CHECK(relif_raster_mask(&later, 1, 0) == relif_raster_mask(&raster, 1, 2));
    const relif_raster second = relif_raster_image(&later, 1);
    CHECK(second.steps == 3 && second.n_images == 1);
    CHECK(relif_raster_mask(&second, 0, 2) == relif_raster_mask(&raster, 1, 4));
    const relif_raster last = relif_raster_images(&later, 1, IMAGES);
    CHECK(last.first_image == 1 && last.n_images == IMAGES - 1);
    CHECK(relif_raster_image(&last, 1).first_image == 2);
    CHECK(relif_raster_mask(&last, 1, 0) == relif_raster_mask(&raster, 2, 2));
    CHECK(relif_raster_mask(&raster, 0, 0) == masks);
    const relif_raster part = relif_raster_part(&later, (relif_range){128, 130});
    CHECK(part.range.first == 128 && part.range.end == 130);
    CHECK(part.steps == 3 && part.n_images == IMAGES);
    CHECK(relif_raster_mask(&part, 1, 1) == relif_raster_mask(&raster, 1, 3) + 2);
}

static void clearing_leaves_what_lies_between_the_masks(void)
{
    const relif_range range = {10, 150};
    for (size_t gap = 0; gap < 3; gap++) {
        const size_t room = room_of(range, gap);
        relif_word *words = relif_calloc(room, sizeof *words);
        const relif_raster raster = spread_raster(range, words, gap);
        memset(words, 0xff, room * sizeof *words);
        relif_raster_clear(&raster);
        size_t left = 0;
        for (size_t w = 0; w < room; w++) left += words[w] != 0;
        CHECK(left == room - IMAGES * relif_raster_words(range, STEPS));
        free(words);
    }
}

static void a_copy_has_the_same_spikes(void)
{
    const relif_range range = {100, SIZE};
    relif_random random = relif_random_stream(3, 0);
    relif_word *words = relif_calloc(room_of(range, 2), sizeof *words);
    relif_word *others = relif_calloc(room_of(range, 0), sizeof *others);
    const relif_raster from = spread_raster(range, words, 2);
    const relif_raster to = relif_raster_of(range, others, IMAGES, STEPS);
    fill(&random, &from);
    CHECK(!same_masks(&from, &to));
    relif_raster_copy(&to, &from);
    CHECK(same_masks(&from, &to));
    free(words);
    free(others);
}

/* What the target had stays; of the source only the part arrives. */
static void merging_adds_the_spikes_of_a_part(void)
{
    const relif_range all = {0, SIZE};
    relif_random random = relif_random_stream(4, 0);
    for (int trial = 0; trial < 100; trial++) {
        const relif_range a = random_range(&random, all), b = random_range(&random, all);
        const relif_range part = random_range(&random, relif_range_intersect(a, b));
        relif_word *words = relif_calloc(room_of(a, 1), sizeof *words);
        relif_word *others = relif_calloc(room_of(b, 0), sizeof *others);
        const relif_raster from = spread_raster(a, words, 1);
        const relif_raster to = spread_raster(b, others, 0);
        fill(&random, &from);
        for (int n = b.first; n < b.end; n += 3)
            relif_spikes_set(relif_raster_mask(&to, 0, 0), b, n);
        relif_raster_merge(&to, &from, part);
        int wrong = 0;
        for (int i = 0; i < IMAGES; i++)
            for (int s = 0; s < STEPS; s++)
                for (int n = b.first; n < b.end; n++) {
                    const bool had = i == 0 && s == 0 && (n - b.first) % 3 == 0;
                    const bool comes =
                        n >= part.first && n < part.end &&
                        relif_spikes_test(relif_raster_mask(&from, i, s), a, n);
                    wrong += relif_spikes_test(relif_raster_mask(&to, i, s), b, n) !=
                             (had || comes);
                }
        CHECK(wrong == 0);
        free(words);
        free(others);
    }
}

int main(void)
{
    RUN(parts_share_the_masks_of_the_whole);
    RUN(clearing_leaves_what_lies_between_the_masks);
    RUN(a_copy_has_the_same_spikes);
    RUN(merging_adds_the_spikes_of_a_part);
    return check_result();
}
