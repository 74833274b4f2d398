/*
 * One point of a sweep: the simulation of all images, held beside the answers of the ReLU
 * network, which are computed once for all points.
 *
 *     struct sweep_point point;
 *     sweep_point_begin(&point, &experiment, &config);     the experiment is mapped
 *     while (point.pass.done < n_images && sweep_point_window(&point, &answers)) ...
 *     relif_summary summary = sweep_point_finish(&point);
 *     sweep_point_release(&point);
 */
#ifndef RELIF_PROGRAMS_SWEEP_POINT_H
#define RELIF_PROGRAMS_SWEEP_POINT_H

#include "ann_pass.h"
#include "relif/summary.h"
#include "snn_pass.h"

/* The ReLU network's answers. Batch b of RELIF_ANN_BATCH images is computed and held by
 * rank b % size of the world. */
struct ann_answers {
    int64_t n_batches;
    struct ann_rows *batches; /* [n_batches] of this rank */
    int32_t *labels;          /* [images] of all, on every rank */
};

/* Collective on the world; the experiment is placed. Caller releases. */
struct ann_answers ann_answers_compute(struct experiment *experiment);
void ann_answers_release(struct ann_answers *answers);

/* Images that are labelled right, and to which both networks give the same label. */
struct sweep_hits {
    int64_t ann, snn, same;
};

struct sweep_point {
    struct snn_pass pass;
    struct sweep_hits hits; /* counted by the root of each group */
    double **correlations;  /* [recorded layers][images] of this rank's, 0 elsewhere */
    struct sweep_hits all_hits; /* what was put into a state last: of all ranks */
    double *all_correlations;
};

/* Not collective. Caller releases. */
void sweep_point_begin(struct sweep_point *point, struct experiment *experiment,
                       const relif_config *config);
void sweep_point_release(struct sweep_point *point);

/* The next window of images; false if all ranks left it early: then nothing of it
 * counts. Collective on the world. */
bool sweep_point_window(struct sweep_point *point, const struct ann_answers *answers);

/* Collective on the world. Caller releases the summary; name and names are left NULL. */
relif_summary sweep_point_finish(struct sweep_point *point);

/* What is complete, for a checkpoint: the arrays belong to the point, until the next put.
 * Collective on the world. */
void sweep_point_put(struct sweep_point *point, relif_state *state);

/* Go on where a state was put. */
relif_err sweep_point_get(struct sweep_point *point, const relif_state *state);

#endif
