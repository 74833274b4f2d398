/* Options, by getopt_long from their one table. */
#include "command_line.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

enum { DEFAULT_CHECKPOINT_EVERY = 60, NAME_COLUMNS = 22, FIRST_CODE = 256 };

static const struct option long_options[] = {
#define LONG_OPTION(code, name, value, text)                                             \
    {name, (value) ? required_argument : no_argument, NULL,                              \
     FIRST_CODE + COMMAND_OPTION_##code},
    COMMAND_OPTION_LIST(LONG_OPTION)
#undef LONG_OPTION
        {0}};

static relif_err read_positive(const char *name, double *value)
{
    if (relif_text_to_double(optarg, value) && *value > 0) return RELIF_OK;
    return relif_fail(RELIF_ERR_USAGE, "--%s %s: expected a number > 0", name, optarg);
}

static relif_err read_value(command_line *line, enum command_option option)
{
    switch (option) {
    case COMMAND_OPTION_SET: line->overrides[line->n_overrides++] = optarg; break;
    case COMMAND_OPTION_PRINT_CONFIG: line->print_config = true; break;
    case COMMAND_OPTION_HELP_CONFIG: line->help_config = true; break;
    case COMMAND_OPTION_FORCE: line->force = true; break;
    case COMMAND_OPTION_OUTPUT: line->output = optarg; break;
    case COMMAND_OPTION_VERIFY: line->verify = true; break;
    case COMMAND_OPTION_LIST: line->list = true; break;
    case COMMAND_OPTION_TASK: line->task = optarg; break;
    case COMMAND_OPTION_REMOVE_PARTS: line->remove_parts = true; break;
    case COMMAND_OPTION_QUIET: line->quiet = true; break;
    case COMMAND_OPTION_HELP: line->help = true; break;
    case COMMAND_OPTION_RANKS: line->ranks = optarg; break;
    case COMMAND_OPTION_CSV: line->csv = true; break;
    case COMMAND_OPTION_MESSAGES: line->messages = optarg; break;
    case COMMAND_OPTION_SPEED: return read_positive("speed", &line->speed);
    case COMMAND_OPTION_LATENCY: return read_positive("latency", &line->latency);
    case COMMAND_OPTION_BANDWIDTH: return read_positive("bandwidth", &line->bandwidth);
    case COMMAND_OPTION_NODE_RANKS:
        if (!relif_text_to_int64(optarg, &line->node_ranks) || line->node_ranks < 1 ||
            line->node_ranks > INT_MAX)
            return relif_fail(RELIF_ERR_USAGE,
                              "--node-ranks %s: expected a number of ranks >= 1", optarg);
        break;
    case COMMAND_OPTION_IMAGES:
        if (!relif_text_to_int64(optarg, &line->images) || line->images < 1)
            return relif_fail(RELIF_ERR_USAGE,
                              "--images %s: expected a number of images >= 1", optarg);
        break;
    case COMMAND_OPTION_MAX_TIME:
        if (!relif_text_to_seconds(optarg, &line->stop.max_time) ||
            line->stop.max_time <= 0)
            return relif_fail(RELIF_ERR_USAGE,
                              "--max-time %s: expected a time > 0: seconds, MM:SS, "
                              "HH:MM:SS or D-HH:MM:SS",
                              optarg);
        break;
    case COMMAND_OPTION_CHECKPOINT_EVERY:
        if (!relif_text_to_double(optarg, &line->stop.save_every) ||
            line->stop.save_every < 0)
            return relif_fail(RELIF_ERR_USAGE,
                              "--checkpoint-every %s: expected a number of seconds >= 0",
                              optarg);
        break;
    }
    return RELIF_OK;
}

static relif_err read_option(command_line *line, const char *command, unsigned allowed,
                             int code, const char *word)
{
    if (code == ':')
        return relif_fail(RELIF_ERR_USAGE, "option '%s' needs a value", word);
    if (code < FIRST_CODE)
        return relif_fail(RELIF_ERR_USAGE, "unknown option '%s'; see relif %s --help",
                          word, command);
    const int option = code - FIRST_CODE;
    if (!(allowed & 1U << option))
        return relif_fail(RELIF_ERR_USAGE,
                          "--%s is an option of other commands; see relif %s --help",
                          long_options[option].name, command);
    return read_value(line, (enum command_option)option);
}

relif_err command_line_read(command_line *line, const char *command, unsigned allowed,
                            int argc, char **argv)
{
    *line = (command_line){.stop.save_every = DEFAULT_CHECKPOINT_EVERY,
                           .overrides = relif_calloc((size_t)argc, sizeof(char *)),
                           .invocation = relif_invocation_of(argc, argv)};
    relif_err err = RELIF_OK;
    opterr = 0;
    optind = 0; /* begin anew: rerun reads a second command line */
    for (int code; err == RELIF_OK && (code = getopt_long(argc - 1, argv + 1, ":",
                                                          long_options, NULL)) != -1;)
        err = read_option(line, command, allowed, code, argv[optind]);
    if (err != RELIF_OK) return err;
    if (optind + 1 < argc) line->file = argv[1 + optind++];
    if (optind + 1 < argc)
        return relif_fail(RELIF_ERR_USAGE, "one file expected, found '%s' besides '%s'",
                          argv[optind + 1], line->file);
    return RELIF_OK;
}

void command_line_release(command_line *line)
{
    free(line->overrides);
    *line = (command_line){0};
}

static void print_option(FILE *out, const char *name, const char *value, const char *text)
{
    int column = fprintf(out, "  --%s%s%s", name, value ? " " : "", value ? value : "");
    while (text) {
        const char *end = strchr(text, '\n');
        const int length = end ? (int)(end - text) : (int)strlen(text);
        fprintf(out, "%*s%.*s\n", NAME_COLUMNS + 2 - column, "", length, text);
        text = end ? end + 1 : NULL;
        column = 0;
    }
}

void command_line_print_options(FILE *out, unsigned allowed)
{
#define PRINT_OPTION(code, name, value, text)                                            \
    if (allowed & COMMAND_OPTION(code)) print_option(out, name, value, text);
    COMMAND_OPTION_LIST(PRINT_OPTION)
#undef PRINT_OPTION
}
