/**
 * The gather limit: what a core can do at most, measured on the spot.
 *
 *     double limit = relif_gather_limit(relif_kernel_best(), bytes);
 *
 * Delivery is sums[0:64] += rows[i][0:64] for the weight rows i that spikes select. How
 * fast that goes without anything else (lists, potentials, masks) depends on where the
 * rows lie: in a core's own cache, in the one that cores share, or in memory. The limit
 * is measured with the kernel's own delivery and row numbers drawn at random.
 */
#ifndef RELIF_GATHER_LIMIT_H
#define RELIF_GATHER_LIMIT_H

#include <stddef.h>

#include "relif/kernel.h"

/**
 * Synaptic operations (additions of one weight) per second of processor time, the best of
 * several passes, over weights of so many bytes (rounded up to a row). Takes up to 256
 * MiB, and stands for more, and about a tenth of a second. Not collective.
 */
double relif_gather_limit(const relif_kernel *kernel, size_t bytes);

#endif
