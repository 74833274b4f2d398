#include "image_feed.h"

static void read_pixels(const void *self, int image, float *pixels)
{
    const struct image_batch *batch = self;
    relif_dataset_image(batch->dataset, batch->first + image, pixels);
}

relif_pixel_source image_batch_source(const struct image_batch *batch)
{
    return (relif_pixel_source){read_pixels, batch};
}

static void load_batch(struct image_feed *feed)
{
    struct image_batch *batch = &feed->ahead;
    const relif_pixel_source source = image_batch_source(batch);
    const int64_t left = feed->left.end - feed->left.first;
    batch->first = feed->left.first;
    batch->n = left < feed->images_in_flight ? (int)left : feed->images_in_flight;
    feed->left.first += batch->n;
    if (batch->n > 0) relif_simulation_load(feed->simulation, batch->n, &source);
}

void image_feed_begin(struct image_feed *feed, const struct experiment *experiment,
                      relif_simulation *simulation, relif_image_range images)
{
    *feed = (struct image_feed){.simulation = simulation,
                                .images_in_flight =
                                    experiment->config->execution.images_in_flight,
                                .left = images,
                                .ahead.dataset = experiment->dataset};
    load_batch(feed);
}

bool image_feed_next(struct image_feed *feed, struct image_batch *batch)
{
    *batch = feed->ahead;
    if (batch->n > 0) load_batch(feed);
    return batch->n > 0;
}
