/**
 * Wall-clock time and the phases it is spent in.
 *
 *     double mark = relif_clock_now();
 *     ...
 *     relif_clock_charge(&clock, RELIF_PHASE_DELIVER, &mark);
 */
#ifndef RELIF_CLOCK_H
#define RELIF_CLOCK_H

/* name of the phase in logs, sidecars and benchmarks, what it covers */
#define RELIF_PHASE_LIST(X)                                                              \
    X(READ, "read", "data set and network from files")                                   \
    X(ANN, "ann", "forward pass of the ReLU network")                                    \
    X(ENCODE, "encode", "pixels to spike trains")                                        \
    X(DELIVER, "deliver+integrate", "spikes to currents, charge, fire, reset")           \
    X(POOL, "pool", "choice of winners and forwarding of their trains")                  \
    X(EXCHANGE, "exchange", "packing, sending and unpacking of spikes")                  \
    X(WAIT, "wait", "waiting for spikes of other ranks")                                 \
    X(RECORD, "record", "copying of what the recorder asked for")                        \
    X(WRITE, "write", "archive")

typedef enum relif_phase {
#define RELIF_PHASE_ENUM(name, word, meaning) RELIF_PHASE_##name,
    RELIF_PHASE_LIST(RELIF_PHASE_ENUM)
#undef RELIF_PHASE_ENUM
        RELIF_N_PHASES
} relif_phase;

/** Seconds spent in each phase by one rank. */
typedef struct relif_clock {
    double seconds[RELIF_N_PHASES];
} relif_clock;

/** Monotonic time in seconds from an arbitrary origin. */
double relif_clock_now(void);

/** CPU time of the calling thread in seconds: what else runs on the machine does not count.
 */
double relif_clock_cpu(void);

/**
 * Charge the time since *mark to a phase and move *mark to now. Costs one clock read.
 */
void relif_clock_charge(relif_clock *clock, relif_phase phase, double *mark);

/** The word for a phase. Static text. */
const char *relif_phase_name(relif_phase phase);

#endif
