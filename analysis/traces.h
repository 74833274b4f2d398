/**
 * Membrane potentials and spikes over time, a row a neuron.
 */
#ifndef RELIF_ANALYSIS_TRACES_H
#define RELIF_ANALYSIS_TRACES_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/error.h"

typedef struct relif_trace {
    char label[32];
    const double *v;      /* [steps] potential at the end of each step; NULL: none */
    const double *spikes; /* [n_spikes] times in s */
    int64_t n_spikes;
} relif_trace;

typedef struct relif_traces {
    const char *title, *y_label;
    double dt; /* s, of a step */
    int64_t steps;
    double threshold; /* a dotted line in every row with a potential; NAN: none */
    const relif_trace *traces;
    int count;
} relif_traces;

/** The scale that all rows have in common: from the least to the largest potential, but
 *  with a threshold > 0 from no lower than -threshold, because a neuron that is only
 *  inhibited falls without limit; what is lower is drawn at the lower edge. *cut: there
 * is such a potential. Not collective. */
void relif_traces_range(const relif_traces *traces, double *low, double *high, bool *cut);

/** Draw <folder>/<name>.png and .svg. Not collective. */
relif_err relif_traces_draw(const char *folder, const char *name,
                            const relif_traces *traces);

#endif
