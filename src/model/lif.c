#include "relif/lif.h"

#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "relif/memory.h"

static const relif_kernel *kernels[] = {
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

static const relif_kernel *best_kernel(void)
{
    int k = 0;
    while (!cpu_has(kernels[k])) k++;
    return kernels[k];
}

const char *relif_lif_kernel_name(void)
{
    return best_kernel()->name;
}

bool relif_lif_use_kernel(relif_lif *lif, const char *name)
{
    for (int k = 0; k < N_KERNELS; k++)
        if (strcmp(kernels[k]->name, name) == 0 && cpu_has(kernels[k])) {
            lif->kernel = kernels[k];
            return true;
        }
    return false;
}

static void fill_parameters(relif_lif *lif, const relif_layer_mapping *mapped, double dt)
{
    const relif_slab *slab = &lif->synapse->slab;
    for (size_t i = 0; i < relif_slab_size(slab); i++) lif->decay[i] = 1;
    for (int neuron = slab->owned.first; neuron < slab->owned.end; neuron++) {
        const size_t i = relif_slab_offset(slab, neuron);
        lif->decay[i] = (float)relif_mapping_decay(mapped->g_l[neuron], mapped->c_m, dt);
        lif->charge[i] = (float)(mapped->i_bias[neuron] * dt);
        lif->leaky |= lif->decay[i] != 1;
        lif->biased |= lif->charge[i] != 0;
    }
}

/* Words of the columns of all rows that the slab touches. */
static size_t pending_words(const relif_synapse *synapse)
{
    const relif_slab *slab = &synapse->slab;
    const int width = synapse->out.width;
    if (slab->n_positions == 0) return 0;
    const int first = slab->first_position / width;
    const int last = (slab->first_position + slab->n_positions - 1) / width;
    return (size_t)(last - first + 1) * (size_t)relif_synapse_column_words(width);
}

relif_lif *relif_lif_create(const relif_mapping *mapping, int layer,
                            const relif_synapse *synapse, int n_images)
{
    const relif_layer_mapping *mapped = &mapping->layers[layer];
    const size_t size = relif_slab_size(&synapse->slab);
    const size_t all = size * (size_t)n_images;
    relif_lif *lif = relif_calloc(1, sizeof *lif);
    *lif = (relif_lif){.synapse = synapse,
                       .reset = mapping->reset,
                       .v_init = (float)mapping->v_init,
                       .v_th = (float)mapped->v_th,
                       .c_m = (float)mapped->c_m,
                       .n_images = n_images,
                       .decay = relif_calloc_aligned(size, sizeof(float)),
                       .charge = relif_calloc_aligned(size, sizeof(float)),
                       .v = relif_calloc_aligned(all, sizeof(float)),
                       .counts = relif_calloc_aligned(all, sizeof(int)),
                       .pending_words = pending_words(synapse),
                       .kernel = best_kernel()};
    lif->pending = relif_calloc((size_t)n_images * (size_t)synapse->slab.n_blocks *
                                    lif->pending_words,
                                sizeof *lif->pending);
    fill_parameters(lif, mapped, mapping->dt);
    return lif;
}

void relif_lif_destroy(relif_lif *lif)
{
    if (!lif) return;
    free(lif->decay);
    free(lif->charge);
    free(lif->v);
    free(lif->counts);
    free(lif->pending);
    free(lif);
}

void relif_lif_reset_state(relif_lif *lif)
{
    const relif_slab *slab = &lif->synapse->slab;
    const size_t all = relif_slab_size(slab) * (size_t)lif->n_images;
    for (size_t i = 0; i < all; i++) lif->v[i] = lif->v_init;
    memset(lif->counts, 0, all * sizeof *lif->counts);
    memset(lif->pending, lif->v_init >= lif->v_th ? 0xff : 0,
           (size_t)lif->n_images * (size_t)slab->n_blocks * lif->pending_words *
               sizeof *lif->pending);
}

void relif_lif_step(relif_lif *lif, int block, relif_arrivals *arrivals, int image,
                    relif_word *fired)
{
    lif->kernel->step(lif, block, arrivals, image, fired);
}

float relif_lif_potential(const relif_lif *lif, int image, int neuron)
{
    const relif_slab *slab = &lif->synapse->slab;
    return lif
        ->v[(size_t)image * relif_slab_size(slab) + relif_slab_offset(slab, neuron)];
}

int relif_lif_count(const relif_lif *lif, int image, int neuron)
{
    const relif_slab *slab = &lif->synapse->slab;
    return lif
        ->counts[(size_t)image * relif_slab_size(slab) + relif_slab_offset(slab, neuron)];
}
