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
    if (kernel == &relif_kernel_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (kernel == &relif_kernel_avx2) return __builtin_cpu_supports("avx2");
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
