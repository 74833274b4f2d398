#include "relif/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive_file.h"
#include "relif/correlation.h"
#include "relif/memory.h"

enum { PATH_SIZE = 256 };

static relif_err read_vector(relif_archive *archive, const char *path,
                             relif_array_type type, int64_t n, void *values)
{
    const int64_t offset = 0;
    return relif_archive_read(archive, path, type, &offset, &n, values);
}

static relif_err read_labels(relif_archive *archive, relif_summary *summary)
{
    const size_t n = (size_t)summary->n_images;
    int32_t *truth = relif_calloc(3 * n, sizeof *truth), *ann = truth + n, *snn = ann + n;
    relif_err err =
        read_vector(archive, "/labels/true", RELIF_ARRAY_I32, (int64_t)n, truth);
    if (err == RELIF_OK)
        err = read_vector(archive, "/labels/ann", RELIF_ARRAY_I32, (int64_t)n, ann);
    if (err == RELIF_OK)
        err = read_vector(archive, "/labels/snn", RELIF_ARRAY_I32, (int64_t)n, snn);
    int64_t ann_right = 0, snn_right = 0, same = 0;
    for (size_t i = 0; i < n; i++) {
        ann_right += ann[i] == truth[i];
        snn_right += snn[i] == truth[i];
        same += ann[i] == snn[i];
    }
    summary->ann_accuracy = (double)ann_right / (double)n;
    summary->snn_accuracy = (double)snn_right / (double)n;
    summary->agreement = (double)same / (double)n;
    free(truth);
    return err;
}

static relif_err read_statistics(relif_archive *archive, relif_summary *summary)
{
    const size_t n = (size_t)summary->n_layers;
    const char *paths[] = {"/statistics/neurons", "/statistics/spikes",
                           "/statistics/synaptic_operations", "/statistics/saturated"};
    int64_t *values = relif_calloc(4 * n, sizeof *values);
    relif_err err = RELIF_OK;
    for (size_t i = 0; i < 4 && err == RELIF_OK; i++)
        err = read_vector(archive, paths[i], RELIF_ARRAY_I64, (int64_t)n, values + i * n);
    for (size_t l = 0; l < n; l++) {
        relif_summary_layer *layer = &summary->layers[l];
        layer->neurons = values[l];
        layer->spikes = values[n + l];
        layer->operations = values[2 * n + l];
        layer->saturated = values[3 * n + l];
    }
    free(values);
    if (err == RELIF_OK)
        err = relif_archive_get_int(archive, "/statistics", "silent_images",
                                    &summary->silent_images);
    if (err == RELIF_OK)
        err = relif_archive_get_int(archive, "/statistics", "input_spikes",
                                    &summary->input_spikes);
    if (err == RELIF_OK)
        err = relif_archive_get_int(archive, "/statistics", "input_saturated",
                                    &summary->input_saturated);
    return err;
}

/* Images of a rank in the shared work. */
static int64_t share_start(const relif_context *ctx, int64_t n, int rank)
{
    return n * rank / ctx->size;
}

/*
 * Correlations of this rank's share of the images. Reading is collective: every rank
 * makes the same number of calls, the last of them perhaps with nothing to read.
 */
static relif_err read_correlations(relif_archive *archive, const char *name,
                                   int64_t n_images, int64_t n_neurons,
                                   double *correlations)
{
    enum { ROWS = 64 };
    const relif_context *ctx = relif_archive_context(archive);
    const int64_t first = share_start(ctx, n_images, ctx->rank);
    const int64_t end = share_start(ctx, n_images, ctx->rank + 1);
    const int64_t calls = (n_images / ctx->size + ROWS) / ROWS;
    const size_t width = (size_t)n_neurons;
    double *counts = relif_calloc(width * 2 * ROWS, sizeof *counts);
    double *activations = counts + ROWS * width;
    char counts_path[PATH_SIZE], activations_path[PATH_SIZE];
    snprintf(counts_path, sizeof counts_path, "/layers/%s/spike_counts", name);
    snprintf(activations_path, sizeof activations_path, "/layers/%s/activations", name);
    relif_err err = RELIF_OK;
    for (int64_t call = 0; call < calls && err == RELIF_OK; call++) {
        const int64_t row = first + call * ROWS < end ? first + call * ROWS : end;
        const int64_t offset[] = {row, 0};
        const int64_t count[] = {end - row < ROWS ? end - row : ROWS, n_neurons};
        err = relif_archive_read(archive, counts_path, RELIF_ARRAY_F64, offset, count,
                                 counts);
        if (err == RELIF_OK)
            err = relif_archive_read(archive, activations_path, RELIF_ARRAY_F64, offset,
                                     count, activations);
        for (int64_t i = 0; i < count[0] && err == RELIF_OK; i++)
            correlations[row + i] =
                relif_correlation(counts + (size_t)i * width,
                                  activations + (size_t)i * width, (int)n_neurons);
    }
    free(counts);
    return err;
}

void relif_summary_correlate(const double *correlations, int64_t n,
                             relif_summary_layer *layer)
{
    double sum = 0;
    int64_t defined = 0;
    layer->correlation_min = INFINITY;
    layer->correlation_max = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(correlations[i])) continue;
        defined++;
        sum += correlations[i];
        layer->correlation_min = fmin(layer->correlation_min, correlations[i]);
        layer->correlation_max = fmax(layer->correlation_max, correlations[i]);
    }
    layer->correlation_mean = defined ? sum / (double)defined : (double)NAN;
    layer->undefined = n - defined;
    layer->recorded = defined > 0;
}

