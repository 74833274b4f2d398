/* relif-coding-error: the error of the rates against coding time, beside 1/T. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coding_error.h"
#include "coding_error_figure.h"
#include "figure.h"
#include "output.h"
#include "program.h"
#include "relif/memory.h"
#include "relif/text.h"

static const char help[] =
    "relif-coding-error ARCHIVE [--output FILE.h5] [--figures FOLDER]\n"
    "\n"
    "The error of the firing rates against coding time (Fig. 18), for the input and "
    "every\n"
    "recorded layer, from the archive of a relif run with record.coding_times. All "
    "coding\n"
    "times come from one simulation: a shorter one is the beginning of the longest. "
    "Only\n"
    "the winners of max pooling (pooling: window) depend on the coding time; with them "
    "the\n"
    "run simulates each coding time on its own. The program says which it was.\n"
    "\n"
    "  --output FILE.h5   the file to write; default: ARCHIVE without .h5, plus\n"
    "                     _coding_error.h5. An older file of that kind is replaced.\n"
    "  --figures FOLDER   draw error against coding time beside 1/T for each layer into\n"
    "                     FOLDER/<archive>_coding_error_<layer>.png and .svg (gnuplot)\n"
    "  --help, --version\n"
    "\n"
    "Example:\n"
    "  mpirun -n 2 relif run configs/fig18_mnist.yaml\n"
    "  relif-coding-error results/fig18_mnist.h5 --figures results/figures\n"
    "\n"
    "A ReLU output y stands for the rate k y (divided by the layer's scale, times the\n"
    "slopes 1/(V_th C_m) of the layers up to it; y < 0 of an output layer stands for "
    "0).\n"
    "The columns: relative L2 error of all rates; mean and largest error of a rate in "
    "Hz;\n"
    "the share of neurons with an error above 1/T. |rate - ideal rate| < 1/T (21) holds\n"
    "for the coding of an input. It is no theorem for a neuron behind others: the last\n"
    "period of each of its inputs is cut, and a residual potential stays.\n"
    "\n"
    "What is exact is the balance of charge of each neuron, image and coding time,\n"
    "  count V_th C_m = arrived charge - leaked charge + C_m V(0) - C_m V(T),\n"
    "for layers with linear reset, whose input is recorded, too. The run computes the\n"
    "arrived charge in double precision from the recorded input counts and the weights,\n"
    "and the leaked charge (0 without a leak) from the potentials of all steps. Its "
    "table,\n"
    "in units of V_th C_m, that is in spikes: the residual C_m |V(T) - V(0)| and the "
    "leaked\n"
    "charge, mean and largest, and the largest deviation. Up to\n"
    "  (8 + sqrt(inputs)) * 2^-24 * steps * (1 + largest recorded |V| / V_th)\n"
    "is rounding of the single precision of V; above it the balance is violated, and "
    "the\n"
    "exit status is 1 after everything has been written.\n";

typedef struct settings {
    relif_invocation invocation;
    const char *archive, *output, *figures;
} settings;

typedef struct findings {
    relif_coding_layers layers;
    double *disagreement;       /* [n_times] */
    relif_coding_error *errors; /* [layers.count] */
} findings;

static relif_err find(relif_archive *archive, findings *found)
{
    relif_coding_layers *layers = &found->layers;
    relif_err err = relif_coding_layers_find(archive, layers);
    if (err != RELIF_OK) return err;
    found->disagreement = relif_calloc((size_t)layers->n_times, sizeof(double));
    found->errors = relif_calloc((size_t)layers->count, sizeof *found->errors);
    err = relif_coding_error_labels(layers, found->disagreement);
    for (int l = 0; l < layers->count && err == RELIF_OK; l++)
        err = relif_coding_error_compute(layers, l, &found->errors[l]);
    return err;
}

static void print_labels(const findings *found)
{
    printf("%lld images; simulations: %s\n\ncoding time T (s) ",
           (long long)found->layers.n_images, found->layers.simulations);
    for (int c = 0; c < found->layers.n_times; c++)
        printf(" %8.6g", found->layers.times[c]);
    printf("\nlabels that differ");
    for (int c = 0; c < found->layers.n_times; c++)
        printf(" %6.2f %%", 100 * found->disagreement[c]);
    printf("   (spiking network against ReLU network)\n");
}

static void print_moment(const relif_coding_moment *moment)
{
    printf("  %8.6g %9.6g %10.4f %% %10.4g %10.4g %9.3f %%\n", moment->time,
           moment->bound, 100 * moment->relative, moment->mean, moment->largest,
           100 * moment->beyond);
}

static void print_balance(const relif_coding_moment *moment)
{
    printf("  %8.6g %14.4g %10.4g %14.4g %10.4g   %9.2e  %s\n", moment->time,
           moment->residual, moment->largest_residual, moment->leaked,
           moment->largest_leaked, moment->deviation,
           relif_coding_moment_holds(moment) ? "holds to rounding" : "violated");
}

