/* The analysis programs, called as their main functions call them; figure.c and program.c
 * are replaced by what is below: no gnuplot, no MPI_Init. */
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "fuzz.h"
#include "program.h"
#include "quoted.h"
#include "readers.h"
#include "relif/memory.h"
#include "relif/seal.h"
#include "relif/text.h"

int fuzz_main_accuracy(int argc, char **argv);
int fuzz_main_correlate(int argc, char **argv);
int fuzz_main_coding_error(int argc, char **argv);
int fuzz_main_report(int argc, char **argv);

static const char *archive;

/* Files of the analysis go beside the archive. */
static char *beside(const char *ending)
{
    relif_text path = {0};
    relif_text_append(&path, "%s%s", archive, ending);
    return path.bytes;
}

int relif_program_run(const relif_program *program, int argc, char **argv)
{
    (void)argc, (void)argv;
    char *folder = beside("_figures"), *output = beside("_output");
    for (int o = 0; o < program->n_options; o++) {
        if (strcmp(program->options[o].name, "--figures") == 0)
            *program->options[o].value = folder;
        if (strcmp(program->options[o].name, "--output") == 0)
            *program->options[o].value = output;
    }
    remove(output);
    if (program->archives)
        *program->archives = (relif_program_archives){&archive, 1};
    else
        *program->archive = archive;
    program->work(fuzz_context(), program->settings);
    free(folder);
    free(output);
    return 0;
}

relif_err relif_program_number(const char *option, const char *text, int64_t *value)
{
    (void)option, (void)text, (void)value;
    return RELIF_OK;
}

struct relif_figure {
    FILE *script;
    char *text;
    size_t length;
    char *svg;
};

relif_err relif_figure_prepare(const relif_context *ctx, const char *folder)
{
    (void)ctx, (void)folder;
    return RELIF_OK;
}

relif_err relif_figure_open(const char *folder, const char *name, int width, int height,
                            relif_figure **figure)
{
    (void)width, (void)height;
    relif_text path = {0};
    relif_text_append(&path, "%s/%s.svg", folder, name);
    *figure = relif_calloc(1, sizeof **figure);
    (*figure)->svg = path.bytes;
    (*figure)->script = open_memstream(&(*figure)->text, &(*figure)->length);
    return RELIF_OK;
}

FILE *relif_figure_script(relif_figure *figure)
{
    return figure->script;
}

void relif_figure_quote(relif_figure *figure, const char *text)
{
    relif_text word = {0};
    relif_quoted_append(&word, text);
    fputs(relif_text_string(&word), figure->script);
    relif_text_release(&word);
}

/* A picture that holds nothing but its script must be as harmless as the script is. */
relif_err relif_figure_finish(relif_figure *figure, const char *plot)
{
    fprintf(figure->script, "\n%s\n", plot);
    fclose(figure->script);
    fuzz_expect(!strstr(figure->text, "\nsystem"),
                "a script of gnuplot without commands");
    fuzz_expect(strlen(figure->text) == figure->length, "a script without zeros");
    FILE *svg = fopen(figure->svg, "w");
    if (svg) {
        fputs("<svg width='1'><g id='a'/></svg>\n", svg);
        fclose(svg);
    }
    free(figure->text);
    free(figure->svg);
    free(figure);
    return RELIF_OK;
}

void fuzz_read_analysis(const char *path)
{
    char *none[] = {NULL};
    archive = path;
    relif_seal_put(fuzz_context(), path, "relif-archive");
    fuzz_main_accuracy(0, none);
    fuzz_main_correlate(0, none);
    fuzz_main_coding_error(0, none);
    fuzz_main_report(0, none);
}
