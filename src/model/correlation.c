/* Equation (16): r = sum (x - mean x)(y - mean y) / sqrt(sum (x - mean x)^2 sum (y - mean
 * y)^2). */
#include "relif/correlation.h"

#include <math.h>
#include <stdbool.h>

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

/* Asked of the values: the rounding of their mean can make equal values differ from it.
 */
static bool varies(const double *x, int n)
{
    for (int i = 1; i < n; i++)
        if (x[i] != x[0]) return true;
    return false;
}

double relif_correlation(const double *x, const double *y, int n)
{
    if (!varies(x, n) || !varies(y, n)) return (double)NAN;
    const double mean_x = mean(x, n), mean_y = mean(y, n);
    double xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        const double dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    /* Values near the ends of the range of doubles under- or overflow in the sums. */
    const double r = xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : (double)NAN;
    return fabs(r) < 1 + 1e-6 ? r : (double)NAN;
}