static double largest_strain(const relif_coding_error *error)
{
    double strain = 0;
    for (int c = 0; c < error->n_times; c++)
        strain = fmax(strain, error->moments[c].strain);
    return strain;
}

static void print_layer(const relif_coding_error *error)
{
    const relif_coding_layer *layer = error->layer;
    const bool input = relif_coding_layer_is_input(layer);
    printf("\n%s%s%s: %lld %s\n", input ? "" : "layer '", layer->name, input ? "" : "'",
           (long long)layer->n_neurons, input ? "inputs" : "neurons");
    printf("     T (s)  1/T (Hz)  L2, relative  mean (Hz)   max (Hz)  beyond 1/T\n");
    for (int c = 0; c < error->n_times; c++) print_moment(&error->moments[c]);
    if (error->unreachable > 0)
        printf("  ideal rates above 1/dt, the highest there is: %.3f %% of neurons and "
               "images; their error stays\n",
               100 * error->unreachable);
    if (layer->obstacle && !input)
        printf("  no balance of charge: %s\n", layer->obstacle);
    if (layer->obstacle) return;
    printf("  count V_th C_m = arrived charge - leaked charge + C_m V(0) - C_m V(T), in "
           "V_th C_m\n"
           "     T (s)  residual: mean   largest   leaked: mean    largest   deviation  "
           "balance of charge\n");
    for (int c = 0; c < error->n_times; c++) print_balance(&error->moments[c]);
    printf("  the balance %s (at most %.2g of what rounding allows)\n",
           relif_coding_error_holds(error) ? "holds to rounding" : "is violated",
           largest_strain(error));
}

static relif_err write_column(relif_archive *output, const findings *found,
                              const char *group, const char *name, const char *units,
                              const char *description, const double *values)
{
    relif_text path = {0};
    relif_text_append(&path, "%s/%s", group, name);
    const relif_array array = {.path = relif_text_string(&path),
                               .type = RELIF_ARRAY_F64,
                               .rank = 1,
                               .dims = {found->layers.n_times},
                               .units = units,
                               .description = description};
    const relif_err err = relif_output_write(output, &array, values);
    relif_text_release(&path);
    return err;
}

static relif_err write_layer(relif_archive *output, const findings *found,
                             const relif_coding_error *error)
{
    const struct {
        const char *name, *units, *description;
        size_t offset;
        bool balance;
    } columns[] = {
        {"relative_error", "1", "L2 norm of rates - ideal rates over that of the ideal",
         offsetof(relif_coding_moment, relative), false},
        {"mean_error", "Hz", "Mean |rate - ideal rate|",
         offsetof(relif_coding_moment, mean), false},
        {"largest_error", "Hz", "Largest |rate - ideal rate|",
         offsetof(relif_coding_moment, largest), false},
        {"beyond_bound", "1", "Share of neurons and images with an error above 1/T",
         offsetof(relif_coding_moment, beyond), false},
        {"balance_residual", "V_th C_m", "Mean C_m |V(T) - V(0)|",
         offsetof(relif_coding_moment, residual), true},
        {"balance_largest_residual", "V_th C_m", "Largest C_m |V(T) - V(0)|",
         offsetof(relif_coding_moment, largest_residual), true},
        {"balance_leaked", "V_th C_m", "Mean |leaked charge|",
         offsetof(relif_coding_moment, leaked), true},
        {"balance_largest_leaked", "V_th C_m", "Largest |leaked charge|",
         offsetof(relif_coding_moment, largest_leaked), true},
        {"balance_deviation", "V_th C_m", "Largest deviation of the balance of charge",
         offsetof(relif_coding_moment, deviation), true},
        {"balance_strain", "1", "Largest deviation over what rounding allows",
         offsetof(relif_coding_moment, strain), true}};
    double *values = relif_calloc((size_t)error->n_times, sizeof *values);
    relif_text group = {0};
    relif_text_append(&group, "/layers/%s", error->layer->name);
    relif_err err = RELIF_OK;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && err == RELIF_OK; i++) {
        if (columns[i].balance && error->layer->obstacle) continue;
        for (int c = 0; c < error->n_times; c++)
            memcpy(&values[c], (const char *)&error->moments[c] + columns[i].offset,
                   sizeof *values);
        err = write_column(output, found, relif_text_string(&group), columns[i].name,
                           columns[i].units, columns[i].description, values);
    }
    if (err == RELIF_OK)
        err = relif_archive_set_double(output, relif_text_string(&group), "unreachable",
                                       error->unreachable);
    if (err == RELIF_OK && !error->layer->obstacle)
        err = relif_archive_set_text(output, relif_text_string(&group), "balance",
                                     relif_coding_error_holds(error) ? "holds to rounding"
                                                                     : "violated");
    free(values);
    relif_text_release(&group);
    return err;
}

