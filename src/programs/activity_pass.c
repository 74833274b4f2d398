#include "activity_pass.h"

#include <stdlib.h>

#include "ann_pass.h"
#include "relif/memory.h"

relif_image_range activity_pass_share(const struct experiment *experiment,
                                      int64_t n_images)
{
    return ann_pass_share(experiment->world, experiment->world->rank,
                          (relif_image_range){0, n_images});
}

void activity_release(struct activity *activity)
{
    for (int l = 0; activity->layers && l < activity->n_layers; l++)
        relif_distribution_destroy(activity->layers[l]);
    free(activity->layers);
    free(activity->labels);
    *activity = (struct activity){0};
}

int64_t activity_pass_done(const struct experiment *experiment, int64_t row,
                           int64_t n_images)
{
    const int64_t done = (row + 1) * experiment->world->size;
    return done < n_images ? done : n_images;
}

struct observer {
    struct experiment *experiment;
    relif_log *progress;
};

static void observe(void *self, const relif_ann *ann, int i, int64_t row)
{
    const struct observer *observer = self;
    const struct experiment *experiment = observer->experiment;
    const struct activity *activity = &experiment->activity;
    for (int l = 0; l < activity->n_layers; l++) {
        const size_t size = (size_t)relif_shape_size(experiment->network->layers[l].out);
        relif_distribution_see(activity->layers[l],
                               relif_ann_activations(ann, l) + (size_t)i * size, size);
    }
    activity->labels[row] = ann_pass_label(experiment, ann, i);
    if (observer->progress)
        relif_progress_update(observer->progress,
                              activity_pass_done(experiment, row, activity->n_images));
}

static void join(const relif_context *world, relif_distribution *seen)
{
    MPI_Allreduce(MPI_IN_PLACE, &seen->largest, 1, MPI_DOUBLE, MPI_MAX, world->comm);
    MPI_Allreduce(MPI_IN_PLACE, &seen->seen, 1, MPI_INT64_T, MPI_SUM, world->comm);
    MPI_Allreduce(MPI_IN_PLACE, seen->bins, RELIF_DISTRIBUTION_BINS, MPI_INT64_T, MPI_SUM,
                  world->comm);
}

void activity_pass_compute(struct experiment *experiment, int64_t n_images,
                           relif_log *progress)
{
    struct activity *activity = &experiment->activity;
    if (activity->layers && activity->n_images == n_images) return;
    activity_release(activity);
    const relif_image_range mine = activity_pass_share(experiment, n_images);
    const int n_layers = experiment->network->n_layers;
    *activity = (struct activity){
        .n_images = n_images,
        .n_layers = n_layers,
        .layers = relif_calloc((size_t)n_layers, sizeof(relif_distribution *)),
        .labels = relif_calloc((size_t)(mine.end - mine.first), sizeof(int32_t))};
    for (int l = 0; l < n_layers; l++) activity->layers[l] = relif_distribution_create();
    struct observer observer = {experiment, progress};
    relif_ann *ann = relif_ann_create(experiment->network);
    ann_pass_each(experiment, ann, mine, &(struct ann_visitor){observe, &observer});
    relif_ann_destroy(ann);
    for (int l = 0; l < n_layers; l++) join(experiment->world, activity->layers[l]);
}
