/* Plain files, and gzip files (RFC 1952, one or more members) through zlib's inflate. */
#include "byte_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "expansion.h"
#include "relif/memory.h"

enum { BLOCK = 1 << 16, FIRST_TAKE = 1 << 20, GZIP_ONLY = 16 + MAX_WBITS };

struct relif_byte_stream {
    const char *path;
    relif_digest *digest;
    FILE *file;
    bool gzip, member_open; /* member_open: within a gzip member */
    z_stream z; /* next_in, avail_in: the waiting input, also of plain files */
    int64_t n_given, n_taken; /* bytes handed out; bytes of the file */
    unsigned char block[BLOCK];
};

static relif_err fill_block(relif_byte_stream *stream)
{
    if (stream->z.avail_in > 0) return RELIF_OK;
    errno = 0;
    const size_t n_bytes = fread(stream->block, 1, BLOCK, stream->file);
    if (n_bytes < BLOCK && ferror(stream->file))
        return relif_fail(RELIF_ERR_FILE, "read data set '%s': %s", stream->path,
                          strerror(errno));
    relif_digest_add(stream->digest, stream->block, n_bytes);
    stream->z.next_in = stream->block;
    stream->z.avail_in = (uInt)n_bytes;
    stream->n_taken += (int64_t)n_bytes;
    return RELIF_OK;
}

relif_err relif_byte_stream_open(const char *path, relif_digest *digest,
                                 relif_byte_stream **stream)
{
    relif_err err = RELIF_OK;
    relif_byte_stream *made = relif_calloc(1, sizeof *made);
    made->path = path;
    made->digest = digest;
    errno = 0;
    made->file = fopen(path, "rb");
    if (!made->file) {
        err = relif_fail(RELIF_ERR_FILE, "read data set '%s': %s", path, strerror(errno));
        goto cleanup;
    }
    err = fill_block(made);
    if (err != RELIF_OK) goto cleanup;
    if (made->z.avail_in >= 2 && made->block[0] == 0x1f && made->block[1] == 0x8b) {
        if (inflateInit2(&made->z, GZIP_ONLY) != Z_OK)
            err = relif_fail(RELIF_ERR_LIBRARY, "read data set '%s': zlib does not start",
                             path);
        else
            made->gzip = made->member_open = true;
    }
cleanup:
    if (err != RELIF_OK) {
        relif_byte_stream_close(made);
        made = NULL;
    }
    *stream = made;
    return err;
}

void relif_byte_stream_close(relif_byte_stream *stream)
{
    if (!stream) return;
    if (stream->gzip) inflateEnd(&stream->z);
    if (stream->file) fclose(stream->file);
    free(stream);
}

static relif_err copy_plain(relif_byte_stream *stream, uint8_t *out, size_t n_most,
                            size_t *n_bytes)
{
    const size_t n = stream->z.avail_in < n_most ? stream->z.avail_in : n_most;
    memcpy(out, stream->z.next_in, n);
    stream->z.next_in += n;
    stream->z.avail_in -= (uInt)n;
    *n_bytes = n;
    return RELIF_OK;
}

static relif_err inflate_some(relif_byte_stream *stream, uint8_t *out, size_t n_most,
                              size_t *n_bytes)
{
    const uInt n_out = (uInt)(n_most < FIRST_TAKE ? n_most : FIRST_TAKE);
    if (!stream->member_open) { /* what follows a member is the next one, or damage */
        inflateReset(&stream->z);
        stream->member_open = true;
    }
    stream->z.next_out = out;
    stream->z.avail_out = n_out;
    const int status = inflate(&stream->z, Z_NO_FLUSH);
    *n_bytes = n_out - stream->z.avail_out;
    if (status == Z_STREAM_END) stream->member_open = false;
    if (status == Z_OK || status == Z_STREAM_END) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT,
                      "read data set '%s': damaged gzip stream after %lld bytes",
                      stream->path, (long long)stream->n_given + (long long)*n_bytes);
}

relif_err relif_byte_stream_read(relif_byte_stream *stream, void *bytes, size_t n_bytes,
                                 size_t *n_read)
{
    uint8_t *out = bytes;
    *n_read = 0;
    while (*n_read < n_bytes) {
        size_t n_some = 0;
        relif_err err = fill_block(stream);
        if (err != RELIF_OK) return err;
        if (stream->z.avail_in == 0) break;
        err = (stream->gzip ? inflate_some : copy_plain)(stream, out + *n_read,
                                                         n_bytes - *n_read, &n_some);
        if (err != RELIF_OK) return err;
        *n_read += n_some;
        stream->n_given += (int64_t)n_some;
        if (!relif_expansion_is_sound((double)stream->n_given, (double)stream->n_taken))
            return relif_fail(RELIF_ERR_FORMAT,
                              "read data set '%s': its gzip stream unpacks to more than "
                              "%d times its size",
                              stream->path, RELIF_EXPANSION_LIMIT);
    }
    if (*n_read < n_bytes && stream->member_open)
        return relif_fail(RELIF_ERR_FORMAT,
                          "read data set '%s': truncated gzip stream after %lld bytes",
                          stream->path, (long long)stream->n_given);
    return RELIF_OK;
}

relif_err relif_byte_stream_take(relif_byte_stream *stream, uint64_t n_most,
                                 uint8_t **bytes, uint64_t *n_bytes)
{
    relif_err err = RELIF_OK;
    uint8_t *taken = NULL;
    uint64_t capacity = 0, n = 0;
    while (n == capacity && n < n_most) {
        size_t n_read = 0;
        capacity = capacity ? 2 * capacity : FIRST_TAKE;
        if (capacity > n_most) capacity = n_most;
        taken = relif_realloc(taken, capacity, 1);
        err = relif_byte_stream_read(stream, taken + n, capacity - n, &n_read);
        n += n_read;
        if (err != RELIF_OK) break;
    }
    if (err != RELIF_OK) {
        free(taken);
        taken = NULL;
    }
    *bytes = taken;
    *n_bytes = n;
    return err;
}
