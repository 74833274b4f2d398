#include "relif/stop.h"

#include <limits.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "relif/clock.h"

static const relif_context *world;

static relif_stop *make(double max_time, double save_every)
{
    const relif_stop_options options = {max_time, save_every};
    return relif_stop_create(world, &options);
}

static void nobody_who_never_asked_stops(void)
{
    relif_stop *stop = make(0, 1e9);
    bool agreed = false;
    for (int i = 0; i < 100000; i++) agreed = agreed || relif_stop_agreed(stop);
    CHECK(!agreed && !relif_stop_agreed_now(stop) && !relif_stop_save_due(stop));
    relif_stop_destroy(stop);
}

static void without_a_stop_nothing_is_asked(void)
{
    CHECK(!relif_stop_agreed(NULL) && !relif_stop_agreed_now(NULL));
    CHECK(!relif_stop_save_due(NULL));
    relif_stop_saved(NULL);
    relif_stop_destroy(NULL);
}

/* The last call before the agreement has the same number on every rank; returns it. */
static int all_ranks_stop_at_the_same_step(relif_stop *stop)
{
    int steps[2] = {0};
    while (!relif_stop_agreed(stop) && steps[0] < INT_MAX) steps[0]++;
    steps[1] = -steps[0];
    const int mine = steps[0];
    MPI_Allreduce(MPI_IN_PLACE, steps, 2, MPI_INT, MPI_MAX, world->comm);
    CHECK(steps[0] == mine && -steps[1] == mine && mine < INT_MAX);
    CHECK(relif_stop_agreed(stop) && relif_stop_agreed_now(stop));
    CHECK(relif_stop_save_due(stop));
    relif_stop_saved(stop);
    CHECK(!relif_stop_save_due(stop));
    CHECK(relif_stop_fail(stop, "out.h5") == RELIF_ERR_INTERRUPTED);
    CHECK_TEXT(relif_error_sentence(), "'out.h5.checkpoint'");
    return mine;
}

static void the_time_limit_of_one_rank_stops_all(void)
{
    relif_stop *stop = make(world->rank == world->size - 1 ? 0.2 : 0, 1e9);
    all_ranks_stop_at_the_same_step(stop);
    CHECK_TEXT(relif_error_sentence(), "--max-time");
    relif_stop_destroy(stop);
}

static void a_save_is_due_after_the_interval_and_again(void)
{
    relif_stop *stop = make(0, 0.1);
    int saves = 0;
    for (const double start = relif_clock_now(); saves < 3;) {
        CHECK(!relif_stop_agreed(stop));
        if (relif_stop_save_due(stop)) {
            saves++;
            relif_stop_saved(stop);
        }
        if (relif_clock_now() - start > 60) break;
    }
    CHECK(saves == 3);
    relif_stop_destroy(stop);
}

static void a_group_agrees_alone(void)
{
    relif_stop *stop = make(0, 1e9);
    relif_context *group = relif_context_split(world, world->rank);
    relif_stop *of_group = relif_stop_of_group(stop, group);
    CHECK(!relif_stop_agreed_now(of_group));
    relif_stop_destroy(of_group);
    relif_stop_destroy(stop);
    relif_context_destroy(group);
}

/* In a child without MPI, where nobody asks. */
static void who_gets_sigterm_does_not_wait_for_ever(void)
{
    if (world->size > 1) return; /* it takes as long as the grace */
    const pid_t child = fork();
    if (child == 0) {
        raise(SIGTERM);
        for (;;) pause();
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
}

/* Times between questions that are asked at once say nothing about the time of a call. */
static void sigusr1_to_one_rank_stops_all(void)
{
    relif_stop *stop = make(0, 1e9);
    const struct timespec pause = {.tv_nsec = 30000000};
    for (int i = 0; i < 40; i++) {
        CHECK(!relif_stop_agreed_now(stop));
        nanosleep(&pause, NULL);
    }
    if (world->rank == world->size - 1) raise(SIGUSR1);
    CHECK(all_ranks_stop_at_the_same_step(stop) == 0);
    CHECK_TEXT(relif_error_sentence(), "SIGUSR1");
    relif_stop_destroy(stop);
}

/* It comes after SIGUSR1, as Slurm does it, and has the last word. */
static void sigterm_to_one_rank_stops_all(void)
{
    relif_stop *stop = make(0, 1e9);
    if (world->rank == world->size - 1) raise(SIGTERM);
    all_ranks_stop_at_the_same_step(stop);
    CHECK_TEXT(relif_error_sentence(), "SIGTERM");
    alarm(0);
    relif_stop_destroy(stop);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    RUN(nobody_who_never_asked_stops);
    RUN(without_a_stop_nothing_is_asked);
    RUN(the_time_limit_of_one_rank_stops_all);
    RUN(a_save_is_due_after_the_interval_and_again);
    RUN(a_group_agrees_alone);
    RUN(sigusr1_to_one_rank_stops_all);
    RUN(sigterm_to_one_rank_stops_all);
    RUN(who_gets_sigterm_does_not_wait_for_ever);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
