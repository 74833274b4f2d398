/*
 * The training of a config's network: data, all steps with their checkpoints, the network
 * file. Collective on the world.
 */
#ifndef RELIF_PROGRAMS_TRAINING_PASS_H
#define RELIF_PROGRAMS_TRAINING_PASS_H

#include "experiment.h"

struct training_pass {
    const char *path;              /* of the network file; checkpoints stand beside it */
    const char *origin;            /* the part of the config that decides the weights */
    enum training_output existing; /* what to do with checkpoints, as with the file */
};

/* Trains and writes the file. RELIF_ERR_INTERRUPTED if it is to end early: then a
 * checkpoint is there, and the next call goes on. */
relif_err training_pass_run(struct experiment *experiment,
                            const struct training_pass *pass);

#endif
