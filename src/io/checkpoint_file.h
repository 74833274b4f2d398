/**
 * The file of a checkpoint; private to src/io.
 *
 *     relif-checkpoint 1 <bytes of the header>\n
 *     {"kind": ..., "program": ..., "config": ..., "network_sha256": ...,
 *      "dataset_sha256": ..., "arrays": [{"name": ..., "type": "f32", "count": 7},
 * ...]}\n the numbers of all arrays, little-endian, one array after the other \nsha256
 * <digest of everything before this line>\n
 *
 * Not collective.
 */
#ifndef RELIF_CHECKPOINT_FILE_H
#define RELIF_CHECKPOINT_FILE_H

#include "relif/checkpoint.h"

/** A checkpoint in memory. */
typedef struct relif_checkpoint_file {
    char *kind, *program, *config;         /* owned */
    char *network_digest, *dataset_digest; /* owned, or NULL */
    relif_state *state;                    /* owned; its bytes are the whole file */
    size_t n_bytes;
} relif_checkpoint_file;

/** Write to a file, which is replaced. RELIF_ERR_FILE. */
relif_err relif_checkpoint_file_write(const char *path,
                                      const relif_checkpoint_identity *identity,
                                      const relif_state *state);

/** All bytes of a file; caller frees. RELIF_ERR_FILE. */
relif_err relif_checkpoint_file_read(const char *path, char **bytes, size_t *n_bytes);

/**
 * Check the bytes and take them apart. They are taken over, also on failure.
 * RELIF_ERR_FORMAT, saying what is wrong, if they are damaged. Caller releases.
 */
relif_err relif_checkpoint_file_parse(char *bytes, size_t n_bytes,
                                      relif_checkpoint_file *file);

/** {0} is allowed. */
void relif_checkpoint_file_release(relif_checkpoint_file *file);

#endif
