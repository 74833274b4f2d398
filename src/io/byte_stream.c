/* Plain files; gzip files (RFC 1952) through zlib's inflate, xz files through liblzma's
 * decoder, both of one or more members. */
#define ZLIB_CONST /* its input is const, too */
#include "byte_stream.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "expansion.h"
#include "relif/memory.h"

enum { BLOCK = 1 << 16, FIRST_TAKE = 1 << 20, GZIP_ONLY = 16 + MAX_WBITS };
enum { XZ_MEMORY = 256 << 20 }; /* a dictionary of xz -9 takes 65 MiB */

/* What a decoder made of some input. */
typedef enum progress { GOES_ON, MEMBER_ENDS, DAMAGED } progress;

/* A way to compress, known by the first bytes of a file. */
typedef struct decoder {
    const char *name;
    unsigned char magic[6];
    size_t n_magic;
    bool (*begin_member)(relif_byte_stream *stream);
    progress (*decode)(relif_byte_stream *stream, uint8_t *out, size_t *n_bytes);
    void (*end)(relif_byte_stream *stream);
} decoder;

struct relif_byte_stream {
    const char *path;
    relif_digest *digest;
    FILE *file;
    const decoder *decoder; /* NULL: plain */
    bool member_open;       /* within a compressed member */
    z_stream gzip;
    lzma_stream xz;
    const uint8_t *waiting; /* [n_waiting] read and not used yet, in block */
    size_t n_waiting;
    int64_t n_given, n_taken; /* bytes handed out; bytes of the file */
    unsigned char block[BLOCK];
};

static relif_err fill_block(relif_byte_stream *stream)
{
    if (stream->n_waiting > 0) return RELIF_OK;
    errno = 0;
    stream->n_waiting = fread(stream->block, 1, BLOCK, stream->file);
    stream->waiting = stream->block;
    if (stream->n_waiting < BLOCK && ferror(stream->file))
        return relif_fail(RELIF_ERR_FILE, "read data set '%s': %s", stream->path,
                          strerror(errno));
    relif_digest_add(stream->digest, stream->block, stream->n_waiting);
    stream->n_taken += (int64_t)stream->n_waiting;
    return RELIF_OK;
}

/* The first n_used of the waiting bytes are done with. */
static void use(relif_byte_stream *stream, size_t n_used)
{
    stream->waiting += n_used;
    stream->n_waiting -= n_used;
}

static bool begin_gzip(relif_byte_stream *stream)
{
    if (stream->gzip.state) return inflateReset(&stream->gzip) == Z_OK;
    return inflateInit2(&stream->gzip, GZIP_ONLY) == Z_OK;
}

static progress decode_gzip(relif_byte_stream *stream, uint8_t *out, size_t *n_bytes)
{
    z_stream *z = &stream->gzip;
    z->next_in = stream->waiting;
    z->avail_in = (uInt)stream->n_waiting;
    z->next_out = out;
    z->avail_out = (uInt)*n_bytes;
    const int status = inflate(z, Z_NO_FLUSH);
    use(stream, stream->n_waiting - z->avail_in);
    *n_bytes -= z->avail_out;
    return status == Z_OK ? GOES_ON : status == Z_STREAM_END ? MEMBER_ENDS : DAMAGED;
}

static void end_gzip(relif_byte_stream *stream)
{
    inflateEnd(&stream->gzip);
}

static bool begin_xz(relif_byte_stream *stream)
{
    return lzma_stream_decoder(&stream->xz, XZ_MEMORY, 0) == LZMA_OK;
}

static progress decode_xz(relif_byte_stream *stream, uint8_t *out, size_t *n_bytes)
{
    lzma_stream *xz = &stream->xz;
    xz->next_in = stream->waiting;
    xz->avail_in = stream->n_waiting;
    xz->next_out = out;
    xz->avail_out = *n_bytes;
    const lzma_ret status = lzma_code(xz, LZMA_RUN);
    use(stream, stream->n_waiting - xz->avail_in);
    *n_bytes -= xz->avail_out;
    return status == LZMA_OK           ? GOES_ON
           : status == LZMA_STREAM_END ? MEMBER_ENDS
                                       : DAMAGED;
}

