/**
 * The seal of an archive or network file: one line in front of the HDF5 data that holds a
 * checksum of all of it, so that no reader takes a damaged file for a sound one.
 *
 *     relif-archive sha256-16MiB <64 hexadecimal digits> <bytes of the file>\n
 *
 * It stands at the start of a user block of 512 bytes, which HDF5 leaves to its users;
 * the rest of the block is 0. The checksum is the SHA-256 of the SHA-256 digests, 64
 * digits each, of the pieces of 16 MiB that follow the block: ranks share the pieces.
 *
 * Collective on ctx, whose ranks all reach the file; errors are agreed on. Callers put
 * the file's name in front of sentences.
 */
#ifndef RELIF_SEAL_H
#define RELIF_SEAL_H

#include <stdbool.h>

#include "relif/context.h"

enum { RELIF_SEAL_BLOCK = 512 };

/** Seal a closed file that begins with an empty block; format is the line's first word.
 * RELIF_ERR_FILE. */
relif_err relif_seal_put(const relif_context *ctx, const char *path, const char *format);

/** *sealed: the file has a seal, and it is right. RELIF_ERR_FORMAT if it has one that is
 * not; a file without one, or none at all, is no error of the seal's. */
relif_err relif_seal_check(const relif_context *ctx, const char *path, bool *sealed);

#endif
