/* relif-report: archives of any kind as one HTML page with its figures inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "output.h"
#include "page.h"
#include "program.h"
#include "relif/memory.h"
#include "report.h"

static const char help[] =
    "relif-report ARCHIVE... [--output FILE.html] [--figures FOLDER]\n"
    "\n"
    "One HTML page about archives, in their order: what was run, the result tables, the\n"
    "figures, and a table of what the paper reports beside what is in these archives.\n"
    "The page needs no other file: figures are inside as SVG, there are no scripts and "
    "no\n"
    "links to elsewhere.\n"
    "\n"
    "  --output FILE.html  the file to write; default: report.html. An older page of\n"
    "                      relif-report there is replaced.\n"
    "  --figures FOLDER    the figures as PNG and SVG; default: FILE.html without "
    ".html,\n"
    "                      plus _figures\n"
    "  --help, --version\n"
    "\n"
    "Example:\n"
    "  relif-report results/mnist.h5 results/mnist_accuracy.h5 --output "
    "results/mnist.html\n"
    "\n"
    "Kinds of archives: run, accuracy, correlation, neuron, sweep, coding_error. Needs\n"
    "gnuplot.\n";

typedef struct settings {
    relif_program_archives archives;
    const char *output, *figures;
} settings;

static const struct {
    const char *kind;
    relif_err (*section)(const relif_report_source *source, relif_page *page);
} kinds[] = {{"run", relif_report_run},
             {"accuracy", relif_report_accuracy},
             {"correlation", relif_report_correlation},
             {"neuron", relif_report_neuron},
             {"sweep", relif_report_sweep},
             {"coding_error", relif_report_coding_error}};

enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

/* The archive's attribute name; of an analysis the name of the file it was made from. */
static relif_err find_experiment(relif_report_source *source)
{
    static const char *const attributes[] = {"name", "source"};
    for (int i = 0; i < 2; i++) {
        char *text = NULL;
        if (!relif_archive_has_attribute(source->archive, "/", attributes[i])) continue;
        const relif_err err =
            relif_archive_get_text(source->archive, "/", attributes[i], &text);
        if (err != RELIF_OK) return err;
        source->experiment = relif_output_stem(text);
        free(text);
        return RELIF_OK;
    }
    source->experiment = relif_output_stem(source->path);
    return RELIF_OK;
}

static relif_err refuse_kind(const char *path, const char *kind)
{
    return relif_fail(
        RELIF_ERR_DATA,
        "archive '%s' is of kind '%s', expected run, accuracy, correlation, "
        "neuron, sweep or coding_error",
        path, kind);
}

/* Before anything is drawn. */
static relif_err check_archive(const relif_context *alone, const char *path)
{
    relif_archive *archive = NULL;
    char *kind = NULL;
    bool known = false;
    relif_err err = relif_archive_open(alone, path, NULL, &archive);
    if (err == RELIF_OK) err = relif_archive_get_text(archive, "/", "kind", &kind);
    for (int k = 0; k < N_KINDS && kind; k++)
        known = known || strcmp(kind, kinds[k].kind) == 0;
    if (err == RELIF_OK && !known) err = refuse_kind(path, kind);
    relif_archive_close(archive);
    free(kind);
    return err;
}

static relif_err add_section(const relif_report_source *source, relif_page *page)
{
    for (int k = 0; k < N_KINDS; k++)
        if (strcmp(source->kind, kinds[k].kind) == 0)
            return kinds[k].section(source, page);
    return refuse_kind(source->path, source->kind);
}

static relif_err add_archive(const relif_context *alone, const char *path,
                             relif_page *page)
{
    relif_report_source source = {.path = path, .stem = relif_output_stem(path)};
    relif_err err = relif_archive_open(alone, path, NULL, &source.archive);
    if (err == RELIF_OK)
        err = relif_archive_get_text(source.archive, "/", "kind", &source.kind);
    if (err == RELIF_OK) err = find_experiment(&source);
    if (err == RELIF_OK) err = add_section(&source, page);
    relif_archive_close(source.archive);
    free(source.kind);
    free(source.experiment);
    free(source.stem);
    return err;
}

static char *figures_folder(const settings *given)
{
    static const char ending[] = ".html", suffix[] = "_figures";
    if (given->figures) return relif_strdup(given->figures);
    size_t length = strlen(given->output);
    if (length > strlen(ending) &&
        strcmp(given->output + length - strlen(ending), ending) == 0)
        length -= strlen(ending);
    char *folder = relif_calloc(length + sizeof suffix, 1);
    memcpy(folder, given->output, length);
    memcpy(folder + length, suffix, sizeof suffix);
    return folder;
}

/* Root alone: the archives are small beside what made them. */
static relif_err make_page(const relif_context *alone, const settings *given,
                           const char *folder)
{
    relif_page *page = relif_page_create(folder);
    relif_err err = RELIF_OK;
    for (int a = 0; a < given->archives.count && err == RELIF_OK; a++)
        err = add_archive(alone, given->archives.paths[a], page);
    if (err == RELIF_OK) err = relif_page_write(page, given->output);
    if (err == RELIF_OK) printf("written: %s\n", given->output);
    relif_page_destroy(page);
    return err;
}

static relif_err work(const relif_context *ctx, void *settings_of)
{
    settings *given = settings_of;
    if (!given->output) given->output = "report.html";
    char *folder = figures_folder(given);
    relif_context *alone = relif_context_split(ctx, ctx->rank);
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) err = relif_page_check_output(given->output);
    for (int a = 0; a < given->archives.count && err == RELIF_OK; a++)
        if (relif_context_is_root(ctx))
            err = check_archive(alone, given->archives.paths[a]);
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) err = relif_figure_prepare(ctx, folder);
    if (err == RELIF_OK && relif_context_is_root(ctx))
        err = make_page(alone, given, folder);
    err = relif_agree(ctx, err);
    relif_context_destroy(alone);
    free(folder);
    return err;
}

int main(int argc, char **argv)
{
    settings given = {0};
    const relif_program_option options[] = {{"--output", &given.output},
                                            {"--figures", &given.figures}};
    const relif_program program = {.name = "relif-report",
                                   .help = help,
                                   .options = options,
                                   .n_options = sizeof options / sizeof options[0],
                                   .archives = &given.archives,
                                   .work = work,
                                   .settings = &given};
    return relif_program_run(&program, argc, argv);
}
