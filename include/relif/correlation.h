/**
 * Pearson's correlation coefficient (paper (16)).
 *
 *     double r = relif_correlation(counts, activations, 600);
 */
#ifndef RELIF_CORRELATION_H
#define RELIF_CORRELATION_H

/** Correlation of x and y, [n]; NAN if either has no variance. Sums run in index order.
 */
double relif_correlation(const double *x, const double *y, int n);

#endif
