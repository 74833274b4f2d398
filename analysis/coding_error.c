/* Every image is summed up by one rank, neuron by neuron; then all ranks add the images
 * in their order. */
#include "coding_error.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"

enum { NUMBERS_AT_ONCE = 1 << 20, ROUNDINGS_PER_STEP = 8 };

static const double half_unit = 1.0 / (1 << 24); /* of single precision */

/* One image at one coding time: doubles only, so that it travels as such. */
typedef struct sums {
    double error_squares, ideal_squares, absolute, largest, beyond, unreachable;
    double residual, largest_residual, leaked, largest_leaked;
    double deviation, strain, neuron;
} sums;

enum { SUMS_SIZE = sizeof(sums) / sizeof(double) };

/* Rows of consecutive images; all arrays but ideal are [n_times][n_rows][n_neurons]. */
typedef struct window {
    const relif_coding_layers *layers;
    const relif_coding_layer *layer;
    int64_t first, n_rows;
    double *ideal, *counts, *potentials, *arrived, *leaked; /* leaked: 0 without a leak */
} window;

static relif_err read_array(const window *rows, const char *array, double *values)
{
    const bool at_times = values != rows->ideal;
    const int64_t n = rows->n_rows, size = rows->layer->n_neurons;
    const int64_t offset[] = {0, rows->first, 0};
    const int64_t count[] = {n ? rows->layers->n_times : 0, n, size};
    char *path = relif_coding_layer_path(rows->layer, array);
    const relif_err err =
        relif_archive_read(rows->layers->archive, path, RELIF_ARRAY_F64,
                           offset + !at_times, count + !at_times, values);
    free(path);
    return err;
}

static relif_err read_window(const window *rows)
{
    relif_err err = read_array(rows, "ideal", rows->ideal);
    if (err == RELIF_OK) err = read_array(rows, "counts", rows->counts);
    if (rows->layer->obstacle) return err;
    if (err == RELIF_OK) err = read_array(rows, "potential", rows->potentials);
    if (err == RELIF_OK) err = read_array(rows, "arrived_charge", rows->arrived);
    if (err == RELIF_OK && rows->layer->leaks)
        err = read_array(rows, "leaked_charge", rows->leaked);
    return err;
}

static size_t row_start(const window *rows, int c, int64_t row)
{
    return (size_t)((c * rows->n_rows + row) * rows->layer->n_neurons);
}

static void add_rates(const window *rows, int c, int64_t row, sums *sum)
{
    const double time = rows->layers->times[c], bound = (1 + 1e-9) / time;
    const double highest = (1 + 1e-6) / rows->layers->dt; /* outputs are floats */
    const double *counts = rows->counts + row_start(rows, c, row);
    const double *ideal = rows->ideal + row * rows->layer->n_neurons;
    for (int64_t n = 0; n < rows->layer->n_neurons; n++) {
        const double wanted = ideal[n] > 0 ? ideal[n] * rows->layer->hertz : 0;
        const double error = counts[n] / time - wanted;
        sum->error_squares += error * error;
        sum->ideal_squares += wanted * wanted;
        sum->absolute += fabs(error);
        sum->beyond += fabs(error) > bound;
        sum->unreachable += wanted > highest;
        if (fabs(error) > sum->largest) sum->largest = fabs(error);
    }
}

static void add_size(double value, double *sum, double *largest)
{
    *sum += fabs(value);
    *largest = fmax(*largest, fabs(value));
}

