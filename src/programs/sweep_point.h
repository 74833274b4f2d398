/*
 * One point of a sweep: the simulation of all images, held beside the answers of the ReLU
 * network, which are computed once for all points.
 */
#ifndef RELIF_PROGRAMS_SWEEP_POINT_H
#define RELIF_PROGRAMS_SWEEP_POINT_H

#include "ann_pass.h"
#include "relif/summary.h"
#include "snn_pass.h"

/* The ReLU network's answers. */
struct ann_answers {
    relif_schedule schedule;
    struct ann_rows *windows; /* [n_windows] activations of this rank's share of each */
    int32_t *labels;          /* [images] of all, on every rank */
};

/* Collective on the world; the experiment is placed. Caller releases. */
struct ann_answers ann_answers_compute(struct experiment *experiment);
void ann_answers_release(struct ann_answers *answers);

/* Simulate what the experiment's mapping and config (of the point) say; pass is begun.
 * Collective on the world. Caller releases the summary; name and names are left NULL. */
relif_summary sweep_point_run(struct snn_pass *pass, const struct ann_answers *answers);

#endif
