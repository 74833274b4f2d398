/* relif <command> FILE [options]: reads the command line, calls the command, reports its
 * error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "relif/config.h"
#include "relif/memory.h"
#include "relif/neuron_config.h"
#include "relif/text.h"

/* 85: what job scripts take for "put me into the queue again". */
enum { EXIT_USAGE = 2, EXIT_REQUEUE = 85 };

/* Sets of options that go together. */
enum {
    ALWAYS = COMMAND_OPTION(QUIET) | COMMAND_OPTION(HELP),
    CONFIGURES = ALWAYS | COMMAND_OPTION(SET) | COMMAND_OPTION(PRINT_CONFIG) |
                 COMMAND_OPTION(HELP_CONFIG),
    STOPS = COMMAND_OPTION(MAX_TIME) | COMMAND_OPTION(CHECKPOINT_EVERY),
    WRITES = COMMAND_OPTION(FORCE),
    NAMES_OUTPUT = COMMAND_OPTION(FORCE) | COMMAND_OPTION(OUTPUT)
};

/* name, operand, options, what it does, example */
#define COMMAND_LIST(X)                                                                  \
    X(run, "CONFIG", CONFIGURES | STOPS | WRITES,                                        \
      "simulate an experiment and write its archive",                                    \
      "mpirun -n 4 relif run configs/quickstart.yaml --set coding.coding_time=1")        \
    X(train, "CONFIG", CONFIGURES | STOPS | WRITES,                                      \
      "train the ReLU network of a config and write its file",                           \
      "mpirun -n 2 relif train configs/quickstart.yaml --set training.epochs=5")         \
    X(map, "CONFIG", CONFIGURES | NAMES_OUTPUT | COMMAND_OPTION(IMAGES),                 \
      "map the network's neurons; diagnose which layers saturate or are too quiet",      \
      "mpirun -n 2 relif map configs/fig17.yaml --images 500 --output results/map.h5")   \
    X(neuron, "CONFIG", CONFIGURES | NAMES_OUTPUT,                                       \
      "run experiments with a single neuron and write their archive",                    \
      "relif neuron configs/fig07.yaml --set coding.coding_time=10")                     \
    X(info, "FILE", ALWAYS | COMMAND_OPTION(VERIFY),                                     \
      "print what a network file or an archive holds, and check it",                     \
      "relif info results/quickstart.h5 --verify")                                       \
    X(bench, "CONFIG", CONFIGURES | COMMAND_OPTION(IMAGES),                              \
      "measure the simulation of some images, write nothing",                            \
      "relif bench configs/mnist_convnet.yaml --images 256")                             \
    X(plan, "CONFIG",                                                                    \
      CONFIGURES | COMMAND_OPTION(IMAGES) | COMMAND_OPTION(RANKS) |                      \
          COMMAND_OPTION(SPEED) | COMMAND_OPTION(LATENCY) | COMMAND_OPTION(BANDWIDTH) |  \
          COMMAND_OPTION(NODE_RANKS) | COMMAND_OPTION(CSV) | COMMAND_OPTION(MESSAGES),   \
      "predict time and memory on up to thousands of ranks, and how to place them",      \
      "mpirun -n 2 relif plan configs/mnist_convnet.yaml --ranks 1..64,1000")            \
    X(sweep, "CONFIG",                                                                   \
      CONFIGURES | STOPS | WRITES | COMMAND_OPTION(LIST) | COMMAND_OPTION(TASK),         \
      "simulate every point of a config's sweep, or a task's share",                     \
      "mpirun -n 4 relif sweep configs/fig13_k.yaml --task 1/3")                         \
    X(collect, "CONFIG", CONFIGURES | WRITES | COMMAND_OPTION(REMOVE_PARTS),             \
      "join the parts that the tasks of a sweep left",                                   \
      "relif collect configs/fig13_k.yaml --remove-parts")                               \
    X(rerun, "SIDECAR",                                                                  \
      ALWAYS | STOPS | NAMES_OUTPUT | COMMAND_OPTION(SET) |                              \
          COMMAND_OPTION(PRINT_CONFIG),                                                  \
      "repeat what made an archive and compare the archives",                            \
      "relif rerun results/quickstart.h5.run.json")

