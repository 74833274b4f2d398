#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/archive.h"
#include "relif/config.h"
#include "relif/memory.h"
#include "relif/text.h"

/* What is checked, and what is found on the way. */
struct verification {
    const relif_context *world;
    const char *folder, *config; /* NULL: not known */
    bool prints;
    relif_text wrong; /* names of what is not as recorded */
};

char *verify_path(const char *folder, const char *file)
{
    relif_text path = {0};
    if (folder && file[0] != '/') relif_text_append(&path, "%s/%s", folder, file);
    if (path.bytes && access(path.bytes, F_OK) == 0) return path.bytes;
    relif_text_release(&path);
    return relif_strdup(file);
}

/* Root: the digest of the files as they are. */
static relif_err digest_now(const struct verification *verify, const relif_input *input,
                            char digest[RELIF_DIGEST_TEXT])
{
    char **files = relif_calloc((size_t)input->n_files, sizeof *files);
    for (int f = 0; f < input->n_files; f++)
        files[f] = verify_path(verify->folder, input->files[f]);
    const relif_err err =
        relif_digest_files(input->n_files, (const char *const *)files, digest);
    for (int f = 0; f < input->n_files; f++) free(files[f]);
    free(files);
    return err;
}

/* Images that were drawn are drawn again, as the config says. */
static relif_err draw_again(const struct verification *verify, const char *what,
                            char digest[RELIF_DIGEST_TEXT])
{
    relif_config *config = NULL;
    relif_dataset *dataset = NULL;
    if (!verify->config) return relif_fail(RELIF_ERR_DATA, "no config says how");
    relif_err err = relif_config_parse_collective(verify->world, verify->config, "config",
                                                  NULL, 0, &config);
    if (err == RELIF_OK)
        err = relif_dataset_read(verify->world,
                                 strcmp(what, "training") == 0
                                     ? &config->training.dataset.options
                                     : &config->dataset.options,
                                 &dataset);
    if (err == RELIF_OK) memcpy(digest, dataset->digest, sizeof dataset->digest);
    relif_dataset_destroy(dataset);
    relif_config_destroy(config);
    return err;
}

static void report(struct verification *verify, const relif_input *input, relif_err err,
                   const char *digest)
{
    const bool same = err == RELIF_OK && strcmp(digest, input->digest) == 0;
    if (!same)
        relif_text_append(&verify->wrong, "%s%s", verify->wrong.length ? ", " : "",
                          input->what);
    if (!verify->prints || !relif_context_is_root(verify->world)) return;
    printf("verify %-8s ", input->what);
    for (int f = 0; f < input->n_files; f++)
        printf("%s%s", f ? ", " : "", input->files[f]);
    if (input->n_files == 0) printf("drawn");
    if (err != RELIF_OK)
        printf(": cannot be checked (%s)\n", relif_error_sentence());
    else if (same)
        printf(": as recorded, SHA-256 %s\n", digest);
    else
        printf(": changed, SHA-256 %s, recorded %s\n", digest, input->digest);
}

static void verify_input(struct verification *verify, const relif_input *input)
{
    char digest[RELIF_DIGEST_TEXT] = "";
    relif_err err = RELIF_OK;
    if (input->n_files == 0)
        err = draw_again(verify, input->what, digest);
    else if (relif_context_is_root(verify->world))
        err = digest_now(verify, input, digest);
    err = relif_agree(verify->world, err);
    relif_context_broadcast(verify->world, digest, sizeof digest);
    report(verify, input, err, digest);
}

static relif_err finish(struct verification *verify, const char *path)
{
    relif_err err = RELIF_OK;
    if (verify->wrong.length)
        err = relif_fail(RELIF_ERR_DATA, "verify '%s': not as recorded: %s", path,
                         relif_text_string(&verify->wrong));
    relif_text_release(&verify->wrong);
    return err;
}

bool verify_trains(const relif_sidecar_record *record)
{
    return record->config && strstr(record->config, "\ntraining:");
}

