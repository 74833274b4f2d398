#include "diagnosis_pass.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "activity_pass.h"
#include "ann_pass.h"
#include "relif/memory.h"

/* What becomes of the images when rates are cut at one spike a step. */
struct cut {
    struct experiment *experiment;
    float ceiling;       /* activation that needs a spike in every step */
    int64_t *at_ceiling; /* [n_layers], then same_labels */
    int64_t *same_labels;
};

/* The first of the largest outputs; with readout: spikes those at the ceiling tie. */
static int label_of(const struct cut *cut, const float *outputs, int n)
{
    const bool ties = cut->experiment->config->readout == RELIF_READOUT_SPIKES;
    for (int o = 0; o < n && ties; o++)
        if (outputs[o] >= cut->ceiling) return o;
    return relif_ann_label(outputs, n);
}

static void watch(void *self, const relif_ann *ann, int i, int64_t row)
{
    struct cut *cut = self;
    const relif_network *network = cut->experiment->network;
    const float *values = NULL;
    int size = 0;
    for (int l = 0; l < network->n_layers; l++) {
        size = relif_shape_size(network->layers[l].out);
        values = relif_ann_activations(ann, l) + (size_t)i * (size_t)size;
        for (int n = 0; n < size; n++) cut->at_ceiling[l] += values[n] >= cut->ceiling;
    }
    *cut->same_labels +=
        label_of(cut, values, size) == cut->experiment->activity.labels[row];
    const int64_t n = cut->experiment->activity.n_images;
    relif_progress_update(cut->experiment->log,
                          n + activity_pass_done(cut->experiment, row, n));
}

static double *slopes_of(const relif_mapping *mapping)
{
    double *slopes = relif_calloc((size_t)mapping->n_layers, sizeof *slopes);
    for (int l = 0; l < mapping->n_layers; l++) {
        const relif_layer_mapping *mapped = &mapping->layers[l];
        slopes[l] =
            mapped->n_neurons ? relif_mapping_slope(mapped->v_th, mapped->c_m) : 1;
    }
    return slopes;
}

/* Counts per layer, and in the last element the labels kept: [n_layers + 1]. */
static int64_t *cut_rates(struct experiment *experiment, int64_t n_images)
{
    const relif_coding *coding = &experiment->config->coding;
    const int n_layers = experiment->network->n_layers;
    const double ceiling = 1 / (coding->coding_range * coding->dt);
    int64_t *counts = relif_calloc((size_t)n_layers + 1, sizeof *counts);
    double *slopes = slopes_of(experiment->mapping);
    struct cut cut = {experiment, (float)ceiling, counts, counts + n_layers};
    relif_ann *ann = relif_ann_create(experiment->spiking);
    relif_ann_answer_as_lif(ann, slopes, ceiling);
    ann_pass_each(experiment, ann, activity_pass_share(experiment, n_images),
                  &(struct ann_visitor){watch, &cut});
    relif_ann_destroy(ann);
    free(slopes);
    MPI_Allreduce(MPI_IN_PLACE, counts, n_layers + 1, MPI_INT64_T, MPI_SUM,
                  experiment->world->comm);
    return counts;
}

relif_diagnosis *diagnosis_pass_compute(struct experiment *experiment, int64_t n_images)
{
    const int n_layers = experiment->network->n_layers;
    relif_progress_begin(experiment->log, "diagnose", "forward passes", 2 * n_images);
    activity_pass_compute(experiment, n_images, experiment->log);
    int64_t *counts = cut_rates(experiment, n_images);
    relif_progress_end(experiment->log);
    relif_diagnosis *diagnosis = relif_diagnosis_create(
        &(relif_diagnosis_question){.network = experiment->network,
                                    .mapping = experiment->mapping,
                                    .coding = &experiment->config->coding,
                                    .normalization = &experiment->normalization,
                                    .scales = experiment->scales,
                                    .readout = experiment->config->readout,
                                    .n_images = n_images,
                                    .activations = experiment->activity.layers,
                                    .at_ceiling = counts,
                                    .same_labels = counts[n_layers]});
    free(counts);
    return diagnosis;
}

static void print_layer(const char *name, const relif_diagnosis_layer *layer)
{
    printf("%-10s %9.4g %9.4g %9.4g %9.4g %9.4g %8.3f %8.3f %8.3f %8.3f %9.4g %9.4g\n",
           name, layer->largest, layer->percentile, layer->rate_largest,
           layer->rate_percentile, layer->rate_typical, 100 * layer->active,
           100 * layer->too_slow, 100 * layer->too_fast, 100 * layer->saturated,
           layer->scale, layer->factor);
}

void diagnosis_pass_print(const relif_diagnosis *diagnosis)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    char percentile[32];
    snprintf(percentile, sizeof percentile, "%g %%", question->normalization->percentile);
    printf(
        "\n%lld images: activations, expected rates (R_max = %g Hz), %% of neurons, and "
        "normalization: percentile\n",
        (long long)question->n_images, diagnosis->r_max);
    printf("%-10s %9s %9s %9s %9s %9s %8s %8s %8s %8s %9s %9s\n", "", "largest",
           percentile, "largest", percentile, "typical", "active", "of them", "> R_max",
           "satu-", "scale", "V_th (or");
    printf("%-10s %9s %9s %9s %9s %9s %8s %8s %8s %8s %9s %9s\n", "layer", "", "", "Hz",
           "Hz", "Hz", "", "< 1/T", "", "rated", "", "C_m) x");
    for (int l = 0; l < question->network->n_layers; l++)
        if (relif_layer_spikes(&question->network->layers[l]))
            print_layer(question->network->layers[l].name, &diagnosis->layers[l]);
    relif_text advice = {0};
    relif_diagnosis_advise(diagnosis, &advice);
    printf("\n%s", relif_text_string(&advice));
    relif_text_release(&advice);
}
