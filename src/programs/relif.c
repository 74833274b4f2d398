/* relif <command> FILE [options]: reads the command line, calls the command, reports its
 * error. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "relif/config.h"
#include "relif/memory.h"
#include "relif/neuron_config.h"
#include "relif/text.h"

/* 85: what job scripts take for "put me into the queue again". */
enum { EXIT_USAGE = 2, EXIT_REQUEUE = 85, DEFAULT_CHECKPOINT_EVERY = 60 };

/* name, operand, it stops early and goes on later, what it does, example */
#define COMMAND_LIST(X)                                                                  \
    X(run, "CONFIG", true, "simulate an experiment and write its archive",               \
      "mpirun -n 4 relif run configs/quickstart.yaml --set coding.coding_time=1")        \
    X(train, "CONFIG", true, "train the ReLU network of a config and write its file",    \
      "mpirun -n 2 relif train configs/quickstart.yaml --set training.epochs=5")         \
    X(map, "CONFIG", false,                                                              \
      "map the network's neurons; diagnose which layers saturate or are too quiet",      \
      "mpirun -n 2 relif map configs/fig17.yaml --images 500 --output results/map.h5")   \
    X(neuron, "CONFIG", false,                                                           \
      "run experiments with a single neuron and write their archive",                    \
      "relif neuron configs/fig07.yaml --set coding.coding_time=10")                     \
    X(info, "FILE", false,                                                               \
      "print what a network file or an archive holds, and check it",                     \
      "relif info results/quickstart.h5 --verify")                                       \
    X(bench, "CONFIG", false, "measure the simulation of some images, write nothing",    \
      "relif bench configs/mnist_convnet.yaml --images 256")                             \
    X(sweep, "CONFIG", true,                                                             \
      "simulate every point of a config's sweep, or a task's share",                     \
      "mpirun -n 4 relif sweep configs/fig13_k.yaml --task 1/3")                         \
    X(collect, "CONFIG", false, "join the parts that the tasks of a sweep left",         \
      "relif collect configs/fig13_k.yaml --remove-parts")                               \
    X(rerun, "SIDECAR", true, "repeat what made an archive and compare the archives",    \
      "relif rerun results/quickstart.h5.run.json")

struct command {
    const char *name, *operand;
    bool resumes;
    const char *purpose, *example;
    relif_err (*call)(const command_call *call);
};

