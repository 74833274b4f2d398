/**
 * A share of the images, "9987 of 10000", with its 95 % interval after Wilson.
 *
 *     relif_share_print("ANN accuracy", relif_share_of(9987, 10000), stdout);
 */
#ifndef RELIF_ANALYSIS_SHARE_H
#define RELIF_ANALYSIS_SHARE_H

#include <stdint.h>
#include <stdio.h>

typedef struct relif_share {
    int64_t hits, total;
    double value;     /* hits / total */
    double low, high; /* of the interval */
} relif_share;

/** total > 0. Not collective. */
relif_share relif_share_of(int64_t hits, int64_t total);

/** One aligned line. Not collective. */
void relif_share_print(const char *what, relif_share share, FILE *out);

#endif
