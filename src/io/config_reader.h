/**
 * From text and overrides to a configuration.
 */
#ifndef RELIF_CONFIG_READER_H
#define RELIF_CONFIG_READER_H

#include "relif/config.h"

/** What is to be read; all borrowed. */
typedef struct relif_config_input {
    const char *text;
    const char *path; /* the file's name in messages */
    const char *const *overrides;
    int n_overrides;
    bool expand; /* expand paths; false leaves path.expanded NULL */
} relif_config_input;

/** Read and check everything. RELIF_ERR_CONFIG. Caller destroys *config. */
relif_err relif_config_input_read(const relif_config_input *input, relif_config **config);

#endif
