/* Equation (16): r = sum (x - mean x)(y - mean y) / sqrt(sum (x - mean x)^2 sum (y - mean
 * y)^2). */
#include "relif/correlation.h"

#include <math.h>

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return n ? sum / n : 0;
}

double relif_correlation(const double *x, const double *y, int n)
{
    const double mean_x = mean(x, n), mean_y = mean(y, n);
    double xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        const double dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : (double)NAN;
}
