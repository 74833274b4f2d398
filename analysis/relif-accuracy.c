/* relif-accuracy: how often the two networks are right, and how often they agree. */
#include <stdio.h>
#include <stdlib.h>

#include "confusion.h"
#include "confusion_figure.h"
#include "figure.h"
#include "labels.h"
#include "output.h"
#include "program.h"
#include "relif/text.h"
#include "share.h"

static const char help[] =
    "relif-accuracy ARCHIVE [--output FILE.h5] [--figures FOLDER]\n"
    "\n"
    "Accuracy of the ReLU network (ANN) and the spiking network (SNN) of a run, their\n"
    "agreement, and the confusion matrices, from the archive of relif run.\n"
    "\n"
    "  --output FILE.h5   the file to write; default: ARCHIVE without .h5, plus\n"
    "                     _accuracy.h5. An older accuracy file there is replaced.\n"
    "  --figures FOLDER   draw the confusion matrix of SNN against ANN into\n"
    "                     FOLDER/<archive>_confusion.png and .svg (needs gnuplot)\n"
    "  --help, --version\n"
    "\n"
    "Example:\n"
    "  relif-accuracy results/mnist.h5 --figures results\n"
    "  mpirun -n 4 relif-accuracy results/mnist.h5\n"
    "\n"
    "Prints shares with counts and 95 % intervals (Wilson), and the matrices as text.\n"
    "Writes an HDF5 file with /confusion/{ann_true, snn_true, snn_ann} int64\n"
    "[reference, predicted] and attributes accuracy_ann, accuracy_snn, agreement, "
    "n_images,\n"
    "silent_images and source. A silent image is one without a spike in the output "
    "layer.\n";

enum { SNN_ANN = 2, N_MATRICES };

typedef struct settings {
    relif_invocation invocation;
    const char *archive, *output, *figures;
} settings;

typedef struct comparison {
    const char *path, *title, *rows, *columns;
    const char *share, *attribute; /* what the diagonal means */
} comparison;

static const comparison comparisons[N_MATRICES] = {
    {"/confusion/ann_true", "ANN against truth", "true class", "class given by the ANN",
     "ANN accuracy", "accuracy_ann"},
    {"/confusion/snn_true", "SNN against truth", "true class", "class given by the SNN",
     "SNN accuracy", "accuracy_snn"},
    {"/confusion/snn_ann", "SNN against ANN", "class given by the ANN",
     "class given by the SNN", "agreement of SNN and ANN", "agreement"},
};

typedef struct findings {
    relif_confusion matrices[N_MATRICES];
    int64_t n_images, silent;
} findings;

static relif_err find(relif_archive *archive, findings *found)
{
    const relif_context *ctx = relif_archive_context(archive);
    relif_labels labels;
    const relif_err err = relif_labels_read(archive, &labels);
    if (err != RELIF_OK) return err;
    const int32_t *sides[N_MATRICES][2] = {
        {labels.truth, labels.ann}, {labels.truth, labels.snn}, {labels.ann, labels.snn}};
    for (int m = 0; m < N_MATRICES; m++) {
        found->matrices[m] = relif_confusion_create(labels.classes, sides[m][0],
                                                    sides[m][1], labels.count);
        relif_confusion_sum(ctx, &found->matrices[m]);
    }
    for (int64_t i = 0; i < labels.count; i++) found->silent += labels.silent[i] != 0;
    MPI_Allreduce(MPI_IN_PLACE, &found->silent, 1, MPI_INT64_T, MPI_SUM, ctx->comm);
    found->n_images = labels.n_images;
    relif_labels_release(&labels);
    return RELIF_OK;
}

static void print(const findings *found)
{
    for (int m = 0; m < N_MATRICES; m++)
        relif_share_print(
            comparisons[m].share,
            relif_share_of(relif_confusion_equal(&found->matrices[m]), found->n_images),
            stdout);
    relif_share_print("silent images", relif_share_of(found->silent, found->n_images),
                      stdout);
    for (int m = 0; m < N_MATRICES; m++)
        relif_confusion_print(&found->matrices[m], comparisons[m].title,
                              comparisons[m].rows, comparisons[m].columns, stdout);
}

