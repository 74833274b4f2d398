#include "coding_pass.h"

#include <stdlib.h>

#include "relif/charge.h"
#include "relif/memory.h"
#include "relif/readout.h"
#include "relif/results.h"

/* A window of this replica's images on its way into the archive. */
struct pass {
    const struct experiment *experiment;
    const relif_record_request *record;
    const relif_recorder *recorder;
    relif_archive *archive;
    relif_image_range images;
    size_t n_images, n_inputs;
    float *values;         /* [n_images][n_inputs] */
    int32_t *input_counts; /* [coding times][n_images][n_inputs] */
};

static int64_t layer_size(const struct experiment *experiment, int layer)
{
    return relif_shape_size(experiment->network->layers[layer].out);
}

int64_t coding_pass_row_bytes(const struct experiment *experiment)
{
    const relif_record_request *record = &experiment->record;
    int64_t values = relif_shape_size(experiment->network->input);
    /* Of a neuron: count and potential, and, as doubles, sum, arrived and leaked charge.
     */
    for (int k = 0; k < record->n_layers; k++)
        values += (int64_t)layer_size(experiment, record->layers[k]) * 2 * (1 + 3);
    return (int64_t)sizeof(int32_t) * record->n_coding_times * values;
}

static struct pass begin(const struct experiment *experiment,
                         const relif_recorder *recorder, relif_archive *archive,
                         relif_image_range images)
{
    struct pass pass = {.experiment = experiment,
                        .record = &experiment->record,
                        .recorder = recorder,
                        .archive = archive,
                        .images = images,
                        .n_images = (size_t)(images.end - images.first),
                        .n_inputs = (size_t)relif_shape_size(experiment->network->input)};
    const size_t size = pass.n_images * pass.n_inputs;
    const relif_coding *coding = &experiment->config->coding;
    pass.values = relif_calloc(size, sizeof *pass.values);
    pass.input_counts = relif_calloc((size_t)pass.record->n_coding_times * size,
                                     sizeof *pass.input_counts);
    for (size_t i = 0; i < pass.n_images; i++)
        relif_dataset_image(experiment->dataset, images.first + (int64_t)i,
                            pass.values + i * pass.n_inputs);
    for (int c = 0; c < pass.record->n_coding_times; c++)
        for (size_t i = 0; i < size; i++)
            pass.input_counts[(size_t)c * size + i] = relif_coding_count(
                relif_coding_spikes_per_step(coding, (double)pass.values[i]),
                pass.record->coding_steps[c]);
    return pass;
}

/* The whole layer's box for the group's root, an empty one for the others. */
static relif_image_range root_images(const struct pass *pass)
{
    relif_image_range images = pass->images;
    if (!relif_context_is_root(pass->experiment->group)) images.end = images.first;
    return images;
}

static relif_err write_input(const struct pass *pass)
{
    const int n_inputs = (int)pass->n_inputs;
    const relif_results_box box = {
        pass->record->n_coding_times, root_images(pass), {0, n_inputs}};
    relif_err err = relif_results_write_coding(pass->archive, "input", "counts", &box,
                                               pass->input_counts);
    if (err == RELIF_OK)
        err = relif_results_write_coding_values(pass->archive, root_images(pass),
                                                n_inputs, pass->values);
    return err;
}

static int recorded_number(const relif_record_request *record, int layer)
{
    int k = 0;
    while (k < record->n_layers && record->layers[k] != layer) k++;
    return k;
}

/* The counts that went into a layer at coding time number c: [n_images][inputs]. The
 * ranks of a group have parts of them, so all of them call. */
static const int32_t *counts_into(const struct pass *pass, int layer, int c,
                                  int32_t *room)
{
    if (layer == 0)
        return pass->input_counts + (size_t)c * pass->n_images * pass->n_inputs;
    relif_recorder_coding_join(pass->recorder, recorded_number(pass->record, layer - 1),
                               c, room);
    return room;
}

