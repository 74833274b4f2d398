#include "relif/input.h"

#include <signal.h>
#include <sys/resource.h>

#include "check.h"
#include "relif/encoder.h"
#include "relif/memory.h"
#include "relif/random.h"

enum { BATCHES = 7, MOST = 5, PIXELS = 90 };

static const relif_context *world;
static const relif_coding coding = {.dt = 0.01, .coding_time = 0.4, .coding_range = 20};
static float images[BATCHES][MOST][PIXELS];

static void make_images(void)
{
    relif_random random = relif_random_stream(3, 0);
    float *pixels = &images[0][0][0];
    for (int i = 0; i < BATCHES * MOST * PIXELS; i++)
        pixels[i] =
            relif_random_below(&random, 3) ? 0 : (float)relif_random_uniform(&random);
}

static relif_input *create(const relif_context *node, relif_range needed, bool as_lists)
{
    return relif_input_create(&(relif_input_setup){.node = node,
                                                   .coding = &coding,
                                                   .needed = needed,
                                                   .as_lists = as_lists,
                                                   .image_size = PIXELS,
                                                   .images_in_flight = MOST});
}

static int batch_size(int b)
{
    return 1 + (b * 3 + 1) % MOST;
}

/* How often images were asked for here. */
static int times[BATCHES][MOST];

static void read_pixels(const void *self, int image, float *pixels)
{
    const int b = *(const int *)self;
    const bool is_there = image >= 0 && image < batch_size(b);
    CHECK(is_there);
    if (!is_there) return;
    times[b][image]++;
    memcpy(pixels, images[b][image], sizeof images[b][image]);
}

static void load(relif_input *input, int b, relif_clock *clock)
{
    relif_input_load(input, batch_size(b), &(relif_pixel_source){read_pixels, &b}, clock);
}

/* Each image was read by so many ranks. */
static void check_readers(int readers)
{
    int wrong = 0;
    MPI_Allreduce(MPI_IN_PLACE, &times[0][0], BATCHES * MOST, MPI_INT, MPI_SUM,
                  world->comm);
    for (int b = 0; b < BATCHES; b++)
        for (int i = 0; i < batch_size(b); i++) wrong += times[b][i] != readers;
    CHECK(wrong == 0);
}

/* Spikes of an image that are not as this rank alone encodes them. */
static bool differs(const relif_input *input, int b, int image, relif_range needed,
                    bool as_lists)
{
    relif_encoder *encoder = relif_encoder_create(&coding, needed, as_lists);
    const size_t words = relif_encoder_words(encoder);
    relif_word *trains = relif_calloc(words, sizeof *trains);
    relif_spike_lists lists;
    relif_encoder_encode(encoder, images[b][image], trains);
    const relif_raster expected = relif_encoder_raster(encoder, trains, 1, &lists);
    const relif_raster all = relif_input_trains(input);
    const relif_raster found = relif_raster_image(&all, image);
    bool wrong = found.steps != expected.steps;
    const size_t n = (size_t)(as_lists ? lists.starts[expected.steps] : 0);
    if (as_lists && lists.ids)
        wrong |= memcmp(found.lists[0].starts, lists.starts,
                        ((size_t)expected.steps + 1) * sizeof(int)) != 0 ||
                 memcmp(found.lists[0].ids, lists.ids, n * sizeof(uint16_t)) != 0;
    else
        wrong |=
            memcmp(found.masks, expected.masks,
                   relif_raster_words(needed, expected.steps) * sizeof(relif_word)) != 0;
    free(trains);
    relif_encoder_destroy(encoder);
    return wrong;
}

/* Ranks at different speeds, and more batches than are kept. Loaded ahead, or one by
 * one; each image is encoded by so many ranks. */
static void hold(const relif_context *node, relif_range needed, bool as_lists, bool ahead,
                 int readers)
{
    relif_clock clock = {{0}};
    relif_input *input = create(node, needed, as_lists);
    volatile double idle = 0;
    int wrong = 0;
    memset(times, 0, sizeof times);
    if (ahead) load(input, 0, &clock);
    for (int b = 0; b < BATCHES; b++) {
        if (!ahead || b + 1 < BATCHES) load(input, ahead ? b + 1 : b, &clock);
        CHECK(relif_input_begin(input, &clock) == batch_size(b));
        for (int k = 0; k < 100000 * ((world->rank + b) % 3); k++) idle += 1;
        for (int i = 0; i < batch_size(b); i++)
            wrong += differs(input, b, i, needed, as_lists);
    }
    CHECK(wrong == 0);
    check_readers(readers);
    relif_input_destroy(input);
}

static const relif_range all = {0, PIXELS};

static void ranks_that_need_all_pixels_encode_each_image_once(void)
{
    relif_context *node = relif_context_split_node(world);
    for (int ahead = 0; ahead < 2; ahead++) hold(node, all, true, ahead, 1);
    relif_context_destroy(node);
}

static void alone_or_for_masks_each_rank_encodes_what_it_needs(void)
{
    relif_context *node = relif_context_split_node(world);
    const relif_range part = {7 * world->rank, 60 + 7 * world->rank};
    for (int ahead = 0; ahead < 2; ahead++) {
        hold(NULL, all, true, ahead, world->size);
        hold(node, part, false, ahead, world->size);
    }
    relif_context_destroy(node);
}

/* In a pipeline some ranks need nothing. */
static void ranks_that_need_no_pixels_encode_none(void)
{
    relif_context *node = relif_context_split_node(world);
    const bool needs = world->rank % 2 == 0;
    hold(node, needs ? all : (relif_range){0, 0}, true, true, 1);
    relif_context_destroy(node);
}

static void a_batch_that_never_begins_is_left_behind(void)
{
    relif_context *node = relif_context_split_node(world);
    relif_clock clock = {{0}};
    relif_input *input = create(node, all, true);
    load(input, 0, &clock);
    relif_input_destroy(input);
    relif_input_destroy(NULL);
    relif_context_destroy(node);
}

/* No file may grow: a window cannot be made. */
static void where_there_is_no_window_each_rank_encodes_all(void)
{
    relif_context *node = relif_context_split_node(world);
    struct rlimit before, none;
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){64, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    hold(node, all, true, true, world->size);
    setrlimit(RLIMIT_FSIZE, &before);
    relif_context_destroy(node);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    make_images();
    RUN(ranks_that_need_all_pixels_encode_each_image_once);
    RUN(alone_or_for_masks_each_rank_encodes_what_it_needs);
    RUN(ranks_that_need_no_pixels_encode_none);
    RUN(a_batch_that_never_begins_is_left_behind);
    RUN(where_there_is_no_window_each_rank_encodes_all);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
