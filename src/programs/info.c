/* relif info: what a file holds; success only if all of it can be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "relif/archive.h"
#include "relif/memory.h"
#include "relif/seal.h"
#include "relif/summary.h"
#include "relif/text.h"
#include "relif/weights.h"
#include "verify.h"

enum { PIECE_BYTES = 8 << 20 }; /* of an array that are read at once */

static void print_network(const relif_network *network, const char *path,
                          const char *digest)
{
    printf("%s: network '%s', input %d x %d x %d, %lld neurons, %lld weights\n", path,
           network->name, network->input.channels, network->input.height,
           network->input.width, (long long)relif_network_neurons(network),
           (long long)relif_network_weights(network));
    printf("SHA-256 %s\n", digest);
    printf("%-10s %-11s %-15s %-7s %6s %7s %10s %s\n", "layer", "type", "output",
           "kernel", "stride", "padding", "weights", "");
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        char shape[48], kernel[32];
        snprintf(shape, sizeof shape, "%d x %d x %d", layer->out.channels,
                 layer->out.height, layer->out.width);
        snprintf(kernel, sizeof kernel, "%d x %d", layer->kernel_height,
                 layer->kernel_width);
        printf("%-10s %-11s %-15s %-7s %6d %7d %10lld %s%s\n", layer->name,
               relif_layer_kind_name(layer->kind), shape, kernel, layer->stride,
               layer->padding, (long long)relif_layer_weights(layer),
               layer->activation == RELIF_ACTIVATION_RELU ? "relu" : "",
               layer->bias ? ", bias" : "");
    }
    if (network->origin) printf("trained with:\n%s\n", network->origin);
}

/* Reads an array through, piece by piece: damaged chunks do not pass. */
static relif_err read_through(relif_archive *archive, const relif_array *array)
{
    int64_t row = relif_array_type_size(array->type), count[RELIF_ARRAY_MAX_RANK];
    int64_t offset[RELIF_ARRAY_MAX_RANK] = {0};
    for (int d = 0; d < array->rank; d++) count[d] = array->dims[d];
    for (int d = 1; d < array->rank; d++) row *= array->dims[d];
    const int64_t rows = row > 0 && row < PIECE_BYTES ? PIECE_BYTES / row : 1;
    char *piece = relif_calloc((size_t)rows, (size_t)row);
    relif_err err = RELIF_OK;
    for (int64_t r = 0; r < array->dims[0] && err == RELIF_OK; r += rows) {
        offset[0] = r;
        count[0] = array->dims[0] - r < rows ? array->dims[0] - r : rows;
        err = relif_archive_read(archive, array->path, array->type, offset, count, piece);
    }
    free(piece);
    return err;
}

static relif_err show_array(relif_archive *archive, const char *path)
{
    static const char *const types[] = {"uint8",  "int32",   "int64",
                                        "uint64", "float32", "float64"};
    relif_array array;
    relif_err err = relif_archive_describe(archive, path, &array);
    if (err != RELIF_OK) return err;
    array.path = path;
    char *units = NULL, *description = NULL;
    err = relif_archive_get_text(archive, path, "units", &units);
    if (err == RELIF_OK)
        err = relif_archive_get_text(archive, path, "description", &description);
    if (err == RELIF_OK) err = read_through(archive, &array);
    relif_text shape = {0};
    for (int d = 0; d < array.rank; d++)
        relif_text_append(&shape, "%s%lld", d ? " x " : "", (long long)array.dims[d]);
    if (err == RELIF_OK && relif_context_is_root(relif_archive_context(archive)))
        printf("  %-34s %-8s %-16s %s [%s]\n", path, types[array.type],
               relif_text_string(&shape), description, units);
    relif_text_release(&shape);
    free(units);
    free(description);
    return err;
}

