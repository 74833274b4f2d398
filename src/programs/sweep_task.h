/* The share of a sweep that a job array's task computes, and the part file it leaves. */
#ifndef RELIF_PROGRAMS_SWEEP_TASK_H
#define RELIF_PROGRAMS_SWEEP_TASK_H

#include "command.h"
#include "relif/sweep_table.h"

/* From --task: "i/n", "slurm" (the environment of a Slurm job array, as root sees it), or
 * NULL, which is 1/1. Collective on the world. RELIF_ERR_USAGE. */
relif_err sweep_task_read(const relif_context *world, const char *text,
                          relif_sweep_task *task);

/* "<output>.task-<i>-of-<n>.h5"; caller frees. */
char *sweep_task_path(const char *output, const relif_sweep_task *task);

/* All files of that form beside an output, in name order. Collective on the world; caller
 * frees each and the list. */
relif_err sweep_task_parts(const relif_context *world, const char *output, char ***paths,
                           int *count);

#endif
