/* A folder of its own for each run of an MPI test; root makes and removes it. */
#ifndef RELIF_TESTS_SCRATCH_H
#define RELIF_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/context.h"

enum { SCRATCH_SIZE = 512 };

static char scratch_folder[SCRATCH_SIZE / 2];

static inline void scratch_begin(const relif_context *ctx)
{
    if (relif_context_is_root(ctx)) {
        snprintf(scratch_folder, sizeof scratch_folder, "/tmp/relif-test-XXXXXX");
        if (!mkdtemp(scratch_folder)) MPI_Abort(ctx->comm, 1);
    }
    relif_context_broadcast(ctx, scratch_folder, sizeof scratch_folder);
}

/* Path of a file in the folder, in text. */
static inline const char *scratch_path(char text[SCRATCH_SIZE], const char *name)
{
    snprintf(text, SCRATCH_SIZE, "%s/%s", scratch_folder, name);
    return text;
}

static inline int scratch_remove(const char *path, const struct stat *status, int kind,
                                 struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static inline void scratch_end(const relif_context *ctx)
{
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx))
        nftw(scratch_folder, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
