#include "sweep_columns.h"

#include "relif/summary.h"

#define SHARE(field)                                                                     \
    .type = RELIF_ARRAY_F64, .offset = offsetof(relif_summary, field), .units = "1"
#define COUNT(field) .type = RELIF_ARRAY_I64, .offset = offsetof(relif_summary, field)
#define LAYER(field)                                                                     \
    .type = RELIF_ARRAY_I64, .offset = offsetof(relif_summary_layer, field)
#define CORRELATION(field)                                                               \
    .type = RELIF_ARRAY_F64, .offset = offsetof(relif_summary_layer, field),             \
    .units = "1", .recorded_only = true

static const relif_sweep_column columns[] = {
    {"accuracy_ann", SHARE(ann_accuracy),
     .description = "Share of images that the ReLU network labels right"},
    {"accuracy_snn", SHARE(snn_accuracy),
     .description = "Share of images that the spiking network labels right"},
    {"agreement", SHARE(agreement),
     .description = "Share of images to which both networks give the same label"},
    {"silent_images", COUNT(silent_images), .units = "images",
     .description = "Images without a spike in the output layer"},
    {"input_spikes", COUNT(input_spikes), .units = "spikes",
     .description = "Spikes of the input over all images"},
    {"input_saturated", COUNT(input_saturated), .units = "neurons",
     .description = "Input trains clamped to one spike per step, over all images"},
};

static const relif_sweep_column layer_columns[] = {
    {"spikes", LAYER(spikes), .units = "spikes",
     .description = "Spikes of the layer over all images"},
    {"synaptic_operations", LAYER(operations), .units = "operations",
     .description = "Arriving spikes times neurons reached, over all images"},
    {"saturated", LAYER(saturated), .units = "neurons",
     .description =
         "Neurons that owed spikes at the end or fired every step, summed over images"},
    {"correlation_mean", CORRELATION(correlation_mean),
     .description = "Mean over images of the correlation of spike counts with the ReLU "
                    "network's activations"},
    {"correlation_min", CORRELATION(correlation_min),
     .description = "Smallest of these correlations"},
    {"correlation_max", CORRELATION(correlation_max),
     .description = "Largest of these correlations"},
    {"correlation_undefined", LAYER(undefined), .units = "images", .recorded_only = true,
     .description = "Images whose counts or activations have no variance"},
};

const relif_sweep_column *relif_sweep_columns(int *n)
{
    *n = (int)(sizeof columns / sizeof columns[0]);
    return columns;
}

const relif_sweep_column *relif_sweep_layer_columns(int *n)
{
    *n = (int)(sizeof layer_columns / sizeof layer_columns[0]);
    return layer_columns;
}
