/**
 * What coding and mapping will make of a network's activations: which layers saturate,
 * which are too quiet, and what would mend it.
 *
 *     relif_diagnosis *diagnosis = relif_diagnosis_create(&question);
 *     ... diagnosis->layers[l].rate_largest ...
 *     relif_diagnosis_advise(diagnosis, &text);
 *     relif_diagnosis_destroy(diagnosis);
 *
 * An activation a becomes the rate k a, divided by the layer's scale and times the slopes
 * 1/(V_th C_m) of the layers up to it (14): what a neuron without leak and with linear
 * reset tends to in long time, as long as no layer before it saturates.
 */
#ifndef RELIF_DIAGNOSIS_H
#define RELIF_DIAGNOSIS_H

#include "relif/coding.h"
#include "relif/distribution.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/normalization.h"
#include "relif/readout.h"
#include "relif/text.h"

/** What a diagnosis is made from; all is borrowed. */
typedef struct relif_diagnosis_question {
    const relif_network *network; /* the ReLU network */
    const relif_mapping *mapping; /* of the spiking network */
    const relif_coding *coding;
    const relif_normalization_options *normalization; /* as applied; percentile: of the
                                                         columns below */
    const double *scales;                             /* [n_layers] as applied */
    relif_readout readout;
    int64_t n_images;
    relif_distribution *const *activations; /* [n_layers] of the ReLU network */
    const int64_t *at_ceiling; /* [n_layers] neurons over all images that reach one spike
                                  a step when the layers before are cut there, too; read
                                  by create alone */
    int64_t same_labels;       /* images that keep their label when rates are cut so */
} relif_diagnosis_question;

typedef struct relif_diagnosis_layer {
    double largest, percentile;           /* activations */
    double rate_largest, rate_percentile; /* Hz, expected of these */
    double rate_typical;                  /* Hz, of the median active neuron */
    double active;    /* share of neurons and images with a positive activation */
    double too_fast;  /* share expected to exceed R_max = 1/dt */
    double too_slow;  /* share of the active expected to fire less than once in T */
    double saturated; /* share predicted to saturate, earlier layers saturating, too */
    double scale, factor; /* that normalization: percentile would have; factor: over the
                             scale before it */
} relif_diagnosis_layer;

typedef struct relif_diagnosis {
    relif_diagnosis_question question;
    relif_diagnosis_layer *layers; /* [n_layers] */
    double r_max;                  /* Hz, 1/dt */
    double best_range; /* Hz, largest coding range at which no layer's percentile exceeds
                          R_max, the scales as they are */
    double agreement;  /* share of images that keep their label in long time */
} relif_diagnosis;

/** The question is copied, what it points to borrowed. Caller destroys. */
relif_diagnosis *relif_diagnosis_create(const relif_diagnosis_question *question);
void relif_diagnosis_destroy(relif_diagnosis *diagnosis);

/** Append plain sentences, one a line: what is wrong and what would mend it. */
void relif_diagnosis_advise(const relif_diagnosis *diagnosis, relif_text *out);

#endif