static relif_err read_layer(relif_archive *archive, const relif_context *ctx, int64_t n,
                            relif_summary_layer *layer)
{
    char path[PATH_SIZE];
    relif_array is;
    snprintf(path, sizeof path, "/layers/%s/spike_counts", layer->name);
    if (!relif_archive_has(archive, path)) return RELIF_OK;
    relif_err err = relif_archive_describe(archive, path, &is);
    if (err != RELIF_OK) return err;
    if (is.rank != 2 || is.dims[0] != n || is.dims[1] != layer->neurons)
        return relif_archive_say(
            archive,
            relif_fail(RELIF_ERR_FORMAT,
                       "'%s' has another shape than the %lld images and %lld neurons "
                       "that '/labels' and '/statistics' have",
                       path, (long long)n, (long long)layer->neurons));
    double *correlations = relif_calloc((size_t)n, sizeof *correlations);
    err = read_correlations(archive, layer->name, n, layer->neurons, correlations);
    if (err == RELIF_OK) {
        for (int r = 0; r < ctx->size; r++) {
            const int64_t from = share_start(ctx, n, r), to = share_start(ctx, n, r + 1);
            MPI_Bcast(correlations + from, (int)(to - from), MPI_DOUBLE, r, ctx->comm);
        }
        relif_summary_correlate(correlations, n, layer);
    }
    free(correlations);
    return err;
}

static relif_err read_head(relif_archive *archive, relif_summary *summary)
{
    relif_array labels;
    char **names = NULL;
    relif_err err = relif_archive_describe(archive, "/labels/true", &labels);
    if (err == RELIF_OK)
        err =
            relif_archive_read_names(archive, "/layer_names", &names, &summary->n_layers);
    if (err != RELIF_OK) return err;
    summary->n_images = labels.dims[0];
    summary->layers = relif_calloc((size_t)summary->n_layers, sizeof *summary->layers);
    for (int l = 0; l < summary->n_layers; l++) summary->layers[l].name = names[l];
    free(names);
    err = relif_archive_get_text(archive, "/", "name", &summary->name);
    if (err == RELIF_OK) err = relif_archive_get_double(archive, "/", "dt", &summary->dt);
    if (err == RELIF_OK)
        err =
            relif_archive_get_double(archive, "/", "coding_time", &summary->coding_time);
    if (err == RELIF_OK)
        err = relif_archive_get_double(archive, "/", "coding_range",
                                       &summary->coding_range);
    if (err == RELIF_OK)
        err = relif_archive_get_int(archive, "/", "steps", &summary->steps);
    return err;
}

relif_err relif_summary_read(relif_archive *archive, relif_summary *summary)
{
    const relif_context *ctx = relif_archive_context(archive);
    *summary = (relif_summary){0};
    relif_err err = read_head(archive, summary);
    if (err == RELIF_OK) err = read_labels(archive, summary);
    if (err == RELIF_OK) err = read_statistics(archive, summary);
    err = relif_agree(ctx, err);
    for (int l = 0; l < summary->n_layers && err == RELIF_OK; l++)
        err = read_layer(archive, ctx, summary->n_images, &summary->layers[l]);
    if (err != RELIF_OK) relif_summary_release(summary);
    return err;
}

static void print_layer(const relif_summary *summary, const relif_summary_layer *layer,
                        bool is_output, FILE *out)
{
    const double visits = (double)summary->n_images * (double)layer->neurons;
    fprintf(out, "  %-10s %9lld %14.3f %14.3f %11.4f %%", layer->name,
            (long long)layer->neurons, (double)layer->spikes / visits,
            (double)layer->operations / (double)summary->n_images / 1e6,
            100 * (double)layer->saturated / visits);
    if (layer->recorded)
        fprintf(out, "   %7.4f %7.4f %7.4f%s\n", layer->correlation_mean,
                layer->correlation_min, layer->correlation_max,
                is_output ? "  (output)" : "");
    else
        fprintf(out, "   %7s %7s %7s\n", "-", "-", "-");
}

void relif_summary_print(const relif_summary *summary, FILE *out)
{
    fprintf(out, "%s: %lld images, T = %g s (%lld steps of %g s), k = %g Hz\n",
            summary->name, (long long)summary->n_images, summary->coding_time,
            (long long)summary->steps, summary->dt, summary->coding_range);
    fprintf(out, "  %-44s %9.2f %%\n", "ANN accuracy", 100 * summary->ann_accuracy);
    fprintf(out, "  %-44s %9.2f %%\n", "SNN accuracy", 100 * summary->snn_accuracy);
    fprintf(out, "  %-44s %9.2f %%\n", "agreement of SNN and ANN",
            100 * summary->agreement);
    fprintf(out, "  %-44s %9lld\n", "images without any output spike",
            (long long)summary->silent_images);
    fprintf(out, "  %-44s %9.1f\n", "input spikes per image",
            (double)summary->input_spikes / (double)summary->n_images);
    fprintf(out, "  %-44s %9lld\n", "saturated input trains",
            (long long)summary->input_saturated);
    fprintf(out, "  %-10s %9s %14s %14s %13s   %s\n", "layer", "neurons", "spikes/neuron",
            "10^6 syn.ops", "saturated", "correlation with ReLU, per image");
    fprintf(out, "  %-10s %9s %14s %14s %13s   %7s %7s %7s\n", "", "", "per image",
            "per image", "neurons", "mean", "min", "max");
    for (int l = 0; l < summary->n_layers; l++)
        print_layer(summary, &summary->layers[l], l == summary->n_layers - 1, out);
}

void relif_summary_release(relif_summary *summary)
{
    for (int l = 0; l < summary->n_layers; l++) free(summary->layers[l].name);
    free(summary->layers);
    free(summary->name);
    *summary = (relif_summary){0};
}
