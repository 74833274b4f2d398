/* How fast each layer of a simulation was, beside what a core can do at most. */
#ifndef RELIF_PROGRAMS_LAYER_SPEEDS_H
#define RELIF_PROGRAMS_LAYER_SPEEDS_H

#include "experiment.h"
#include "relif/simulation.h"

/*
 * Print a row for each layer: neurons; density of the input, in spikes per neuron and
 * step; synaptic operations per image; weights of one rank as stored; operations per
 * second of processor time and core; the gather limit of such weights; the share reached.
 * n_images and input_spikes are those of all ranks, busy is the processor's share of the
 * time that this rank took. Measures the limits on root, the others wait. Returns the
 * synaptic operations of all layers, on every rank. Collective on the world.
 */
int64_t layer_speeds_print(const struct experiment *experiment,
                           const relif_simulation *simulation, double busy,
                           int64_t n_images, int64_t input_spikes);

#endif