static void end_xz(relif_byte_stream *stream)
{
    lzma_end(&stream->xz);
}

static const decoder decoders[] = {
    {"gzip", {0x1f, 0x8b}, 2, begin_gzip, decode_gzip, end_gzip},
    {"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, begin_xz, decode_xz, end_xz}};

/* Sets the decoder that the first bytes call for. */
static void recognize(relif_byte_stream *stream)
{
    for (size_t d = 0; d < sizeof decoders / sizeof *decoders; d++)
        if (stream->n_waiting >= decoders[d].n_magic &&
            memcmp(stream->waiting, decoders[d].magic, decoders[d].n_magic) == 0)
            stream->decoder = &decoders[d];
}

static relif_err begin_member(relif_byte_stream *stream)
{
    if (!stream->decoder->begin_member(stream))
        return relif_fail(RELIF_ERR_LIBRARY, "read data set '%s': %s does not start",
                          stream->path, stream->decoder->name);
    stream->member_open = true;
    return RELIF_OK;
}

relif_err relif_byte_stream_open(const char *path, relif_digest *digest,
                                 relif_byte_stream **stream)
{
    relif_byte_stream *made = relif_calloc(1, sizeof *made);
    made->path = path;
    made->digest = digest;
    errno = 0;
    made->file = fopen(path, "rb");
    relif_err err = made->file ? fill_block(made)
                               : relif_fail(RELIF_ERR_FILE, "read data set '%s': %s",
                                            path, strerror(errno));
    if (err == RELIF_OK) recognize(made);
    if (err == RELIF_OK && made->decoder) err = begin_member(made);
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
    if (stream->decoder) stream->decoder->end(stream);
    if (stream->file) fclose(stream->file);
    free(stream);
}

/* Up to n_most bytes from those that wait. */
static relif_err copy_plain(relif_byte_stream *stream, uint8_t *out, size_t n_most,
                            size_t *n_bytes)
{
    *n_bytes = stream->n_waiting < n_most ? stream->n_waiting : n_most;
    memcpy(out, stream->waiting, *n_bytes);
    use(stream, *n_bytes);
    return RELIF_OK;
}

static relif_err decode_some(relif_byte_stream *stream, uint8_t *out, size_t n_most,
                             size_t *n_bytes)
{
    if (!stream->member_open) { /* what follows a member is the next one, or damage */
        const relif_err err = begin_member(stream);
        if (err != RELIF_OK) return err;
    }
    *n_bytes = n_most < FIRST_TAKE ? n_most : FIRST_TAKE;
    const progress made = stream->decoder->decode(stream, out, n_bytes);
    stream->member_open = made != MEMBER_ENDS;
    if (made != DAMAGED) return RELIF_OK;
    return relif_fail(RELIF_ERR_FORMAT,
                      "read data set '%s': damaged %s stream after %lld bytes",
                      stream->path, stream->decoder->name,
                      (long long)stream->n_given + (long long)*n_bytes);
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
        if (stream->n_waiting == 0) break;
        err = (stream->decoder ? decode_some : copy_plain)(stream, out + *n_read,
                                                           n_bytes - *n_read, &n_some);
        if (err != RELIF_OK) return err;
        *n_read += n_some;
        stream->n_given += (int64_t)n_some;
        if (stream->decoder &&
            !relif_expansion_is_sound((double)stream->n_given, (double)stream->n_taken))
            return relif_fail(RELIF_ERR_FORMAT,
                              "read data set '%s': its %s stream unpacks to more than "
                              "%d times its size",
                              stream->path, stream->decoder->name, RELIF_EXPANSION_LIMIT);
    }
    if (*n_read < n_bytes && stream->member_open)
        return relif_fail(
            RELIF_ERR_FORMAT, "read data set '%s': truncated %s stream after %lld bytes",
            stream->path, stream->decoder->name, (long long)stream->n_given);
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
