/**
 * Mapping of ReLU neurons to Linear LIF neurons (paper Tables I and VII, equations
 * (11)-(14), (38)).
 *
 *     relif_neuron_options options = relif_neuron_options_default();
 *     relif_mapping *mapping = NULL;
 *     relif_err err = relif_mapping_create(network, &coding, &options, &mapping);
 *     ... mapping->layers[l].g_l[neuron] ...
 *     relif_mapping_destroy(mapping);
 */
#ifndef RELIF_MAPPING_H
#define RELIF_MAPPING_H

#include <stdint.h>

#include "relif/coding.h"
#include "relif/error.h"
#include "relif/network.h"

typedef enum relif_reset {
    RELIF_RESET_LINEAR, /* V = H - V_th: Linear LIF */
    RELIF_RESET_ZERO    /* V = 0: LIF */
} relif_reset;

/* How a bias becomes a property of a neuron, as asked for. */
typedef enum relif_bias_policy {
    RELIF_BIAS_AUTO,        /* conductance where it exists, else current */
    RELIF_BIAS_CONDUCTANCE, /* a bias without a conductance is an error */
    RELIF_BIAS_CURRENT
} relif_bias_policy;

/* How it became one, for each neuron; stored in archives as 0, 1, 2. */
typedef enum relif_bias_route {
    RELIF_ROUTE_NONE,        /* no bias */
    RELIF_ROUTE_CONDUCTANCE, /* g_l */
    RELIF_ROUTE_CURRENT      /* i_bias */
} relif_bias_route;

typedef struct relif_neuron_options {
    relif_reset reset;
    double v_th;   /* firing threshold, > 0 */
    double c_m;    /* membrane capacitance, > 0 */
    double g_l;    /* leak conductance of every neuron, >= 0; that of a bias adds to it */
    double v_init; /* membrane potential at the start of each image */
    relif_bias_policy bias;
    const double *v_th_factors; /* [n_layers] on v_th; borrowed, NULL: 1 */
    const double *c_m_factors;  /* [n_layers] on c_m, and on g_l, so that tau_m stays;
                                   borrowed, NULL: 1 */
} relif_neuron_options;

/** Parameters of the neurons of one layer, in canonical order. */
typedef struct relif_layer_mapping {
    int n_neurons; /* 0 for max pooling */
    double c_m, v_th;
    double *g_l;         /* [n_neurons] */
    double *i_bias;      /* [n_neurons], charge per second */
    uint8_t *bias_route; /* [n_neurons] relif_bias_route */
} relif_layer_mapping;

typedef struct relif_mapping {
    relif_reset reset;
    double v_init;
    double dt; /* s */
    int n_layers;
    relif_layer_mapping *layers; /* [n_layers] */
} relif_mapping;

/** Linear reset, v_th 1, c_m 1, g_l 0, v_init 0, bias auto. */
relif_neuron_options relif_neuron_options_default(void);

/** RELIF_ERR_CONFIG, naming the key: v_th <= 0, c_m <= 0, g_l < 0, anything not finite.
 */
relif_err relif_neuron_options_check(const relif_neuron_options *options);

/**
 * Map every neuron of a network. Biases are multiplied by the coding range: rates are k
 * times the activations. A neuron's sum of weights runs over the synapses it has: at the
 * border of a padded convolution it has fewer. Caller destroys.
 *
 * RELIF_ERR_MAPPING under RELIF_BIAS_CONDUCTANCE for the first neuron whose bias has no
 * conductance (b > 0, or sum(w) outside (0, V_th C_m)), naming layer and neuron.
 */
relif_err relif_mapping_create(const relif_network *network, const relif_coding *coding,
                               const relif_neuron_options *options,
                               relif_mapping **mapping);
void relif_mapping_destroy(relif_mapping *mapping);

/** The bias b (Hz) that a leak of time constant tau_m stands for: (11), (38). tau_m > 0.
 */
double relif_mapping_bias(double sum_w, double tau_m, double v_th, double c_m);

/** The conductance for a bias b (Hz): g_l = C_m / tau_m of Table I; NAN if there is none.
 */
double relif_mapping_conductance(double sum_w, double bias, double v_th, double c_m);

/** Slope k_s = 1/(V_th C_m) of the ReLU neuron that a Linear LIF neuron stands for: (14).
 */
double relif_mapping_slope(double v_th, double c_m);

/** Factor by which a membrane potential decays in one step: exp(-dt/tau_m), exactly 1
 * without leak. */
double relif_mapping_decay(double g_l, double c_m, double dt);

#endif
