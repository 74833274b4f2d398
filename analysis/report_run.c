/* Kind "run": the result table, who agrees with whom, and what was recorded. */
#include <math.h>
#include <stdlib.h>

#include "confusion.h"
#include "confusion_figure.h"
#include "correlation_histogram.h"
#include "image_correlation.h"
#include "labels.h"
#include "relif/summary.h"
#include "relif/text.h"
#include "report.h"

static void add_numbers(const relif_summary *summary, relif_page *page)
{
    relif_page_table(page, "Result", (const char *[]){"quantity", "value"}, 2);
    const struct {
        const char *words;
        double percent;
    } shares[] = {{"accuracy of the ReLU network (ANN)", summary->ann_accuracy},
                  {"accuracy of the spiking network (SNN)", summary->snn_accuracy},
                  {"agreement of SNN and ANN", summary->agreement}};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        relif_page_cell(page, "%s", shares[i].words);
        relif_page_cell(page, "%.2f %%", 100 * shares[i].percent);
    }
    relif_page_cell(page, "images");
    relif_page_cell(page, "%lld", (long long)summary->n_images);
    relif_page_cell(page, "images without any output spike");
    relif_page_cell(page, "%lld", (long long)summary->silent_images);
    relif_page_cell(page, "input spikes per image");
    relif_page_cell(page, "%.1f",
                    (double)summary->input_spikes / (double)summary->n_images);
    relif_page_cell(page, "saturated input trains");
    relif_page_cell(page, "%lld", (long long)summary->input_saturated);
    relif_page_cell(page, "coding time T");
    relif_page_cell(page, "%g s in %lld steps", summary->coding_time,
                    (long long)summary->steps);
    relif_page_cell(page, "coding range k");
    relif_page_cell(page, "%g Hz", summary->coding_range);
    relif_page_table_end(page);
}

static void add_correlation(const relif_summary_layer *layer, relif_page *page)
{
    const double values[] = {layer->correlation_mean, layer->correlation_min,
                             layer->correlation_max};
    for (int i = 0; i < 3; i++)
        if (layer->recorded)
            relif_page_cell(page, "%.4f", values[i]);
        else
            relif_page_cell(page, "not recorded");
}

static void add_layers(const relif_summary *summary, relif_page *page)
{
    static const char *const heads[] = {"layer",
                                        "neurons",
                                        "spikes per neuron and image",
                                        "10^6 synaptic operations per image",
                                        "saturated neurons",
                                        "correlation (16) mean",
                                        "min",
                                        "max"};
    relif_page_table(page, "Layers", heads, 8);
    for (int l = 0; l < summary->n_layers; l++) {
        const relif_summary_layer *layer = &summary->layers[l];
        const double visits = (double)summary->n_images * (double)layer->neurons;
        relif_page_cell(page, "%s%s", layer->name,
                        l == summary->n_layers - 1 ? " (output)" : "");
        relif_page_cell(page, "%lld", (long long)layer->neurons);
        relif_page_cell(page, "%.3f", (double)layer->spikes / visits);
        relif_page_cell(page, "%.3f",
                        (double)layer->operations / (double)summary->n_images / 1e6);
        relif_page_cell(page, "%.4f %%", 100 * (double)layer->saturated / visits);
        add_correlation(layer, page);
    }
    relif_page_table_end(page);
    relif_page_paragraph(
        page, "A neuron is saturated if it owed spikes at the end or fired in every "
              "step. Correlation (16): Pearson correlation of the spike counts of a "
              "layer with its ReLU outputs, for each image.");
}

static void compare(const relif_report_source *source, const relif_summary *summary,
                    const char *command, relif_page *page)
{
    const char *name = source->experiment;
    const relif_summary_layer *hidden = NULL;
    relif_text detail = {0};
    relif_text_append(&detail, "%lld images", (long long)summary->n_images);
    for (int l = 0; l < summary->n_layers - 1; l++)
        if (summary->layers[l].recorded) hidden = &summary->layers[l];
    const struct {
        relif_quantity quantity;
        double value;
    } found[] = {
        {RELIF_QUANTITY_AGREEMENT, 100 * summary->agreement},
        {RELIF_QUANTITY_ANN_ACCURACY, 100 * summary->ann_accuracy},
        {RELIF_QUANTITY_SNN_ACCURACY, 100 * summary->snn_accuracy},
        {RELIF_QUANTITY_ACCURACY_LOSS,
         100 * (summary->ann_accuracy - summary->snn_accuracy)},
        {RELIF_QUANTITY_CORRELATION_MEAN, hidden ? hidden->correlation_mean : NAN},
        {RELIF_QUANTITY_CORRELATION_MIN, hidden ? hidden->correlation_min : NAN},
        {RELIF_QUANTITY_CORRELATION_MAX, hidden ? hidden->correlation_max : NAN}};
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
        if (!isnan(found[i].value))
            relif_page_compare(page, &(relif_page_finding){name, found[i].quantity,
                                                           found[i].value, command,
                                                           detail.bytes});
    relif_text_release(&detail);
}

