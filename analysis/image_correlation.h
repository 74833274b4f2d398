/**
 * Equation (16) of the paper for every image: spike counts against ReLU outputs over the
 * neurons of a layer.
 *
 *     relif_image_correlation found;
 *     err = relif_image_correlation_compute(&layer, &found);
 *     relif_image_correlation_release(&found);
 */
#ifndef RELIF_ANALYSIS_IMAGE_CORRELATION_H
#define RELIF_ANALYSIS_IMAGE_CORRELATION_H

#include "recorded_layer.h"

typedef struct relif_image_correlation {
    int64_t n_images;
    double *values;        /* [n_images], NAN where undefined. On every rank. Owned */
    int64_t undefined;     /* images whose counts or ReLU outputs have no variance */
    double mean, min, max; /* of the others; NAN if there are none */
} relif_image_correlation;

/** Images are dealt to the ranks; the values do not depend on their number. Collective on
 *  the archive's context. Caller releases. */
relif_err relif_image_correlation_compute(const relif_recorded_layer *layer,
                                          relif_image_correlation *found);

/** Set undefined, mean, min and max from the values. */
void relif_image_correlation_summarise(relif_image_correlation *found);

void relif_image_correlation_release(relif_image_correlation *found);

#endif
