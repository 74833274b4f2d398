/* Kind "correlation": /per_image [images] and the matrices /over_images, /over_neurons.
 */
#include <math.h>
#include <stdlib.h>

#include "correlation_figure.h"
#include "correlation_histogram.h"
#include "correlation_output.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

static const double most = 1 + 1e-9; /* correlations are rounded */

static relif_err read_images(const relif_report_source *source,
                             relif_image_correlation *found)
{
    relif_vector values;
    *found = (relif_image_correlation){0};
    relif_err err = relif_vector_read(source->archive, &values, "/per_image");
    if (err != RELIF_OK) return err;
    found->n_images = values.count;
    found->values = values.values;
    for (int64_t i = 0; i < found->n_images; i++)
        if (fabs(found->values[i]) > most)
            return relif_fail(
                RELIF_ERR_FORMAT,
                "read archive '%s': '/per_image' holds %g, expected correlations of "
                "-1 to 1",
                source->path, found->values[i]);
    relif_image_correlation_summarise(found);
    return RELIF_OK;
}

static void compare(const relif_report_source *source,
                    const relif_image_correlation *found, const char *command,
                    relif_page *page)
{
    const double values[] = {found->mean, found->min, found->max};
    relif_text detail = {0};
    relif_text_append(&detail, "%lld images",
                      (long long)(found->n_images - found->undefined));
    for (int i = 0; i < 3; i++)
        relif_page_compare(
            page,
            &(relif_page_finding){source->experiment,
                                  (relif_quantity)(RELIF_QUANTITY_CORRELATION_MEAN + i),
                                  values[i], command, detail.bytes});
    relif_text_release(&detail);
}

static relif_err add_images(const relif_report_source *source, const char *layer,
                            const char *command, relif_page *page)
{
    relif_image_correlation found;
    relif_err err = read_images(source, &found);
    relif_text what = {0};
    relif_text_append(&what, "%s_correlation_%s", source->stem, layer);
    char *name = relif_page_figure_name(page, what.bytes);
    if (err == RELIF_OK && found.undefined < found.n_images) {
        compare(source, &found, command, page);
        err = relif_correlation_histogram(relif_page_folder(page), name,
                                          "Correlation per image", &found);
        if (err == RELIF_OK)
            err = relif_page_figure(
                page, name,
                "Correlation (16) of spike counts with ReLU outputs of layer %s for each "
                "of %lld images: mean %.4f, least %.4f, largest %.4f.",
                layer, (long long)(found.n_images - found.undefined), found.mean,
                found.min, found.max);
    }
    free(name);
    relif_text_release(&what);
    relif_image_correlation_release(&found);
    return err;
}

static relif_err describe_matrix(relif_archive *archive, const char *group,
                                 int64_t *excluded, int64_t *size, int64_t *n_images)
{
    relif_vector kept, out;
    relif_err err = relif_vector_read(archive, &kept, "%s/kept", group);
    if (err != RELIF_OK) return err;
    *size = kept.count;
    relif_vector_release(&kept);
    err = relif_vector_read(archive, &out, "%s/excluded", group);
    if (err != RELIF_OK) return err;
    *excluded = out.count;
    relif_vector_release(&out);
    return relif_archive_get_int(archive, group, "n_images", n_images);
}

static relif_err add_matrix(const relif_report_source *source, const char *layer,
                            relif_over over, relif_page *page)
{
    const char *group = relif_correlation_output_group(over);
    const bool images = over == RELIF_OVER_IMAGES;
    int64_t size = 0, excluded = 0, n_images = 0;
    if (!relif_archive_has(source->archive, group)) return RELIF_OK;
    relif_err err = describe_matrix(source->archive, group, &excluded, &size, &n_images);
    if (err != RELIF_OK || size == 0) return err;
    relif_text what = {0};
    relif_text_append(&what, "%s%s_%s", source->stem, group, layer);
    char *name = relif_page_figure_name(page, what.bytes);
    err = relif_correlation_figure(relif_page_folder(page), name,
                                   images ? "Correlation of images"
                                          : "Correlation of neurons",
                                   source->archive, over);
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            images ? "Correlation matrix of layer %s: every image with every image, ReLU "
                     "outputs first, spike counts behind them (%lld series from %lld "
                     "images; %lld without variance are left out). Of many series some "
                     "are shown, as the axes say."
                   : "Correlation matrix of layer %s: every neuron with every neuron, "
                     "ReLU outputs first, spike counts behind them (%lld series over "
                     "%lld images; %lld without variance are left out). Of many "
                     "series some are shown, as the axes say.",
            layer, (long long)size, (long long)n_images, (long long)excluded);
    free(name);
    relif_text_release(&what);
    return err;
}

/* The images of the matrices, as options of the command. */
static void append_images(relif_archive *archive, relif_text *command)
{
    for (int over = RELIF_OVER_IMAGES; over <= RELIF_OVER_NEURONS; over++) {
        const char *group = relif_correlation_output_group((relif_over)over);
        int64_t n = 0, first = 0;
        if (!relif_archive_has(archive, group) ||
            relif_archive_get_int(archive, group, "n_images", &n) != RELIF_OK ||
            relif_archive_get_int(archive, group, "first_image", &first) != RELIF_OK)
            continue;
        relif_text_append(command, " --images %lld", (long long)n);
        if (first) relif_text_append(command, " --first %lld", (long long)first);
        return;
    }
}

relif_err relif_report_correlation(const relif_report_source *source, relif_page *page)
{
    char *from = relif_attribute_text(source->archive, "/", "source");
    char *layer = relif_attribute_text(source->archive, "/", "layer");
    relif_text command = {0};
    relif_text_append(&command, "relif-correlate %s --layer %s", from, layer);
    append_images(source->archive, &command);
    relif_err err = relif_report_head(source, page, "Correlations", command.bytes);
    if (err == RELIF_OK) err = add_images(source, layer, command.bytes, page);
    for (int over = RELIF_OVER_IMAGES; over <= RELIF_OVER_NEURONS && err == RELIF_OK;
         over++)
        err = add_matrix(source, layer, (relif_over)over, page);
    free(from);
    free(layer);
    relif_text_release(&command);
    return err;
}
