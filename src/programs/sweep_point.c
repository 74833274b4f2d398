/*
 * The correlation of an image needs all neurons of a layer: after a window, rows of spike
 * counts go from the ranks that own the neurons to the rank that holds the activations of
 * the image.
 */
#include "sweep_point.h"

#include <stdlib.h>
#include <string.h>

#include "relif/correlation.h"
#include "relif/memory.h"

/* The rank that holds the activations of an image, and which of its batches. */
static int holder_of(const relif_context *world, int64_t image)
{
    return (int)(image / RELIF_ANN_BATCH % world->size);
}

static int64_t batch_of(const relif_context *world, int64_t image)
{
    return image / RELIF_ANN_BATCH / world->size;
}

struct ann_answers ann_answers_compute(struct experiment *experiment)
{
    const relif_context *world = experiment->world;
    const int64_t n_images = experiment->dataset->count;
    const int64_t n = (n_images + RELIF_ANN_BATCH - 1) / RELIF_ANN_BATCH;
    struct ann_answers answers = {.n_batches =
                                      (n - world->rank + world->size - 1) / world->size};
    relif_ann *ann = relif_ann_create(experiment->network);
    answers.batches = relif_calloc((size_t)answers.n_batches, sizeof *answers.batches);
    answers.labels = relif_calloc((size_t)n_images, sizeof *answers.labels);
    for (int64_t b = 0; b < answers.n_batches; b++) {
        struct ann_rows *rows = &answers.batches[b];
        const int64_t first = (b * world->size + world->rank) * RELIF_ANN_BATCH;
        const int64_t end = first + RELIF_ANN_BATCH;
        *rows = ann_pass_compute(
            experiment, ann, (relif_image_range){first, end < n_images ? end : n_images});
        memcpy(answers.labels + first, rows->labels,
               (size_t)(rows->images.end - first) * sizeof(int32_t));
    }
    relif_ann_destroy(ann);
    MPI_Allreduce(MPI_IN_PLACE, answers.labels, (int)n_images, MPI_INT32_T, MPI_SUM,
                  world->comm);
    return answers;
}

void ann_answers_release(struct ann_answers *answers)
{
    for (int64_t b = 0; b < answers->n_batches; b++)
        ann_rows_release(&answers->batches[b]);
    free(answers->batches);
    free(answers->labels);
    *answers = (struct ann_answers){0};
}

/* Who sends how much to whom, for one recorded layer in one window; [ranks] each. */
struct traffic {
    int *sent, *sent_at, *got, *got_at;
};

static relif_range owned_by(const struct experiment *experiment, int layer, int rank)
{
    return relif_partition_range(experiment->partition, layer,
                                 rank % experiment->group->size);
}

static relif_image_range simulated_by(const struct snn_pass *pass, int rank)
{
    return relif_schedule_rows(&pass->window, rank / pass->experiment->group->size);
}

static struct traffic plan_traffic(const struct snn_pass *pass, int layer)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const relif_image_range mine = simulated_by(pass, world->rank);
    const size_t n = (size_t)world->size;
    struct traffic t = {.sent = relif_calloc(4 * n, sizeof *t.sent)};
    t.sent_at = t.sent + n;
    t.got = t.sent_at + n;
    t.got_at = t.got + n;
    for (int64_t i = mine.first; i < mine.end; i++)
        t.sent[holder_of(world, i)] +=
            relif_range_size(owned_by(experiment, layer, world->rank));
    for (int r = 0; r < world->size; r++) {
        const relif_image_range images = simulated_by(pass, r);
        for (int64_t i = images.first; i < images.end; i++)
            if (holder_of(world, i) == world->rank)
                t.got[r] += relif_range_size(owned_by(experiment, layer, r));
        if (r == 0) continue;
        t.sent_at[r] = t.sent_at[r - 1] + t.sent[r - 1];
        t.got_at[r] = t.got_at[r - 1] + t.got[r - 1];
    }
    return t;
}

/* This rank's rows in the order of who gets them. Caller frees. */
static int32_t *sort_rows(const struct snn_pass *pass, int k, const struct traffic *t)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const relif_image_range mine = simulated_by(pass, world->rank);
    const size_t part = (size_t)relif_range_size(
        owned_by(experiment, experiment->record.layers[k], world->rank));
    const int32_t *rows = relif_recorder_counts(pass->recorder, k);
    const size_t n = (size_t)(mine.end - mine.first);
    int32_t *sorted = relif_calloc(n * part, sizeof *sorted);
    size_t *next = relif_calloc((size_t)world->size, sizeof *next);
    for (size_t i = 0; i < n; i++) {
        const int to = holder_of(world, mine.first + (int64_t)i);
        memcpy(sorted + (size_t)t->sent_at[to] + next[to]++ * part, rows + i * part,
               part * sizeof *rows);
    }
    free(next);
    return sorted;
}

