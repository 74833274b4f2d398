/*
 * The correlation of an image needs all neurons of a layer: after a window, rows of spike
 * counts go from the ranks that own the neurons to the rank that holds the activations of
 * the image. A rank's rows for another are consecutive, so they are sent as they lie.
 */
#include "sweep_point.h"

#include <stdlib.h>
#include <string.h>

#include "relif/correlation.h"
#include "relif/memory.h"

struct ann_answers ann_answers_compute(struct experiment *experiment)
{
    struct ann_answers answers = {.schedule = snn_pass_schedule(experiment)};
    const int n_windows = answers.schedule.n_windows;
    const int64_t n_images = experiment->dataset->count;
    relif_ann *ann = relif_ann_create(experiment->network);
    answers.windows = relif_calloc((size_t)n_windows, sizeof *answers.windows);
    answers.labels = relif_calloc((size_t)n_images, sizeof *answers.labels);
    for (int w = 0; w < n_windows; w++) {
        struct ann_rows *rows = &answers.windows[w];
        *rows = ann_pass_compute(experiment, ann,
                                 relif_schedule_window(&answers.schedule, w));
        memcpy(answers.labels + rows->images.first, rows->labels,
               (size_t)(rows->images.end - rows->images.first) * sizeof(int32_t));
    }
    relif_ann_destroy(ann);
    MPI_Allreduce(MPI_IN_PLACE, answers.labels, (int)n_images, MPI_INT32_T, MPI_SUM,
                  experiment->world->comm);
    return answers;
}

void ann_answers_release(struct ann_answers *answers)
{
    for (int w = 0; w < answers->schedule.n_windows; w++)
        ann_rows_release(&answers->windows[w]);
    free(answers->windows);
    free(answers->labels);
    *answers = (struct ann_answers){0};
}

static int common(relif_image_range a, relif_image_range b)
{
    const int64_t first = a.first > b.first ? a.first : b.first;
    const int64_t end = a.end < b.end ? a.end : b.end;
    return end > first ? (int)(end - first) : 0;
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

static relif_image_range simulated_by(const struct snn_pass *pass, int window, int rank)
{
    return relif_schedule_rows(&pass->schedule, window,
                               rank / pass->experiment->group->size);
}

static struct traffic plan_traffic(const struct snn_pass *pass, int window, int layer)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const relif_image_range all = relif_schedule_window(&pass->schedule, window);
    const relif_image_range mine = simulated_by(pass, window, world->rank);
    const relif_image_range share = ann_pass_share(world, world->rank, all);
    const size_t n = (size_t)world->size;
    struct traffic t = {.sent = relif_calloc(4 * n, sizeof *t.sent)};
    t.sent_at = t.sent + n;
    t.got = t.sent_at + n;
    t.got_at = t.got + n;
    for (int r = 0; r < world->size; r++) {
        t.sent[r] = common(mine, ann_pass_share(world, r, all)) *
                    relif_range_size(owned_by(experiment, layer, world->rank));
        t.got[r] = common(share, simulated_by(pass, window, r)) *
                   relif_range_size(owned_by(experiment, layer, r));
        if (r == 0) continue;
        t.sent_at[r] = t.sent_at[r - 1] + t.sent[r - 1];
        t.got_at[r] = t.got_at[r - 1] + t.got[r - 1];
    }
    return t;
}

/* Whole rows of the images of this rank's share, [images][layer size]. Caller frees. */
static int32_t *gather_rows(const struct snn_pass *pass, int window, int k,
                            relif_image_range share)
{
    const struct experiment *experiment = pass->experiment;
    const relif_context *world = experiment->world;
    const int layer = experiment->record.layers[k];
    const size_t width = (size_t)relif_shape_size(experiment->network->layers[layer].out);
    const size_t n = (size_t)(share.end - share.first);
    int32_t *parts = relif_calloc(n * width, sizeof *parts);
    int32_t *rows = relif_calloc(n * width, sizeof *rows);
    struct traffic t = plan_traffic(pass, window, layer);
    MPI_Alltoallv(relif_recorder_counts(pass->recorder, k), t.sent, t.sent_at,
                  MPI_INT32_T, parts, t.got, t.got_at, MPI_INT32_T, world->comm);
    for (int r = 0; r < world->size; r++) {
        const relif_image_range from = simulated_by(pass, window, r);
        const relif_range owned = owned_by(experiment, layer, r);
        const size_t part = (size_t)relif_range_size(owned);
        const size_t first =
            from.first > share.first ? (size_t)(from.first - share.first) : 0;
        for (size_t i = 0; i < (size_t)common(share, from); i++)
            memcpy(rows + (first + i) * width + owned.first,
                   parts + (size_t)t.got_at[r] + i * part, part * sizeof *rows);
    }
    free(t.sent);
    free(parts);
    return rows;
}