static void add_balance(const window *rows, int c, int64_t row, double *reached,
                        sums *sum)
{
    const relif_coding_layer *layer = rows->layer;
    const double steps = round(rows->layers->times[c] / rows->layers->dt);
    const double rounded = steps * (ROUNDINGS_PER_STEP + sqrt((double)layer->n_inputs));
    const size_t start = row_start(rows, c, row);
    for (int64_t n = 0; n < layer->n_neurons; n++) {
        const double c_m = layer->c_m[n], unit = layer->v_th[n] * c_m;
        const double v = rows->potentials[start + (size_t)n];
        const double left = c_m * (rows->layers->v_init - v);
        const double leaked = rows->leaked[start + (size_t)n];
        const double deviation = fabs(rows->counts[start + (size_t)n] * unit -
                                      (rows->arrived[start + (size_t)n] - leaked + left));
        if (fabs(v) > reached[n]) reached[n] = fabs(v);
        add_size(left / unit, &sum->residual, &sum->largest_residual);
        add_size(leaked / unit, &sum->leaked, &sum->largest_leaked);
        const double allowed = rounded * half_unit * c_m * (layer->v_th[n] + reached[n]);
        const double strain =
            isfinite(deviation) ? deviation / allowed : (double)INFINITY;
        if (deviation / unit > sum->deviation) sum->deviation = deviation / unit;
        if (strain > sum->strain) {
            sum->strain = strain;
            sum->neuron = (double)n;
        }
    }
}

/* reached: room for the largest |V| of each neuron so far. */
static void sum_image(const window *rows, int64_t row, double *reached, sums *mine)
{
    for (int64_t n = 0; n < rows->layer->n_neurons; n++)
        reached[n] = fabs(rows->layers->v_init);
    for (int c = 0; c < rows->layers->n_times; c++) {
        add_rates(rows, c, row, &mine[c]);
        if (!rows->layer->obstacle) add_balance(rows, c, row, reached, &mine[c]);
    }
}

static int64_t first_image(const relif_context *ctx, int64_t n_images, int rank)
{
    return n_images * rank / ctx->size;
}

/* Every rank goes through the same number of rounds, because reading is collective. */
static relif_err sum_mine(window *rows, sums *all)
{
    const relif_coding_layers *layers = rows->layers;
    const relif_context *ctx = relif_archive_context(layers->archive);
    const int64_t begin = first_image(ctx, layers->n_images, ctx->rank);
    const int64_t end = first_image(ctx, layers->n_images, ctx->rank + 1);
    const int64_t largest = (layers->n_images + ctx->size - 1) / ctx->size;
    int64_t at_once = NUMBERS_AT_ONCE / (rows->layer->n_neurons * layers->n_times);
    if (at_once > largest) at_once = largest;
    if (at_once < 1) at_once = 1;
    const size_t size = (size_t)(at_once * rows->layer->n_neurons);
    const size_t times = (size_t)layers->n_times;
    double *room = relif_calloc((1 + 4 * times) * size + (size_t)rows->layer->n_neurons,
                                sizeof *room);
    rows->ideal = room;
    rows->counts = rows->ideal + size;
    rows->potentials = rows->counts + times * size;
    rows->arrived = rows->potentials + times * size;
    rows->leaked = rows->arrived + times * size;
    double *reached = rows->leaked + times * size;
    relif_err err = RELIF_OK;
    for (int64_t done = 0; done < largest && err == RELIF_OK; done += at_once) {
        const int64_t left = end - begin - done;
        rows->n_rows = left < 0 ? 0 : left < at_once ? left : at_once;
        rows->first = rows->n_rows ? begin + done : 0;
        err = read_window(rows);
        for (int64_t row = 0; row < rows->n_rows && err == RELIF_OK; row++)
            sum_image(rows, row, reached, all + (size_t)(rows->first + row) * times);
    }
    free(room);
    return err;
}

static void share(const relif_context *ctx, int64_t n_images, int n_times, sums *all)
{
    int *counts = relif_calloc((size_t)ctx->size, 2 * sizeof *counts);
    int *offsets = counts + ctx->size;
    for (int r = 0; r < ctx->size; r++) {
        const int64_t first = first_image(ctx, n_images, r);
        offsets[r] = (int)first * n_times * SUMS_SIZE;
        counts[r] =
            (int)(first_image(ctx, n_images, r + 1) - first) * n_times * SUMS_SIZE;
    }
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, counts, offsets, MPI_DOUBLE,
                   ctx->comm);
    free(counts);
}

