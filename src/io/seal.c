#include "relif/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relif/digest.h"
#include "relif/memory.h"

static const char method[] = " sha256-16MiB ";

enum { PIECE = 16 << 20, BUFFER = 1 << 20, DIGITS = RELIF_DIGEST_TEXT - 1 };

typedef struct seal_line {
    char text[RELIF_SEAL_BLOCK];
} seal_line;

static bool read_fully(int file, void *bytes, size_t n_bytes, int64_t at)
{
    for (size_t done = 0; done < n_bytes;) {
        const ssize_t got =
            pread(file, (char *)bytes + done, n_bytes - done, (off_t)at + (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; /* the file became shorter */
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

static bool digest_piece(int file, int64_t at, int64_t end, char text[RELIF_DIGEST_TEXT])
{
    bool done = true;
    relif_digest *digest = relif_digest_create();
    char *buffer = relif_calloc(BUFFER, 1);
    while (done && at < end) {
        const size_t n = end - at < BUFFER ? (size_t)(end - at) : BUFFER;
        done = read_fully(file, buffer, n, at);
        if (done) relif_digest_add(digest, buffer, n);
        at += (int64_t)n;
    }
    relif_digest_finish(digest, text);
    free(buffer);
    return done;
}

/* Digests of the pieces, dealt to the ranks: [n_pieces][DIGITS], complete on every rank.
 */
static relif_err digest_pieces(const relif_context *ctx, int file, int64_t size,
                               int64_t n_pieces, char *digests)
{
    relif_err err = RELIF_OK;
    for (int64_t p = ctx->rank; p < n_pieces && err == RELIF_OK; p += ctx->size) {
        char text[RELIF_DIGEST_TEXT];
        const int64_t at = RELIF_SEAL_BLOCK + p * PIECE;
        if (digest_piece(file, at, at + PIECE < size ? at + PIECE : size, text))
            memcpy(digests + p * DIGITS, text, DIGITS);
        else
            err = relif_fail(RELIF_ERR_FILE, "its bytes cannot be read (%s)",
                             strerror(errno));
    }
    err = relif_agree(ctx, err);
    if (err != RELIF_OK || ctx->size == 1) return err;
    for (int64_t p = 0; p < n_pieces; p++) /* those of others are 0 */
        MPI_Bcast(digests + p * DIGITS, DIGITS, MPI_BYTE, (int)(p % ctx->size),
                  ctx->comm);
    return RELIF_OK;
}

/* The line that belongs to the bytes of an open file of a format. */
static relif_err make_line(const relif_context *ctx, int file, int64_t size,
                           const char *format, seal_line *line)
{
    const int64_t n_pieces = (size - RELIF_SEAL_BLOCK + PIECE - 1) / PIECE;
    char *digests = relif_calloc((size_t)n_pieces * DIGITS + 1, 1);
    const relif_err err = digest_pieces(ctx, file, size, n_pieces, digests);
    char text[RELIF_DIGEST_TEXT];
    relif_digest *digest = relif_digest_create();
    relif_digest_add(digest, digests, (size_t)n_pieces * DIGITS);
    relif_digest_finish(digest, text);
    free(digests);
    *line = (seal_line){0};
    snprintf(line->text, sizeof line->text, "%s%s%s %lld\n", format, method, text,
             (long long)size);
    return err;
}

/* Open, with the size; -1 if it cannot be opened or is not longer than the block. */
static int open_file(const char *path, int flags, int64_t *size)
{
    struct stat status;
    const int file = open(path, flags | O_NONBLOCK);
    if (file < 0) return -1;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > RELIF_SEAL_BLOCK) {
        *size = status.st_size;
        return file;
    }
    close(file);
    errno = EINVAL;
    return -1;
}

relif_err relif_seal_put(const relif_context *ctx, const char *path, const char *format)
{
    int64_t size = 0;
    seal_line line;
    relif_err err = RELIF_OK;
    const int file = open_file(path, O_RDWR, &size);
    if (file < 0)
        err = relif_fail(RELIF_ERR_FILE, "it cannot be sealed (%s)", strerror(errno));
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) err = make_line(ctx, file, size, format, &line);
    if (err == RELIF_OK && relif_context_is_root(ctx) &&
        pwrite(file, line.text, sizeof line.text, 0) != sizeof line.text)
        err = relif_fail(RELIF_ERR_FILE, "it cannot be sealed (%s)", strerror(errno));
    if (file >= 0) close(file);
    return relif_agree(ctx, err);
}

/* The first word of a seal; false if the text is none. */
static bool find_format(const seal_line *line, char format[RELIF_SEAL_BLOCK])
{
    memcpy(format, line->text, RELIF_SEAL_BLOCK);
    format[RELIF_SEAL_BLOCK - 1] = '\0';
    char *end = strstr(format, method);
    if (!end || strncmp(format, "relif-", 6) != 0) return false;
    *end = '\0';
    return true;
}

/* Root's word for it: the file that others see may be another by now. */
static bool has_line(const relif_context *ctx, int file, seal_line *found,
                     char format[RELIF_SEAL_BLOCK])
{
    bool has = relif_context_is_root(ctx) && file >= 0 &&
               read_fully(file, found->text, sizeof found->text, 0) &&
               find_format(found, format);
    relif_context_broadcast(ctx, &has, sizeof has);
    relif_context_broadcast(ctx, format, RELIF_SEAL_BLOCK);
    relif_context_broadcast(ctx, found, sizeof *found);
    return has;
}

relif_err relif_seal_check(const relif_context *ctx, const char *path, bool *sealed)
{
    int64_t size = 0;
    seal_line found = {0}, line = {0};
    char format[RELIF_SEAL_BLOCK] = "";
    const int file = open_file(path, O_RDONLY, &size);
    relif_err err = RELIF_OK;
    *sealed = has_line(ctx, file, &found, format);
    if (*sealed) {
        if (file < 0)
            err = relif_fail(RELIF_ERR_FILE, "it cannot be read (%s)", strerror(errno));
        err = relif_agree(ctx, err);
        if (err == RELIF_OK) err = make_line(ctx, file, size, format, &line);
        if (err == RELIF_OK && memcmp(&found, &line, sizeof line) != 0)
            err = relif_fail(RELIF_ERR_FORMAT,
                             "it is damaged or cut off: its bytes are not those that its "
                             "checksum is of");
    }
    if (file >= 0) close(file);
    return relif_agree(ctx, err);
}
