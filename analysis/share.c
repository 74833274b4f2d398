/* Wilson's interval of a share p of n: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 +
 * z^2/n). */
#include "share.h"

#include <assert.h>
#include <math.h>

relif_share relif_share_of(int64_t hits, int64_t total)
{
    assert(total > 0 && hits >= 0 && hits <= total);
    const double z = 1.959963984540054; /* 95 % of a normal distribution lie within -+z */
    const double n = (double)total, p = (double)hits / n, zz = z * z / n;
    const double middle = (p + zz / 2) / (1 + zz);
    const double half = z * sqrt(p * (1 - p) / n + zz / (4 * n)) / (1 + zz);
    return (relif_share){.hits = hits,
                         .total = total,
                         .value = p,
                         .low = hits == 0 ? 0 : middle - half,
                         .high = hits == total ? 1 : middle + half};
}

void relif_share_print(const char *what, relif_share share, FILE *out)
{
    fprintf(out, "%-24s %7.2f %%   %lld of %lld, 95 %% interval %.2f to %.2f %%\n", what,
            100 * share.value, (long long)share.hits, (long long)share.total,
            100 * share.low, 100 * share.high);
}
