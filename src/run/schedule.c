#include "relif/schedule.h"

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

relif_schedule relif_schedule_create(int64_t n_images, int n_replicas, int64_t max_rows)
{
    if (n_images == 0) return (relif_schedule){.n_replicas = n_replicas};
    const int64_t n_windows = divide_up(n_images, n_replicas * max_rows);
    return (relif_schedule){.n_images = n_images,
                            .n_replicas = n_replicas,
                            .n_windows = (int)n_windows,
                            .rows = divide_up(n_images, n_replicas * n_windows)};
}

static relif_image_range clip(const relif_schedule *schedule, int64_t first, int64_t end)
{
    const int64_t n = schedule->n_images;
    return (relif_image_range){first < n ? first : n, end < n ? end : n};
}

relif_image_range relif_schedule_rows(const relif_schedule *schedule, int window,
                                      int replica)
{
    const int64_t first =
        ((int64_t)window * schedule->n_replicas + replica) * schedule->rows;
    return clip(schedule, first, first + schedule->rows);
}

relif_image_range relif_schedule_window(const relif_schedule *schedule, int window)
{
    const int64_t size = schedule->n_replicas * schedule->rows;
    return clip(schedule, window * size, (window + 1) * size);
}

int relif_schedule_replicas(int n_ranks, int64_t n_images, int images_in_flight)
{
    const int64_t batches = divide_up(n_images, images_in_flight);
    int replicas = n_ranks;
    while (replicas > 1 && (n_ranks % replicas != 0 || replicas > batches)) replicas--;
    return replicas;
}
