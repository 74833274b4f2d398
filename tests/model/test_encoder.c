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

/* Lists hold exactly the neurons of the range that fire, ascending. */
static int wrong_list(const relif_raster *trains, int image, int step,
                      const uint8_t *fires)
{
    const relif_spike_lists *lists = &trains->lists[image];
    int next = lists->starts[step], wrong = 0;
    for (int i = trains->range.first; i < trains->range.end; i++) {
        if (!fires[i]) continue;
        wrong += next >= lists->starts[step + 1] || lists->ids[next] != i;
        next++;
    }
    return wrong + (next != lists->starts[step + 1]);
}

static void hold_to_rule(const relif_coding *coding, relif_range range,
                         const relif_encoder *encoder, int image, const float *pixels,
                         int n)
{
    uint8_t *fires = relif_calloc((size_t)n, 1);
    const relif_raster trains = relif_encoder_trains(encoder);
    int wrong = 0;
    CHECK(trains.steps == relif_coding_steps(coding));
    for (int t = 0; t < trains.steps; t++) {
        for (int i = 0; i < n; i++)
            fires[i] = relif_coding_fires(
                relif_coding_spikes_per_step(coding, (double)pixels[i]), t + 1);
        wrong += trains.lists
                     ? wrong_list(&trains, image, t, fires)
                     : wrong_spikes(relif_raster_mask(&trains, image, t), range, fires);
    }
    CHECK(wrong == 0);
    free(fires);
}

static const relif_coding codings[] = {
    {0.01, 2, 10}, {0.01, 2, 100}, {0.001, 1, 333}, {0.01, 0.01, 99.9}, {0.01, 3, 700},
};
enum { N_CODINGS = sizeof codings / sizeof codings[0], PIXELS = 400 };

static void follow_the_grid_rule(bool as_lists)
{
    const relif_range ranges[] = {{0, PIXELS}, {3, 61},    {63, 65},  {64, 128},
                                  {100, 101},  {130, 399}, {255, 264}};
    float pixels[PIXELS];
    make_pixels(pixels, PIXELS);
    for (int c = 0; c < N_CODINGS; c++)
        for (int r = 0; r < (int)(sizeof ranges / sizeof ranges[0]); r++) {
            relif_encoder *encoder =
                relif_encoder_create(&codings[c], ranges[r], 1, as_lists);
            relif_encoder_load(encoder, 0, pixels);
            hold_to_rule(&codings[c], ranges[r], encoder, 0, pixels, PIXELS);
            relif_encoder_destroy(encoder);
        }
}

static void the_trains_of_any_range_follow_the_grid_rule(void)
{
    follow_the_grid_rule(false);
}

static void so_do_lists(void)
{
    follow_the_grid_rule(true);
}

static void replace_an_image(bool as_lists)
{
    const relif_range range = {10, 300};
    float pixels[3][PIXELS];
    relif_encoder *encoder = relif_encoder_create(&codings[1], range, 2, as_lists);
    for (int i = 0; i < 3; i++) {
        make_pixels(pixels[i], PIXELS);
        for (int p = 0; p < PIXELS; p++) pixels[i][p] *= (float)(i % 2);
        for (int p = i; p < PIXELS; p += 5) pixels[i][p] = 0.37f;
    }
    relif_encoder_load(encoder, 0, pixels[0]);
    relif_encoder_load(encoder, 1, pixels[1]);
    relif_encoder_load(encoder, 0, pixels[2]);
    hold_to_rule(&codings[1], range, encoder, 0, pixels[2], PIXELS);
    hold_to_rule(&codings[1], range, encoder, 1, pixels[1], PIXELS);
    relif_encoder_destroy(encoder);
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
        relif_encoder *encoder =
            relif_encoder_create(&codings[0], (relif_range){70, 70}, 3, as_lists);
        for (int i = 0; i < 3; i++) relif_encoder_load(encoder, i, pixels);
        relif_encoder_destroy(encoder);
    }
    relif_encoder_destroy(NULL);
}

int main(void)
{
    RUN(the_trains_of_any_range_follow_the_grid_rule);
    RUN(so_do_lists);
    RUN(an_image_replaces_its_predecessor_and_no_other);
    RUN(a_range_without_neurons_has_no_trains);
    return check_result();
}
