/**
 * The result table of a run, from its archive alone.
 *
 *     relif_summary summary;
 *     err = relif_summary_read(archive, &summary);
 *     relif_summary_print(&summary, stdout);
 *     relif_summary_release(&summary);
 */
#ifndef RELIF_SUMMARY_H
#define RELIF_SUMMARY_H

#include <stdio.h>

#include "relif/archive.h"

typedef struct relif_summary_layer {
    char *name;
    int64_t neurons, spikes, operations, saturated;
    bool recorded; /* the correlation below is there */
    double correlation_mean, correlation_min, correlation_max; /* (16), over images */
    int64_t undefined; /* images whose counts or activations have no variance */
} relif_summary_layer;

typedef struct relif_summary {
    char *name;
    int64_t n_images;
    double dt, coding_time, coding_range;
    int64_t steps;
    double ann_accuracy, snn_accuracy, agreement; /* shares of images */
    int64_t silent_images, input_spikes, input_saturated;
    int n_layers;
    relif_summary_layer *layers; /* [n_layers] */
} relif_summary;

/** Read and compute. Collective on the archive's context; rows are dealt to the ranks.
 * The values do not depend on their number. Caller releases. */
relif_err relif_summary_read(relif_archive *archive, relif_summary *summary);

/** Mean, smallest and largest of the correlations of n images; NAN where undefined. */
void relif_summary_correlate(const double *correlations, int64_t n,
                             relif_summary_layer *layer);

/** Print the table as text. Not collective. */
void relif_summary_print(const relif_summary *summary, FILE *out);
void relif_summary_release(relif_summary *summary);

#endif
