/* rate = k a / scale * product of 1/(V_th C_m) over the layers up to this one: (14). */
#include "relif/diagnosis.h"

#include <math.h>
#include <stdlib.h>

#include "relif/memory.h"

static double share(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

/* hertz: the rate of an activation of 1. */
static void expect_rates(const relif_diagnosis_question *question, double r_max,
                         double hertz, const relif_distribution *seen,
                         relif_diagnosis_layer *layer)
{
    const int64_t active = relif_distribution_above(seen, 0);
    const double once = 1 / question->coding->coding_time;
    layer->largest = seen->largest;
    layer->percentile =
        relif_distribution_percentile(seen, question->normalization->percentile);
    layer->rate_largest = hertz * layer->largest;
    layer->rate_percentile = hertz * layer->percentile;
    layer->active = share(active, seen->seen);
    layer->rate_typical =
        hertz * relif_distribution_percentile(seen, 100 - 50 * layer->active);
    layer->too_fast = share(relif_distribution_above(seen, r_max / hertz), seen->seen);
    layer->too_slow =
        share(active - relif_distribution_above(seen, once / hertz), active);
}

static void expect_all_rates(relif_diagnosis *diagnosis)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    const bool in_weights = question->normalization->carrier == RELIF_CARRIER_WEIGHTS;
    double hertz = question->coding->coding_range;
    for (int l = 0; l < question->network->n_layers; l++) {
        const relif_layer_mapping *mapped = &question->mapping->layers[l];
        relif_diagnosis_layer *layer = &diagnosis->layers[l];
        const relif_distribution *seen = question->activations[l];
        const bool spikes = relif_layer_spikes(&question->network->layers[l]);
        if (spikes) hertz *= relif_mapping_slope(mapped->v_th, mapped->c_m);
        expect_rates(question, diagnosis->r_max,
                     in_weights ? hertz / question->scales[l] : hertz, seen, layer);
        if (spikes) layer->saturated = share(question->at_ceiling[l], seen->seen);
    }
}

static void suggest_scales(relif_diagnosis *diagnosis)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    const size_t n = (size_t)question->network->n_layers;
    relif_normalization_options options = *question->normalization;
    double *scales = relif_calloc(2 * n, sizeof *scales), *factors = scales + n;
    options.method = RELIF_NORMALIZATION_PERCENTILE;
    relif_normalization_scales(question->network, &options, question->activations,
                               scales);
    relif_normalization_factors(question->network, scales, factors);
    for (size_t l = 0; l < n; l++) {
        diagnosis->layers[l].scale = scales[l];
        diagnosis->layers[l].factor = factors[l];
    }
    free(scales);
}

relif_diagnosis *relif_diagnosis_create(const relif_diagnosis_question *question)
{
    const int n_layers = question->network->n_layers;
    relif_diagnosis *diagnosis = relif_calloc(1, sizeof *diagnosis);
    diagnosis->question = *question;
    diagnosis->layers = relif_calloc((size_t)n_layers, sizeof *diagnosis->layers);
    diagnosis->r_max = 1 / question->coding->dt;
    diagnosis->agreement = share(question->same_labels, question->n_images);
    expect_all_rates(diagnosis);
    suggest_scales(diagnosis);
    double fastest = question->coding->coding_range; /* of an input of 1 */
    for (int l = 0; l < n_layers; l++)
        fastest = fmax(fastest, diagnosis->layers[l].rate_percentile);
    diagnosis->question.at_ceiling = NULL;
    diagnosis->best_range = question->coding->coding_range * diagnosis->r_max / fastest;
    return diagnosis;
}

void relif_diagnosis_destroy(relif_diagnosis *diagnosis)
{
    if (!diagnosis) return;
    free(diagnosis->layers);
    free(diagnosis);
}
