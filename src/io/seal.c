/* The seal is one line of text, padded with zeros to the 512 bytes of a user block. */
#include "relif/seal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "relif/digest.h"

enum { SIGNATURE_BYTES = 8 };

static const char signature[] = "\211HDF\r\n\032\n"; /* of an HDF5 file, after its seal */

/* The seal that belongs to the bytes after it. */
static relif_err make_seal(const char *path, char seal[RELIF_SEAL_BYTES])
{
    char sum[RELIF_DIGEST_TEXT];
    relif_digest *digest = relif_digest_create();
    const relif_err err = relif_digest_add_file(digest, path, RELIF_SEAL_BYTES);
    relif_digest_finish(digest, sum);
    memset(seal, 0, RELIF_SEAL_BYTES);
    snprintf(seal, RELIF_SEAL_BYTES, "relif: SHA-256 of what follows byte %d: %s\n",
             RELIF_SEAL_BYTES, sum);
    return err;
}

relif_err relif_seal_put(const char *path)
{
    char seal[RELIF_SEAL_BYTES];
    const relif_err err = make_seal(path, seal);
    if (err != RELIF_OK) return err;
    FILE *file = fopen(path, "r+b");
    bool done = file && fwrite(seal, sizeof seal, 1, file) == 1;
    const int reason = errno;
    if (file && fclose(file) != 0) done = false;
    if (done) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "its seal could not be written (%s)",
                      strerror(reason));
}

/* The beginning of a file that has room for a seal. */
static bool read_seal(const char *path, char seal[RELIF_SEAL_BYTES])
{
    char after[SIGNATURE_BYTES];
    FILE *file = fopen(path, "rb");
    const bool found = file && fread(seal, RELIF_SEAL_BYTES, 1, file) == 1 &&
                       fread(after, SIGNATURE_BYTES, 1, file) == 1 &&
                       memcmp(seal, signature, SIGNATURE_BYTES) != 0 &&
                       memcmp(after, signature, SIGNATURE_BYTES) == 0;
    if (file) fclose(file);
    return found;
}

static relif_err check(const char *path, bool *sealed)
{
    char found[RELIF_SEAL_BYTES], expected[RELIF_SEAL_BYTES];
    *sealed = read_seal(path, found);
    if (!*sealed) return RELIF_OK;
    const relif_err err = make_seal(path, expected);
    if (err != RELIF_OK || memcmp(found, expected, sizeof found) == 0) return err;
    return relif_fail(RELIF_ERR_FORMAT,
                      "read '%s': it is damaged or was changed: its SHA-256 is not the "
                      "one in its first %d bytes",
                      path, RELIF_SEAL_BYTES);
}

relif_err relif_seal_check(const relif_context *ctx, const char *path, bool *sealed)
{
    *sealed = false;
    const relif_err err = relif_context_is_root(ctx) ? check(path, sealed) : RELIF_OK;
    relif_context_broadcast(ctx, sealed, sizeof *sealed);
    return relif_agree(ctx, err);
}
