/* sweep_compare SWEEP.h5 POINT RUN.h5: status 0 if the point is what the run found, to
 * the last bit. */
#include "check.h"
#include "relif/summary.h"

static relif_archive *sweep;
static int64_t point;

static double value(const char *layer, const char *name)
{
    char path[256];
    const int64_t one = 1;
    double found = -1;
    if (layer)
        snprintf(path, sizeof path, "/sweep/layers/%s/%s", layer, name);
    else
        snprintf(path, sizeof path, "/sweep/%s", name);
    CHECK(relif_archive_read(sweep, path, RELIF_ARRAY_F64, &point, &one, &found) ==
          RELIF_OK);
    return found;
}

static void same(const char *layer, const char *name, double expected)
{
    const double found = value(layer, name);
    if (found == expected) return;
    printf("%s %s: %.17g in the sweep, %.17g in the run\n", layer ? layer : "", name,
           found, expected);
    check_failures++;
}

static void compare_layer(const relif_summary_layer *layer)
{
    same(layer->name, "spikes", (double)layer->spikes);
    same(layer->name, "synaptic_operations", (double)layer->operations);
    same(layer->name, "saturated", (double)layer->saturated);
    if (!layer->recorded) return;
    same(layer->name, "correlation_mean", layer->correlation_mean);
    same(layer->name, "correlation_min", layer->correlation_min);
    same(layer->name, "correlation_max", layer->correlation_max);
    same(layer->name, "correlation_undefined", (double)layer->undefined);
}

static void compare(const relif_summary *run)
{
    same(NULL, "accuracy_ann", run->ann_accuracy);
    same(NULL, "accuracy_snn", run->snn_accuracy);
    same(NULL, "agreement", run->agreement);
    same(NULL, "silent_images", (double)run->silent_images);
    same(NULL, "input_spikes", (double)run->input_spikes);
    same(NULL, "input_saturated", (double)run->input_saturated);
    for (int l = 0; l < run->n_layers; l++) compare_layer(&run->layers[l]);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    relif_archive *run = NULL;
    relif_summary summary = {0};
    if (argc == 4 && relif_archive_open(ctx, argv[1], "sweep", &sweep) == RELIF_OK &&
        relif_archive_open(ctx, argv[3], "run", &run) == RELIF_OK &&
        relif_summary_read(run, &summary) == RELIF_OK) {
        point = atoi(argv[2]);
        compare(&summary);
        relif_summary_release(&summary);
    } else {
        printf("sweep_compare: %s\n", relif_error_sentence());
        check_failures++;
    }
    relif_archive_close(run);
    relif_archive_close(sweep);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
