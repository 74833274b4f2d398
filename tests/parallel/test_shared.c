#include "relif/shared.h"

#include <signal.h>
#include <sys/resource.h>

#include "check.h"
#include "network_samples.h"
#include "relif/memory.h"

enum { SIZE = 100000 };

static const relif_context *node;

/* Every rank finds what the ranks that fill have written. */
static void hold(relif_shared *shared)
{
    unsigned char *bytes = relif_shared_bytes(shared);
    int wrong = 0;
    CHECK((uintptr_t)bytes % 64 == 0);
    if (relif_shared_fills(shared))
        for (int i = 0; i < SIZE; i++) bytes[i] = (unsigned char)(i * 7 % 251);
    relif_shared_publish(shared);
    for (int i = 0; i < SIZE; i++) wrong += bytes[i] != i * 7 % 251;
    CHECK(wrong == 0);
}

static int count(bool is)
{
    int n = is;
    MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_INT, MPI_SUM, node->comm);
    return n;
}

static void one_rank_fills_and_all_read(void)
{
    relif_shared *shared = relif_shared_create(node, SIZE);
    const bool common = node->size > 1;
    CHECK(relif_shared_is_common(shared) == common);
    CHECK(count(relif_shared_fills(shared)) == 1);
    hold(shared);
    MPI_Barrier(node->comm);
    if (common) { /* the very same memory */
        volatile unsigned char *bytes = relif_shared_bytes(shared);
        if (relif_shared_fills(shared)) bytes[0] = 77;
        relif_shared_publish(shared);
        CHECK(bytes[0] == 77);
    }
    relif_shared_destroy(shared);
}

static void without_a_node_each_rank_has_its_own(void)
{
    relif_shared *shared = relif_shared_create(NULL, SIZE);
    CHECK(!relif_shared_is_common(shared) && relif_shared_fills(shared));
    hold(shared);
    relif_shared_destroy(shared);
    shared = relif_shared_create(node, 0);
    CHECK(!relif_shared_is_common(shared));
    relif_shared_destroy(shared);
    relif_shared_destroy(NULL);
}

/* No file may grow: a window cannot be made. */
static void where_there_is_no_window_each_rank_has_its_own(void)
{
    struct rlimit before, none;
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){1024, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    relif_shared *shared = relif_shared_create(node, SIZE);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(!relif_shared_is_common(shared));
    CHECK(count(relif_shared_fills(shared)) == node->size);
    hold(shared);
    relif_shared_destroy(shared);
}

static void a_network_keeps_its_weights_in_shared_memory(void)
{
    relif_network *network = every_kind_network();
    relif_network *same = relif_network_copy(network);
    relif_shared *weights = relif_shared_weights(node, network);
    for (int l = 0; l < network->n_layers; l++) {
        const size_t n = (size_t)relif_layer_weights(&network->layers[l]);
        if (n == 0) continue;
        CHECK(memcmp(network->layers[l].weight, same->layers[l].weight,
                     n * sizeof(float)) == 0);
    }
    relif_network_destroy(same);
    same = relif_network_copy(network);
    CHECK(!same->borrows_weights);
    relif_network_destroy(same);
    relif_network_destroy(network);
    relif_shared_destroy(weights);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *world = relif_context_create(MPI_COMM_WORLD);
    relif_context *here = relif_context_split_node(world);
    node = here;
    CHECK(node->size == world->size); /* tests run on one node */
    RUN(one_rank_fills_and_all_read);
    RUN(without_a_node_each_rank_has_its_own);
    RUN(where_there_is_no_window_each_rank_has_its_own);
    RUN(a_network_keeps_its_weights_in_shared_memory);
    relif_context_destroy(here);
    relif_context_destroy(world);
    MPI_Finalize();
    return check_result();
}