static relif_err write_charge(const struct pass *pass, int layer,
                              const relif_results_box *box)
{
    const struct experiment *experiment = pass->experiment;
    const relif_layer *of = &experiment->spiking->layers[layer];
    const size_t in = (size_t)relif_shape_size(of->in);
    const size_t out = (size_t)relif_range_size(box->neurons);
    relif_charge *charge =
        relif_charge_create(of, experiment->mapping->layers[layer].i_bias, box->neurons);
    int32_t *room = relif_calloc(pass->n_images * in, sizeof *room);
    double *arrived =
        relif_calloc((size_t)box->n_times * pass->n_images * out, sizeof *arrived);
    for (int c = 0; c < box->n_times; c++) {
        const int32_t *counts = counts_into(pass, layer, c, room);
        const double seconds =
            pass->record->coding_steps[c] * experiment->config->coding.dt;
        for (size_t i = 0; i < pass->n_images; i++)
            relif_charge_arrived(charge, counts + i * in, seconds,
                                 arrived + ((size_t)c * pass->n_images + i) * out);
    }
    const relif_err err = relif_results_write_coding(pass->archive, of->name,
                                                     "arrived_charge", box, arrived);
    relif_charge_destroy(charge);
    free(room);
    free(arrived);
    return err;
}

static relif_err write_leak(const struct pass *pass, int k, const relif_results_box *box)
{
    const relif_mapping *mapping = pass->experiment->mapping;
    const int layer = pass->record->layers[k];
    const size_t width = (size_t)relif_range_size(box->neurons);
    const size_t n_rows = (size_t)box->n_times * pass->n_images;
    const double *sums = relif_recorder_coding_sums(pass->recorder, k);
    const float *potentials = relif_recorder_coding_potentials(pass->recorder, k);
    if (!relif_charge_leaks(mapping, layer)) return RELIF_OK;
    double *leaked = relif_calloc(n_rows * width, sizeof *leaked);
    for (size_t row = 0; row < n_rows; row++)
        relif_charge_leaked(mapping, layer, box->neurons, sums + row * width,
                            potentials + row * width, leaked + row * width);
    const relif_err err = relif_results_write_coding(
        pass->archive, pass->experiment->network->layers[layer].name, "leaked_charge",
        box, leaked);
    free(leaked);
    return err;
}

static relif_err write_layer(const struct pass *pass, int k)
{
    const struct experiment *experiment = pass->experiment;
    const int layer = pass->record->layers[k];
    const relif_layer *of = &experiment->network->layers[layer];
    const relif_results_box box = {
        pass->record->n_coding_times, pass->images,
        relif_partition_range(experiment->partition, layer, experiment->group->rank)};
    relif_err err =
        relif_results_write_coding(pass->archive, of->name, "counts", &box,
                                   relif_recorder_coding_counts(pass->recorder, k));
    if (err == RELIF_OK && relif_layer_spikes(of))
        err = relif_results_write_coding(
            pass->archive, of->name, "potential", &box,
            relif_recorder_coding_potentials(pass->recorder, k));
    if (err != RELIF_OK ||
        relif_results_charge_obstacle(experiment->network, experiment->mapping,
                                      pass->record, layer))
        return err;
    err = write_charge(pass, layer, &box);
    return err == RELIF_OK ? write_leak(pass, k, &box) : err;
}

static relif_err write_labels(const struct pass *pass)
{
    const struct experiment *experiment = pass->experiment;
    const int n_times = pass->record->n_coding_times;
    const size_t n = pass->n_images;
    const size_t width =
        (size_t)layer_size(experiment, experiment->network->n_layers - 1);
    int32_t *counts = relif_calloc(n * width, sizeof *counts);
    float *potentials = relif_calloc(n * width, sizeof *potentials);
    int32_t *labels = relif_calloc((size_t)n_times * n, sizeof *labels);
    for (int c = 0; c < n_times; c++) {
        relif_recorder_coding_outputs(pass->recorder, c, counts, potentials);
        for (size_t i = 0; i < n; i++)
            labels[(size_t)c * n + i] =
                relif_readout_label(experiment->config->readout, counts + i * width,
                                    potentials + i * width, (int)width);
    }
    const relif_err err = relif_results_write_coding_labels(pass->archive, n_times,
                                                            root_images(pass), labels);
    free(counts);
    free(potentials);
    free(labels);
    return err;
}

relif_err coding_pass_write(const struct experiment *experiment,
                            const relif_recorder *recorder, relif_archive *archive,
                            relif_image_range images)
{
    if (experiment->record.n_coding_times == 0) return RELIF_OK;
    struct pass pass = begin(experiment, recorder, archive, images);
    relif_err err = write_input(&pass);
    if (err == RELIF_OK) err = write_labels(&pass);
    for (int k = 0; k < pass.record->n_layers && err == RELIF_OK; k++)
        err = write_layer(&pass, k);
    free(pass.values);
    free(pass.input_counts);
    return err;
}
