/* How a network was rescaled (/normalization), and what is expected of it (/diagnosis):
 * one array each, [layers], in the order of /layer_names. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/results.h"

static const char *const methods[] = {
    [RELIF_NORMALIZATION_NONE] = "nothing is rescaled",
    [RELIF_NORMALIZATION_MAX] = "scale: largest activation of the layer over the images",
    [RELIF_NORMALIZATION_PERCENTILE] =
        "scale: percentile of the layer's activations over the images, zeros included",
    [RELIF_NORMALIZATION_SPIKE_NORM] =
        "scale: that of the layer before times the largest weighted input of a neuron in "
        "one step over the images, in units of V_th, the layers before spiking rescaled"};

static const char *const carriers[] = {
    [RELIF_CARRIER_WEIGHTS] = "weights are divided by factor, biases by scale",
    [RELIF_CARRIER_V_TH] =
        "V_th is multiplied by factor, biases are divided by the scale before",
    [RELIF_CARRIER_C_M] =
        "C_m and g_l are multiplied by factor, biases are divided by the scale before"};

static relif_err write_statement(relif_archive *archive,
                                 const relif_normalization_options *options)
{
    const char *group = "/normalization";
    const bool percentile = options->method == RELIF_NORMALIZATION_PERCENTILE;
    relif_err err = relif_archive_set_text(archive, group, "method",
                                           relif_normalization_name(options->method));
    if (err == RELIF_OK)
        err =
            relif_archive_set_text(archive, group, "statement", methods[options->method]);
    if (options->method == RELIF_NORMALIZATION_NONE || err != RELIF_OK) return err;
    err = relif_archive_set_int(archive, group, "images", options->images);
    if (err == RELIF_OK && percentile)
        err = relif_archive_set_double(archive, group, "percentile", options->percentile);
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, group, "carrier",
                                     relif_carrier_name(options->carrier));
    if (err == RELIF_OK)
        err =
            relif_archive_set_text(archive, group, "applied", carriers[options->carrier]);
    return err;
}

relif_err relif_results_write_normalization(relif_archive *archive,
                                            const relif_network *network,
                                            const relif_normalization_options *options,
                                            const double *scales)
{
    const int64_t n = network->n_layers;
    double *factors = relif_calloc((size_t)n, sizeof *factors);
    relif_normalization_factors(network, scales, factors);
    relif_err err = relif_results_write_vector(
        archive, "/normalization/scale", RELIF_ARRAY_F64, n, scales, "1",
        "What activations are divided by: a rate f stands for f * scale / k");
    if (err == RELIF_OK)
        err = relif_results_write_vector(archive, "/normalization/factor",
                                         RELIF_ARRAY_F64, n, factors, "1",
                                         "The layer's scale over the scale before it");
    free(factors);
    return err != RELIF_OK ? err : write_statement(archive, options);
}

/* A number of each layer of a diagnosis. */
struct column {
    const char *path;
    size_t offset;
    const char *units, *description;
};

#define COLUMN(field, units, description)                                                \
    {                                                                                    \
        "/diagnosis/" #field, offsetof(relif_diagnosis_layer, field), units, description \
    }

static const struct column columns[] = {
    COLUMN(largest, "1", "Largest activation of the ReLU network"),
    COLUMN(percentile, "1", "Percentile of the activations, zeros included"),
    COLUMN(rate_largest, "Hz", "Rate expected of the largest activation"),
    COLUMN(rate_percentile, "Hz", "Rate expected of the percentile"),
    COLUMN(rate_typical, "Hz", "Rate expected of the median positive activation"),
    COLUMN(active, "1", "Share of neurons and images with a positive activation"),
    COLUMN(too_fast, "1", "Share expected to exceed one spike a step"),
    COLUMN(too_slow, "1", "Share of the active expected to fire less than once"),
    COLUMN(
        saturated, "1",
        "Share predicted to saturate when the layers before are cut at one spike a step"),
    COLUMN(scale, "1", "Scale that normalization: percentile gives"),
    COLUMN(factor, "1", "That scale over the scale before it: times V_th or C_m"),
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

static relif_err write_whole(relif_archive *archive, const relif_diagnosis *diagnosis)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"r_max", diagnosis->r_max},
                   {"best_coding_range", diagnosis->best_range},
                   {"agreement", diagnosis->agreement},
                   {"percentile", diagnosis->question.normalization->percentile}};
    relif_text advice = {0};
    relif_err err = relif_archive_set_int(archive, "/diagnosis", "images",
                                          diagnosis->question.n_images);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && err == RELIF_OK; i++)
        err = relif_archive_set_double(archive, "/diagnosis", numbers[i].name,
                                       numbers[i].value);
    relif_diagnosis_advise(diagnosis, &advice);
    if (err == RELIF_OK)
        err = relif_archive_set_text(archive, "/diagnosis", "advice",
                                     relif_text_string(&advice));
    relif_text_release(&advice);
    return err;
}

relif_err relif_results_write_diagnosis(relif_archive *archive,
                                        const relif_diagnosis *diagnosis)
{
    const int n = diagnosis->question.network->n_layers;
    double *values = relif_calloc((size_t)n, sizeof *values);
    relif_err err = RELIF_OK;
    for (size_t c = 0; c < N_COLUMNS && err == RELIF_OK; c++) {
        for (int l = 0; l < n; l++)
            memcpy(&values[l], (const char *)&diagnosis->layers[l] + columns[c].offset,
                   sizeof *values);
        err =
            relif_results_write_vector(archive, columns[c].path, RELIF_ARRAY_F64, n,
                                       values, columns[c].units, columns[c].description);
    }
    free(values);
    return err != RELIF_OK ? err : write_whole(archive, diagnosis);
}
