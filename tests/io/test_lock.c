/* Locks, tried from a second process: within one the kernel sees no conflict. */
#include "relif/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "scratch.h"

static const relif_context *world;
static relif_log *quiet;
static char output[SCRATCH_SIZE], lock_file[SCRATCH_SIZE];

static relif_lock *take(relif_err expected)
{
    relif_lock *lock = NULL;
    CHECK(relif_lock_take(world, quiet, output, &lock) == expected);
    CHECK((lock != NULL) == (expected == RELIF_OK));
    return lock;
}

/* A child that locks the file as another job would, says so, and waits to be killed. */
static pid_t hold(const char *who)
{
    int ready[2];
    char byte;
    CHECK(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        const int file = open(lock_file, O_RDWR | O_CREAT | O_TRUNC, 0666);
        if (fcntl(file, F_SETLK, &whole) != 0) _exit(1);
        if (write(file, who, strlen(who)) < 0 || write(ready[1], "x", 1) < 0) _exit(1);
        for (;;) pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void a_lock_is_taken_and_given_back(void)
{
    for (int i = 0; i < 3; i++) {
        relif_lock *lock = take(RELIF_OK);
        MPI_Barrier(world->comm);
        CHECK(access(lock_file, F_OK) == 0);
        MPI_Barrier(world->comm);
        relif_lock_release(lock);
        MPI_Barrier(world->comm);
        CHECK(access(lock_file, F_OK) != 0);
        MPI_Barrier(world->comm);
    }
    relif_lock_release(NULL);
}

static void who_has_the_lock_is_named(void)
{
    pid_t child = 0;
    if (relif_context_is_root(world)) child = hold("process 12 on there since then\n");
    MPI_Barrier(world->comm);
    take(RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(), "is being written by process 12 on there since");
    if (child) end(child);
    MPI_Barrier(world->comm);
}

/* The file is still there, with the name of the dead in it. */
static void the_lock_of_the_dead_stops_nobody(void)
{
    if (relif_context_is_root(world)) end(hold("process 12 on there since then\n"));
    MPI_Barrier(world->comm);
    CHECK(relif_lock_exists(world, output));
    MPI_Barrier(world->comm);
    relif_lock_release(take(RELIF_OK));
    MPI_Barrier(world->comm);
    CHECK(!relif_lock_exists(world, output));
}

/* As after a requeue: the first start of this job is about to end. */
static void a_job_waits_for_its_own_first_start(void)
{
    pid_t child = 0, killer = 0;
    setenv("SLURM_JOB_ID", "4711", 1);
    if (relif_context_is_root(world)) {
        child = hold("process 12 on there of Slurm job 4711, since then\n");
        killer = fork();
        if (killer == 0) {
            nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
            kill(child, SIGKILL);
            _exit(0);
        }
    }
    relif_lock_release(take(RELIF_OK));
    if (child) waitpid(child, NULL, 0);
    if (killer) waitpid(killer, NULL, 0);
    if (relif_context_is_root(world))
        child = hold("process 12 on there of Slurm job 471, since then\n");
    MPI_Barrier(world->comm);
    take(RELIF_ERR_EXISTS);
    if (child) end(child);
    unsetenv("SLURM_JOB_ID");
    MPI_Barrier(world->comm);
}

static void where_no_file_can_be_there_is_no_lock(void)
{
    relif_lock *lock = NULL;
    CHECK(relif_lock_take(world, quiet, "/proc/none/out.h5", &lock) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "lock output '/proc/none/out.h5'");
    CHECK(!lock);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    quiet = relif_log_create(false);
    scratch_begin(world);
    scratch_path(output, "out.h5");
    scratch_path(lock_file, "out.h5.lock");
    RUN(a_lock_is_taken_and_given_back);
    RUN(who_has_the_lock_is_named);
    RUN(the_lock_of_the_dead_stops_nobody);
    RUN(a_job_waits_for_its_own_first_start);
    RUN(where_no_file_can_be_there_is_no_lock);
    scratch_end(world);
    relif_log_destroy(quiet);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
