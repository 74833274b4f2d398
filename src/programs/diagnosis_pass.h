/* The diagnosis of an experiment's mapping, from the first images of its data set. */
#ifndef RELIF_PROGRAMS_DIAGNOSIS_PASS_H
#define RELIF_PROGRAMS_DIAGNOSIS_PASS_H

#include "experiment.h"
#include "relif/archive.h"
#include "relif/diagnosis.h"

/* The same on every rank. The experiment is loaded, and outlives the diagnosis.
 * Collective on the world. Caller destroys. */
relif_diagnosis *diagnosis_pass_compute(struct experiment *experiment, int64_t n_images);

/* As a table and sentences. Not collective. */
void diagnosis_pass_print(const relif_diagnosis *diagnosis);

#endif
