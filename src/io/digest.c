/* SHA-256 through OpenSSL's EVP interface; the text is the digest in lower-case
 * hexadecimal. */
#include "relif/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

enum { DIGEST_BYTES = 32, BLOCK = 1 << 16 };

struct relif_digest {
    EVP_MD_CTX *state;
};

/* SHA-256 of bytes in memory cannot fail; a libcrypto without it is a broken
 * installation. */
static void expect(int done)
{
    if (done == 1) return;
    fprintf(stderr, "relif: libcrypto cannot compute SHA-256 digests\n");
    abort();
}

relif_digest *relif_digest_create(void)
{
    relif_digest *digest = relif_calloc(1, sizeof *digest);
    digest->state = EVP_MD_CTX_new();
    expect(digest->state != NULL);
    expect(EVP_DigestInit_ex(digest->state, EVP_sha256(), NULL));
    return digest;
}

void relif_digest_add(relif_digest *digest, const void *bytes, size_t n_bytes)
{
    if (n_bytes > 0) expect(EVP_DigestUpdate(digest->state, bytes, n_bytes));
}

void relif_digest_finish(relif_digest *digest, char text[RELIF_DIGEST_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int n_bytes = 0;
    expect(EVP_DigestFinal_ex(digest->state, bytes, &n_bytes));
    expect(n_bytes == DIGEST_BYTES);
    for (size_t i = 0; i < DIGEST_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    EVP_MD_CTX_free(digest->state);
    free(digest);
}

relif_err relif_digest_add_file(relif_digest *digest, const char *path)
{
    relif_err err = RELIF_OK;
    size_t n_bytes = 0;
    unsigned char *block = relif_calloc(BLOCK, 1);
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        err = relif_fail(RELIF_ERR_FILE, "read '%s': %s", path, strerror(errno));
        goto cleanup;
    }
    while ((n_bytes = fread(block, 1, BLOCK, file)) > 0)
        relif_digest_add(digest, block, n_bytes);
    if (ferror(file))
        err = relif_fail(RELIF_ERR_FILE, "read '%s': %s", path, strerror(errno));
cleanup:
    if (file) fclose(file);
    free(block);
    return err;
}

relif_err relif_digest_files(int n_files, const char *const *files,
                             char text[RELIF_DIGEST_TEXT])
{
    relif_err err = RELIF_OK;
    relif_digest *digest = relif_digest_create();
    for (int f = 0; f < n_files && err == RELIF_OK; f++)
        err = relif_digest_add_file(digest, files[f]);
    relif_digest_finish(digest, text);
    return err;
}