/* Correlations of this rank's share of a window, into [images of the data set]. */
static void correlate(const struct snn_pass *pass, int window, int k,
                      const struct ann_rows *ann, double *correlations)
{
    const struct experiment *experiment = pass->experiment;
    const int layer = experiment->record.layers[k];
    const size_t width = (size_t)relif_shape_size(experiment->network->layers[layer].out);
    int32_t *rows = gather_rows(pass, window, k, ann->images);
    double *counts = relif_calloc(2 * width, sizeof *counts);
    double *activations = counts + width;
    for (int64_t i = 0; i < ann->images.end - ann->images.first; i++) {
        for (size_t j = 0; j < width; j++) {
            counts[j] = rows[(size_t)i * width + j];
            activations[j] = (double)ann->rows[k][(size_t)i * width + j];
        }
        correlations[ann->images.first + i] =
            relif_correlation(counts, activations, (int)width);
    }
    free(counts);
    free(rows);
}

/* Images of a group's root that are right, and that agree. */
struct hits {
    int64_t ann, snn, same;
};

static void count_hits(const struct experiment *experiment,
                       const struct snn_labels *labels, const int32_t *ann,
                       struct hits *hits)
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

/* Sums over all ranks; every image's correlation is added to zeros of the others. */
static relif_summary summarise(const struct snn_pass *pass, struct hits hits,
                               double **correlations)
{
    const struct experiment *experiment = pass->experiment;
    const MPI_Comm comm = experiment->world->comm;
    const int64_t n_images = experiment->dataset->count;
    relif_summary summary = {.n_images = n_images,
                             .silent_images = pass->input.silent_images,
                             .input_spikes = pass->input.spikes,
                             .input_saturated = pass->input.saturated,
                             .n_layers = experiment->network->n_layers};
    MPI_Allreduce(MPI_IN_PLACE, &hits, 3, MPI_INT64_T, MPI_SUM, comm);
    summary.ann_accuracy = (double)hits.ann / (double)n_images;
    summary.snn_accuracy = (double)hits.snn / (double)n_images;
    summary.agreement = (double)hits.same / (double)n_images;
    summary.layers = relif_calloc((size_t)summary.n_layers, sizeof *summary.layers);
    for (int l = 0; l < summary.n_layers; l++) {
        summary.layers[l].spikes = pass->layers[l].spikes;
        summary.layers[l].operations = pass->layers[l].operations;
        summary.layers[l].saturated = pass->layers[l].saturated;
    }
    for (int k = 0; k < experiment->record.n_layers; k++) {
        MPI_Allreduce(MPI_IN_PLACE, correlations[k], (int)n_images, MPI_DOUBLE, MPI_SUM,
                      comm);
        relif_summary_correlate(correlations[k], n_images,
                                &summary.layers[experiment->record.layers[k]]);
    }
    return summary;
}

relif_summary sweep_point_run(struct snn_pass *pass, const struct ann_answers *answers)
{
    const struct experiment *experiment = pass->experiment;
    const int n_layers = experiment->record.n_layers;
    struct hits hits = {0};
    double **correlations = relif_calloc((size_t)n_layers, sizeof *correlations);
    for (int k = 0; k < n_layers; k++)
        correlations[k] =
            relif_calloc((size_t)experiment->dataset->count, sizeof **correlations);
    for (int w = 0; w < pass->schedule.n_windows; w++) {
        struct snn_labels labels = snn_pass_window(pass, w);
        count_hits(experiment, &labels, answers->labels, &hits);
        for (int k = 0; k < n_layers; k++)
            correlate(pass, w, k, &answers->windows[w], correlations[k]);
        snn_labels_release(&labels);
    }
    snn_pass_finish(pass);
    const relif_summary summary = summarise(pass, hits, correlations);
    for (int k = 0; k < n_layers; k++) free(correlations[k]);
    free(correlations);
    return summary;
}