static const struct command commands[] = {
#define COMMAND_ROW(name, operand, resumes, purpose, example)                            \
    {#name, operand, resumes, purpose, example, command_##name},
    COMMAND_LIST(COMMAND_ROW)
#undef COMMAND_ROW
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const char options_text[] =
    "Options:\n"
    "  --set KEY=VALUE   replace a key of the config; VALUE is YAML; may be repeated\n"
    "  --print-config    print the complete config, every default included, and stop\n"
    "  --help-config     print the list of all config keys and stop\n"
    "  --force           replace an output that exists\n"
    "  --output FILE     where map, neuron and rerun write; others: --set output=FILE\n"
    "  --verify          compute the digests of an archive and its inputs again (info)\n"
    "  --images N        use the first N images only (bench, map)\n"
    "  --list            print the points and stop (sweep)\n"
    "  --task I/N        only share I = 1 ... N of the points, into a part that collect\n"
    "                    joins; slurm: what SLURM_ARRAY_TASK_ID says (sweep)\n"
    "  --max-time T      end early after T (seconds, MM:SS, HH:MM:SS or D-HH:MM:SS) "
    "with\n"
    "                    status 85, as after SIGTERM and SIGUSR1; the same command goes\n"
    "                    on from there (run, train, sweep)\n"
    "  --checkpoint-every S  seconds between checkpoints; 60 (run, train, sweep)\n"
    "  --remove-parts    remove the parts when they are joined (collect)\n"
    "  --quiet           no progress\n"
    "  --help            this text\n"
    "  --version         the version\n";

static void print_usage(FILE *out)
{
    fprintf(out,
            "relif: spiking networks of Linear LIF neurons from trained ReLU networks, "
            "over MPI\n\nUsage: relif COMMAND FILE [options]\n\nCommands:\n");
    for (int c = 0; c < N_COMMANDS; c++)
        fprintf(out, "  %-7s %-7s %s\n", commands[c].name, commands[c].operand,
                commands[c].purpose);
    fprintf(out, "\n%s\nExamples:\n", options_text);
    for (int c = 0; c < N_COMMANDS; c++) fprintf(out, "  %s\n", commands[c].example);
}

static void print_command_usage(const struct command *command)
{
    printf("relif %s: %s\n\nUsage: relif %s %s [options]\n\n%s\nExample:\n  %s\n",
           command->name, command->purpose, command->name, command->operand, options_text,
           command->example);
}

static const struct command *find_command(const char *name)
{
    for (int c = 0; c < N_COMMANDS; c++)
        if (strcmp(commands[c].name, name) == 0) return &commands[c];
    return NULL;
}

enum option_code {
    SET = 256,
    PRINT_CONFIG,
    HELP_CONFIG,
    FORCE,
    VERIFY,
    OUTPUT,
    IMAGES,
    LIST,
    TASK,
    MAX_TIME,
    CHECKPOINT_EVERY,
    REMOVE_PARTS,
    QUIET,
    HELP
};

static const struct option long_options[] = {
    {"set", required_argument, NULL, SET},
    {"print-config", no_argument, NULL, PRINT_CONFIG},
    {"help-config", no_argument, NULL, HELP_CONFIG},
    {"force", no_argument, NULL, FORCE},
    {"verify", no_argument, NULL, VERIFY},
    {"output", required_argument, NULL, OUTPUT},
    {"images", required_argument, NULL, IMAGES},
    {"list", no_argument, NULL, LIST},
    {"task", required_argument, NULL, TASK},
    {"max-time", required_argument, NULL, MAX_TIME},
    {"checkpoint-every", required_argument, NULL, CHECKPOINT_EVERY},
    {"remove-parts", no_argument, NULL, REMOVE_PARTS},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, HELP},
    {0}};

static relif_err read_options(int argc, char **argv, command_line *line, bool *help)
{
    opterr = 0;
    optind = 0; /* begin anew: rerun reads a second command line */
    for (int option; (option = getopt_long(argc, argv, ":", long_options, NULL)) != -1;) {
        switch (option) {
        case SET: line->overrides[line->n_overrides++] = optarg; break;
        case PRINT_CONFIG: line->print_config = true; break;
        case HELP_CONFIG: line->help_config = true; break;
        case FORCE: line->force = true; break;
        case VERIFY: line->verify = true; break;
        case OUTPUT: line->output = optarg; break;
        case LIST: line->list = true; break;
        case TASK: line->task = optarg; break;
        case REMOVE_PARTS: line->remove_parts = true; break;
        case MAX_TIME:
            if (!relif_text_to_seconds(optarg, &line->stop.max_time) ||
                line->stop.max_time <= 0)
                return relif_fail(RELIF_ERR_USAGE,
                                  "--max-time %s: expected a time > 0: seconds, MM:SS, "
                                  "HH:MM:SS or D-HH:MM:SS",
                                  optarg);
            break;
        case CHECKPOINT_EVERY:
            if (!relif_text_to_double(optarg, &line->stop.save_every) ||
                line->stop.save_every < 0)
                return relif_fail(RELIF_ERR_USAGE,
                                  "--checkpoint-every %s: expected a number of seconds "
                                  ">= 0",
                                  optarg);
            break;
        case QUIET: line->quiet = true; break;
        case HELP: *help = true; break;
        case IMAGES:
            if (!relif_text_to_int64(optarg, &line->images) || line->images < 1)
                return relif_fail(RELIF_ERR_USAGE,
                                  "--images %s: expected a number of images >= 1",
                                  optarg);
            break;
        case ':':
            return relif_fail(RELIF_ERR_USAGE, "option '%s' needs a value",
                              argv[optind - 1]);
        default:
            return relif_fail(RELIF_ERR_USAGE, "unknown option '%s'; see relif --help",
                              argv[optind - 1]);
        }
    }
    if (optind < argc) line->file = argv[optind++];
    if (optind < argc)
        return relif_fail(RELIF_ERR_USAGE, "one file expected, found '%s' besides '%s'",
                          argv[optind], line->file);
    return RELIF_OK;
}

static void print_config_keys(const struct command *command)
{
    relif_text text = {0};
    if (command->call == command_neuron)
        relif_neuron_config_describe(&text);
    else
        relif_config_describe(&text);
    fputs(relif_text_string(&text), stdout);
    relif_text_release(&text);
}

static relif_err call_command(const relif_context *world, const struct command *command,
                              int argc, char **argv)
{
    const bool root = relif_context_is_root(world);
    bool help = false;
    command_line line = {.stop.save_every = DEFAULT_CHECKPOINT_EVERY,
                         .overrides = relif_calloc((size_t)argc, sizeof(char *)),
                         .invocation = relif_invocation_of(argc, argv)};
    relif_err err = read_options(argc - 1, argv + 1, &line, &help);
    if (err == RELIF_OK && !help && !line.help_config && !line.file)
        err = relif_fail(RELIF_ERR_USAGE, "no %s given; see relif %s --help",
                         command->operand, command->name);
    if (err == RELIF_OK && help) {
        if (root) print_command_usage(command);
    } else if (err == RELIF_OK && line.help_config) {
        if (root) print_config_keys(command);
    } else if (err == RELIF_OK) {
        relif_log *log = relif_log_create(root && !line.quiet);
        relif_stop *stop = command->resumes ? relif_stop_create(world, &line.stop) : NULL;
        err = command->call(&(command_call){world, log, stop, &line});
        relif_stop_destroy(stop);
        relif_log_destroy(log);
    }
    free(line.overrides);
    return err;
}

relif_err command_repeat(const command_call *call, const relif_sidecar_record *record,
                         const char *output, const char *const *more, int n_more)
{
    const command_line *outer = call->line;
    bool help = false;
    command_line line = {.stop = outer->stop};
    line.overrides =
        relif_calloc((size_t)record->argc + (size_t)outer->n_overrides + (size_t)n_more,
                     sizeof *line.overrides);
    relif_err err = read_options(record->argc - 1, record->argv + 1, &line, &help);
    line.n_overrides = 0; /* the recorded config has them */
    for (int i = 0; i < outer->n_overrides; i++)
        line.overrides[line.n_overrides++] = outer->overrides[i];
    for (int i = 0; i < n_more; i++) line.overrides[line.n_overrides++] = more[i];
    line.file = outer->file;
    line.config = record->config;
    line.task = record->task;
    line.output = output;
    line.invocation = relif_invocation_of(record->argc, record->argv);
    line.force = outer->force;
    line.quiet = outer->quiet;
    line.print_config = outer->print_config;
    if (err == RELIF_OK)
        err = find_command(record->argv[1])
                  ->call(&(command_call){call->world, call->log, call->stop, &line});
    free(line.overrides);
    return err;
}

static int run_command_line(const relif_context *world, int argc, char **argv)
{
    const bool root = relif_context_is_root(world);
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "--version") == 0) {
        if (root && name[2] == 'h') print_usage(stdout);
        if (root && name[2] == 'v') puts("relif " RELIF_VERSION);
        return argc > 1 ? EXIT_SUCCESS : EXIT_USAGE;
    }
    const struct command *command = find_command(name);
    if (!command) {
        if (root) fprintf(stderr, "relif: no command '%s'; see relif --help\n", name);
        return EXIT_USAGE;
    }
    const relif_err err = call_command(world, command, argc, argv);
    if (err == RELIF_OK) return EXIT_SUCCESS;
    if (root) fprintf(stderr, "relif %s: %s\n", name, relif_error_sentence());
    if (err == RELIF_ERR_INTERRUPTED) return EXIT_REQUEUE;
    return err == RELIF_ERR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *world = relif_context_create(MPI_COMM_WORLD);
    const int status = run_command_line(world, argc, argv);
    fflush(NULL);
    relif_context_destroy(world);
    MPI_Finalize();
    return status;
}