static relif_err show_names(relif_archive *archive, const char *path)
{
    char **names = NULL;
    int count = 0;
    relif_err err = relif_archive_read_names(archive, path, &names, &count);
    const bool root = relif_context_is_root(relif_archive_context(archive));
    if (err == RELIF_OK && root) printf("  %-34s text    ", path);
    for (int i = 0; i < count; i++) {
        if (root) printf(" %s", names[i]);
        free(names[i]);
    }
    if (err == RELIF_OK && root) printf("\n");
    free(names);
    return err;
}

static relif_err show_members(relif_archive *archive, const char *path);

static relif_err show_node(relif_archive *archive, const char *path)
{
    switch (relif_archive_look(archive, path)) {
    case RELIF_NODE_GROUP: return show_members(archive, path);
    case RELIF_NODE_NAMES: return show_names(archive, path);
    default: return show_array(archive, path);
    }
}

static relif_err show_members(relif_archive *archive, const char *path)
{
    char **names = NULL;
    int count = 0;
    relif_err err = relif_archive_members(archive, path, &names, &count);
    for (int i = 0; i < count; i++) {
        relif_text member = {0};
        relif_text_append(&member, "%s/%s", strcmp(path, "/") == 0 ? "" : path, names[i]);
        const char *text = relif_text_string(&member);
        if (err == RELIF_OK) err = show_node(archive, text);
        relif_text_release(&member);
        free(names[i]);
    }
    free(names);
    return err;
}

static relif_err show_archive(relif_archive *archive, const char *path)
{
    const bool root = relif_context_is_root(relif_archive_context(archive));
    char *kind = NULL, *config = NULL;
    relif_err err = relif_archive_get_text(archive, "/", "kind", &kind);
    if (err == RELIF_OK && root) printf("%s: archive of kind '%s'\n", path, kind);
    if (err == RELIF_OK) err = relif_archive_check_tree(archive);
    if (err == RELIF_OK) err = show_members(archive, "/");
    if (err == RELIF_OK && relif_archive_has_attribute(archive, "/", "config"))
        err = relif_archive_get_text(archive, "/", "config", &config);
    if (config && root) printf("config:\n%s", config);
    if (err == RELIF_OK && strcmp(kind, "run") == 0) {
        relif_summary summary;
        err = relif_summary_read(archive, &summary);
        if (err == RELIF_OK && root) relif_summary_print(&summary, stdout);
        if (err == RELIF_OK) relif_summary_release(&summary);
    }
    free(kind);
    free(config);
    return err;
}

static relif_err show_network_file(const command_call *call)
{
    char digest[RELIF_DIGEST_TEXT];
    relif_network *network = NULL;
    relif_err err = relif_weights_read(call->world, call->line->file, &network, digest);
    if (err == RELIF_OK && relif_context_is_root(call->world))
        print_network(network, call->line->file, digest);
    relif_network_destroy(network);
    return err;
}

static relif_err show_archive_file(const command_call *call)
{
    relif_archive *archive = NULL;
    relif_err err = relif_archive_open(call->world, call->line->file, NULL, &archive);
    if (err == RELIF_OK) err = show_archive(archive, call->line->file);
    relif_archive_close(archive);
    return err;
}

relif_err command_info(const command_call *call)
{
    const char *path = call->line->file;
    char *format = NULL;
    bool sealed = false;
    relif_err err = relif_seal_check(call->world, path, &sealed);
    if (err != RELIF_OK)
        return relif_fail(err, "read '%s': %s", path, relif_error_sentence());
    err = relif_archive_file_format(call->world, path, &format);
    if (err == RELIF_OK)
        err = strcmp(format, "relif-network") == 0 ? show_network_file(call)
                                                   : show_archive_file(call);
    free(format);
    if (err == RELIF_OK && call->line->verify)
        err = verify_archive(call->world, call->line->file);
    if (err == RELIF_OK && relif_context_is_root(call->world))
        printf("%s is sound%s\n", path,
               sealed ? ": its SHA-256 is the one it was written with"
                      : " as far as can be read; it has no checksum");
    return err;
}
