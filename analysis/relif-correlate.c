/* relif-correlate: do the spike counts of a layer follow the outputs of the ReLU neurons?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "correlation_figure.h"
#include "correlation_histogram.h"
#include "correlation_output.h"
#include "figure.h"
#include "output.h"
#include "program.h"
#include "relif/text.h"

static const char help[] =
    "relif-correlate ARCHIVE [--layer NAME] [--images N] [--first I]\n"
    "                [--over images|neurons|both] [--output FILE.h5] [--figures FOLDER]\n"
    "\n"
    "Pearson correlation of the spike counts of a layer with the outputs of its ReLU\n"
    "neurons, from the archive of relif run: per image (over the neurons), and as "
    "matrices\n"
    "of all series of both networks with each other.\n"
    "\n"
    "  --layer NAME       a recorded layer; default: the last one in front of the "
    "output\n"
    "  --images N         images of the matrices; default 20, or all if there are "
    "fewer.\n"
    "                     The correlation per image is always computed for all images\n"
    "  --first I          first image of the matrices, counted from 0; default 0\n"
    "  --over WHAT        which matrix: images (2N x 2N), neurons (2M x 2M for M "
    "neurons)\n"
    "                     or both, the default\n"
    "  --output FILE.h5   the file to write; default: ARCHIVE without .h5, plus\n"
    "                     _correlation_LAYER.h5. An older one there is replaced\n"
    "  --figures FOLDER   draw FOLDER/<archive>_correlation_LAYER_{per_image, "
    "over_images,\n"
    "                     over_neurons}.png and .svg (needs gnuplot)\n"
    "  --help, --version\n"
    "\n"
    "Example:\n"
    "  relif-correlate results/mnist.h5 --layer fc1 --images 50 --figures results\n"
    "  mpirun -n 8 relif-correlate results/mnist.h5 --images 10000 --over images\n"
    "\n"
    "Prints mean, smallest and largest correlation per image. Writes an HDF5 file with\n"
    "/per_image [images], /over_images/matrix and /over_neurons/matrix (ReLU series "
    "first,\n"
    "then spike counts), and beside each matrix kept and excluded: the indices of the "
    "series\n"
    "in it, and of those left out because they have no variance. A matrix of n rows "
    "takes\n"
    "8 n^2 bytes on disk while it is written; memory is shared by the ranks.\n";

enum { DEFAULT_IMAGES = 20 };

typedef struct settings {
    relif_invocation invocation;
    const char *archive, *layer, *images, *first, *over, *output, *figures;
    bool wanted[2];          /* by relif_over */
    int64_t n_images, begin; /* of the matrices */
} settings;

typedef struct findings {
    relif_recorded_layer layer;
    relif_image_correlation images;
} findings;

static relif_err read_settings(settings *given)
{
    const char *over = given->over ? given->over : "both";
    const bool both = strcmp(over, "both") == 0;
    given->wanted[RELIF_OVER_IMAGES] = both || strcmp(over, "images") == 0;
    given->wanted[RELIF_OVER_NEURONS] = both || strcmp(over, "neurons") == 0;
    if (!given->wanted[RELIF_OVER_IMAGES] && !given->wanted[RELIF_OVER_NEURONS])
        return relif_fail(RELIF_ERR_USAGE,
                          "--over is '%s', expected images, neurons or both", over);
    given->n_images = DEFAULT_IMAGES;
    const relif_err err =
        relif_program_number("--images", given->images, &given->n_images);
    return err == RELIF_OK ? relif_program_number("--first", given->first, &given->begin)
                           : err;
}

/* The chosen images lie in the data set. */
static relif_err check_images(settings *given, int64_t n_images)
{
    if (given->n_images < 1)
        return relif_fail(RELIF_ERR_DATA, "--images is %lld, expected at least 1",
                          (long long)given->n_images);
    if (given->begin < 0 || given->begin >= n_images)
        return relif_fail(RELIF_ERR_DATA,
                          "--first is %lld, expected 0 to %lld: the archive holds %lld "
                          "images",
                          (long long)given->begin, (long long)n_images - 1,
                          (long long)n_images);
    const int64_t left = n_images - given->begin;
    if (!given->images && given->n_images > left) given->n_images = left;
    if (given->n_images > left)
        return relif_fail(RELIF_ERR_DATA,
                          "--images is %lld, but the archive holds only %lld images from "
                          "image %lld on",
                          (long long)given->n_images, (long long)left,
                          (long long)given->begin);
    return RELIF_OK;
}

static void print_images(const findings *found)
{
    const relif_image_correlation *images = &found->images;
    printf("layer '%s': %lld neurons, %lld images\n", found->layer.name,
           (long long)found->layer.n_neurons, (long long)found->layer.n_images);
    printf("correlation of spike counts with ReLU outputs per image (equation 16)\n");
    if (images->undefined < images->n_images)
        printf("  mean %.4f, min %.4f, max %.4f\n", images->mean, images->min,
               images->max);
    printf("  undefined in %lld of %lld images (no variance)\n",
           (long long)images->undefined, (long long)images->n_images);
}

static void print_matrix(const relif_layer_vectors *set, int64_t size)
{
    const int64_t all = 2 * relif_layer_vectors_half(set);
    printf(
        "over %s: %lld series, %lld without variance left out, matrix of %lld x %lld%s\n",
        set->over == RELIF_OVER_IMAGES ? "images" : "neurons", (long long)all,
        (long long)(all - size), (long long)size, (long long)size,
        size ? "" : " (empty)");
}

