#include "relif/kernel.h"

#include <string.h>

#include "isa.h"

static const relif_kernel *const kernels[] = {
#ifdef RELIF_HAVE_X86_KERNELS
    &relif_kernel_avx512,
    &relif_kernel_avx2,
#endif
    &relif_kernel_baseline,
};

enum { N_KERNELS = sizeof kernels / sizeof kernels[0] };

static bool cpu_has(const relif_kernel *kernel)
{
#ifdef RELIF_HAVE_X86_KERNELS
#define CPU_HAS(feature) (__builtin_cpu_supports(feature) != 0)
    const bool bits = CPU_HAS("bmi") && CPU_HAS("bmi2") && CPU_HAS("popcnt");
    if (kernel == &relif_kernel_avx512)
        return bits && CPU_HAS("avx512f") && CPU_HAS("avx512bw") && CPU_HAS("avx512dq") &&
               CPU_HAS("avx512vl");
    if (kernel == &relif_kernel_avx2) return bits && CPU_HAS("avx2");
#undef CPU_HAS
#endif
    return kernel == &relif_kernel_baseline;
}

const relif_kernel *relif_kernel_best(void)
{
    int k = 0;
    while (k < N_KERNELS - 1 && !cpu_has(kernels[k])) k++;
    return kernels[k];
}

const relif_kernel *relif_kernel_named(const char *name)
{
    for (int k = 0; k < N_KERNELS; k++)
        if (strcmp(kernels[k]->name, name) == 0 && cpu_has(kernels[k])) return kernels[k];
    return NULL;
}
