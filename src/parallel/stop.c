#include "relif/stop.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "relif/clock.h"
#include "relif/memory.h"

/* The only variable that a signal handler can reach. */
static volatile sig_atomic_t signal_caught;

enum { GRACE = 20 }; /* s from SIGTERM to the end */

enum { MOST_CALLS = 1 << 20 }; /* without an all-reduce */

static const double interval = 0.05; /* s between all-reduces */

/* Why; a larger one is the reason that all give. */
enum reason { NONE, TIME, USR1, TERM };
static const char *const reasons[] = {"nothing", "--max-time", "SIGUSR1", "SIGTERM"};

struct relif_stop {
    const relif_context *ctx;
    double deadline; /* on the clock of this rank; 0: none */
    double save_every, saved_at;
    double asked_at; /* time of the last all-reduce */
    int stride;      /* calls from one all-reduce to the next */
    int calls;       /* since the last one */
    enum reason agreed;
    bool save_due;
};

static void catch (int number)
{
    if (number == SIGTERM) {
        signal_caught = TERM;
        alarm(GRACE);
    } else if (signal_caught == NONE) {
        signal_caught = USR1;
    }
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = catch, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
}

relif_stop *relif_stop_create(const relif_context *ctx, const relif_stop_options *options)
{
    relif_stop *stop = relif_calloc(1, sizeof *stop);
    const double now = relif_clock_now();
    stop->ctx = ctx;
    stop->deadline = options->max_time > 0 ? now + options->max_time : 0;
    stop->save_every = options->save_every;
    stop->saved_at = stop->asked_at = now;
    stop->stride = 1;
    catch_signals();
    return stop;
}

relif_stop *relif_stop_of_group(const relif_stop *stop, const relif_context *group)
{
    if (!stop) return NULL;
    relif_stop *of_group = relif_calloc(1, sizeof *of_group);
    *of_group = *stop;
    of_group->ctx = group;
    of_group->stride = 1;
    of_group->calls = 0;
    return of_group;
}

void relif_stop_destroy(relif_stop *stop)
{
    free(stop);
}

static enum reason reason_here(const relif_stop *stop, double now)
{
    if (signal_caught != NONE) return (enum reason)signal_caught;
    return stop->deadline > 0 && now >= stop->deadline ? TIME : NONE;
}

/* So many calls that the next all-reduce comes one interval from now, if they go on as
 * these did; at most twice as many as these, because the next steps may take longer. */
static int next_stride(int calls, double elapsed)
{
    const double most = fmin(2.0 * calls, MOST_CALLS);
    const double fitting = elapsed > 0 ? calls * interval / elapsed : most;
    return (int)fmax(1, fmin(fitting, most));
}

/* Every rank gets the largest of all: the strides stay equal. */
static void agree(relif_stop *stop)
{
    enum { REASON, ELAPSED, SINCE_SAVE, N_VALUES };
    const double now = relif_clock_now();
    double values[N_VALUES] = {reason_here(stop, now), now - stop->asked_at,
                               now - stop->saved_at};
    if (stop->ctx->size > 1)
        MPI_Allreduce(MPI_IN_PLACE, values, N_VALUES, MPI_DOUBLE, MPI_MAX,
                      stop->ctx->comm);
    stop->agreed = (enum reason)values[REASON];
    stop->save_due = stop->agreed != NONE || values[SINCE_SAVE] >= stop->save_every;
    if (stop->calls > 0) stop->stride = next_stride(stop->calls, values[ELAPSED]);
    stop->asked_at = now;
    stop->calls = 0;
}

bool relif_stop_agreed(relif_stop *stop)
{
    if (!stop) return false;
    if (stop->agreed == NONE && ++stop->calls >= stop->stride) agree(stop);
    return stop->agreed != NONE;
}

bool relif_stop_agreed_now(relif_stop *stop)
{
    if (!stop) return false;
    if (stop->agreed == NONE) agree(stop);
    return stop->agreed != NONE;
}

bool relif_stop_save_due(const relif_stop *stop)
{
    return stop && stop->save_due;
}

double relif_stop_save_every(const relif_stop *stop)
{
    return stop ? stop->save_every : (double)INFINITY;
}

void relif_stop_saved(relif_stop *stop)
{
    if (!stop) return;
    stop->saved_at = relif_clock_now();
    stop->save_due = false;
}

relif_err relif_stop_fail(const relif_stop *stop, const char *output)
{
    return relif_fail(RELIF_ERR_INTERRUPTED,
                      "stopped early because of %s; the same command goes on from "
                      "'%s.checkpoint', on any number of ranks",
                      reasons[stop->agreed], output);
}