/* Images of the window whose activations this rank holds, ascending. Caller frees. */
static int64_t *held_images(const struct snn_pass *pass, size_t *n)
{
    const relif_context *world = pass->experiment->world;
    const relif_image_range images = pass->window.images;
    int64_t *held = relif_calloc((size_t)(images.end - images.first), sizeof *held);
    *n = 0;
    for (int64_t i = images.first; i < images.end; i++)
        if (holder_of(world, i) == world->rank) held[(*n)++] = i;
    return held;
}

/* Whole rows of the held images, [n][layer size]. Caller frees. */
static int32_t *gather_rows(const struct snn_pass *pass, int k, const int64_t *held,
                            size_t n)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const int layer = experiment->record.layers[k];
    const size_t width = (size_t)relif_shape_size(experiment->network->layers[layer].out);
    struct traffic t = plan_traffic(pass, layer);
    int32_t *sorted = sort_rows(pass, k, &t);
    int32_t *parts = relif_calloc(n * width, sizeof *parts);
    int32_t *rows = relif_calloc(n * width, sizeof *rows);
    MPI_Alltoallv(sorted, t.sent, t.sent_at, MPI_INT32_T, parts, t.got, t.got_at,
                  MPI_INT32_T, world->comm);
    for (int r = 0; r < world->size; r++) {
        const relif_image_range from = simulated_by(pass, r);
        const relif_range owned = owned_by(experiment, layer, r);
        const size_t part = (size_t)relif_range_size(owned);
        const int32_t *next = parts + t.got_at[r];
        for (size_t i = 0; i < n; i++) {
            if (held[i] < from.first || held[i] >= from.end) continue;
            memcpy(rows + i * width + owned.first, next, part * sizeof *rows);
            next += part;
        }
    }
    free(t.sent);
    free(sorted);
    free(parts);
    return rows;
}

/* Correlations of the held images of a window, into [images of the data set]. */
static void correlate(const struct snn_pass *pass, int k,
                      const struct ann_answers *answers, double *correlations)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const int layer = experiment->record.layers[k];
    const size_t width = (size_t)relif_shape_size(experiment->network->layers[layer].out);
    size_t n;
    int64_t *held = held_images(pass, &n);
    int32_t *rows = gather_rows(pass, k, held, n);
    double *counts = relif_calloc(2 * width, sizeof *counts);
    double *activations = counts + width;
    for (size_t i = 0; i < n; i++) {
        const struct ann_rows *ann = &answers->batches[batch_of(world, held[i])];
        const size_t row = (size_t)(held[i] - ann->images.first);
        for (size_t j = 0; j < width; j++) {
            counts[j] = rows[i * width + j];
            activations[j] = (double)ann->rows[k][row * width + j];
        }
        correlations[held[i]] = relif_correlation(counts, activations, (int)width);
    }
    free(counts);
    free(rows);
    free(held);
}

static void count_hits(const struct experiment *experiment,
                       const struct snn_labels *labels, const int32_t *ann,
                       struct sweep_hits *hits)
{
    if (!relif_context_is_root(experiment->group)) return;
    for (int64_t i = labels->images.first; i < labels->images.end; i++) {
        const int32_t truth = experiment->dataset->labels[i];
        const int32_t snn = labels->labels[i - labels->images.first];
        hits->ann += ann[i] == truth;
        hits->snn += snn == truth;
        hits->same += snn == ann[i];
    }
}

void sweep_point_begin(struct sweep_point *point, struct experiment *experiment,
                       const relif_config *config)
{
    const size_t n_layers = (size_t)experiment->record.n_layers;
    const size_t n_images = (size_t)experiment->dataset->count;
    *point = (struct sweep_point){0};
    snn_pass_begin(&point->pass, experiment, config);
    point->correlations = relif_calloc(n_layers, sizeof *point->correlations);
    for (size_t k = 0; k < n_layers; k++)
        point->correlations[k] = relif_calloc(n_images, sizeof **point->correlations);
    point->all_correlations = relif_calloc(n_layers * n_images, sizeof(double));
}

