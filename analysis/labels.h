/**
 * The labels of a run: what the images are, and what the two networks called them.
 *
 *     relif_labels labels;
 *     err = relif_labels_read(archive, &labels);     this rank's share of the images
 *     relif_labels_release(&labels);
 */
#ifndef RELIF_ANALYSIS_LABELS_H
#define RELIF_ANALYSIS_LABELS_H

#include "relif/archive.h"

typedef struct relif_labels {
    int64_t n_images;           /* of the whole run, > 0 */
    int64_t count;              /* of this rank; ranks own consecutive images */
    int32_t *truth, *ann, *snn; /* [count], 0 .. classes - 1. Owned */
    uint8_t *silent;            /* [count] 1: no output neuron fired. Owned */
    int classes;                /* outputs of the network, or more if the labels say so */
} relif_labels;

/** Collective on the archive's context. Caller releases. */
relif_err relif_labels_read(relif_archive *archive, relif_labels *labels);
void relif_labels_release(relif_labels *labels);

#endif
