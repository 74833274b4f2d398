/* Digests that were written down, computed again. */
#ifndef RELIF_PROGRAMS_VERIFY_H
#define RELIF_PROGRAMS_VERIFY_H

#include "relif/sidecar_record.h"

/* The name of an input's file as seen from here: in the folder where the run was, if it
 * is there. Caller frees. */
char *verify_path(const char *folder, const char *file);

/* Print a line for the archive and each input: as recorded, changed or not there.
 * RELIF_ERR_DATA, naming all that are not as recorded. By the sidecar or, without one, by
 * what the archive itself says of its inputs. Collective on world. */
relif_err verify_archive(const relif_context *world, const char *path);

/* The recorded config trains the network. */
bool verify_trains(const relif_sidecar_record *record);

/* The same for the files of a record's inputs, silently. A network that was trained for
 * the run may be gone: it can be trained again. */
relif_err verify_inputs(const relif_context *world, const relif_sidecar_record *record);

#endif
