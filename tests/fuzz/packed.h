/* Bytes packed as gzip, so that a fuzzer need not find checksums by chance. */
#ifndef RELIF_TESTS_FUZZ_PACKED_H
#define RELIF_TESTS_FUZZ_PACKED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "relif/memory.h"

/** A file of bytes as they are, or (packed) as a gzip stream of one or two members. */
static inline const char *packed_file(const char *name, unsigned packed,
                                      const uint8_t *bytes, size_t n_bytes)
{
    enum { GZIP_ONLY = 16 + MAX_WBITS };
    if (!(packed & 1)) return fuzz_file(name, bytes, n_bytes);
    const size_t first = packed & 2 ? n_bytes / 2 : n_bytes;
    const size_t room = compressBound(n_bytes) + 64;
    uint8_t *out = relif_calloc(room, 1);
    size_t n_out = 0;
    for (size_t from = 0, to = first; from < n_bytes || n_out == 0;
         from = to, to = n_bytes) {
        z_stream z = {0};
        fuzz_expect(deflateInit2(&z, 6, Z_DEFLATED, GZIP_ONLY, 8, Z_DEFAULT_STRATEGY) ==
                        Z_OK,
                    "zlib");
        z.next_in = (Bytef *)bytes + from;
        z.avail_in = (uInt)(to - from);
        z.next_out = out + n_out;
        z.avail_out = (uInt)(room - n_out);
        fuzz_expect(deflate(&z, Z_FINISH) == Z_STREAM_END, "room for packed bytes");
        n_out = room - z.avail_out;
        deflateEnd(&z);
    }
    const char *path = fuzz_file(name, out, n_out);
    free(out);
    return path;
}

#endif
