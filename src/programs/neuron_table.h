/* The table of a neuron experiment: computed, printed, archived; private to src/programs.
 */
#ifndef RELIF_PROGRAMS_NEURON_TABLE_H
#define RELIF_PROGRAMS_NEURON_TABLE_H

#include "command.h"
#include "relif/archive.h"
#include "relif/neuron_experiment.h"

struct neuron_table {
    const relif_neuron_experiment *experiment; /* borrowed */
    int64_t n_rows;
    int n_columns;
    const relif_neuron_column *columns; /* [n_columns] */
    double *values;                     /* [n_rows][n_columns], on every rank */
};

/* Compute all rows, dealt to the ranks (a trace: its one run on each). Collective on
 * call->world. Caller releases. */
void neuron_table_compute(struct neuron_table *table, const command_call *call,
                          const relif_neuron_experiment *experiment);
void neuron_table_release(struct neuron_table *table);

/* Some rows, and the largest of each deviation. */
void neuron_table_print(const struct neuron_table *table);

/* Below /experiments/<name>: an array per column, inputs, and the parameters as
 * attributes. Collective on the archive's context. */
relif_err neuron_table_archive(const struct neuron_table *table, relif_archive *archive);

#endif
