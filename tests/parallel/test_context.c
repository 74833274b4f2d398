#include "relif/context.h"

#include "check.h"
#include "relif/memory.h"

static const relif_context *world;

static void a_context_is_a_copy_of_its_communicator(void)
{
    int rank, size, result;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(world->rank == rank && world->size == size);
    MPI_Comm_compare(world->comm, MPI_COMM_WORLD, &result);
    CHECK(result == MPI_CONGRUENT);
    CHECK(relif_context_is_root(world) == (rank == 0));
}

static void a_split_keeps_the_order_of_ranks(void)
{
    relif_context *part = relif_context_split(world, world->rank % 2);
    CHECK(part->rank == world->rank / 2);
    CHECK(part->size == (world->size + 1 - world->rank % 2) / 2);
    relif_context_destroy(part);
}

/* A sentence left over from before must not be taken for one of now. */
static void when_all_succeed_all_agree_on_success(void)
{
    relif_fail(RELIF_ERR_DATA, "old");
    CHECK(relif_agree(world, RELIF_OK) == RELIF_OK);
}

static void the_lowest_failing_rank_speaks_for_all(void)
{
    for (int lowest = 0; lowest < world->size; lowest++) {
        relif_fail(RELIF_ERR_DATA, "old news of rank %d", world->rank);
        relif_err err = RELIF_OK;
        if (world->rank == lowest)
            err = relif_fail(RELIF_ERR_FILE, "rank %d fails", lowest);
        if (world->rank > lowest && world->rank % 2)
            err = relif_fail(RELIF_ERR_FORMAT, "rank %d fails too", world->rank);
        char expected[64];
        snprintf(expected, sizeof expected, "rank %d fails", lowest);
        CHECK(relif_agree(world, err) == RELIF_ERR_FILE);
        CHECK(strcmp(relif_error_sentence(), expected) == 0);
    }
}

static void a_sentence_is_passed_on_in_full_length_and_unread(void)
{
    relif_err err = RELIF_OK;
    if (world->rank == world->size - 1)
        err = relif_fail(RELIF_ERR_DATA, "100%% of %s %0*d", "%s%n", 2000, 7);
    CHECK(relif_agree(world, err) == RELIF_ERR_DATA);
    CHECK(strlen(relif_error_sentence()) == RELIF_SENTENCE_SIZE - 1);
    CHECK_TEXT(relif_error_sentence(), "100% of %s%n 000");
}

static void the_roots_bytes_reach_everyone(void)
{
    unsigned char bytes[1000];
    for (size_t n = 0; n <= sizeof bytes; n += 333) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)(relif_context_is_root(world) ? i * 7 : 255);
        relif_context_broadcast(world, bytes, n);
        int wrong = 0;
        for (size_t i = 0; i < sizeof bytes; i++)
            wrong += bytes[i] !=
                     (unsigned char)(i < n || relif_context_is_root(world) ? i * 7 : 255);
        CHECK(wrong == 0);
    }
}

static void the_roots_text_reaches_everyone(void)
{
    const char *texts[] = {"", "x", "seed: 1\nname: \"quoted\"\n"};
    for (int i = 0; i < 3; i++) {
        char *text = relif_context_is_root(world) ? relif_strdup(texts[i]) : NULL;
        relif_context_broadcast_text(world, &text);
        CHECK(text && strcmp(text, texts[i]) == 0);
        free(text);
    }
}

static void sums_run_over_all_ranks_element_by_element(void)
{
    double values[3] = {1, world->rank, 10.0 * world->rank + 0.5};
    const double pairs = world->size * (world->size - 1) / 2.0;
    relif_context_sum(world, values, 3);
    CHECK(values[0] == world->size);
    CHECK(values[1] == pairs);
    CHECK(values[2] == 10 * pairs + 0.5 * world->size);
    relif_context_sum(world, values, 0);
    CHECK(values[0] == world->size);
}

/* A one that comes before the large numbers is lost, one that comes after is not. */
static double part_of(int rank)
{
    const double parts[] = {1, 1e17, -1e17};
    return parts[rank % 3];
}

static void sums_are_added_in_the_order_of_ranks(void)
{
    double value = part_of(world->rank), expected = 0;
    for (int r = 0; r < world->size; r++) expected += part_of(r);
    relif_context_sum(world, &value, 1);
    CHECK(value == expected);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(a_context_is_a_copy_of_its_communicator);
    RUN(a_split_keeps_the_order_of_ranks);
    RUN(when_all_succeed_all_agree_on_success);
    RUN(the_lowest_failing_rank_speaks_for_all);
    RUN(a_sentence_is_passed_on_in_full_length_and_unread);
    RUN(the_roots_bytes_reach_everyone);
    RUN(the_roots_text_reaches_everyone);
    RUN(sums_run_over_all_ranks_element_by_element);
    RUN(sums_are_added_in_the_order_of_ranks);
    relif_context_destroy(ctx);
    relif_context_destroy(NULL);
    MPI_Finalize();
    return check_result();
}
