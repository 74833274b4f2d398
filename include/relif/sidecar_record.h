/**
 * What a sidecar says about how to repeat and check a run.
 *
 *     relif_sidecar_record *record = NULL;
 *     err = relif_sidecar_record_read(world, "out.h5.run.json", &record);
 *     ... record->config, record->inputs[i].digest ...
 *     relif_sidecar_record_destroy(record);
 */
#ifndef RELIF_SIDECAR_RECORD_H
#define RELIF_SIDECAR_RECORD_H

#include "relif/sidecar.h"

/** Owns its texts, also those of the inputs. */
typedef struct relif_sidecar_record {
    char *folder; /* where it ran */
    char *archive, *archive_digest;
    char *task, *config; /* NULL: none */
    int argc;
    char **argv; /* [argc + 1], the last one NULL */
    int n_inputs;
    relif_input *inputs; /* [n_inputs] */
} relif_sidecar_record;

/**
 * Read a sidecar on every rank: root reads the file. Collective on ctx. RELIF_ERR_FILE,
 * RELIF_ERR_FORMAT if it is none or damaged, naming the file. Caller destroys *record.
 */
relif_err relif_sidecar_record_read(const relif_context *ctx, const char *path,
                                    relif_sidecar_record **record);
void relif_sidecar_record_destroy(relif_sidecar_record *record);

/** The input of that kind, NULL if there is none. Borrowed. */
const relif_input *relif_sidecar_record_input(const relif_sidecar_record *record,
                                              const char *what);

#endif
