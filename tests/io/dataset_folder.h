/**
 * A temporary folder that all ranks see, and small files in it, written by root.
 */
#ifndef RELIF_TESTS_IO_DATASET_FOLDER_H
#define RELIF_TESTS_IO_DATASET_FOLDER_H

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/context.h"
#include "relif/dataset.h"

enum { FOLDER_MAX_FILES = 64, FOLDER_PATH = 256 };

static relif_context *ctx;
static char folder_name[FOLDER_PATH] = "/tmp/relif_dataset_XXXXXX";
static char folder_files[FOLDER_MAX_FILES][FOLDER_PATH];
static int folder_n_files;

static inline void folder_begin(void)
{
    ctx = relif_context_create(MPI_COMM_WORLD);
    if (relif_context_is_root(ctx) && !mkdtemp(folder_name)) MPI_Abort(MPI_COMM_WORLD, 1);
    relif_context_broadcast(ctx, folder_name, sizeof folder_name);
}

/** The path of a file in the folder. Borrowed; the file is removed at the end. */
static inline const char *folder_path(const char *name)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%.200s/%.50s", folder_name, name);
    for (int f = 0; f < folder_n_files; f++)
        if (strcmp(folder_files[f], path) == 0) return folder_files[f];
    if (folder_n_files == FOLDER_MAX_FILES) MPI_Abort(MPI_COMM_WORLD, 1);
    return memcpy(folder_files[folder_n_files++], path, sizeof path);
}

static inline void folder_end(void)
{
    MPI_Barrier(ctx->comm);
    for (int f = 0; f < folder_n_files && relif_context_is_root(ctx); f++)
        unlink(folder_files[f]);
    if (relif_context_is_root(ctx)) rmdir(folder_name);
    relif_context_destroy(ctx);
}

/** Root writes the file; returns its path on every rank. */
static inline const char *folder_write(const char *name, const void *bytes,
                                       size_t n_bytes)
{
    const char *path = folder_path(name);
    if (relif_context_is_root(ctx)) {
        FILE *file = fopen(path, "wb");
        if (!file || fwrite(bytes, 1, n_bytes, file) != n_bytes || fclose(file) != 0)
            MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Barrier(ctx->comm);
    return path;
}

/** Every rank got the same error with the same sentence. Collective. */
static inline int same_error_everywhere(relif_err err)
{
    char mine[RELIF_SENTENCE_SIZE + 16] = "", roots[sizeof mine];
    snprintf(mine, sizeof mine, "%d %s", (int)err, relif_error_sentence());
    memcpy(roots, mine, sizeof mine);
    MPI_Bcast(roots, sizeof roots, MPI_CHAR, 0, ctx->comm);
    int same = strcmp(mine, roots) == 0, all;
    MPI_Allreduce(&same, &all, 1, MPI_INT, MPI_MIN, ctx->comm);
    return all;
}

/** Reading fails with this code everywhere and leaves no data set. Collective. */
static inline int refuses(const relif_dataset_options *options, relif_err code)
{
    relif_dataset unset, *dataset = &unset;
    const relif_err err = relif_dataset_read(ctx, options, &dataset);
    const int refused = same_error_everywhere(err) && err == code && !dataset;
    if (err == RELIF_OK) relif_dataset_destroy(dataset);
    if (!refused) printf("found: %d '%s'\n", (int)err, relif_error_sentence());
    return refused;
}

#endif
