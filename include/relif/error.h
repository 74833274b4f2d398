/**
 * Errors: one code, one sentence.
 *
 *     if (dt <= 0)
 *         return relif_fail(RELIF_ERR_CONFIG,
 *                           "coding.dt is %g, expected a time > 0", dt);
 *
 * The function that fails records what was attempted, on which file, key or layer, and
 * what was expected; main prints the sentence once. Bugs are asserted, not reported.
 */
#ifndef RELIF_ERROR_H
#define RELIF_ERROR_H

#define RELIF_ERR_LIST(X)                                                                \
    X(USAGE, "wrong use of the command line")                                            \
    X(CONFIG, "wrong configuration")                                                     \
    X(FILE, "a file could not be read or written")                                       \
    X(FORMAT, "a file does not hold what its format says")                               \
    X(DATA, "values outside the allowed range")                                          \
    X(MAPPING, "a neuron cannot be mapped")                                              \
    X(PARTITION, "the network cannot be cut that way")                                   \
    X(EXISTS, "the output exists")                                                       \
    X(INTERRUPTED, "stopped on request")                                                 \
    X(LIBRARY, "a library call failed")

typedef enum relif_err {
    RELIF_OK = 0,
#define RELIF_ERR_ENUM(name, meaning) RELIF_ERR_##name,
    RELIF_ERR_LIST(RELIF_ERR_ENUM)
#undef RELIF_ERR_ENUM
} relif_err;

enum { RELIF_SENTENCE_SIZE = 1024 };

/**
 * Record the sentence of an error and return its code. Not collective. A later call
 * replaces an earlier sentence; the record belongs to the calling thread.
 */
relif_err relif_fail(relif_err code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__ /* which sees one file at a time: that the code comes back */
#define relif_fail(code, ...) (relif_fail((code), __VA_ARGS__), (code))
#endif

/** The recorded sentence, "" if none. Borrowed, valid until the next relif_fail. */
const char *relif_error_sentence(void);

/** What a code means in general. Static text. */
const char *relif_error_meaning(relif_err code);

#endif
