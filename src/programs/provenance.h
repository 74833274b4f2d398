/* Where the archive of an experiment comes from: its sidecar. */
#ifndef RELIF_PROGRAMS_PROVENANCE_H
#define RELIF_PROGRAMS_PROVENANCE_H

#include "experiment.h"
#include "relif/sidecar.h"

/* Write the sidecar of sidecar->archive; command line and config are those of the
 * experiment, and unless others are given the inputs, as far as it has read them.
 * Collective on the world. */
relif_err provenance_write(const struct experiment *experiment, const command_line *line,
                           const relif_sidecar *sidecar);

#endif