/* Root's word. */
static bool may_be_gone(const relif_context *world, const relif_sidecar_record *record,
                        const relif_input *input)
{
    if (strcmp(input->what, "network") != 0 || !verify_trains(record)) return false;
    char *path = verify_path(record->folder, input->files[0]);
    bool gone = relif_context_is_root(world) && access(path, F_OK) != 0;
    relif_context_broadcast(world, &gone, sizeof gone);
    free(path);
    return gone;
}

relif_err verify_inputs(const relif_context *world, const relif_sidecar_record *record)
{
    struct verification verify = {
        .world = world, .folder = record->folder, .config = record->config};
    for (int i = 0; i < record->n_inputs; i++)
        if (record->inputs[i].n_files > 0 &&
            !may_be_gone(world, record, &record->inputs[i]))
            verify_input(&verify, &record->inputs[i]);
    return finish(&verify, record->archive);
}

static relif_err verify_by_sidecar(const relif_context *world, const char *path,
                                   const char *sidecar)
{
    relif_sidecar_record *record = NULL;
    relif_err err = relif_sidecar_record_read(world, sidecar, &record);
    if (err != RELIF_OK) return err;
    struct verification verify = {.world = world,
                                  .folder = record->folder,
                                  .config = record->config,
                                  .prints = true};
    verify_input(&verify, &(relif_input){"archive", 1, &path, record->archive_digest});
    for (int i = 0; i < record->n_inputs; i++) verify_input(&verify, &record->inputs[i]);
    relif_sidecar_record_destroy(record);
    return finish(&verify, path);
}

/* An attribute of the root, NULL if it is not there. Caller frees. */
static char *attribute(relif_archive *archive, const char *name)
{
    char *text = NULL;
    if (relif_archive_has_attribute(archive, "/", name))
        relif_archive_get_text(archive, "/", name, &text);
    return text;
}

/* The data set and the network that the archived config names. */
static void verify_named(struct verification *verify, const relif_config *config,
                         const char *dataset, const char *network)
{
    const char *files[RELIF_DATASET_MAX_FILES + 1];
    const relif_dataset_options *options = &config->dataset.options;
    int n = options->n_files;
    for (int f = 0; f < n; f++) files[f] = options->files[f];
    if (options->labels) files[n++] = options->labels;
    if (dataset) verify_input(verify, &(relif_input){"dataset", n, files, dataset});
    files[0] = config->has_training ? config->training.output.expanded
                                    : config->network.file.expanded;
    if (network && files[0])
        verify_input(verify, &(relif_input){"network", 1, files, network});
    else if (network && relif_context_is_root(verify->world))
        printf("verify network  its file is not named in the archive\n");
}

static relif_err verify_by_archive(const relif_context *world, const char *path)
{
    relif_archive *archive = NULL;
    relif_config *config = NULL;
    relif_err err = relif_archive_open(world, path, NULL, &archive);
    if (err != RELIF_OK) return err;
    char *text = attribute(archive, "config");
    char *dataset = attribute(archive, "dataset_digest");
    char *network = attribute(archive, "network_digest");
    relif_archive_close(archive);
    struct verification verify = {.world = world, .config = text, .prints = true};
    if (relif_context_is_root(world))
        printf("verify archive  %s: sound by its own checksum; there is no sidecar\n",
               path);
    static const char *const output = "output=none"; /* is not archived */
    if (text && (dataset || network))
        err = relif_config_parse_collective(world, text, path, &output, 1, &config);
    if (config) verify_named(&verify, config, dataset, network);
    relif_config_destroy(config);
    free(text);
    free(dataset);
    free(network);
    const relif_err found = finish(&verify, path);
    return err != RELIF_OK ? err : found;
}

relif_err verify_archive(const relif_context *world, const char *path)
{
    char *sidecar = relif_sidecar_path(path);
    bool there = relif_context_is_root(world) && access(sidecar, F_OK) == 0;
    relif_context_broadcast(world, &there, sizeof there);
    const relif_err err =
        there ? verify_by_sidecar(world, path, sidecar) : verify_by_archive(world, path);
    free(sidecar);
    return err;
}
