/* What a simulation cost: for people and for the sidecar. */
#ifndef RELIF_PROGRAMS_SPEED_H
#define RELIF_PROGRAMS_SPEED_H

#include "experiment.h"

struct speed {
    double seconds; /* of simulating alone, the slowest rank's */
    int64_t images, operations;
    int64_t bytes_sent, messages_sent; /* by this rank */
};

/* The sidecar beside an archive of all points, or of a task ("1/3"). Collective on the
 * world. */
relif_err speed_write_sidecar(const struct experiment *experiment,
                              const command_line *line, const char *archive,
                              const char *task, const struct speed *speed);

/* Speed, ranks, and where the archive is. Collective on the world. */
void speed_print(const struct experiment *experiment, const char *archive,
                 const struct speed *speed);

#endif
