/*
 * What the scaling model needs to know, measured: densities and times from some images of
 * the data set, the cost of narrow parts of a layer from its kernel, and, on two ranks or
 * more, latency and bandwidth.
 */
#ifndef RELIF_PROGRAMS_CALIBRATION_H
#define RELIF_PROGRAMS_CALIBRATION_H

#include "experiment.h"
#include "relif/scaling.h"

struct calibration {
    relif_scaling scaling; /* its network is the experiment's */
    relif_scaling_layer *layers;
    int images;            /* that were simulated */
    bool measured_machine; /* latency and bandwidth; otherwise those of the model */
};

/* For n_images of a loaded experiment. Takes a second, or an image. Collective on the
 * world: every rank measures at the same time, what the first one finds counts. */
void calibration_measure(struct calibration *calibration, struct experiment *experiment,
                         int64_t n_images);

/* {0} is allowed. */
void calibration_release(struct calibration *calibration);

#endif
