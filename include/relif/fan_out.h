/**
 * Fan-out: how many neurons of a layer a neuron of its input reaches. A spike of it is
 * that many synaptic operations.
 *
 *     int *fan_out = relif_fan_out(layer, input, reached);
 *     counter's sum of count times fan_out: relif_counter_weighted
 *     free(fan_out);
 */
#ifndef RELIF_FAN_OUT_H
#define RELIF_FAN_OUT_H

#include "relif/network.h"
#include "relif/spikes.h"

/** Of each neuron of a range of the input, the neurons that it reaches of a range of the
 * layer: [relif_range_size(input)]. Not for max pooling. Caller frees. */
int *relif_fan_out(const relif_layer *layer, relif_range input, relif_range reached);

#endif
