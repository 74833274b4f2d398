#include "ann_pass.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/results.h"

/* The images of a window that this rank computes: whole batches, cut to the window. */
static relif_image_range share_of(const relif_context *world, relif_image_range window)
{
    const int64_t first = window.first / RELIF_ANN_BATCH;
    const int64_t end = (window.end + RELIF_ANN_BATCH - 1) / RELIF_ANN_BATCH;
    const int64_t n = end - first;
    relif_image_range mine = {(first + n * world->rank / world->size) * RELIF_ANN_BATCH,
                              (first + n * (world->rank + 1) / world->size) *
                                  RELIF_ANN_BATCH};
    if (mine.first < window.first) mine.first = window.first;
    if (mine.end > window.end) mine.end = window.end;
    if (mine.end < mine.first) mine.end = mine.first;
    return mine;
}

static int layer_size(const struct experiment *experiment, int layer)
{
    return relif_shape_size(experiment->network->layers[layer].out);
}

/* Copies the rows of one batch that belong to the share. */
static void keep_rows(const struct experiment *experiment, const relif_ann *ann,
                      int64_t batch_first, relif_image_range mine, float **rows,
                      int32_t *labels)
{
    const int last = experiment->network->n_layers - 1;
    for (int i = 0; i < RELIF_ANN_BATCH; i++) {
        const int64_t image = batch_first + i;
        if (image < mine.first || image >= mine.end) continue;
        const size_t row = (size_t)(image - mine.first);
        for (int k = 0; k < experiment->record.n_layers; k++) {
            const size_t size =
                (size_t)layer_size(experiment, experiment->record.layers[k]);
            memcpy(rows[k] + row * size,
                   relif_ann_activations(ann, experiment->record.layers[k]) +
                       (size_t)i * size,
                   size * sizeof(float));
        }
        const size_t outputs = (size_t)layer_size(experiment, last);
        labels[row] = relif_ann_label(
            relif_ann_activations(ann, last) + (size_t)i * outputs, (int)outputs);
    }
}

static void compute(const struct experiment *experiment, relif_ann *ann,
                    relif_image_range mine, float **rows, int32_t *labels)
{
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *batch = relif_calloc(RELIF_ANN_BATCH * size, sizeof *batch);
    for (int64_t b = mine.first / RELIF_ANN_BATCH * RELIF_ANN_BATCH; b < mine.end;
         b += RELIF_ANN_BATCH) {
        memset(batch, 0, RELIF_ANN_BATCH * size * sizeof *batch);
        for (int i = 0; i < RELIF_ANN_BATCH && b + i < experiment->dataset->count; i++)
            relif_dataset_image(experiment->dataset, b + i, batch + (size_t)i * size);
        relif_ann_forward(ann, batch);
        keep_rows(experiment, ann, b, mine, rows, labels);
    }
    free(batch);
}

struct ann_rows ann_pass_compute(struct experiment *experiment, relif_ann *ann,
                                 relif_image_range images)
{
    const relif_record_request *record = &experiment->record;
    struct ann_rows answers = {images, record->n_layers, NULL, NULL};
    const size_t n = (size_t)(answers.images.end - answers.images.first);
    double mark = relif_clock_now();
    answers.rows = relif_calloc((size_t)record->n_layers, sizeof *answers.rows);
    answers.labels = relif_calloc(n, sizeof *answers.labels);
    for (int k = 0; k < record->n_layers; k++)
        answers.rows[k] = relif_calloc(
            n * (size_t)layer_size(experiment, record->layers[k]), sizeof(float));
    compute(experiment, ann, answers.images, answers.rows, answers.labels);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_ANN, &mark);
    return answers;
}

void ann_rows_release(struct ann_rows *answers)
{
    for (int k = 0; k < answers->n_layers; k++) free(answers->rows[k]);
    free(answers->rows);
    free(answers->labels);
    *answers = (struct ann_rows){0};
}

relif_err ann_pass_write(struct experiment *experiment, relif_ann *ann,
                         relif_archive *archive, relif_image_range window)
{
    const relif_record_request *record = &experiment->record;
    struct ann_rows answers =
        ann_pass_compute(experiment, ann, share_of(experiment->world, window));
    double mark = relif_clock_now();
    relif_err err = relif_results_write_labels(
        archive, "ann",
        &(relif_results_labels){.images = answers.images, .labels = answers.labels});
    for (int k = 0; k < record->n_layers && err == RELIF_OK; k++)
        err = relif_results_write_activations(
            archive, experiment->network->layers[record->layers[k]].name, answers.images,
            layer_size(experiment, record->layers[k]), answers.rows[k]);
    relif_clock_charge(&experiment->clock, RELIF_PHASE_WRITE, &mark);
    ann_rows_release(&answers);
    return err;
}
