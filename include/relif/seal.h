/**
 * The seal of relif's own HDF5 files: their first 512 bytes, which HDF5 leaves to users,
 * hold the SHA-256 of all that follows.
 *
 *     err = relif_seal_put(path);                   the file is complete and closed
 *     err = relif_seal_check(ctx, path, &sealed);   before HDF5 reads what may be damaged
 *
 * Other programs read a sealed file like any HDF5 file. One that changes it breaks the
 * seal; what users write themselves has none.
 */
#ifndef RELIF_SEAL_H
#define RELIF_SEAL_H

#include <stdbool.h>

#include "relif/context.h"

enum { RELIF_SEAL_BYTES = 512 };

/** Write the seal into the room that the file has for it. Not collective. RELIF_ERR_FILE.
 */
relif_err relif_seal_put(const char *path);

/**
 * RELIF_ERR_FORMAT, naming the file, if it has a seal and not a byte of it may have
 * changed since but did. Collective on ctx; root reads the whole file.
 * @param[out] sealed  false: an HDF5 file without a seal, or no HDF5 file at all
 */
relif_err relif_seal_check(const relif_context *ctx, const char *path, bool *sealed);

#endif
