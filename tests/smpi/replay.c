/*
 * Replays the ticks of relif plan --messages under SimGrid's SMPI: every rank computes
 * (by smpi_execute_flops), posts its messages, and waits for those of the tick before, as
 * src/parallel/exchange.c does. The ranks are as many groups as the list fits into; all
 * do the same on the same network. Prints
 *
 *     <ranks> <messages of all ranks> <bytes of all ranks> <simulated s per tick>
 *
 * Build: smpicc -O2 -std=gnu11 replay.c -o replay. Run: compare.sh.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { OUTSTANDING = 2, TAGS = OUTSTANDING };

static const double flops_per_second = 1e9; /* of a host: compare.sh's platform */

struct message {
    int peer, bytes;
};

/* What one rank does in a tick. */
struct part {
    double seconds;
    int n_sends, n_receives;
    struct message *sends, *receives;
    MPI_Request *requests[OUTSTANDING]; /* [n_receives + n_sends] */
};

static void *allocate(size_t count, size_t size)
{
    void *array = calloc(count ? count : 1, size);
    if (!array) abort();
    return array;
}

static int fail(const char *text)
{
    fprintf(stderr, "replay: %s\n", text);
    return EXIT_FAILURE;
}

static void add_receive(struct part *part, int from, int bytes)
{
    const size_t n = (size_t)part->n_receives + 1;
    part->receives = realloc(part->receives, n * sizeof *part->receives);
    if (!part->receives) abort();
    part->receives[part->n_receives++] = (struct message){from, bytes};
}

/* The lines of all ranks: my sends, and who sends to me. */
static int read_part(FILE *file, int ranks, int rank, struct part *part)
{
    const int me = rank % ranks, first = rank - me; /* of my group */
    for (int r = 0; r < ranks; r++) {
        int line = 0, n = 0;
        double seconds = 0;
        if (fscanf(file, "%d %lf %d", &line, &seconds, &n) != 3 || line != r) return 0;
        if (r == me) {
            part->seconds = seconds;
            part->n_sends = n;
            part->sends = allocate((size_t)n, sizeof *part->sends);
        }
        for (int i = 0; i < n; i++) {
            struct message message;
            if (fscanf(file, "%d %d", &message.peer, &message.bytes) != 2) return 0;
            if (message.peer == me) add_receive(part, first + r, message.bytes);
            message.peer += first;
            if (r == me) part->sends[i] = message;
        }
    }
    for (int s = 0; s < OUTSTANDING; s++) {
        const int n = part->n_receives + part->n_sends;
        part->requests[s] = allocate((size_t)n, sizeof(MPI_Request));
        for (int i = 0; i < n; i++) part->requests[s][i] = MPI_REQUEST_NULL;
    }
    return 1;
}

/* One buffer for all: what is in it does not matter. */
static void post(struct part *part, int tick, char *buffer)
{
    MPI_Request *requests = part->requests[tick % OUTSTANDING];
    for (int i = 0; i < part->n_receives; i++)
        MPI_Irecv(buffer, part->receives[i].bytes, MPI_BYTE, part->receives[i].peer,
                  tick % TAGS, MPI_COMM_WORLD, &requests[i]);
    MPI_Waitall(part->n_sends, requests + part->n_receives, MPI_STATUSES_IGNORE);
    for (int i = 0; i < part->n_sends; i++)
        MPI_Isend(buffer, part->sends[i].bytes, MPI_BYTE, part->sends[i].peer,
                  tick % TAGS, MPI_COMM_WORLD, &requests[part->n_receives + i]);
}

static void complete(struct part *part, int tick)
{
    MPI_Waitall(part->n_receives, part->requests[tick % OUTSTANDING],
                MPI_STATUSES_IGNORE);
}

static void run(struct part *part, int first, int end, char *buffer)
{
    for (int tick = first; tick < end; tick++) {
        smpi_execute_flops(part->seconds * flops_per_second);
        post(part, tick, buffer);
        if (tick > 0) complete(part, tick - 1);
    }
}

/* The first ticks fill the pipeline and are left out; seconds of the slowest rank. */
static double seconds_per_tick(struct part *part, int ticks, char *buffer)
{
    const int warm_up = ticks / 3;
    run(part, 0, warm_up, buffer);
    const double start = MPI_Wtime();
    run(part, warm_up, ticks, buffer);
    double seconds = (MPI_Wtime() - start) / (ticks - warm_up), worst = 0;
    complete(part, ticks - 1);
    for (int s = 0; s < OUTSTANDING; s++)
        MPI_Waitall(part->n_sends, part->requests[s] + part->n_receives,
                    MPI_STATUSES_IGNORE);
    MPI_Allreduce(&seconds, &worst, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return worst;
}

int main(int argc, char **argv)
{
    enum { LARGEST = 1 << 24 };
    static char buffer[LARGEST];
    int me = 0, size = 0, ranks = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &me);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    FILE *file = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (!file) return fail("expected a list of messages and a number of ticks");
    struct part part = {0};
    if (fscanf(file, "relif-messages 1 %d %*f %*f %*f", &ranks) != 1 || ranks < 1 ||
        size % ranks != 0 || !read_part(file, ranks, me, &part))
        return fail("this is no list of messages that fits");
    fclose(file);
    double sums[2] = {part.n_sends, 0}, all[2];
    for (int i = 0; i < part.n_sends; i++) sums[1] += part.sends[i].bytes;
    MPI_Allreduce(sums, all, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    const double seconds = seconds_per_tick(&part, atoi(argv[2]), buffer);
    if (me == 0) printf("%d %.0f %.0f %.9g\n", size, all[0], all[1], seconds);
    MPI_Finalize();
    return EXIT_SUCCESS;
}