static relif_err write_all(relif_archive *output, const findings *found)
{
    double *bounds = relif_calloc((size_t)found->layers.n_times, sizeof *bounds);
    for (int c = 0; c < found->layers.n_times; c++)
        bounds[c] = 1 / found->layers.times[c];
    relif_err err =
        relif_archive_set_int(output, "/", "n_images", found->layers.n_images);
    if (err == RELIF_OK)
        err =
            relif_archive_set_text(output, "/", "simulations", found->layers.simulations);
    if (err == RELIF_OK)
        err = write_column(output, found, "", "coding_times", "s", "Coding times T",
                           found->layers.times);
    if (err == RELIF_OK)
        err = write_column(output, found, "", "bound", "Hz", "1/T", bounds);
    if (err == RELIF_OK)
        err = write_column(output, found, "", "disagreement", "1",
                           "Share of images whose label is not the ReLU network's",
                           found->disagreement);
    for (int l = 0; l < found->layers.count && err == RELIF_OK; l++)
        err = write_layer(output, found, &found->errors[l]);
    free(bounds);
    return err;
}

static relif_err write(const relif_context *ctx, const char *path, const settings *given,
                       const findings *found)
{
    relif_archive *output = NULL;
    relif_err err =
        relif_output_create(ctx, path, "coding_error", given->archive, &output);
    if (err == RELIF_OK) err = write_all(output, found);
    if (err == RELIF_OK) err = relif_archive_commit(output);
    relif_archive_close(output);
    if (err == RELIF_OK)
        err = relif_output_note(ctx, path, given->archive,
                                &(relif_sidecar){.invocation = given->invocation});
    if (err == RELIF_OK && relif_context_is_root(ctx)) printf("\nwritten: %s\n", path);
    return err;
}

static relif_err draw_layer(const settings *given, const char *stem,
                            const findings *found, const relif_coding_error *error)
{
    relif_text name = {0}, title = {0};
    relif_text_append(&name, "%s_coding_error_%s", stem, error->layer->name);
    relif_text_append(&title, "%s, %s: error against coding time, %lld images", stem,
                      error->layer->name, (long long)found->layers.n_images);
    const relif_err err = relif_coding_error_figure(
        given->figures, relif_text_string(&name), relif_text_string(&title), error);
    relif_text_release(&name);
    relif_text_release(&title);
    return err;
}

/* Root draws, all get its error. */
static relif_err draw(const relif_context *ctx, const settings *given,
                      const findings *found)
{
    relif_err err = RELIF_OK;
    if (given->figures && relif_context_is_root(ctx)) {
        char *stem = relif_output_stem(given->archive);
        for (int l = 0; l < found->layers.count && err == RELIF_OK; l++)
            err = draw_layer(given, stem, found, &found->errors[l]);
        free(stem);
    }
    return relif_agree(ctx, err);
}

/* The worst neuron of the first layer and coding time that break the balance. */
static relif_err check_balance(const findings *found)
{
    for (int l = 0; l < found->layers.count; l++)
        for (int c = 0; c < found->layers.n_times; c++) {
            const relif_coding_moment *moment = &found->errors[l].moments[c];
            if (relif_coding_moment_holds(moment)) continue;
            return relif_fail(RELIF_ERR_DATA,
                              "layer '%s' violates the balance of charge at T = %g s: "
                              "image %lld, neuron %lld deviates %.3g times as much as "
                              "rounding allows",
                              found->layers.layers[l].name, moment->time,
                              (long long)moment->image, (long long)moment->neuron,
                              moment->strain);
        }
    return RELIF_OK;
}

static void release(findings *found)
{
    for (int l = 0; found->errors && l < found->layers.count; l++)
        relif_coding_error_release(&found->errors[l]);
    free(found->errors);
    free(found->disagreement);
    relif_coding_layers_release(&found->layers);
}

static relif_err work(const relif_context *ctx, void *settings_of)
{
    const settings *given = settings_of;
    findings found = {0};
    relif_archive *archive = NULL;
    char *path = relif_output_path(given->archive, given->output, "_coding_error.h5");
    relif_err err = relif_figure_prepare(ctx, given->figures);
    if (err == RELIF_OK) err = relif_archive_open(ctx, given->archive, "run", &archive);
    if (err == RELIF_OK) err = find(archive, &found);
    if (err == RELIF_OK && relif_context_is_root(ctx)) {
        print_labels(&found);
        for (int l = 0; l < found.layers.count; l++) print_layer(&found.errors[l]);
    }
    if (err == RELIF_OK) err = write(ctx, path, given, &found);
    if (err == RELIF_OK) err = draw(ctx, given, &found);
    if (err == RELIF_OK) err = check_balance(&found);
    release(&found);
    relif_archive_close(archive);
    free(path);
    return err;
}

int main(int argc, char **argv)
{
    settings given = {.invocation = relif_invocation_of(argc, argv)};
    const relif_program_option options[] = {{"--output", &given.output},
                                            {"--figures", &given.figures}};
    const relif_program program = {.name = "relif-coding-error",
                                   .help = help,
                                   .options = options,
                                   .n_options = sizeof options / sizeof options[0],
                                   .archive = &given.archive,
                                   .work = work,
                                   .settings = &given};
    return relif_program_run(&program, argc, argv);
}
