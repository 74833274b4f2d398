/**
 * What a run recorded at its coding times (record.coding_times): the input and the
 * recorded layers, with what their rates stand for.
 *
 *     relif_coding_layers layers;
 *     err = relif_coding_layers_find(archive, &layers);
 *     ... layers.times[c], layers.layers[l].name ...
 *     relif_coding_layers_release(&layers);
 */
#ifndef RELIF_ANALYSIS_CODING_LAYERS_H
#define RELIF_ANALYSIS_CODING_LAYERS_H

#include "relif/archive.h"

typedef struct relif_coding_layer {
    char *name; /* "input": the input. Owned, as are the pointers below */
    int64_t n_neurons;
    int64_t n_inputs;   /* neurons of the layer before, if it is recorded */
    double hertz;       /* rate that stands for a ReLU output of 1: k / scale * slopes */
    double *c_m, *v_th; /* [n_neurons], NULL without arrived_charge */
    char *obstacle;     /* why there is no arrived_charge; NULL if there is */
    bool leaks;         /* there is a leaked_charge, too */
} relif_coding_layer;

typedef struct relif_coding_layers {
    relif_archive *archive; /* borrowed */
    int64_t n_images;
    int n_times;
    double *times; /* [n_times] s, ascending */
    double dt;     /* s */
    double v_init;
    char *simulations;          /* what they come from, in words; owned */
    int count;                  /* the input first, then recorded layers in order */
    relif_coding_layer *layers; /* [count] */
} relif_coding_layers;

/** RELIF_ERR_DATA if the run has no coding times. Collective. Caller releases. */
relif_err relif_coding_layers_find(relif_archive *archive, relif_coding_layers *layers);
void relif_coding_layers_release(relif_coding_layers *layers);

/** It is the input, not a layer. */
bool relif_coding_layer_is_input(const relif_coding_layer *layer);

/** The path of an array of the layer: "counts", "potential", "arrived_charge",
 *  "leaked_charge"; "ideal": the ReLU outputs or the values of the input. */
char *relif_coding_layer_path(const relif_coding_layer *layer, const char *array);

#endif
