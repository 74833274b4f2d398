/**
 * The results of a sweep: one row for each point of the grid, in memory and in archives.
 *
 *     relif_sweep_table *table = relif_sweep_table_create(&facts);
 *     relif_sweep_table_set_layers(table, n_layers, names, neurons, recorded);
 *     relif_sweep_table_put(table, point, &summary);          takes the summary over
 *     err = relif_sweep_table_write(table, path, &task, replace, ctx);
 *     relif_sweep_table_destroy(table);
 *
 * An archive of kind "sweep" holds all points in their order, one of kind "sweep-part"
 * those of a task that are done, with their numbers in /points. Arrays [points]:
 * /sweep/<key with _ for .>, of words the index and beside it <key>_names;
 * /sweep/{accuracy_ann, accuracy_snn, agreement, silent_images, input_spikes,
 * input_saturated}; /sweep/layers/<name>/{spikes, synaptic_operations, saturated}, of
 * recorded layers also correlation_{mean, min, max, undefined}. Also /layer_names.
 */
#ifndef RELIF_SWEEP_TABLE_H
#define RELIF_SWEEP_TABLE_H

#include <stdio.h>

#include "relif/archive.h"
#include "relif/config.h"
#include "relif/state.h"
#include "relif/summary.h"

/** What is true of all points. Borrowed. */
typedef struct relif_sweep_facts {
    const relif_config_sweep *sweep;
    const char *name, *config;
    const char *network_digest, *dataset_digest; /* NULL: those of what is read first */
} relif_sweep_facts;

/** Points p with p % count == index. */
typedef struct relif_sweep_task {
    int index, count;
} relif_sweep_task;

typedef struct relif_sweep_table relif_sweep_table;

/** An empty table: no layers, no point done. The sweep is borrowed. Caller destroys. */
relif_sweep_table *relif_sweep_table_create(const relif_sweep_facts *facts);
void relif_sweep_table_destroy(relif_sweep_table *table);

/** The digests, when they become known. */
void relif_sweep_table_set_digests(relif_sweep_table *table, const char *network,
                                   const char *dataset);

/** The layers of the network, if the table has none yet: names, neurons, and which have
 * correlations; [n]. */
void relif_sweep_table_set_layers(relif_sweep_table *table, int n,
                                  const char *const *names, const int64_t *neurons,
                                  const bool *recorded);

/** The results of a point; *summary is taken over and emptied. Names of its layers may be
 * NULL. */
void relif_sweep_table_put(relif_sweep_table *table, int64_t point,
                           relif_summary *summary);

int64_t relif_sweep_table_points(const relif_sweep_table *table);
bool relif_sweep_table_has(const relif_sweep_table *table, int64_t point);

/** RELIF_ERR_EXISTS, naming the file, if an archive of that kind is none or holds points
 * of another configuration, network or data set. Collective on ctx. */
relif_err relif_sweep_table_check(const relif_sweep_table *table,
                                  const relif_context *ctx, const char *path,
                                  const char *kind);

/** Check, then add the points of an archive. Collective on ctx. */
relif_err relif_sweep_table_read(relif_sweep_table *table, const relif_context *ctx,
                                 const char *path, const char *kind);

/** Write the points that are done: as a "sweep-part" of a task, or, task NULL, all as a
 * "sweep". The same table on every rank. Collective on ctx. */
relif_err relif_sweep_table_write(const relif_sweep_table *table,
                                  const relif_context *ctx, const char *path,
                                  const relif_sweep_task *task, bool replace);

/** The points that are done, for a checkpoint; the layers are set. The arrays belong to
 * the table, until the next put. Not collective. */
void relif_sweep_table_put_state(relif_sweep_table *table, relif_state *state);

/** Add the points of a state; the layers are set. */
relif_err relif_sweep_table_get_state(relif_sweep_table *table, const relif_state *state);

/** Print the points that are done. Not collective. */
void relif_sweep_table_print(const relif_sweep_table *table, FILE *out);

#endif
