#include "provenance.h"

#include <string.h>

enum { MOST_INPUTS = 3, MOST_FILES = RELIF_DATASET_MAX_FILES + 1 };

/* The inputs, and the names of their files. */
struct inputs {
    int n;
    relif_input list[MOST_INPUTS];
    const char *files[MOST_INPUTS][MOST_FILES];
};

static relif_input *add(struct inputs *inputs, const char *what, const char *digest)
{
    relif_input *input = &inputs->list[inputs->n];
    *input = (relif_input){what, 0, inputs->files[inputs->n], digest};
    inputs->n++;
    return input;
}

static void add_file(relif_input *input, const char *file)
{
    ((const char **)input->files)[input->n_files++] = file;
}

static void add_dataset(struct inputs *inputs, const char *what,
                        const relif_dataset_options *options, const char *digest)
{
    relif_input *input = add(inputs, what, digest);
    for (int f = 0; f < options->n_files; f++) add_file(input, options->files[f]);
    if (options->labels) add_file(input, options->labels);
}

/* A network that was trained into the file is no input of it. */
static void find_inputs(const struct experiment *experiment, const char *output,
                        struct inputs *inputs)
{
    const relif_config *config = experiment->config;
    if (experiment->dataset)
        add_dataset(inputs, "dataset", &config->dataset.options,
                    experiment->dataset->digest);
    if (experiment->network_file && strcmp(experiment->network_file, output) != 0)
        add_file(add(inputs, "network", experiment->network_digest),
                 experiment->network_file);
    if (experiment->training_digest[0])
        add_dataset(inputs, "training", &config->training.dataset.options,
                    experiment->training_digest);
}

relif_err provenance_write(const struct experiment *experiment, const command_line *line,
                           const relif_sidecar *given)
{
    struct inputs inputs = {0};
    relif_sidecar sidecar = *given;
    relif_text text = {0};
    find_inputs(experiment, given->archive, &inputs);
    relif_config_print(experiment->config, true, &text);
    sidecar.invocation = line->invocation;
    sidecar.config = relif_text_string(&text);
    if (!sidecar.inputs) {
        sidecar.inputs = inputs.list;
        sidecar.n_inputs = inputs.n;
    }
    const relif_err err = relif_sidecar_write(experiment->world, &sidecar);
    relif_text_release(&text);
    return err;
}
