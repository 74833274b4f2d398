/*
 * The spiking network's answers for all images, window by window.
 *
 *     struct snn_pass pass;
 *     snn_pass_begin(&pass, &experiment, config);
 *     for (int w = 0; w < pass.schedule.n_windows; w++) {
 *         struct snn_labels labels = snn_pass_window(&pass, w);
 *         ... labels, relif_recorder_counts(pass.recorder, k) ...
 *         snn_labels_release(&labels);
 *     }
 *     snn_pass_finish(&pass);
 *     ... pass.layers, pass.input ...
 *     snn_pass_release(&pass);
 */
#ifndef RELIF_PROGRAMS_SNN_PASS_H
#define RELIF_PROGRAMS_SNN_PASS_H

#include "experiment.h"
#include "relif/recorder.h"
#include "relif/schedule.h"
#include "relif/simulation.h"

/* What is counted beside the layers' tallies. */
struct snn_input_tally {
    int64_t spikes, saturated, silent_images;
};

struct snn_pass {
    struct experiment *experiment; /* borrowed: placed, with the mapping to simulate */
    const relif_config *config;    /* borrowed: coding, pooling, readout of this pass */
    relif_schedule schedule;
    relif_simulation *simulation;
    relif_simulation *shorter; /* of coding times apart, else NULL */
    relif_recorder *recorder;
    int64_t progress; /* images that count as done before this pass */
    struct snn_input_tally input;
    relif_tally *layers; /* [n_layers] */
    double seconds;      /* of simulating alone */
};

/* Labels of a replica's images in a window. Owned. */
struct snn_labels {
    relif_image_range images;
    int32_t *labels; /* [images] the same on all ranks of a group */
    uint8_t *silent; /* [images] no output spike */
};

/* How the images of an experiment are dealt, the same for all its passes. */
relif_schedule snn_pass_schedule(const struct experiment *experiment);

/* Not collective. Caller releases. */
void snn_pass_begin(struct snn_pass *pass, struct experiment *experiment,
                    const relif_config *config);
void snn_pass_release(struct snn_pass *pass);

/* Simulate this replica's images of a window; the recorder then holds their rows.
 * Collective on the group. Caller releases the labels. */
struct snn_labels snn_pass_window(struct snn_pass *pass, int window);
void snn_labels_release(struct snn_labels *labels);

/* Make layers and input sums over all ranks, seconds the slowest rank's. Collective on
 * the world. */
void snn_pass_finish(struct snn_pass *pass);

/* Synaptic operations of all layers. */
int64_t snn_pass_operations(const struct snn_pass *pass);

#endif
