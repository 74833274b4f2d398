/* Names of what is compiled once for each instruction set. Private to src/model. */
#ifndef RELIF_ISA_H
#define RELIF_ISA_H

#include "relif/kernel.h"

extern const relif_kernel relif_kernel_baseline;
#ifdef RELIF_HAVE_X86_KERNELS
extern const relif_kernel relif_kernel_avx2, relif_kernel_avx512;
#endif

#ifdef RELIF_ISA
/* RELIF_OF_ISA(relif_kernel) is relif_kernel_avx2 while RELIF_ISA is avx2. */
#define RELIF_OF_ISA(name)          RELIF_PASTE(name, RELIF_ISA)
#define RELIF_PASTE(name, isa)      RELIF_PASTE_TEXT(name, isa)
#define RELIF_PASTE_TEXT(name, isa) name##_##isa
bool RELIF_OF_ISA(relif_arrivals_next)(relif_arrivals *arrivals);
void RELIF_OF_ISA(relif_list)(const relif_raster *raster, const relif_spike_lists *lists);
void RELIF_OF_ISA(relif_count)(const relif_planes *to, const relif_raster *raster);
#endif

#endif
