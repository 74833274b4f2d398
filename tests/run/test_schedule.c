#include "relif/schedule.h"

#include "check.h"
#include "relif/memory.h"

/* Deals all images and checks that the windows hold exactly what the replicas get. */
static void deal(int64_t n_images, int n_replicas, int64_t max_rows)
{
    int *dealt = relif_calloc((size_t)n_images, sizeof *dealt);
    int64_t next = 0, wrong = 0;
    while (next < n_images) {
        const relif_window window =
            relif_schedule_next(next, n_images, n_replicas, max_rows);
        wrong += window.images.first != next || window.images.end <= next;
        for (int r = 0; r < n_replicas; r++) {
            const relif_image_range rows = relif_schedule_rows(&window, r);
            wrong += rows.first != next || rows.end - rows.first > max_rows;
            for (int64_t i = rows.first; i < rows.end; i++) dealt[i]++;
            next = rows.end;
        }
        wrong += window.images.end != next;
        if (wrong) break;
    }
    for (int64_t i = 0; i < n_images; i++) wrong += dealt[i] != 1;
    CHECK(wrong == 0 && next == n_images);
    free(dealt);
}

static void every_image_is_dealt_exactly_once(void)
{
    for (int64_t images = 0; images < 40; images++)
        for (int replicas = 1; replicas <= 9; replicas++)
            for (int64_t rows = 1; rows <= 12; rows++) deal(images, replicas, rows);
    deal(10000, 7, 256);
    deal(10000, 1, 10000);
    deal(1, 9, 1000000);
}

static void without_images_there_is_nothing_to_deal(void)
{
    const relif_window window = relif_schedule_next(7, 7, 3, 256);
    CHECK(window.images.first == 7 && window.images.end == 7 && window.rows == 0);
    CHECK(relif_schedule_rows(&window, 2).first == relif_schedule_rows(&window, 2).end);
}

static void windows_are_few_and_about_equal(void)
{
    CHECK(relif_schedule_next(0, 1000, 2, 300).rows == 250);
    CHECK(relif_schedule_next(500, 1000, 2, 300).rows == 250);
    CHECK(relif_schedule_next(0, 600, 2, 300).rows == 300);
    CHECK(relif_schedule_next(0, 601, 2, 300).rows == 151);
}

/* As after a restart with another number of replicas and another size of windows. */
static void what_is_left_is_dealt_anew(void)
{
    relif_window window = relif_schedule_next(0, 100, 3, 7);
    CHECK(window.images.end == 21);
    window = relif_schedule_next(window.images.end, 100, 2, 10);
    CHECK(window.images.first == 21 && window.images.end == 41 && window.rows == 10);
    CHECK(relif_schedule_rows(&window, 1).first == 31);
}

static void replicas_divide_the_ranks_and_have_a_batch_each(void)
{
    for (int ranks = 1; ranks <= 24; ranks++)
        for (int64_t images = 1; images <= 60; images += 7)
            for (int batch = 1; batch <= 16; batch += 5) {
                const int64_t batches = (images + batch - 1) / batch;
                int expected = 1;
                for (int r = 1; r <= ranks; r++)
                    if (ranks % r == 0 && r <= batches) expected = r;
                CHECK(relif_schedule_replicas(ranks, images, batch) == expected);
            }
    CHECK(relif_schedule_replicas(12, 10000, 16) == 12);
    CHECK(relif_schedule_replicas(12, 5, 1) == 4);
    CHECK(relif_schedule_replicas(7, 6, 1) == 1);
    CHECK(relif_schedule_replicas(5, 0, 16) == 1);
}

int main(void)
{
    RUN(every_image_is_dealt_exactly_once);
    RUN(without_images_there_is_nothing_to_deal);
    RUN(windows_are_few_and_about_equal);
    RUN(what_is_left_is_dealt_anew);
    RUN(replicas_divide_the_ranks_and_have_a_batch_each);
    return check_result();
}
