/*
 * The ReLU network's answers for a window of images.
 *
 * Images go through in batches that begin at multiples of RELIF_ANN_BATCH, dealt to all
 * ranks of the world: an image has the same place in its batch, and so the same bits, on
 * any number of ranks.
 */
#ifndef RELIF_PROGRAMS_ANN_PASS_H
#define RELIF_PROGRAMS_ANN_PASS_H

#include "experiment.h"
#include "relif/ann.h"
#include "relif/archive.h"
#include "relif/schedule.h"

/* What one rank computed of some images. Owned. */
struct ann_rows {
    relif_image_range images;
    int n_layers;
    float **rows;    /* [n_layers] recorded layers: [images][layer size] */
    int32_t *labels; /* [images] */
};

/* The images of a window that a rank computes: whole batches, cut to the window. */
relif_image_range ann_pass_share(const relif_context *world, int rank,
                                 relif_image_range window);

/* Who wants to see each image: number i of the ann's batch, number row of the share. */
struct ann_visitor {
    void (*visit)(void *self, const relif_ann *ann, int i, int64_t row);
    void *self;
};

/* Send a share of the images through the ann. Not collective. */
void ann_pass_each(const struct experiment *experiment, relif_ann *ann,
                   relif_image_range mine, const struct ann_visitor *visitor);

/* The ann's label for image i of its batch. */
int ann_pass_label(const struct experiment *experiment, const relif_ann *ann, int i);

/* Consecutive images. Not collective. Caller releases. */
struct ann_rows ann_pass_compute(struct experiment *experiment, relif_ann *ann,
                                 relif_image_range images);
void ann_rows_release(struct ann_rows *answers);

/* Collective on the world, whose ranks share the window. Writes the activations of
 * recorded layers and /labels/ann. */
relif_err ann_pass_write(struct experiment *experiment, relif_ann *ann,
                         relif_archive *archive, relif_image_range window);

#endif
