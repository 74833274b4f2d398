#include "relif/schedule.h"

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

relif_window relif_schedule_next(int64_t done, int64_t n_images, int n_replicas,
                                 int64_t max_rows)
{
    const int64_t left = n_images - done;
    if (left == 0) return (relif_window){{done, done}, 0};
    const int64_t n_windows = divide_up(left, n_replicas * max_rows);
    const int64_t rows = divide_up(left, n_replicas * n_windows);
    const int64_t size = rows * n_replicas;
    return (relif_window){{done, done + (size < left ? size : left)}, rows};
}

relif_image_range relif_schedule_rows(const relif_window *window, int replica)
{
    const int64_t first = window->images.first + replica * window->rows;
    const int64_t end = first + window->rows, last = window->images.end;
    return (relif_image_range){first < last ? first : last, end < last ? end : last};
}

int relif_schedule_replicas(int n_ranks, int64_t n_images, int images_in_flight)
{
    const int64_t batches = divide_up(n_images, images_in_flight);
    int replicas = n_ranks;
    while (replicas > 1 && (n_ranks % replicas != 0 || replicas > batches)) replicas--;
    return replicas;
}
