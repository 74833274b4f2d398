#include "relif/checkpoint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_file.h"
#include "durable.h"
#include "relif/memory.h"

/* The names of an output's generations. */
struct names {
    char *newest, *older, *part;
};

static struct names names_of(const char *output)
{
    return (struct names){relif_durable_name(output, ".checkpoint"),
                          relif_durable_name(output, ".checkpoint.old"),
                          relif_durable_name(output, ".checkpoint.part")};
}

static void release_names(struct names *names)
{
    free(names->newest);
    free(names->older);
    free(names->part);
}

static int64_t bytes_of(const relif_state *state)
{
    int64_t bytes = 0;
    for (int i = 0; i < state->n_arrays; i++)
        bytes += state->arrays[i].count * relif_array_type_size(state->arrays[i].type);
    return bytes;
}

static relif_err write_here(const struct names *names,
                            const relif_checkpoint_identity *identity,
                            const relif_state *state)
{
    relif_err err = relif_durable_check_space(names->newest, bytes_of(state));
    if (err == RELIF_OK) err = relif_checkpoint_file_write(names->part, identity, state);
    if (err == RELIF_OK)
        err = relif_durable_rotate(names->part, names->newest, names->older);
    if (err == RELIF_OK) return RELIF_OK;
    unlink(names->part);
    return relif_fail(err, "write checkpoint '%s': %s", names->newest,
                      relif_error_sentence());
}

relif_err relif_checkpoint_write(const relif_context *ctx, const char *output,
                                 const relif_checkpoint_identity *identity,
                                 const relif_state *state)
{
    struct names names = names_of(output);
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) err = write_here(&names, identity, state);
    release_names(&names);
    return relif_agree(ctx, err);
}

/* The first sound one of both generations and its name, which is NULL if there is none.
 */
static relif_err find_sound(const struct names *names, relif_log *log, const char **name,
                            relif_checkpoint_file *file)
{
    const char *const generations[] = {names->newest, names->older};
    *name = NULL;
    *file = (relif_checkpoint_file){0};
    for (int g = 0; g < 2; g++) {
        char *bytes;
        size_t n_bytes;
        if (access(generations[g], F_OK) != 0) continue;
        const relif_err err =
            relif_checkpoint_file_read(generations[g], &bytes, &n_bytes);
        if (err != RELIF_OK)
            return relif_fail(err, "read checkpoint '%s': %s", generations[g],
                              relif_error_sentence());
        *name = generations[g];
        if (relif_checkpoint_file_parse(bytes, n_bytes, file) == RELIF_OK)
            return RELIF_OK;
        *name = NULL;
        relif_log_line(log, "checkpoint '%s' is damaged and not used: %s", generations[g],
                       relif_error_sentence());
    }
    return RELIF_OK;
}

/* Room for what is said of a difference. */
enum { DIFFERENCE = 256 };

/* The first line that differs, as both have it. */
static void describe_line(const char *there, const char *here, char text[DIFFERENCE])
{
    enum { SHOWN = 80 };
    const char *line = there, *other = here;
    while (*there && *there == *here) {
        if (*there == '\n') {
            line = there + 1;
            other = here + 1;
        }
        there++;
        here++;
    }
    const int n_there = (int)strcspn(line, "\n"), n_here = (int)strcspn(other, "\n");
    snprintf(text, DIFFERENCE, "another configuration ('%.*s' there, '%.*s' here)",
             n_there < SHOWN ? n_there : SHOWN, line, n_here < SHOWN ? n_here : SHOWN,
             other);
}

static bool differ(const char *a, const char *b)
{
    return (a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0);
}

static relif_err compare(const char *name, const relif_checkpoint_file *file,
                         const relif_checkpoint_identity *identity)
{
    char text[DIFFERENCE] = "";
    if (differ(file->kind, identity->kind))
        snprintf(text, sizeof text, "another kind of work ('%s' there, '%s' here)",
                 file->kind, identity->kind);
    else if (differ(file->program, "relif " RELIF_VERSION))
        snprintf(text, sizeof text, "another version ('%s' there, '%s' here)",
                 file->program, "relif " RELIF_VERSION);
    else if (differ(file->config, identity->config))
        describe_line(file->config, identity->config, text);
    else if (differ(file->network_digest, identity->network_digest))
        snprintf(text, sizeof text, "another network (SHA-256 differs)");
    else if (differ(file->dataset_digest, identity->dataset_digest))
        snprintf(text, sizeof text, "another data set (SHA-256 differs)");
    if (!text[0]) return RELIF_OK;
    return relif_fail(RELIF_ERR_EXISTS,
                      "checkpoint '%s' is of %s; remove it, begin anew with --force or "
                      "choose another output",
                      name, text);
}

/* Root's bytes to everyone; the others take them apart again. */
static relif_err share(const relif_context *ctx, relif_checkpoint_file *file)
{
    uint64_t n_bytes = file->n_bytes;
    relif_context_broadcast(ctx, &n_bytes, sizeof n_bytes);
    if (n_bytes == 0) return RELIF_OK;
    const bool root = relif_context_is_root(ctx);
    assert(!root || file->state);
    char *bytes = root ? file->state->bytes : relif_calloc(n_bytes + 1, 1);
    relif_context_broadcast(ctx, bytes, n_bytes);
    return root ? RELIF_OK : relif_checkpoint_file_parse(bytes, n_bytes, file);
}

relif_err relif_checkpoint_read(const relif_context *ctx, relif_log *log,
                                const char *output,
                                const relif_checkpoint_identity *identity,
                                relif_state **state)
{
    struct names names = names_of(output);
    relif_checkpoint_file file = {0};
    const char *name = NULL;
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) err = find_sound(&names, log, &name, &file);
    if (err == RELIF_OK && name) err = compare(name, &file, identity);
    err = relif_agree(ctx, err);
    if (err == RELIF_OK) err = relif_agree(ctx, share(ctx, &file));
    *state = NULL;
    if (err == RELIF_OK) {
        *state = file.state;
        file.state = NULL;
    }
    if (name && *state) relif_log_line(log, "going on from checkpoint '%s'", name);
    relif_checkpoint_file_release(&file);
    release_names(&names);
    return err;
}

void relif_checkpoint_remove(const relif_context *ctx, const char *output)
{
    if (!relif_context_is_root(ctx)) return;
    struct names names = names_of(output);
    unlink(names.newest);
    unlink(names.older);
    unlink(names.part);
    release_names(&names);
}
