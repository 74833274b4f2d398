/**
 * What the fuzz targets share. A target is one function that gives bytes to a reader, as
 * a file or as text; the reader may refuse them, but must neither crash nor believe them.
 *
 * libFuzzer calls it with bytes of its own making (preset fuzz), replay.c with the files
 * of the corpus (every other build).
 */
#ifndef RELIF_TESTS_FUZZ_H
#define RELIF_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "relif/context.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

/** MPI_COMM_WORLD; made by LLVMFuzzerInitialize. */
const relif_context *fuzz_context(void);

/** Write bytes to a file of that name in a scratch folder. Returns its path, borrowed
 * until the next call with that name. */
const char *fuzz_file(const char *name, const void *bytes, size_t n_bytes);

/** End the program as a crash does, naming what is not as it must be. */
void fuzz_expect(int condition, const char *what);

/** Expects that no HDF5 file, object, dataspace or list is open. */
void fuzz_expect_no_handles(void);

/** Removes the scratch folder. */
void fuzz_end(void);

/** Bytes that are used up from the front; 0 when there are none left. */
typedef struct fuzz_bytes {
    const uint8_t *at;
    size_t left;
} fuzz_bytes;

static inline unsigned fuzz_take(fuzz_bytes *bytes)
{
    if (bytes->left == 0) return 0;
    bytes->left--;
    return *bytes->at++;
}

#endif