void sweep_point_release(struct sweep_point *point)
{
    if (!point->correlations) return;
    for (int k = 0; k < point->pass.experiment->record.n_layers; k++)
        free(point->correlations[k]);
    free(point->correlations);
    free(point->all_correlations);
    snn_pass_release(&point->pass);
    *point = (struct sweep_point){0};
}

bool sweep_point_window(struct sweep_point *point, const struct ann_answers *answers)
{
    const struct experiment *experiment = point->pass.experiment;
    struct snn_labels labels;
    if (!snn_pass_window(&point->pass, &labels)) return false;
    count_hits(experiment, &labels, answers->labels, &point->hits);
    for (int k = 0; k < experiment->record.n_layers; k++)
        correlate(&point->pass, k, answers, point->correlations[k]);
    snn_labels_release(&labels);
    return true;
}

/* Sums over all ranks; every image's correlation is added to zeros of the others. */
static void add_up(struct sweep_point *point)
{
    const struct experiment *experiment = point->pass.experiment;
    const MPI_Comm comm = experiment->world->comm;
    const int n_images = (int)experiment->dataset->count;
    MPI_Allreduce(&point->hits, &point->all_hits, 3, MPI_INT64_T, MPI_SUM, comm);
    for (int k = 0; k < experiment->record.n_layers; k++)
        MPI_Allreduce(point->correlations[k],
                      point->all_correlations + (size_t)k * (size_t)n_images, n_images,
                      MPI_DOUBLE, MPI_SUM, comm);
}

relif_summary sweep_point_finish(struct sweep_point *point)
{
    struct snn_pass *pass = &point->pass;
    const struct experiment *experiment = pass->experiment;
    const int64_t n_images = experiment->dataset->count;
    snn_pass_finish(pass);
    add_up(point);
    const struct sweep_hits *hits = &point->all_hits;
    relif_summary summary = {.n_images = n_images,
                             .silent_images = pass->input.silent_images,
                             .input_spikes = pass->input.spikes,
                             .input_saturated = pass->input.saturated,
                             .ann_accuracy = (double)hits->ann / (double)n_images,
                             .snn_accuracy = (double)hits->snn / (double)n_images,
                             .agreement = (double)hits->same / (double)n_images,
                             .n_layers = experiment->network->n_layers};
    summary.layers = relif_calloc((size_t)summary.n_layers, sizeof *summary.layers);
    for (int l = 0; l < summary.n_layers; l++) {
        summary.layers[l].spikes = pass->layers[l].spikes;
        summary.layers[l].operations = pass->layers[l].operations;
        summary.layers[l].saturated = pass->layers[l].saturated;
    }
    for (int k = 0; k < experiment->record.n_layers; k++)
        relif_summary_correlate(point->all_correlations + (size_t)k * (size_t)n_images,
                                n_images, &summary.layers[experiment->record.layers[k]]);
    return summary;
}

void sweep_point_put(struct sweep_point *point, relif_state *state)
{
    const struct experiment *experiment = point->pass.experiment;
    snn_pass_put(&point->pass, state);
    add_up(point);
    relif_state_put(state, "hits", RELIF_ARRAY_I64, 3, &point->all_hits);
    relif_state_put(state, "correlations", RELIF_ARRAY_F64,
                    experiment->record.n_layers * experiment->dataset->count,
                    point->all_correlations);
}

/* Root alone has what was there before. */
relif_err sweep_point_get(struct sweep_point *point, const relif_state *state)
{
    const struct experiment *experiment = point->pass.experiment;
    const bool root = relif_context_is_root(experiment->world);
    const size_t n_images = (size_t)experiment->dataset->count;
    const int n_layers = experiment->record.n_layers;
    relif_err err = snn_pass_get(&point->pass, state);
    if (err == RELIF_OK)
        err = relif_state_get(state, "hits", RELIF_ARRAY_I64, 3, &point->all_hits);
    if (err == RELIF_OK)
        err = relif_state_get(state, "correlations", RELIF_ARRAY_F64,
                              n_layers * experiment->dataset->count,
                              point->all_correlations);
    if (err != RELIF_OK || !root) return err;
    point->hits = point->all_hits;
    for (int k = 0; k < n_layers; k++)
        memcpy(point->correlations[k], point->all_correlations + (size_t)k * n_images,
               n_images * sizeof(double));
    return RELIF_OK;
}
