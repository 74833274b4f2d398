/**
 * SHA-256 digests of files and memory, as 64 hexadecimal digits.
 *
 *     relif_digest *digest = relif_digest_create();
 *     relif_digest_add(digest, bytes, n_bytes);
 *     relif_digest_finish(digest, text);    destroys it
 */
#ifndef RELIF_DIGEST_H
#define RELIF_DIGEST_H

#include <stddef.h>

#include "relif/error.h"

enum { RELIF_DIGEST_TEXT = 65 };

typedef struct relif_digest relif_digest;

relif_digest *relif_digest_create(void);
void relif_digest_add(relif_digest *digest, const void *bytes, size_t n_bytes);
void relif_digest_finish(relif_digest *digest, char text[RELIF_DIGEST_TEXT]);

/** Add a file's bytes. RELIF_ERR_FILE, naming it, if it cannot be read. */
relif_err relif_digest_add_file(relif_digest *digest, const char *path);

/** The digest of files' bytes, one file after the other. RELIF_ERR_FILE, naming the one
 * that cannot be read. */
relif_err relif_digest_files(int n_files, const char *const *files,
                             char text[RELIF_DIGEST_TEXT]);

#endif