static relif_err add_confusion(const relif_report_source *source, relif_page *page,
                               const relif_labels *labels, bool against_truth)
{
    relif_confusion matrix = relif_confusion_create(
        labels->classes, against_truth ? labels->truth : labels->ann, labels->snn,
        labels->count);
    relif_text what = {0};
    relif_text_append(&what, "%s_snn_%s", source->stem, against_truth ? "truth" : "ann");
    char *name = relif_page_figure_name(page, what.bytes);
    relif_err err =
        relif_confusion_figure(relif_page_folder(page), name, &matrix,
                               against_truth ? "SNN against truth" : "SNN against ANN",
                               against_truth ? "true class" : "class given by the ANN",
                               "class given by the SNN");
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            "Confusion matrix of the spiking network against %s: %lld of %lld images "
            "are on the diagonal. Numbers are images, colours the share of the row.",
            against_truth ? "the true classes" : "the ReLU network",
            (long long)relif_confusion_equal(&matrix), (long long)labels->n_images);
    free(name);
    relif_text_release(&what);
    relif_confusion_release(&matrix);
    return err;
}

static relif_err add_confusions(const relif_report_source *source, relif_page *page)
{
    relif_labels labels;
    relif_err err = relif_labels_read(source->archive, &labels);
    if (err != RELIF_OK) return err;
    err = add_confusion(source, page, &labels, false);
    if (err == RELIF_OK) err = add_confusion(source, page, &labels, true);
    relif_labels_release(&labels);
    return err;
}

static bool has_hidden_layer(const relif_summary *summary)
{
    for (int l = 0; l < summary->n_layers - 1; l++)
        if (summary->layers[l].recorded) return true;
    return false;
}

static relif_err add_histogram(const relif_report_source *source, relif_page *page)
{
    relif_recorded_layer layer;
    relif_image_correlation found;
    relif_err err = relif_recorded_layer_find(source->archive, NULL, &layer);
    if (err != RELIF_OK) return err;
    err = relif_image_correlation_compute(&layer, &found);
    if (err == RELIF_OK && found.undefined < found.n_images) {
        relif_text what = {0};
        relif_text_append(&what, "%s_correlation_%s", source->stem, layer.name);
        char *name = relif_page_figure_name(page, what.bytes);
        err = relif_correlation_histogram(relif_page_folder(page), name,
                                          "Correlation per image", &found);
        if (err == RELIF_OK)
            err = relif_page_figure(
                page, name,
                "How the correlation (16) of spike counts with ReLU outputs of layer %s "
                "is spread over the images: mean %.4f, least %.4f, largest %.4f; %lld "
                "images without variance are left out.",
                layer.name, found.mean, found.min, found.max, (long long)found.undefined);
        free(name);
        relif_text_release(&what);
    }
    relif_image_correlation_release(&found);
    relif_recorded_layer_release(&layer);
    return err;
}

relif_err relif_report_run(const relif_report_source *source, relif_page *page)
{
    relif_summary summary;
    relif_err err = relif_summary_read(source->archive, &summary);
    if (err != RELIF_OK) return err;
    char *command = relif_report_command(source, "run");
    err = relif_report_head(source, page, "Spiking network", command);
    add_numbers(&summary, page);
    add_layers(&summary, page);
    compare(source, &summary, command, page);
    const bool many = summary.n_images > 1; /* one image makes no statistics */
    if (err == RELIF_OK && many) err = add_confusions(source, page);
    if (err == RELIF_OK && many && has_hidden_layer(&summary))
        err = add_histogram(source, page);
    if (err == RELIF_OK) err = relif_report_trains(source, page);
    if (err == RELIF_OK) err = relif_report_layers(source, page);
    free(command);
    relif_summary_release(&summary);
    return err;
}
