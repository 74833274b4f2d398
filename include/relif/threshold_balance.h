/**
 * Spike-norm: thresholds balanced with the input that spikes really bring (Sengupta, Ye,
 * Wang, Liu, Roy, Frontiers in Neuroscience 13:95, 2019).
 *
 *     relif_threshold_balance(world, &setup, scales);
 *     relif_network *scaled = relif_normalization_apply(network, setup.carrier, scales);
 *
 * Layer by layer, from the input side: the layers before, balanced already, spike; the
 * layer itself only listens. Its threshold becomes the largest weighted input that one of
 * its neurons receives in one step, the current of a positive bias included, over all
 * neurons, steps and images. Of these images none then asks a neuron for more than one
 * spike a step, so nothing saturates; the price is a rate
 * that shrinks from layer to layer, because neurons rarely get their largest input, and
 * with it a longer coding time until the output layer's counts tell classes apart.
 */
#ifndef RELIF_THRESHOLD_BALANCE_H
#define RELIF_THRESHOLD_BALANCE_H

#include "relif/coding.h"
#include "relif/context.h"
#include "relif/log.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/normalization.h"
#include "relif/pooling.h"

/** What spikes, and how it will be mapped. All is borrowed; the same on every rank but
 * for the images. */
typedef struct relif_balance_setup {
    const relif_network *network;
    const relif_coding *coding;
    const relif_neuron_options *neuron;
    relif_pooling_mode pooling;
    relif_carrier carrier;
    int images_in_flight;
    int n_images;        /* of this rank; may be 0 */
    const float *pixels; /* [n_images][input size], canonical order */
    relif_log *log;      /* gets a line for each layer */
} relif_balance_setup;

/**
 * Scales (relif/normalization.h) that make every threshold the largest weighted input. A
 * layer that receives nothing keeps the scale before it. Maxima alone cross ranks, so the
 * bits do not depend on how images are dealt.
 *
 * Collective on ctx; each rank simulates its images alone. Costs about half as many
 * simulations of the images as there are layers with weights.
 *
 * @param[out] scales  [n_layers]
 */
void relif_threshold_balance(const relif_context *ctx, const relif_balance_setup *setup,
                             double *scales);

#endif
