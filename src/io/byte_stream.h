/**
 * The bytes of a file, decompressed on the way if it is a gzip or xz file.
 *
 *     relif_byte_stream *stream = NULL;
 *     err = relif_byte_stream_open(path, digest, &stream);
 *     err = relif_byte_stream_read(stream, header, sizeof header, &n_read);
 *     err = relif_byte_stream_take(stream, expected, &bytes, &n_bytes);   free(bytes)
 *     relif_byte_stream_close(stream);
 *
 * A compressed file is known by its first bytes, not by its name. Nobody trusts a size:
 * what is allocated grows with the bytes that really come; an xz file whose dictionary
 * needs more than 256 MiB counts as damaged.
 */
#ifndef RELIF_IO_BYTE_STREAM_H
#define RELIF_IO_BYTE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "relif/digest.h"
#include "relif/error.h"

typedef struct relif_byte_stream relif_byte_stream;

/**
 * Open a file for reading. Every byte of the file that is read (compressed, if it is)
 * is added to digest. path and digest are borrowed until close. Caller closes; *stream is
 * NULL on failure. RELIF_ERR_FILE, naming the file.
 */
relif_err relif_byte_stream_open(const char *path, relif_digest *digest,
                                 relif_byte_stream **stream);
void relif_byte_stream_close(relif_byte_stream *stream);

/**
 * Read up to n_bytes bytes; *n_read is less only at the end of the stream.
 *
 * RELIF_ERR_FILE if the file cannot be read, RELIF_ERR_FORMAT if its compressed stream
 * is damaged (also: followed by other bytes) or truncated. The checksum of such a stream
 * has been checked once its end is seen, so a reader asks for one byte more than it
 * expects.
 */
relif_err relif_byte_stream_read(relif_byte_stream *stream, void *bytes, size_t n_bytes,
                                 size_t *n_read);

/** Read at most n_most bytes into a new array: caller frees *bytes, NULL on failure. */
relif_err relif_byte_stream_take(relif_byte_stream *stream, uint64_t n_most,
                                 uint8_t **bytes, uint64_t *n_bytes);

#endif
