#include "image_correlation.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "relif/correlation.h"
#include "relif/memory.h"

enum { NUMBERS_AT_ONCE = 1 << 20 };

static int64_t first_image(const relif_context *ctx, int64_t n_images, int rank)
{
    return n_images * rank / ctx->size;
}

static relif_err correlate_rows(const relif_recorded_layer *layer, int64_t first,
                                int64_t n, double *relu, double *spikes, double *values)
{
    const relif_layer_box box = {
        .first_image = first, .n_images = n, .n_neurons = layer->n_neurons};
    relif_err err = relif_recorded_layer_read(layer, RELIF_SERIES_RELU, box, relu);
    if (err == RELIF_OK)
        err = relif_recorded_layer_read(layer, RELIF_SERIES_SPIKES, box, spikes);
    for (int64_t i = 0; i < n && err == RELIF_OK; i++) {
        const int64_t row = i * layer->n_neurons;
        values[i] = relif_correlation(spikes + row, relu + row, (int)layer->n_neurons);
    }
    return err;
}

/* Every rank goes through the same number of rounds, because reading is collective. */
static relif_err correlate_mine(const relif_recorded_layer *layer, double *values)
{
    const relif_context *ctx = relif_archive_context(layer->archive);
    const int64_t begin = first_image(ctx, layer->n_images, ctx->rank);
    const int64_t end = first_image(ctx, layer->n_images, ctx->rank + 1);
    const int64_t largest = (layer->n_images + ctx->size - 1) / ctx->size;
    int64_t rows = NUMBERS_AT_ONCE / layer->n_neurons;
    if (rows > largest) rows = largest;
    if (rows < 1) rows = 1;
    const size_t numbers = (size_t)(rows * layer->n_neurons);
    double *relu = relif_calloc(2 * numbers, sizeof *relu);
    relif_err err = RELIF_OK;
    for (int64_t done = 0; done < largest && err == RELIF_OK; done += rows) {
        const int64_t left = end - begin - done;
        const int64_t n = left < 0 ? 0 : left < rows ? left : rows;
        const int64_t first = n ? begin + done : 0;
        err = correlate_rows(layer, first, n, relu, relu + numbers, values + first);
    }
    free(relu);
    return err;
}

static void share_values(const relif_context *ctx, int64_t n_images, double *values)
{
    int *counts = relif_calloc((size_t)ctx->size, 2 * sizeof *counts);
    int *offsets = counts + ctx->size;
    for (int r = 0; r < ctx->size; r++) {
        offsets[r] = (int)first_image(ctx, n_images, r);
        counts[r] = (int)first_image(ctx, n_images, r + 1) - offsets[r];
    }
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, counts, offsets,
                   MPI_DOUBLE, ctx->comm);
    free(counts);
}

void relif_image_correlation_summarise(relif_image_correlation *found)
{
    double sum = 0;
    int64_t defined = 0;
    found->min = found->max = found->mean = (double)NAN;
    for (int64_t i = 0; i < found->n_images; i++) {
        if (isnan(found->values[i])) continue;
        defined++;
        sum += found->values[i];
        found->min = fmin(found->min, found->values[i]);
        found->max = fmax(found->max, found->values[i]);
    }
    found->undefined = found->n_images - defined;
    if (defined) found->mean = sum / (double)defined;
}

relif_err relif_image_correlation_compute(const relif_recorded_layer *layer,
                                          relif_image_correlation *found)
{
    *found = (relif_image_correlation){.n_images = layer->n_images};
    if (layer->n_images > INT_MAX || layer->n_neurons > INT_MAX)
        return relif_fail(RELIF_ERR_DATA,
                          "layer '%s' has more than 2^31 images or neurons", layer->name);
    found->values = relif_calloc((size_t)layer->n_images, sizeof *found->values);
    const relif_err err = correlate_mine(layer, found->values);
    if (err != RELIF_OK) {
        relif_image_correlation_release(found);
        return err;
    }
    share_values(relif_archive_context(layer->archive), layer->n_images, found->values);
    relif_image_correlation_summarise(found);
    return RELIF_OK;
}

void relif_image_correlation_release(relif_image_correlation *found)
{
    free(found->values);
    *found = (relif_image_correlation){0};
}
