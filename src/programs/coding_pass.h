/*
 * What a window of images gave at each coding time, for the archive: spikes, potentials
 * and labels at prefixes of the simulation, and the charge that had arrived by then.
 */
#ifndef RELIF_PROGRAMS_CODING_PASS_H
#define RELIF_PROGRAMS_CODING_PASS_H

#include "experiment.h"
#include "relif/archive.h"
#include "relif/schedule.h"

/* Memory that an image's rows at all coding times need; 0 without coding times. */
int64_t coding_pass_row_bytes(const struct experiment *experiment);

/* Write the rows of this replica's images, all of them just recorded. Collective on the
 * world; nothing happens without coding times. */
relif_err coding_pass_write(const struct experiment *experiment,
                            const relif_recorder *recorder, relif_archive *archive,
                            relif_image_range images);

#endif
