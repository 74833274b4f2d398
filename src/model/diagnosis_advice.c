/* A diagnosis in words. */
#include <math.h>

#include "relif/diagnosis.h"

/* Half of a layer's active neurons without a spike: too quiet. */
static const double quiet_share = 0.5;

/* More saturated neurons than the percentile leaves out. */
static bool saturates(const relif_diagnosis *diagnosis, int l)
{
    const double allowed = 1 - diagnosis->question.normalization->percentile / 100;
    const relif_diagnosis_layer *layer = &diagnosis->layers[l];
    return relif_layer_spikes(&diagnosis->question.network->layers[l]) &&
           fmax(layer->saturated, layer->too_fast) > allowed + 1e-9;
}

static bool is_quiet(const relif_diagnosis *diagnosis, int l)
{
    const relif_diagnosis_layer *layer = &diagnosis->layers[l];
    return relif_layer_spikes(&diagnosis->question.network->layers[l]) &&
           layer->active > 0 && layer->too_slow > quiet_share;
}

/* Returns how many layers saturate. */
static int tell_saturation(const relif_diagnosis *diagnosis, relif_text *out)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    const int last = question->network->n_layers - 1;
    int n = 0;
    for (int l = 0; l <= last; l++) {
        const relif_diagnosis_layer *layer = &diagnosis->layers[l];
        if (!saturates(diagnosis, l)) continue;
        relif_text_append(
            out,
            "%s saturates: %.3g %% of its neurons would have to fire faster than R_max = "
            "%g Hz (the largest rate asked for is %.4g Hz)%s.\n",
            question->network->layers[l].name,
            100 * fmax(layer->saturated, layer->too_fast), diagnosis->r_max,
            layer->rate_largest,
            l < last ? ""
            : question->readout == RELIF_READOUT_SPIKES
                ? "; outputs at R_max tie, and readout: spikes takes the first of them, "
                  "readout: potential the one with most charge left"
                : "; readout: potential tells outputs at R_max apart");
        n++;
    }
    return n;
}

static void mend_saturation(const relif_diagnosis *diagnosis, relif_text *out)
{
    const relif_coding *coding = diagnosis->question.coding;
    relif_text_append(
        out,
        "Against saturation: coding.coding_range at most %.3g Hz (or "
        "coding.dt at most %.3g s), or normalization.method: percentile, "
        "which brings the %g-percentile of every layer to the coding range.\n",
        diagnosis->best_range, coding->dt * diagnosis->best_range / coding->coding_range,
        diagnosis->question.normalization->percentile);
}

/* Returns the slowest of the quiet layers, -1 if there is none. */
static int tell_quiet(const relif_diagnosis *diagnosis, relif_text *out)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    int slowest = -1;
    for (int l = 0; l < question->network->n_layers; l++) {
        const relif_diagnosis_layer *layer = &diagnosis->layers[l];
        if (!is_quiet(diagnosis, l)) continue;
        relif_text_append(
            out,
            "%s is too quiet: %.3g %% of its active neurons would fire less "
            "than once in T = %g s (their median rate is %.3g Hz).\n",
            question->network->layers[l].name, 100 * layer->too_slow,
            question->coding->coding_time, layer->rate_typical);
        if (slowest < 0 || layer->rate_typical < diagnosis->layers[slowest].rate_typical)
            slowest = l;
    }
    return slowest;
}

/* By how much percentile normalisation at k = R_max would raise a layer's rates, against
 * the best coding range without it. */
static double gain(const relif_diagnosis *diagnosis, int l)
{
    const double now = diagnosis->layers[l].rate_percentile * diagnosis->best_range /
                       diagnosis->question.coding->coding_range;
    return now > 0 ? diagnosis->r_max / now : 1;
}

static void mend_quiet(const relif_diagnosis *diagnosis, int slowest, relif_text *out)
{
    const relif_coding *coding = diagnosis->question.coding;
    const double rate = diagnosis->layers[slowest].rate_typical;
    relif_text_append(out, "Against quiet layers: coding.coding_time of at least %.3g s",
                      1 / rate);
    if (diagnosis->best_range > 1.05 * coding->coding_range)
        relif_text_append(out,
                          "; or coding.coding_range up to %.3g Hz, where no layer "
                          "saturates yet",
                          diagnosis->best_range);
    if (gain(diagnosis, slowest) > 1.05)
        relif_text_append(out,
                          "; or normalization.method: percentile with coding_range: %g, "
                          "which raises the rates of %s to %.3g times those at %.3g Hz",
                          diagnosis->r_max,
                          diagnosis->question.network->layers[slowest].name,
                          gain(diagnosis, slowest), diagnosis->best_range);
    relif_text_append(out, ".\n");
}

/* V_th C_m of a layer without what the normalisation made of it. */
static double unit_of(const relif_diagnosis_question *question, int l)
{
    const relif_layer_mapping *mapped = &question->mapping->layers[l];
    const double before = l ? question->scales[l - 1] : 1;
    const bool carried = question->normalization->carrier != RELIF_CARRIER_WEIGHTS;
    return mapped->v_th * mapped->c_m * (carried ? before / question->scales[l] : 1);
}

/* What the rates above leave out. */
static void warn(const relif_diagnosis *diagnosis, relif_text *out)
{
    const relif_diagnosis_question *question = &diagnosis->question;
    bool leaks = false, biased = false, sloped = false;
    for (int l = 0; l < question->network->n_layers; l++) {
        const relif_layer_mapping *mapped = &question->mapping->layers[l];
        biased |= question->network->layers[l].bias != NULL;
        if (mapped->n_neurons) sloped |= fabs(unit_of(question, l) - 1) > 1e-9;
        for (int i = 0; i < mapped->n_neurons; i++)
            leaks |=
                mapped->g_l[i] > 0 && mapped->bias_route[i] != RELIF_ROUTE_CONDUCTANCE;
    }
    if (leaks)
        relif_text_append(out,
                          "These rates do not count the leak (neuron.g_l), which takes "
                          "charge away: real ones are lower.\n");
    if (question->mapping->reset == RELIF_RESET_ZERO)
        relif_text_append(out, "These rates do not count the charge that a reset to zero "
                               "throws away: real ones are lower.\n");
    if (biased && sloped)
        relif_text_append(out,
                          "neuron.v_th times neuron.c_m is not 1: the rates are those of "
                          "ReLU neurons of the slope 1/(V_th C_m), which with biases "
                          "may give other labels.\n");
}

void relif_diagnosis_advise(const relif_diagnosis *diagnosis, relif_text *out)
{
    const relif_coding *coding = diagnosis->question.coding;
    const int saturated = tell_saturation(diagnosis, out);
    const int slowest = tell_quiet(diagnosis, out);
    if (!saturated && slowest < 0)
        relif_text_append(out, "No layer saturates, and none is too quiet.\n");
    if (saturated) mend_saturation(diagnosis, out);
    if (slowest >= 0) mend_quiet(diagnosis, slowest, out);
    if (!saturated && slowest < 0 && diagnosis->best_range > 1.05 * coding->coding_range)
        relif_text_append(out,
                          "There is room for coding.coding_range up to %.3g Hz: more "
                          "spikes tell activations apart earlier.\n",
                          diagnosis->best_range);
    relif_text_append(out,
                      "In infinite time, with rates cut at R_max, %.4g %% of %lld images "
                      "would keep the ReLU network's label.\n",
                      100 * diagnosis->agreement,
                      (long long)diagnosis->question.n_images);
    warn(diagnosis, out);
}
