#include "relif/lif.h"

#include <stdlib.h>
#include <string.h>

#include "relif/kernel.h"
#include "relif/memory.h"

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

relif_lif *relif_lif_create(const relif_mapping *mapping, int layer,
                            const relif_synapse *synapse, int n_images)
{
    const relif_layer_mapping *mapped = &mapping->layers[layer];
    const size_t size = relif_slab_size(&synapse->slab);
    const size_t all = size * (size_t)n_images;
    relif_lif *lif = relif_calloc(1, sizeof *lif);
    const relif_range tiles = {0, synapse->slab.n_tiles};
    *lif = (relif_lif){.synapse = synapse,
                       .reset = mapping->reset,
                       .v_init = (float)mapping->v_init,
                       .v_th = (float)mapped->v_th,
                       .c_m = (float)mapped->c_m,
                       .n_images = n_images,
                       .decay = relif_calloc_aligned(size, sizeof(float)),
                       .charge = relif_calloc_aligned(size, sizeof(float)),
                       .v = relif_calloc_aligned(all, sizeof(float)),
                       .waiting_words = (size_t)relif_spikes_words(tiles),
                       .kernel = relif_kernel_best()};
    lif->waiting =
        relif_calloc((size_t)n_images * lif->waiting_words, sizeof *lif->waiting);
    fill_parameters(lif, mapped, mapping->dt);
    return lif;
}

void relif_lif_destroy(relif_lif *lif)
{
    if (!lif) return;
    free(lif->decay);
    free(lif->charge);
    free(lif->v);
    free(lif->waiting);
    free(lif);
}

void relif_lif_reset_state(relif_lif *lif)
{
    const size_t all = relif_slab_size(&lif->synapse->slab) * (size_t)lif->n_images;
    for (size_t i = 0; i < all; i++) lif->v[i] = lif->v_init;
    memset(lif->waiting, lif->v_init >= lif->v_th ? 0xff : 0,
           (size_t)lif->n_images * lif->waiting_words * sizeof *lif->waiting);
}

/* The same neurons, from one image on. */
static relif_lif images_from(const relif_lif *lif, int first)
{
    relif_lif some = *lif;
    some.v += (size_t)first * relif_slab_size(&lif->synapse->slab);
    some.waiting += (size_t)first * lif->waiting_words;
    some.n_images -= first;
    return some;
}

void relif_lif_run(relif_lif *lif, relif_arrivals *arrivals, const relif_raster *input,
                   const relif_raster *fired)
{
    const relif_lif some = images_from(lif, input->first_image);
    relif_arrivals_begin(arrivals, input, some.waiting, lif->leaky || lif->biased);
    while (lif->kernel->next(arrivals))
        for (int block = 0; block < lif->synapse->slab.n_blocks; block++)
            lif->kernel->run(&some, block, arrivals, fired);
}

float relif_lif_potential(const relif_lif *lif, int image, int neuron)
{
    const relif_slab *slab = &lif->synapse->slab;
    return lif
        ->v[(size_t)image * relif_slab_size(slab) + relif_slab_offset(slab, neuron)];
}

/* The owned neurons of a tile of the slab. */
static relif_range owned_of(const relif_slab *slab, int tile)
{
    return relif_range_intersect(relif_slab_tile(slab, tile), slab->owned);
}

void relif_lif_potentials(const relif_lif *lif, int image, float *potentials)
{
    const relif_slab *slab = &lif->synapse->slab;
    const float *v = lif->v + (size_t)image * relif_slab_size(slab);
    for (int tile = 0; tile < slab->n_tiles; tile++) {
        const relif_range here = owned_of(slab, tile);
        memcpy(potentials + (here.first - slab->owned.first),
               v + relif_slab_offset(slab, here.first),
               (size_t)relif_range_size(here) * sizeof *v);
    }
}

void relif_lif_waiting(const relif_lif *lif, int image, relif_word *mask)
{
    const relif_slab *slab = &lif->synapse->slab;
    const relif_word *waiting = lif->waiting + (size_t)image * lif->waiting_words;
    for (size_t w = 0; w < lif->waiting_words; w++)
        for (relif_word bits = waiting[w]; bits; bits &= bits - 1) {
            const int tile = (int)w * RELIF_WORD_BITS + __builtin_ctzll(bits);
            if (tile >= slab->n_tiles) return;
            const relif_range here = owned_of(slab, tile);
            for (int n = here.first; n < here.end; n++)
                if (relif_lif_potential(lif, image, n) >= lif->v_th)
                    relif_spikes_set(mask, slab->owned, n);
        }
}
