/**
 * Values from start to stop, by step or as a number of points.
 *
 *     const relif_interval range = {.start = 1, .stop = 30, .step = 1};
 *     for (int i = 0; i < relif_interval_count(&range); i++)
 *         use(relif_interval_value(&range, i));
 */
#ifndef RELIF_INTERVAL_H
#define RELIF_INTERVAL_H

#include <stdbool.h>

#include "relif/error.h"

enum { RELIF_INTERVAL_MAX = 1000000 };

typedef struct relif_interval {
    double start, stop; /* both are points (stop up to rounding) */
    double step;        /* between points, > 0, if count is 0 */
    int count;          /* points, evenly spaced; 0: by step */
} relif_interval;

/** No interval: start and stop NAN, step 1, count 0. */
relif_interval relif_interval_none(void);
bool relif_interval_is_given(const relif_interval *range);

/** RELIF_ERR_CONFIG, naming the key: one end missing, not finite, step <= 0, no points,
 * more than RELIF_INTERVAL_MAX. */
relif_err relif_interval_check(const relif_interval *range, const char *key);

/** Number of points; 0 if there are none. */
int relif_interval_count(const relif_interval *range);
double relif_interval_value(const relif_interval *range, int i);

#endif
