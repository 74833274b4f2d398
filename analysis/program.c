/* relif-x ARCHIVE... [--option VALUE ...] [--help] [--version] */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

enum { STATUS_ERROR = 1, STATUS_USAGE = 2 };

typedef enum request { REQUEST_WORK, REQUEST_HELP, REQUEST_VERSION } request;

static const relif_program_option *find_option(const relif_program *program,
                                               const char *argument, size_t length)
{
    for (int i = 0; i < program->n_options; i++)
        if (strlen(program->options[i].name) == length &&
            strncmp(program->options[i].name, argument, length) == 0)
            return &program->options[i];
    return NULL;
}

/* The option at argv[*at] and its value; *at moves to the last argument used. */
static relif_err take_option(const relif_program *program, int argc, char **argv, int *at)
{
    const char *argument = argv[*at];
    const size_t length = strcspn(argument, "=");
    const relif_program_option *option = find_option(program, argument, length);
    if (!option)
        return relif_fail(RELIF_ERR_USAGE, "there is no option '%.*s' (see %s --help)",
                          (int)length, argument, program->name);
    if (argument[length] == '=')
        *option->value = argument + length + 1;
    else if (*at + 1 < argc)
        *option->value = argv[++*at];
    else
        return relif_fail(RELIF_ERR_USAGE, "%s needs a value (see %s --help)", argument,
                          program->name);
    if (!**option->value)
        return relif_fail(RELIF_ERR_USAGE, "%s needs a value that is not empty",
                          option->name);
    return RELIF_OK;
}

static relif_err take_archive(const relif_program *program, const char *path)
{
    if (program->archives) {
        program->archives->paths[program->archives->count++] = path;
        return RELIF_OK;
    }
    if (*program->archive)
        return relif_fail(RELIF_ERR_USAGE,
                          "expected one archive, found '%s' and '%s' (see %s --help)",
                          *program->archive, path, program->name);
    *program->archive = path;
    return RELIF_OK;
}

static bool archive_is_named(const relif_program *program)
{
    return program->archives ? program->archives->count > 0 : *program->archive != NULL;
}

static relif_err read_command_line(const relif_program *program, int argc, char **argv,
                                   request *asked)
{
    *asked = REQUEST_WORK;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            *asked = REQUEST_HELP;
            return RELIF_OK;
        }
        if (strcmp(argv[i], "--version") == 0) {
            *asked = REQUEST_VERSION;
            return RELIF_OK;
        }
        const relif_err err = argv[i][0] == '-' ? take_option(program, argc, argv, &i)
                                                : take_archive(program, argv[i]);
        if (err != RELIF_OK) return err;
    }
    if (archive_is_named(program)) return RELIF_OK;
    return relif_fail(RELIF_ERR_USAGE, "no archive is named (see %s --help)",
                      program->name);
}

static relif_err answer(const relif_program *program, const relif_context *ctx,
                        request asked)
{
    if (asked == REQUEST_WORK) return program->work(ctx, program->settings);
    if (!relif_context_is_root(ctx)) return RELIF_OK;
    if (asked == REQUEST_HELP)
        fputs(program->help, stdout);
    else
        printf("%s %s\n", program->name, RELIF_VERSION);
    return RELIF_OK;
}

/* Results that did not reach a full disk or a closed pipe are an error, too. */
static relif_err flush_results(const relif_context *ctx)
{
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx) && (fflush(stdout) != 0 || ferror(stdout)))
        err = relif_fail(RELIF_ERR_FILE, "standard output cannot be written");
    return relif_agree(ctx, err);
}

static void begin_archives(const relif_program *program, int argc)
{
    if (program->archives)
        program->archives->paths =
            relif_calloc((size_t)argc, sizeof *program->archives->paths);
    else
        *program->archive = NULL;
}

int relif_program_run(const relif_program *program, int argc, char **argv)
{
    begin_archives(program, argc);
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    request asked;
    relif_err err = read_command_line(program, argc, argv, &asked);
    if (err == RELIF_OK) err = answer(program, ctx, asked);
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) err = flush_results(ctx);
    if (err != RELIF_OK && relif_context_is_root(ctx)) {
        fflush(stdout);
        fprintf(stderr, "%s: %s\n", program->name, relif_error_sentence());
        fflush(stderr);
    }
    MPI_Barrier(ctx->comm); /* a launcher may end the others when the first one leaves */
    relif_context_destroy(ctx);
    if (program->archives) free(program->archives->paths);
    MPI_Finalize();
    return err == RELIF_OK ? 0 : err == RELIF_ERR_USAGE ? STATUS_USAGE : STATUS_ERROR;
}

relif_err relif_program_number(const char *option, const char *text, int64_t *value)
{
    if (!text || relif_text_to_int64(text, value)) return RELIF_OK;
    return relif_fail(RELIF_ERR_USAGE, "%s is '%s', expected a whole number", option,
                      text);
}
