/*
 * The spiking network's answers for all images, window by window.
 *
 *     struct snn_pass pass;
 *     snn_pass_begin(&pass, &experiment, config);
 *     while (pass.done < n_images) {
 *         struct snn_labels labels;
 *         if (!snn_pass_window(&pass, &labels)) ... stopped early
 *         ... labels, relif_recorder_counts(pass.recorder, k) ...
 *         snn_labels_release(&labels);
 *     }
 *     snn_pass_finish(&pass);
 *     ... pass.layers, pass.input ...
 *     snn_pass_release(&pass);
 *
 * Windows are about as long as it is from checkpoint to checkpoint, at most 10 s and as
 * many rows as memory allows, so that little is lost when one is left early.
 */
#ifndef RELIF_PROGRAMS_SNN_PASS_H
#define RELIF_PROGRAMS_SNN_PASS_H

#include "experiment.h"
#include "relif/recorder.h"
#include "relif/schedule.h"
#include "relif/simulation.h"
#include "relif/state.h"

/* What is counted beside the layers' tallies. */
struct snn_input_tally {
    int64_t spikes, saturated, silent_images;
};

struct snn_pass {
    struct experiment *experiment; /* borrowed: placed, with the mapping to simulate */
    const relif_config *config;    /* borrowed: coding, pooling, readout of this pass */
    relif_simulation *simulation;
    relif_simulation *shorter; /* of coding times apart, else NULL */
    relif_recorder *recorder;
    relif_stop *stop;       /* of the group */
    int64_t progress;       /* images that count as done before this pass */
    int64_t done;           /* images that are complete */
    relif_window window;    /* the last one */
    double seconds_per_row; /* of the last window, 0: not known */
    int64_t *sums;          /* input and layers of this rank, of what is complete */
    int64_t *earlier;       /* root: the same of all ranks before the state was put */
    int64_t *all_sums;      /* of all ranks, when they were last added up */
    struct snn_input_tally input;
    relif_tally *layers; /* [n_layers] */
    double seconds;      /* of simulating alone, in this pass */
    int64_t operations;  /* synaptic operations of all layers and ranks, in this pass */
};

/* Labels of a replica's images in a window. Owned. */
struct snn_labels {
    relif_image_range images;
    int32_t *labels; /* [images] the same on all ranks of a group */
    uint8_t *silent; /* [images] no output spike */
};

/* Not collective. Caller releases. */
void snn_pass_begin(struct snn_pass *pass, struct experiment *experiment,
                    const relif_config *config);
void snn_pass_release(struct snn_pass *pass);

/* Simulate the next window, of which this replica gets some images; the recorder then
 * holds their rows. False if all ranks left it early: then nothing of it counts, and
 * there are no labels. Collective on the world. Caller releases the labels. */
bool snn_pass_window(struct snn_pass *pass, struct snn_labels *labels);
void snn_labels_release(struct snn_labels *labels);

/* What is complete, for a checkpoint: the arrays belong to the pass, until the next put.
 * Collective on the world. */
void snn_pass_put(struct snn_pass *pass, relif_state *state);

/* Go on where a state was put. */
relif_err snn_pass_get(struct snn_pass *pass, const relif_state *state);

/* Make layers, input and operations sums over all ranks, seconds the slowest rank's.
 * Collective on the world. */
void snn_pass_finish(struct snn_pass *pass);

#endif
