/* The spiking kernel as each instruction set gives it (synapse_kernel.c, compiled once
 * for each). */
#ifndef RELIF_KERNEL_H
#define RELIF_KERNEL_H

#include "relif/lif.h"

typedef struct relif_kernel {
    const char *name;
    /* One image, one step, one block of channels, all positions of the slab. */
    void (*step)(const relif_lif *lif, int block, relif_arrivals *arrivals, int image,
                 relif_word *fired);
} relif_kernel;

extern const relif_kernel relif_kernel_baseline;
#ifdef RELIF_HAVE_X86_KERNELS
extern const relif_kernel relif_kernel_avx2, relif_kernel_avx512;
#endif

#endif
