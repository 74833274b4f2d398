/**
 * The file an analysis writes: its name, and that nothing else is lost by writing it.
 *
 *     char *path = relif_output_path(archive, given, "_accuracy.h5");
 *     err = relif_output_create(ctx, path, "accuracy", source, &output);
 */
#ifndef RELIF_ANALYSIS_OUTPUT_H
#define RELIF_ANALYSIS_OUTPUT_H

#include "relif/archive.h"
#include "relif/sidecar.h"

/** A copy of given, or if it is NULL the archive's path with suffix instead of ".h5".
 *  Caller frees. Not collective. */
char *relif_output_path(const char *archive, const char *given, const char *suffix);

/** The name of an archive without folders and ".h5". Caller frees. Not collective. */
char *relif_output_stem(const char *archive);

/**
 * Begin an archive of this kind that notes the name of its source. A file that is there
 * is replaced only if it is an archive of the same kind; anything else is
 * RELIF_ERR_EXISTS. Collective on ctx.
 */
relif_err relif_output_create(const relif_context *ctx, const char *path,
                              const char *kind, const char *source,
                              relif_archive **archive);

/**
 * Write the sidecar of an output that is committed and closed: how the program was called
 * and the digest of its source. Collective on ctx.
 */
relif_err relif_output_note(const relif_context *ctx, const char *path,
                            const char *source, const relif_sidecar *sidecar);

/** Declare a whole array and write it from root's values. Collective. */
relif_err relif_output_write(relif_archive *archive, const relif_array *array,
                             const void *values);

#endif
