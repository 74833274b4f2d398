/* The network that a config trains: trained now, or read if this very training made it
 * before. */
#ifndef RELIF_PROGRAMS_TRAINED_NETWORK_H
#define RELIF_PROGRAMS_TRAINED_NETWORK_H

#include "experiment.h"

/*
 * Sets experiment->network and its digest. Collective on the world. The file says, as the
 * network's origin, which configuration trained it.
 */
relif_err trained_network_get(struct experiment *experiment,
                              enum training_output existing);

#endif
