#include "ann_pass.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/results.h"

relif_image_range ann_pass_share(const relif_context *world, int rank,
                                 relif_image_range window)
{
    const int64_t first = window.first / RELIF_ANN_BATCH;
    const int64_t end = (window.end + RELIF_ANN_BATCH - 1) / RELIF_ANN_BATCH;
    const int64_t n = end - first;
    relif_image_range mine = {(first + n * rank / world->size) * RELIF_ANN_BATCH,
                              (first + n * (rank + 1) / world->size) * RELIF_ANN_BATCH};
    if (mine.first < window.first) mine.first = window.first;
    if (mine.end > window.end) mine.end = window.end;
    if (mine.end < mine.first) mine.end = mine.first;
    return mine;
}

static int layer_size(const struct experiment *experiment, int layer)
{
    return relif_shape_size(experiment->network->layers[layer].out);
}

void ann_pass_each(const struct experiment *experiment, relif_ann *ann,
                   relif_image_range mine, const struct ann_visitor *visitor)
{
    const size_t size = (size_t)relif_shape_size(experiment->network->input);
    float *batch = relif_calloc(RELIF_ANN_BATCH * size, sizeof *batch);
    for (int64_t b = mine.first / RELIF_ANN_BATCH * RELIF_ANN_BATCH; b < mine.end;
         b += RELIF_ANN_BATCH) {
        memset(batch, 0, RELIF_ANN_BATCH * size * sizeof *batch);
        for (int i = 0; i < RELIF_ANN_BATCH && b + i < experiment->dataset->count; i++)
            relif_dataset_image(experiment->dataset, b + i, batch + (size_t)i * size);
        relif_ann_forward(ann, batch);
        for (int i = 0; i < RELIF_ANN_BATCH; i++)
            if (b + i >= mine.first && b + i < mine.end)
                visitor->visit(visitor->self, ann, i, b + i - mine.first);
    }
    free(batch);
}

int ann_pass_label(const struct experiment *experiment, const relif_ann *ann, int i)
{
    const int last = experiment->network->n_layers - 1;
    const int outputs = layer_size(experiment, last);
    return relif_ann_label(relif_ann_activations(ann, last) + (size_t)(i * outputs),
                           outputs);
}

struct row_keeper {
    const struct experiment *experiment;
    struct ann_rows *answers;
};

static void keep_row(void *self, const relif_ann *ann, int i, int64_t row)
{
    const struct row_keeper *keeper = self;
    const struct experiment *experiment = keeper->experiment;
    for (int k = 0; k < experiment->record.n_layers; k++) {
        const int layer = experiment->record.layers[k];
        const size_t size = (size_t)layer_size(experiment, layer);
        memcpy(keeper->answers->rows[k] + (size_t)row * size,
               relif_ann_activations(ann, layer) + (size_t)i * size,
               size * sizeof(float));
    }
    keeper->answers->labels[row] = ann_pass_label(experiment, ann, i);
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
    struct row_keeper keeper = {experiment, &answers};
    ann_pass_each(experiment, ann, answers.images,
                  &(struct ann_visitor){keep_row, &keeper});
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
    struct ann_rows answers = ann_pass_compute(
        experiment, ann,
        ann_pass_share(experiment->world, experiment->world->rank, window));
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
