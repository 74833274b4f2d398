#include "output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/memory.h"
#include "relif/text.h"

static const char extension[] = ".h5";

static size_t length_without_extension(const char *path)
{
    const size_t length = strlen(path), ending = strlen(extension);
    return length > ending && strcmp(path + length - ending, extension) == 0
               ? length - ending
               : length;
}

char *relif_output_path(const char *archive, const char *given, const char *suffix)
{
    if (given) return relif_strdup(given);
    const size_t kept = length_without_extension(archive);
    relif_text path = {0};
    relif_text_append(&path, "%.*s%s", (int)kept, archive, suffix);
    return path.bytes;
}

static const char *name_of(const char *path)
{
    const char *last = strrchr(path, '/');
    return last ? last + 1 : path;
}

char *relif_output_stem(const char *archive)
{
    char *stem = relif_strdup(name_of(archive));
    stem[length_without_extension(stem)] = '\0';
    return stem;
}

static relif_err check_replaceable(const relif_context *ctx, const char *path,
                                   const char *kind)
{
    int there = relif_context_is_root(ctx) && access(path, F_OK) == 0;
    MPI_Bcast(&there, 1, MPI_INT, 0, ctx->comm);
    if (!there) return RELIF_OK;
    relif_archive *old = NULL;
    const relif_err err = relif_archive_open(ctx, path, kind, &old);
    relif_archive_close(old);
    if (err == RELIF_OK) return err;
    return relif_fail(RELIF_ERR_EXISTS,
                      "output '%s' exists and is no archive of kind '%s'; it is not "
                      "replaced (--output names another file)",
                      path, kind);
}

relif_err relif_output_create(const relif_context *ctx, const char *path,
                              const char *kind, const char *source,
                              relif_archive **archive)
{
    *archive = NULL;
    relif_err err = check_replaceable(ctx, path, kind);
    if (err == RELIF_OK) err = relif_archive_create(ctx, path, kind, true, archive);
    if (err == RELIF_OK)
        err = relif_archive_set_text(*archive, "/", "source", name_of(source));
    return err;
}

relif_err relif_output_note(const relif_context *ctx, const char *path,
                            const char *source, const relif_sidecar *given)
{
    char digest[RELIF_DIGEST_TEXT] = "";
    const relif_input input = {"archive", 1, &source, digest};
    relif_sidecar sidecar = *given;
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) err = relif_digest_files(1, &source, digest);
    err = relif_agree(ctx, err);
    if (err != RELIF_OK) return err;
    sidecar.archive = path;
    sidecar.inputs = &input;
    sidecar.n_inputs = 1;
    return relif_sidecar_write(ctx, &sidecar);
}

relif_err relif_output_write(relif_archive *archive, const relif_array *array,
                             const void *values)
{
    const bool root = relif_context_is_root(relif_archive_context(archive));
    const int64_t offset[RELIF_ARRAY_MAX_RANK] = {0};
    int64_t count[RELIF_ARRAY_MAX_RANK] = {0};
    bool empty = false;
    for (int d = 0; d < array->rank; d++) {
        empty = empty || array->dims[d] == 0;
        count[d] = root ? array->dims[d] : 0;
    }
    relif_err err = relif_archive_declare(archive, array);
    if (err == RELIF_OK && !empty)
        err = relif_archive_write(archive, array->path, offset, count, values);
    return err;
}
