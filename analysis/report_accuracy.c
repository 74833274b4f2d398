/* Kind "accuracy": /confusion/{snn_ann, snn_true, ann_true} [reference, predicted]. */
#include <stdlib.h>

#include "confusion.h"
#include "confusion_figure.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "share.h"
#include "vector.h"

enum { MOST_CLASSES = 4096 };
static const int64_t most_images = (int64_t)1 << 38; /* of a count: sums fit 63 bits */

static relif_err read_matrix(relif_archive *archive, const char *path,
                             relif_confusion *matrix)
{
    relif_array array;
    *matrix = (relif_confusion){0};
    relif_err err = relif_archive_describe(archive, path, &array);
    if (err != RELIF_OK) return err;
    if (array.rank != 2 || array.dims[0] != array.dims[1] || array.dims[0] < 1 ||
        array.dims[0] > MOST_CLASSES)
        return relif_fail(RELIF_ERR_FORMAT, "'%s' is no square matrix of classes", path);
    const int64_t offset[] = {0, 0}, n_counts = array.dims[0] * array.dims[1];
    matrix->classes = (int)array.dims[0];
    matrix->counts = relif_calloc((size_t)n_counts, sizeof *matrix->counts);
    err = relif_archive_read(archive, path, RELIF_ARRAY_I64, offset, array.dims,
                             matrix->counts);
    for (int64_t i = 0; i < n_counts && err == RELIF_OK; i++)
        if (matrix->counts[i] < 0 || matrix->counts[i] > most_images)
            err =
                relif_fail(RELIF_ERR_DATA, "'%s' holds %lld, expected a number of images",
                           path, (long long)matrix->counts[i]);
    return err;
}

static relif_err add_matrix(const relif_report_source *source, const char *path,
                            relif_page *page)
{
    relif_confusion matrix;
    relif_err err = read_matrix(source->archive, path, &matrix);
    char *title = relif_attribute_text(source->archive, path, "description");
    char *rows = relif_attribute_text(source->archive, path, "rows");
    char *columns = relif_attribute_text(source->archive, path, "columns");
    relif_text what = {0};
    relif_text_append(&what, "%s%s", source->stem, path);
    char *name = relif_page_figure_name(page, what.bytes);
    if (err == RELIF_OK)
        err = relif_confusion_figure(relif_page_folder(page), name, &matrix, title, rows,
                                     columns);
    if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            "Confusion matrix, %s: %lld of %lld images are on the diagonal. Numbers are "
            "images, colours the share of the row.",
            title, (long long)relif_confusion_equal(&matrix),
            (long long)relif_confusion_total(&matrix));
    free(title);
    free(rows);
    free(columns);
    free(name);
    relif_text_release(&what);
    relif_confusion_release(&matrix);
    return err;
}

static relif_err add_shares(const relif_report_source *source, const char *command,
                            relif_page *page)
{
    static const struct {
        const char *path, *words;
        relif_quantity quantity;
    } matrices[] = {
        {"/confusion/ann_true", "ANN accuracy", RELIF_QUANTITY_ANN_ACCURACY},
        {"/confusion/snn_true", "SNN accuracy", RELIF_QUANTITY_SNN_ACCURACY},
        {"/confusion/snn_ann", "agreement of SNN and ANN", RELIF_QUANTITY_AGREEMENT}};
    static const char *const heads[] = {"quantity", "share", "images", "95 % interval"};
    relif_err err = RELIF_OK;
    relif_page_table(page, "Result", heads, 4);
    for (size_t m = 0; m < sizeof matrices / sizeof matrices[0] && err == RELIF_OK; m++) {
        relif_confusion matrix;
        err = read_matrix(source->archive, matrices[m].path, &matrix);
        const int64_t total = err == RELIF_OK ? relif_confusion_total(&matrix) : 0;
        if (err == RELIF_OK && total < 1)
            err = relif_fail(RELIF_ERR_DATA, "'%s' holds no images", matrices[m].path);
        if (err == RELIF_OK) {
            const relif_share share =
                relif_share_of(relif_confusion_equal(&matrix), total);
            relif_page_cell(page, "%s", matrices[m].words);
            relif_page_cell(page, "%.2f %%", 100 * share.value);
            relif_page_cell(page, "%lld of %lld", (long long)share.hits,
                            (long long)share.total);
            relif_page_cell(page, "%.2f to %.2f %%", 100 * share.low, 100 * share.high);
            relif_text detail = {0};
            relif_text_append(&detail, "%lld images", (long long)total);
            relif_page_compare(
                page, &(relif_page_finding){source->experiment, matrices[m].quantity,
                                            100 * share.value, command, detail.bytes});
            relif_text_release(&detail);
        }
        relif_confusion_release(&matrix);
    }
    relif_page_table_end(page);
    return err;
}

relif_err relif_report_accuracy(const relif_report_source *source, relif_page *page)
{
    char *from = relif_attribute_text(source->archive, "/", "source");
    relif_text command = {0};
    relif_text_append(&command, "relif-accuracy %s", from);
    relif_err err = relif_report_head(source, page, "Confusion matrices", command.bytes);
    if (err == RELIF_OK) err = add_shares(source, command.bytes, page);
    if (err == RELIF_OK) err = add_matrix(source, "/confusion/snn_ann", page);
    if (err == RELIF_OK) err = add_matrix(source, "/confusion/snn_true", page);
    free(from);
    relif_text_release(&command);
    return err;
}