static relif_err write_matrix(relif_archive *output, const comparison *compared,
                              const relif_confusion *matrix, int64_t n_images)
{
    const relif_array array = {.path = compared->path,
                               .type = RELIF_ARRAY_I64,
                               .rank = 2,
                               .dims = {matrix->classes, matrix->classes},
                               .units = "images",
                               .description = compared->title};
    relif_err err = relif_output_write(output, &array, matrix->counts);
    if (err == RELIF_OK)
        err = relif_archive_set_text(output, compared->path, "rows", compared->rows);
    if (err == RELIF_OK)
        err =
            relif_archive_set_text(output, compared->path, "columns", compared->columns);
    if (err == RELIF_OK)
        err = relif_archive_set_double(
            output, "/", compared->attribute,
            relif_share_of(relif_confusion_equal(matrix), n_images).value);
    return err;
}

static relif_err write(const relif_context *ctx, const char *path, const settings *given,
                       const findings *found)
{
    relif_archive *output = NULL;
    relif_err err = relif_output_create(ctx, path, "accuracy", given->archive, &output);
    if (err == RELIF_OK)
        err = relif_archive_set_int(output, "/", "n_images", found->n_images);
    if (err == RELIF_OK)
        err = relif_archive_set_int(output, "/", "silent_images", found->silent);
    for (int m = 0; m < N_MATRICES && err == RELIF_OK; m++)
        err = write_matrix(output, &comparisons[m], &found->matrices[m], found->n_images);
    if (err == RELIF_OK) err = relif_archive_commit(output);
    relif_archive_close(output);
    if (err == RELIF_OK)
        err = relif_output_note(ctx, path, given->archive,
                                &(relif_sidecar){.invocation = given->invocation});
    if (err == RELIF_OK && relif_context_is_root(ctx)) printf("\nwritten: %s\n", path);
    return err;
}

/* Root draws, all get its error. */
static relif_err draw(const relif_context *ctx, const settings *given,
                      const findings *found)
{
    relif_err err = RELIF_OK;
    if (given->figures && relif_context_is_root(ctx)) {
        const comparison *shown = &comparisons[SNN_ANN];
        char *name = relif_output_stem(given->archive), *file, *title;
        relif_text file_text = {0}, title_text = {0};
        relif_text_append(&file_text, "%s_confusion", name);
        relif_text_append(&title_text,
                          "%s: spiking network against ReLU network, %lld images", name,
                          (long long)found->n_images);
        file = file_text.bytes;
        title = title_text.bytes;
        err = relif_confusion_figure(given->figures, file, &found->matrices[SNN_ANN],
                                     title, shown->rows, shown->columns);
        relif_text_release(&file_text);
        relif_text_release(&title_text);
        free(name);
    }
    return relif_agree(ctx, err);
}

static relif_err work(const relif_context *ctx, void *settings_of)
{
    const settings *given = settings_of;
    findings found = {0};
    relif_archive *archive = NULL;
    char *path = relif_output_path(given->archive, given->output, "_accuracy.h5");
    relif_err err = relif_figure_prepare(ctx, given->figures);
    if (err == RELIF_OK) err = relif_archive_open(ctx, given->archive, "run", &archive);
    if (err == RELIF_OK) err = find(archive, &found);
    if (err == RELIF_OK && relif_context_is_root(ctx)) print(&found);
    if (err == RELIF_OK) err = write(ctx, path, given, &found);
    if (err == RELIF_OK) err = draw(ctx, given, &found);
    relif_archive_close(archive);
    for (int m = 0; m < N_MATRICES; m++) relif_confusion_release(&found.matrices[m]);
    free(path);
    return err;
}

int main(int argc, char **argv)
{
    settings given = {.invocation = relif_invocation_of(argc, argv)};
    const relif_program_option options[] = {{"--output", &given.output},
                                            {"--figures", &given.figures}};
    const relif_program program = {.name = "relif-accuracy",
                                   .help = help,
                                   .options = options,
                                   .n_options = sizeof options / sizeof options[0],
                                   .archive = &given.archive,
                                   .work = work,
                                   .settings = &given};
    return relif_program_run(&program, argc, argv);
}
