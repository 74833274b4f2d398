/**
 * Linear LIF and LIF neurons: charge, fire, reset (equations (3), (6), (7)).
 *
 *     relif_lif *lif = relif_lif_create(mapping, layer, synapse, n_images);
 *     relif_lif_reset_state(lif);
 *     relif_lif_run(lif, arrivals, &input, &fired);      stretch after stretch
 *     float v = relif_lif_potential(lif, image, neuron);
 *
 * State is single precision and lives only for the rank's slab, for several images at a
 * time. With I the sum of the weights of the spikes that arrive, added to the bias charge
 * in canonical order, one step is H = V * decay + I / C_m; S = H >= V_th; V = H - V_th S
 * or H (1 - S).
 */
#ifndef RELIF_LIF_H
#define RELIF_LIF_H

#include "relif/kernel.h"
#include "relif/mapping.h"
#include "relif/synapse.h"

typedef struct relif_lif {
    const relif_synapse *synapse; /* borrowed */
    relif_reset reset;
    float v_init, v_th, c_m;
    bool leaky, biased; /* any decay below 1; any bias charge */
    float *decay;       /* [n_tiles][pitch] exp(-dt/tau_m) */
    float *charge;      /* [n_tiles][pitch] i_bias dt, padded with 0 */
    int n_images;
    float *v;                   /* [n_images][n_tiles][pitch] membrane potential */
    relif_word *waiting;        /* [n_images][words of n_tiles] tiles with a potential
                                   still at the threshold */
    size_t waiting_words;       /* of one image */
    const relif_kernel *kernel; /* the best for this CPU, until another is set */
} relif_lif;

/** Neurons of the synapse's slab for n_images at a time. Caller destroys. */
relif_lif *relif_lif_create(const relif_mapping *mapping, int layer,
                            const relif_synapse *synapse, int n_images);
void relif_lif_destroy(relif_lif *lif);

/** Potentials to v_init for all images. */
void relif_lif_reset_state(relif_lif *lif);

/**
 * A stretch of steps of some images: deliver, integrate.
 * @param arrivals    of the same synapse
 * @param[in] input   the stretch's spikes over synapse->input
 * @param[out] fired  raster over the slab's owned range, of the same images; spikes are
 *                    added
 */
void relif_lif_run(relif_lif *lif, relif_arrivals *arrivals, const relif_raster *input,
                   const relif_raster *fired);

/** Potential after the last reset of an owned neuron. */
float relif_lif_potential(const relif_lif *lif, int image, int neuron);

/** The same of all owned neurons: [size of the owned range]. */
void relif_lif_potentials(const relif_lif *lif, int image, float *potentials);

/** Add the owned neurons whose potential is still at the threshold to a mask. */
void relif_lif_waiting(const relif_lif *lif, int image, relif_word *mask);

#endif
