#include "relif/shared.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relif/memory.h"

enum { ALIGNMENT = 64 };

struct relif_shared {
    MPI_Comm comm; /* borrowed */
    MPI_Win window;
    void *bytes;
    void *own; /* without a window */
    bool fills;
};

/* A file of that size can be made where Open MPI puts its windows. */
static bool can_make_file(size_t n_bytes)
{
    char name[] = "/dev/shm/relif-room-XXXXXX";
    const int file = mkstemp(name);
    if (file < 0) return false;
    const int code = posix_fallocate(file, 0, (off_t)n_bytes);
    close(file);
    unlink(name);
    return code == 0;
}

/* Asked before, because ranks hang when one of them fails to make a window, and a memory
 * file system that is full is noticed only by a write, which kills the rank. */
static bool has_room(const relif_context *node, size_t n_bytes)
{
    int fits = 1;
    if (relif_context_is_root(node)) fits = can_make_file(n_bytes);
    MPI_Bcast(&fits, 1, MPI_INT, 0, node->comm);
    return fits;
}

/* The first rank's part is all of it. */
static bool make_window(relif_shared *shared, const relif_context *node, size_t n_bytes)
{
    const MPI_Aint size =
        relif_context_is_root(node) ? (MPI_Aint)(n_bytes + ALIGNMENT) : 0;
    MPI_Errhandler handler;
    MPI_Aint first_size;
    char *base;
    int unit;
    MPI_Comm_get_errhandler(node->comm, &handler);
    MPI_Comm_set_errhandler(node->comm, MPI_ERRORS_RETURN);
    const int code = MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, node->comm, &base,
                                             &shared->window);
    MPI_Comm_set_errhandler(node->comm, handler);
    MPI_Errhandler_free(&handler);
    if (code != MPI_SUCCESS) {
        shared->window = MPI_WIN_NULL;
        return false;
    }
    MPI_Win_shared_query(shared->window, 0, &first_size, &unit, &base);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, shared->window);
    shared->bytes = base + (-(uintptr_t)base & (ALIGNMENT - 1));
    return true;
}

relif_shared *relif_shared_create(const relif_context *node, size_t n_bytes)
{
    relif_shared *shared = relif_calloc(1, sizeof *shared);
    shared->window = MPI_WIN_NULL;
    if (node && node->size > 1 && n_bytes > 0 && has_room(node, n_bytes) &&
        make_window(shared, node, n_bytes)) {
        shared->comm = node->comm;
        shared->fills = relif_context_is_root(node);
        return shared;
    }
    shared->fills = true;
    shared->bytes = shared->own = relif_calloc_aligned(n_bytes, 1);
    return shared;
}

void relif_shared_destroy(relif_shared *shared)
{
    if (!shared) return;
    if (shared->window != MPI_WIN_NULL) {
        MPI_Win_unlock_all(shared->window);
        MPI_Win_free(&shared->window);
    }
    free(shared->own);
    free(shared);
}

void *relif_shared_bytes(const relif_shared *shared)
{
    return shared->bytes;
}

bool relif_shared_fills(const relif_shared *shared)
{
    return shared->fills;
}

bool relif_shared_is_common(const relif_shared *shared)
{
    return shared->window != MPI_WIN_NULL;
}

void relif_shared_sync(const relif_shared *shared)
{
    if (shared->window != MPI_WIN_NULL) MPI_Win_sync(shared->window);
}

void relif_shared_publish(relif_shared *shared)
{
    if (shared->window == MPI_WIN_NULL) return;
    MPI_Win_sync(shared->window);
    MPI_Barrier(shared->comm);
    MPI_Win_sync(shared->window);
}

relif_shared *relif_shared_weights(const relif_context *node, relif_network *network)
{
    relif_shared *shared =
        relif_shared_create(node, (size_t)relif_network_weights(network) * sizeof(float));
    float *to = relif_shared_bytes(shared);
    for (int l = 0; l < network->n_layers; l++) {
        relif_layer *layer = &network->layers[l];
        const size_t n = (size_t)relif_layer_weights(layer);
        if (n == 0) continue;
        if (shared->fills) memcpy(to, layer->weight, n * sizeof *to);
        free(layer->weight);
        layer->weight = to;
        to += n;
    }
    network->borrows_weights = true;
    relif_shared_publish(shared);
    return shared;
}
