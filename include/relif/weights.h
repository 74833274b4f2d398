/**
 * The network file: HDF5, format "relif-network", version 1 (what users write
 * from PyTorch).
 *
 * Root attributes format, version, name, input_shape [C, H, W]; group /layers,
 * members in name order ("00_conv1", "01_pool1", ...) with attributes type,
 * activation (relu | none), for conv2d stride (default 1) and padding (default
 * 0), for pooling size, stride (default: size) and padding (default 0);
 * datasets weight (conv2d [out, in, kh, kw], linear [out, in]) and, optionally,
 * bias [out]. A layer's name is its member name without the leading digits and
 * underscore. Files that relif writes are sealed (relif/seal.h); others need no seal.
 */
#ifndef RELIF_WEIGHTS_H
#define RELIF_WEIGHTS_H

#include "relif/context.h"
#include "relif/digest.h"
#include "relif/network.h"

/**
 * Read a network on every rank: root reads, all receive.
 *
 * Collective on ctx. Caller destroys *network. Fails on all ranks with a
 * sentence that names file and layer: missing or wrong attributes, unknown
 * types, shapes that do not chain, NaN or Inf weights, external links or
 * storage, a seal that is broken.
 * @param[out] digest  SHA-256 of the file's bytes; may be NULL
 */
relif_err relif_weights_read(const relif_context *ctx, const char *path,
                             relif_network **network, char digest[RELIF_DIGEST_TEXT]);

/**
 * Write a network: root writes path + ".part", flushes it to disk and renames
 * it. The same network gives the same bytes. Replaces an existing file.
 * Collective on ctx.
 */
relif_err relif_weights_write(const relif_context *ctx, const char *path,
                              const relif_network *network);

#endif
