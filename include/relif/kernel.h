/**
 * The spiking kernel: the inner loops, as each instruction set gives them.
 *
 *     const relif_kernel *kernel = relif_kernel_best();
 *     relif_arrivals_begin(arrivals, &input, waiting, everywhere);
 *     while (kernel->next(arrivals))
 *         for (block = 0 .. n_blocks-1) kernel->run(lif, block, arrivals, &fired);
 *
 * The sources src/model/..._kernel.c are compiled once for each instruction set; which
 * one runs is chosen at run time. All give the same bits.
 */
#ifndef RELIF_KERNEL_H
#define RELIF_KERNEL_H

#include "relif/arrivals.h"

struct relif_lif;

/** Counts of the neurons of a range, bit-sliced: bit k of the counts of 64 neurons a word
 * in plane k. */
typedef struct relif_planes {
    relif_word *words; /* [n][pitch], aligned to 64 bytes */
    size_t pitch;      /* words of a plane, a multiple of 8 */
    int n;             /* at least 3 */
} relif_planes;

typedef struct relif_kernel {
    const char *name; /* "baseline", "avx2", "avx512" */

    /** List the next batch of visits; false if there are no more. */
    bool (*next)(relif_arrivals *arrivals);

    /** Take a batch of visits through its stretch, one block of lanes: deliver,
     * integrate. Spikes are added to fired, a raster over the slab's owned range. */
    void (*run)(const struct relif_lif *lif, int block, const relif_arrivals *arrivals,
                const relif_raster *fired);

    /** Deliver alone, as run does it, for measurements: add the listed weight rows of 64
     * lanes. rows of weights and sums are aligned to 64 bytes. */
    void (*gather)(const float *weights, const int *rows, int n,
                   float sums[RELIF_BLOCK_LANES]);

    /** Add the spikes of all steps of a raster of one image to the counts. */
    void (*count)(const relif_planes *to, const relif_raster *raster);

    /** List the spikes of all steps of a raster, whose bits outside the range are 0:
     * those of image i are appended to lists[i], from step raster->first_step on. */
    void (*list)(const relif_raster *raster, const relif_spike_lists *lists);
} relif_kernel;

/** The fastest that this CPU and build have. */
const relif_kernel *relif_kernel_best(void);

/** That of an instruction set; NULL if this CPU or build does not have it. */
const relif_kernel *relif_kernel_named(const char *name);

#endif
