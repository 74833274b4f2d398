#include "relif/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "durable.h"
#include "relif/clock.h"
#include "relif/memory.h"

static const double patience = 60; /* s that a job waits for its own first start */

enum { WHO = 256 };

struct relif_lock {
    char *path;
    int file; /* open while the lock is held; -1 on ranks other than root */
};

/* "process 7 on host a of Slurm job 3 since ..." */
static void describe_self(char text[WHO])
{
    char host[64] = "", date[32] = "", job[32] = "";
    const time_t now = time(NULL);
    struct tm utc;
    gethostname(host, sizeof host - 1);
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    const char *id = getenv("SLURM_JOB_ID");
    if (id) snprintf(job, sizeof job, " of Slurm job %.12s,", id);
    snprintf(text, WHO, "process %ld on %s%s since %s\n", (long)getpid(), host, job,
             date);
}

static void read_holder(int file, char text[WHO])
{
    const ssize_t got = pread(file, text, WHO - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (!text[0]) snprintf(text, WHO, "another process");
}

/* The holder is this job, started before. */
static bool is_own_job(const char *holder)
{
    char job[48];
    const char *id = getenv("SLURM_JOB_ID");
    if (!id) return false;
    snprintf(job, sizeof job, " of Slurm job %.12s,", id);
    return strstr(holder, job) != NULL;
}

/* The file of that name is still the one that is open: its last holder may have removed
 * it. */
static bool is_current(int file, const char *path)
{
    struct stat opened, named;
    return fstat(file, &opened) == 0 && stat(path, &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

enum outcome { TAKEN, HELD, GONE, UNKNOWN };

static enum outcome try_lock(int file, const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_SETLK, &whole) == 0) return is_current(file, path) ? TAKEN : GONE;
    return errno == EACCES || errno == EAGAIN ? HELD : UNKNOWN;
}

static void sign(int file)
{
    char text[WHO];
    describe_self(text);
    if (ftruncate(file, 0) == 0 &&
        pwrite(file, text, strlen(text), 0) == (ssize_t)strlen(text))
        fsync(file);
}

/* One attempt. *file stays open if the lock is taken, or if there are no locks here. */
static enum outcome attempt(const char *path, int *file, char holder[WHO])
{
    *file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (*file < 0) return UNKNOWN;
    const enum outcome outcome = try_lock(*file, path);
    if (outcome == HELD) read_holder(*file, holder);
    if (outcome == HELD || outcome == GONE) close(*file);
    if (outcome == TAKEN) sign(*file);
    return outcome;
}

static relif_err take(relif_log *log, const char *output, relif_lock *lock)
{
    char holder[WHO] = "";
    const double start = relif_clock_now();
    bool told = false;
    for (;;) {
        const enum outcome outcome = attempt(lock->path, &lock->file, holder);
        if (outcome == TAKEN) return RELIF_OK;
        if (outcome == UNKNOWN && lock->file < 0)
            return relif_fail(RELIF_ERR_FILE, "lock output '%s': %s", output,
                              strerror(errno));
        if (outcome == UNKNOWN) {
            relif_log_line(log,
                           "no locks on the file system of '%s' (%s): make sure that no "
                           "other job writes it",
                           output, strerror(errno));
            return RELIF_OK;
        }
        if (outcome == GONE) continue;
        lock->file = -1;
        if (!is_own_job(holder) || relif_clock_now() - start > patience)
            return relif_fail(RELIF_ERR_EXISTS,
                              "output '%s' is being written by %s; wait for its end, or "
                              "choose another output",
                              output, holder);
        if (!told) relif_log_line(log, "waiting for the end of %s", holder);
        told = true;
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
}

relif_err relif_lock_take(const relif_context *ctx, relif_log *log, const char *output,
                          relif_lock **lock)
{
    relif_lock *taken = relif_calloc(1, sizeof *taken);
    relif_err err = RELIF_OK;
    taken->path = relif_durable_name(output, ".lock");
    taken->file = -1;
    if (relif_context_is_root(ctx)) err = take(log, output, taken);
    err = relif_agree(ctx, err);
    *lock = taken;
    if (err == RELIF_OK) return err;
    relif_lock_release(taken);
    *lock = NULL;
    return err;
}

bool relif_lock_exists(const relif_context *ctx, const char *output)
{
    char *path = relif_durable_name(output, ".lock");
    bool there = relif_context_is_root(ctx) && access(path, F_OK) == 0;
    relif_context_broadcast(ctx, &there, sizeof there);
    free(path);
    return there;
}

void relif_lock_release(relif_lock *lock)
{
    if (!lock) return;
    if (lock->file >= 0) {
        unlink(lock->path);
        close(lock->file);
    }
    free(lock->path);
    free(lock);
}
