#include "relif/encoder.h"

#include "check.h"
#include "random_spikes.h"

/* Every 8-bit pixel, saturating and tiny values, and some in between. */
static void make_pixels(float *pixels, int n)
{
    relif_random random = relif_random_stream(7, 0);
    const float odd[] = {1e-30f, 1e-7f, 0x1p-149f, 1.5f, 1e6f, 0x1.fffffep-1f, 0.1f};
    const int n_odd = (int)(sizeof odd / sizeof odd[0]);
    int i = 0;
    for (; i < 256 && i < n; i++) pixels[i] = (float)i / 255.0f;
    for (int j = 0; j < n_odd && i < n; i++, j++) pixels[i] = odd[j];
    for (; i < n; i++) pixels[i] = (float)relif_random_uniform(&random);
}

/* Trains of some images, and how they are read. */
typedef struct trains {
    relif_encoder *encoder;
    relif_word *words;
    int n_images, n_lists;
    relif_spike_lists *lists;
} trains;

/* Memory that held something else. */
static trains make_trains(const relif_coding *coding, relif_range range, int n_images,
                          bool as_lists)
{
    trains made = {relif_encoder_create(coding, range, as_lists), NULL, n_images, 0,
                   relif_calloc((size_t)n_images, sizeof *made.lists)};
    const size_t words = (size_t)n_images * relif_encoder_words(made.encoder);
    made.words = relif_calloc(words, sizeof *made.words);
    memset(made.words, 0xa5, words * sizeof *made.words);
    CHECK(relif_encoder_words(made.encoder) ==
          relif_trains_words(range, relif_coding_steps(coding), as_lists));
    return made;
}

static void release(trains *made)
{
    relif_encoder_destroy(made->encoder);
    free(made->words);
    free(made->lists);
}

static void encode(const trains *made, int image, const float *pixels)
{
    relif_encoder_encode(made->encoder, pixels,
                         made->words +
                             (size_t)image * relif_encoder_words(made->encoder));
}

/* Lists hold exactly the neurons of the range that fire, ascending. */
static int wrong_list(const relif_raster *raster, int image, int step,
                      const uint8_t *fires)
{
    const relif_spike_lists *lists = &raster->lists[image];
    int next = lists->starts[step], wrong = 0;
    for (int i = raster->range.first; i < raster->range.end; i++) {
        if (!fires[i]) continue;
        wrong += next >= lists->starts[step + 1] || lists->ids[next] != i;
        next++;
    }
    return wrong + (next != lists->starts[step + 1]);
}

static void hold_to_rule(trains *made, const relif_coding *coding, relif_range range,
                         int image, const float *pixels, int n)
{
    uint8_t *fires = relif_calloc((size_t)n, 1);
    const relif_raster raster =
        relif_encoder_raster(made->encoder, made->words, made->n_images, made->lists);
    const bool is_list = raster.lists && raster.lists[image].ids;
    int wrong = 0;
    made->n_lists += is_list;
    CHECK(raster.steps == relif_coding_steps(coding));
    for (int t = 0; t < raster.steps; t++) {
        for (int i = 0; i < n; i++)
            fires[i] = relif_coding_fires(
                relif_coding_spikes_per_step(coding, (double)pixels[i]), t + 1);
        wrong += is_list
                     ? wrong_list(&raster, image, t, fires)
                     : wrong_spikes(relif_raster_mask(&raster, image, t), range, fires);
    }
    CHECK(wrong == 0);
    free(fires);
}

static const relif_coding codings[] = {
    {0.01, 2, 10}, {0.01, 2, 100}, {0.001, 1, 333}, {0.01, 0.01, 99.9}, {0.01, 3, 700},
};
enum { N_CODINGS = sizeof codings / sizeof codings[0], PIXELS = 400 };

/* Returns how many of the trains were lists. */
static int follow_the_grid_rule(bool as_lists, float scale)
{
    const relif_range ranges[] = {{0, PIXELS}, {3, 61},    {63, 65},  {64, 128},
                                  {100, 101},  {130, 399}, {255, 264}};
    float pixels[PIXELS];
    int n_lists = 0;
    make_pixels(pixels, PIXELS);
    for (int i = 0; i < PIXELS; i++) pixels[i] *= scale;
    for (int c = 0; c < N_CODINGS; c++)
        for (int r = 0; r < (int)(sizeof ranges / sizeof ranges[0]); r++) {
            trains made = make_trains(&codings[c], ranges[r], 1, as_lists);
            encode(&made, 0, pixels);
            hold_to_rule(&made, &codings[c], ranges[r], 0, pixels, PIXELS);
            n_lists += made.n_lists;
            release(&made);
        }
    return n_lists;
}

static void the_trains_of_any_range_follow_the_grid_rule(void)
{
    CHECK(follow_the_grid_rule(false, 1) == 0);
}

/* Bright images, of which lists would be longer than masks, have masks. */
static void so_do_lists(void)
{
    enum { CASES = N_CODINGS * 7 };
    const int bright = follow_the_grid_rule(true, 1),
              dark = follow_the_grid_rule(true, 0.01f);
    CHECK(bright > 0 && bright < CASES);
    CHECK(dark > bright);
}

static void ids_that_are_too_large_for_lists_make_masks(void)
{
    enum { MANY = 65600 };
    const relif_coding coding = {0.01, 0.03, 100};
    float *pixels = relif_calloc(MANY, sizeof *pixels);
    for (int end = MANY - 65; end <= MANY; end++) {
        const relif_range range = {end - 100, end};
        pixels[end - 1] = 1;
        trains made = make_trains(&coding, range, 1, true);
        encode(&made, 0, pixels);
        hold_to_rule(&made, &coding, range, 0, pixels, end);
        CHECK(made.n_lists == (end <= 65536));
        release(&made);
        pixels[end - 1] = 0;
    }
    free(pixels);
}

static void replace_an_image(bool as_lists)
{
    const relif_range range = {10, 300};
    float pixels[3][PIXELS];
    trains made = make_trains(&codings[1], range, 2, as_lists);
    for (int i = 0; i < 3; i++) {
        make_pixels(pixels[i], PIXELS);
        for (int p = 0; p < PIXELS; p++) pixels[i][p] *= (float)(i % 2);
        for (int p = i; p < PIXELS; p += 5) pixels[i][p] = 0.37f;
    }
    encode(&made, 0, pixels[0]);
    encode(&made, 1, pixels[1]);
    encode(&made, 0, pixels[2]);
    hold_to_rule(&made, &codings[1], range, 0, pixels[2], PIXELS);
    hold_to_rule(&made, &codings[1], range, 1, pixels[1], PIXELS);
    release(&made);
}

static void an_image_replaces_its_predecessor_and_no_other(void)
{
    replace_an_image(false);
    replace_an_image(true);
}

static void a_range_without_neurons_has_no_trains(void)
{
    float pixels[PIXELS];
    make_pixels(pixels, PIXELS);
    for (int as_lists = 0; as_lists < 2; as_lists++) {
        const relif_range none = {70, 70};
        trains made = make_trains(&codings[0], none, 3, as_lists);
        for (int i = 0; i < 3; i++) encode(&made, i, pixels);
        hold_to_rule(&made, &codings[0], none, 2, pixels, 0);
        release(&made);
    }
    relif_encoder_destroy(NULL);
}

int main(void)
{
    RUN(the_trains_of_any_range_follow_the_grid_rule);
    RUN(so_do_lists);
    RUN(ids_that_are_too_large_for_lists_make_masks);
    RUN(an_image_replaces_its_predecessor_and_no_other);
    RUN(a_range_without_neurons_has_no_trains);
    return check_result();
}