static relif_err write_matrices(const settings *given, const relif_recorded_layer *layer,
                                relif_archive *output)
{
    const relif_context *ctx = relif_archive_context(output);
    relif_log *log = relif_log_create(relif_context_is_root(ctx));
    relif_err err = RELIF_OK;
    for (int over = RELIF_OVER_IMAGES; over <= RELIF_OVER_NEURONS && err == RELIF_OK;
         over++) {
        if (!given->wanted[over]) continue;
        relif_layer_vectors set = {layer, (relif_over)over, given->begin,
                                   given->n_images};
        int64_t size = 0;
        err = relif_correlation_output_matrix(output, &set, log, &size);
        if (err == RELIF_OK && relif_context_is_root(ctx)) print_matrix(&set, size);
    }
    relif_log_destroy(log);
    return err;
}

static relif_err write(const relif_context *ctx, const settings *given, const char *path,
                       const findings *found)
{
    relif_archive *output = NULL;
    relif_err err =
        relif_output_create(ctx, path, "correlation", given->archive, &output);
    if (err == RELIF_OK)
        err = relif_archive_set_text(output, "/", "layer", found->layer.name);
    if (err == RELIF_OK) err = relif_correlation_output_images(output, &found->images);
    if (err == RELIF_OK) err = write_matrices(given, &found->layer, output);
    if (err == RELIF_OK) err = relif_archive_commit(output);
    relif_archive_close(output);
    if (err == RELIF_OK)
        err = relif_output_note(
            ctx, path, given->archive,
            &(relif_sidecar){.invocation = given->invocation, .scalapack = true});
    if (err == RELIF_OK && relif_context_is_root(ctx)) printf("written: %s\n", path);
    return err;
}

/* Root alone, with the output open. */
static relif_err draw_all(const settings *given, const findings *found,
                          relif_archive *output)
{
    char *stem = relif_output_stem(given->archive);
    relif_text name = {0}, title = {0};
    relif_text_append(&name, "%s_correlation_%s_per_image", stem, found->layer.name);
    relif_text_append(&title, "Correlation per image, layer %s, %lld images",
                      found->layer.name,
                      (long long)(found->images.n_images - found->images.undefined));
    relif_err err = relif_correlation_histogram(given->figures, name.bytes, title.bytes,
                                                &found->images);
    for (int over = RELIF_OVER_IMAGES; over <= RELIF_OVER_NEURONS && err == RELIF_OK;
         over++) {
        if (!given->wanted[over]) continue;
        const bool images = over == RELIF_OVER_IMAGES;
        relif_text_release(&name);
        relif_text_release(&title);
        relif_text_append(&name, "%s_correlation_%s_over_%s", stem, found->layer.name,
                          images ? "images" : "neurons");
        relif_text_append(&title,
                          images ? "Correlation of %lld images over neurons, layer %s"
                                 : "Correlation of neurons over %lld images, layer %s",
                          (long long)given->n_images, found->layer.name);
        err = relif_correlation_figure(given->figures, name.bytes, title.bytes, output,
                                       (relif_over)over);
    }
    relif_text_release(&name);
    relif_text_release(&title);
    free(stem);
    return err;
}

static relif_err draw(const relif_context *ctx, const settings *given, const char *path,
                      const findings *found)
{
    if (!given->figures) return RELIF_OK;
    relif_err err = RELIF_OK;
    relif_context *alone = relif_context_split(ctx, ctx->rank);
    if (relif_context_is_root(ctx)) {
        relif_archive *output = NULL;
        err = relif_archive_open(alone, path, "correlation", &output);
        if (err == RELIF_OK) err = draw_all(given, found, output);
        relif_archive_close(output);
    }
    err = relif_agree(ctx, err);
    relif_context_destroy(alone);
    return err;
}

static char *output_path(const settings *given, const char *layer)
{
    relif_text suffix = {0};
    relif_text_append(&suffix, "_correlation_%s.h5", layer);
    char *path = relif_output_path(given->archive, given->output, suffix.bytes);
    relif_text_release(&suffix);
    return path;
}

static relif_err work(const relif_context *ctx, void *settings_of)
{
    settings *given = settings_of;
    findings found = {0};
    relif_archive *archive = NULL;
    char *path = NULL;
    relif_err err = read_settings(given);
    if (err == RELIF_OK) err = relif_figure_prepare(ctx, given->figures);
    if (err == RELIF_OK) err = relif_archive_open(ctx, given->archive, "run", &archive);
    if (err == RELIF_OK)
        err = relif_recorded_layer_find(archive, given->layer, &found.layer);
    if (err == RELIF_OK) err = check_images(given, found.layer.n_images);
    if (err == RELIF_OK)
        err = relif_image_correlation_compute(&found.layer, &found.images);
    if (err == RELIF_OK && relif_context_is_root(ctx)) print_images(&found);
    if (err == RELIF_OK) {
        path = output_path(given, found.layer.name);
        err = write(ctx, given, path, &found);
    }
    if (err == RELIF_OK) err = draw(ctx, given, path, &found);
    relif_image_correlation_release(&found.images);
    relif_recorded_layer_release(&found.layer);
    relif_archive_close(archive);
    free(path);
    return err;
}

int main(int argc, char **argv)
{
    settings given = {.invocation = relif_invocation_of(argc, argv)};
    const relif_program_option options[] = {
        {"--layer", &given.layer},   {"--images", &given.images},
        {"--first", &given.first},   {"--over", &given.over},
        {"--output", &given.output}, {"--figures", &given.figures}};
    const relif_program program = {.name = "relif-correlate",
                                   .help = help,
                                   .options = options,
                                   .n_options = sizeof options / sizeof options[0],
                                   .archive = &given.archive,
                                   .work = work,
                                   .settings = &given};
    return relif_program_run(&program, argc, argv);
}
