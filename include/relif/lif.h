/**
 * Linear LIF and LIF neurons: charge, fire, reset (equations (3), (6), (7)).
 *
 *     relif_lif *lif = relif_lif_create(mapping, layer, synapse, n_images);
 *     relif_lif_reset_state(lif);
 *     for (t = 1 .. steps)
 *         relif_lif_step(lif, block, arrivals, image, fired);   for every block
 *     float v = relif_lif_potential(lif, image, neuron);
 *
 * State is single precision and lives only for the rank's slab, for several images at a
 * time. With I the sum of the weights of the spikes that arrive, added to the bias charge
 * in canonical order, one step is H = V * decay + I / C_m; S = H >= V_th; V = H - V_th S
 * or H (1 - S).
 */
#ifndef RELIF_LIF_H
#define RELIF_LIF_H

#include "relif/mapping.h"
#include "relif/synapse.h"

typedef struct relif_lif {
    const relif_synapse *synapse; /* borrowed */
    relif_reset reset;
    float v_init, v_th, c_m;
    bool leaky, biased; /* any decay below 1; any bias charge */
    float *decay;       /* [n_positions][pitch] exp(-dt/tau_m) */
    float *charge;      /* [n_positions][pitch] i_bias dt, padded with 0 */
    int n_images;
    float *v;             /* [n_images][n_positions][pitch] membrane potential */
    int *counts;          /* [n_images][n_positions][pitch] spikes since reset */
    relif_word *pending;  /* [n_images][n_blocks][rows of the slab][words of out.width]
                             columns with a potential still at the threshold */
    size_t pending_words; /* of one image and block */
    const struct relif_kernel *kernel; /* for this CPU */
} relif_lif;

/** Neurons of the synapse's slab for n_images at a time. Caller destroys. */
relif_lif *relif_lif_create(const relif_mapping *mapping, int layer,
                            const relif_synapse *synapse, int n_images);
void relif_lif_destroy(relif_lif *lif);

/** Potentials to v_init, counts to 0, for all images. */
void relif_lif_reset_state(relif_lif *lif);

/**
 * One step of one image for one block of channels: deliver, integrate.
 * @param[in]  arrivals  this step's input spikes
 * @param[out] fired     mask over the slab's owned range; spikes are added
 */
void relif_lif_step(relif_lif *lif, int block, relif_arrivals *arrivals, int image,
                    relif_word *fired);

/** Potential after the last reset and spike count of an owned neuron. */
float relif_lif_potential(const relif_lif *lif, int image, int neuron);
int relif_lif_count(const relif_lif *lif, int image, int neuron);

/** Use the kernel of a given instruction set ("baseline", "avx2", "avx512"); false if
 * this CPU or build does not have it. For tests and benchmarks; the bits do not depend on
 * it. */
bool relif_lif_use_kernel(relif_lif *lif, const char *name);

/** The name of the kernel that this CPU gets. Static text. */
const char *relif_lif_kernel_name(void);

#endif