struct command {
    const char *name, *operand;
    unsigned options;
    const char *purpose, *example;
    relif_err (*call)(const command_call *call);
};

static const struct command commands[] = {
#define COMMAND_ROW(name, operand, options, purpose, example)                            \
    {#name, operand, options, purpose, example, command_##name},
    COMMAND_LIST(COMMAND_ROW)
#undef COMMAND_ROW
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
    fprintf(out,
            "relif: spiking networks of Linear LIF neurons from trained ReLU networks, "
            "over MPI\n\nUsage: relif COMMAND FILE [options]\n\nCommands:\n");
    for (int c = 0; c < N_COMMANDS; c++)
        fprintf(out, "  %-7s %-7s %s\n", commands[c].name, commands[c].operand,
                commands[c].purpose);
    fputs("\n  relif COMMAND --help says more about a command; relif --version.\n"
          "\nExamples:\n",
          out);
    for (int c = 0; c < N_COMMANDS; c++) fprintf(out, "  %s\n", commands[c].example);
}

static void print_command_usage(const struct command *command)
{
    printf("relif %s: %s\n\nUsage: relif %s %s [options]\n\nOptions:\n", command->name,
           command->purpose, command->name, command->operand);
    command_line_print_options(stdout, command->options);
    printf("\nExample:\n  %s\n", command->example);
}

static const struct command *find_command(const char *name)
{
    for (int c = 0; c < N_COMMANDS; c++)
        if (strcmp(commands[c].name, name) == 0) return &commands[c];
    return NULL;
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
    command_line line;
    relif_err err = command_line_read(&line, command->name, command->options, argc, argv);
    if (err == RELIF_OK && !line.help && !line.help_config && !line.file)
        err = relif_fail(RELIF_ERR_USAGE, "no %s given; see relif %s --help",
                         command->operand, command->name);
    if (err == RELIF_OK && line.help) {
        if (root) print_command_usage(command);
    } else if (err == RELIF_OK && line.help_config) {
        if (root) print_config_keys(command);
    } else if (err == RELIF_OK) {
        relif_log *log = relif_log_create(root && !line.quiet);
        relif_stop *stop = NULL;
        if (command->options & STOPS) stop = relif_stop_create(world, &line.stop);
        err = command->call(&(command_call){world, log, stop, &line});
        relif_stop_destroy(stop);
        relif_log_destroy(log);
    }
    command_line_release(&line);
    return err;
}

relif_err command_repeat(const command_call *call, const relif_sidecar_record *record,
                         const char *output, const char *const *more, int n_more)
{
    const command_line *outer = call->line;
    const struct command *command = find_command(record->argv[1]);
    command_line line;
    relif_err err = command_line_read(&line, command->name, command->options,
                                      record->argc, record->argv);
    const char **overrides =
        relif_calloc((size_t)outer->n_overrides + (size_t)n_more + 1, sizeof *overrides);
    free(line.overrides);
    line.overrides = overrides;
    line.stop = outer->stop;
    line.n_overrides = 0; /* the recorded config has them */
    for (int i = 0; i < outer->n_overrides; i++)
        line.overrides[line.n_overrides++] = outer->overrides[i];
    for (int i = 0; i < n_more; i++) line.overrides[line.n_overrides++] = more[i];
    line.file = outer->file;
    line.config = record->config;
    line.task = record->task;
    line.output = output;
    line.force = outer->force;
    line.quiet = outer->quiet;
    line.print_config = outer->print_config;
    if (err == RELIF_OK)
        err = command->call(&(command_call){call->world, call->log, call->stop, &line});
    command_line_release(&line);
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
