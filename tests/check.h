/**
 * The test harness: sentences as names, checks that never vanish.
 *
 *     static void a_silent_input_gives_no_spikes(void) { CHECK(count == 0); }
 *     int main(void) { RUN(a_silent_input_gives_no_spikes); return check_result(); }
 *
 * A failed CHECK prints where and what and lets the test go on. SKIP(reason) ends the
 * whole program with status 77 (CTest reports it as skipped).
 */
#ifndef RELIF_TESTS_CHECK_H
#define RELIF_TESTS_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures;
static const char *check_current = "";

#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            check_failures++;                                                            \
            printf("%s:%d: in '%s': %s is not true\n", __FILE__, __LINE__,               \
                   check_current, #condition);                                           \
        }                                                                                \
    } while (0)

#define CHECK_NEAR(a, b, tolerance)                                                      \
    do {                                                                                 \
        const double check_a = (double)(a), check_b = (double)(b);                       \
        if (!(fabs(check_a - check_b) <= (tolerance))) {                                 \
            check_failures++;                                                            \
            printf("%s:%d: in '%s': %s = %.17g, %s = %.17g, further apart than %g\n",    \
                   __FILE__, __LINE__, check_current, #a, check_a, #b, check_b,          \
                   (double)(tolerance));                                                 \
        }                                                                                \
    } while (0)

#define CHECK_TEXT(text, part)                                                           \
    do {                                                                                 \
        const char *check_text = (text);                                                 \
        if (!check_text || !strstr(check_text, (part))) {                                \
            check_failures++;                                                            \
            printf("%s:%d: in '%s': \"%s\" does not say \"%s\"\n", __FILE__, __LINE__,   \
                   check_current, check_text ? check_text : "(null)", (part));           \
        }                                                                                \
    } while (0)

#define RUN(test)                                                                        \
    do {                                                                                 \
        check_current = #test;                                                           \
        const int check_before = check_failures;                                         \
        test();                                                                          \
        printf("%s %s\n", check_failures == check_before ? "ok  " : "FAIL", #test);      \
        fflush(stdout);                                                                  \
    } while (0)

#define SKIP(reason)                                                                     \
    do {                                                                                 \
        printf("skipped: %s\n", (reason));                                               \
        exit(77);                                                                        \
    } while (0)

static inline int check_result(void)
{
    if (check_failures) printf("%d checks failed\n", check_failures);
    return check_failures ? 1 : 0;
}

#endif