static relif_coding_moment add_images(const relif_coding_layers *layers,
                                      const relif_coding_layer *layer, int c,
                                      const sums *all)
{
    const double pairs = (double)layers->n_images * (double)layer->n_neurons;
    relif_coding_moment moment = {.time = layers->times[c],
                                  .bound = 1 / layers->times[c]};
    double error_squares = 0, ideal_squares = 0;
    for (int64_t i = 0; i < layers->n_images; i++) {
        const sums *sum = &all[i * layers->n_times + c];
        error_squares += sum->error_squares;
        ideal_squares += sum->ideal_squares;
        moment.mean += sum->absolute / pairs;
        moment.beyond += sum->beyond;
        moment.largest = fmax(moment.largest, sum->largest);
        moment.residual += sum->residual / pairs;
        moment.largest_residual = fmax(moment.largest_residual, sum->largest_residual);
        moment.leaked += sum->leaked / pairs;
        moment.largest_leaked = fmax(moment.largest_leaked, sum->largest_leaked);
        moment.deviation = fmax(moment.deviation, sum->deviation);
        if (sum->strain > moment.strain) {
            moment.strain = sum->strain;
            moment.image = i;
            moment.neuron = (int64_t)sum->neuron;
        }
    }
    moment.beyond /= pairs;
    moment.relative =
        ideal_squares > 0 ? sqrt(error_squares / ideal_squares) : (double)NAN;
    return moment;
}

relif_err relif_coding_error_compute(const relif_coding_layers *layers, int l,
                                     relif_coding_error *error)
{
    const relif_coding_layer *layer = &layers->layers[l];
    const relif_context *ctx = relif_archive_context(layers->archive);
    *error = (relif_coding_error){.layer = layer, .n_times = layers->n_times};
    if (layers->n_images > INT_MAX / SUMS_SIZE / layers->n_times)
        return relif_fail(RELIF_ERR_DATA, "%lld images at %d coding times are too many",
                          (long long)layers->n_images, layers->n_times);
    sums *all =
        relif_calloc((size_t)layers->n_images * (size_t)layers->n_times, sizeof *all);
    window rows = {.layers = layers, .layer = layer};
    const relif_err err = sum_mine(&rows, all);
    if (err == RELIF_OK) {
        share(ctx, layers->n_images, layers->n_times, all);
        error->moments = relif_calloc((size_t)layers->n_times, sizeof *error->moments);
        for (int c = 0; c < layers->n_times; c++)
            error->moments[c] = add_images(layers, layer, c, all);
        for (int64_t i = 0; i < layers->n_images; i++)
            error->unreachable += all[i * layers->n_times].unreachable;
        error->unreachable /= (double)layers->n_images * (double)layer->n_neurons;
    }
    free(all);
    return err;
}

void relif_coding_error_release(relif_coding_error *error)
{
    free(error->moments);
    *error = (relif_coding_error){0};
}

bool relif_coding_moment_holds(const relif_coding_moment *moment)
{
    return moment->strain <= 1;
}

bool relif_coding_error_holds(const relif_coding_error *error)
{
    bool holds = true;
    for (int c = 0; c < error->n_times; c++)
        holds = holds && relif_coding_moment_holds(&error->moments[c]);
    return holds;
}

relif_err relif_coding_error_labels(const relif_coding_layers *layers,
                                    double *disagreement)
{
    const int64_t offset[] = {0, 0}, count[] = {layers->n_times, layers->n_images};
    const size_t n = (size_t)layers->n_images, times = (size_t)layers->n_times;
    int32_t *labels = relif_calloc((times + 1) * n, sizeof *labels);
    int32_t *ann = labels + times * n;
    relif_err err = relif_archive_read(layers->archive, "/coding_error/labels",
                                       RELIF_ARRAY_I32, offset, count, labels);
    if (err == RELIF_OK)
        err = relif_archive_read(layers->archive, "/labels/ann", RELIF_ARRAY_I32, offset,
                                 count + 1, ann);
    for (size_t c = 0; c < times && err == RELIF_OK; c++) {
        double wrong = 0;
        for (size_t i = 0; i < n; i++) wrong += labels[c * n + i] != ann[i];
        disagreement[c] = wrong / (double)n;
    }
    free(labels);
    return err;
}
