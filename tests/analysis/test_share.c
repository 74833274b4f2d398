/* Wilson's interval against values from a table. */
#include "check.h"
#include "share.h"

static void the_interval_of_a_share_is_that_of_wilson(void)
{
    const relif_share share = relif_share_of(9987, 10000);
    CHECK_NEAR(share.value, 0.9987, 1e-15);
    CHECK_NEAR(share.low, 0.9977769, 5e-8);
    CHECK_NEAR(share.high, 0.9992401, 5e-8);
    const relif_share half = relif_share_of(5, 10);
    CHECK_NEAR(half.low, 0.236593, 1e-6);
    CHECK_NEAR(half.high, 0.763407, 1e-6);
}

static void none_and_all_have_an_interval_that_is_not_empty(void)
{
    const relif_share none = relif_share_of(0, 10), all = relif_share_of(10, 10);
    CHECK(none.low == 0 && all.high == 1);
    CHECK_NEAR(none.high, 0.277533, 1e-6);
    CHECK_NEAR(all.low, 0.722467, 1e-6);
}

int main(void)
{
    RUN(the_interval_of_a_share_is_that_of_wilson);
    RUN(none_and_all_have_an_interval_that_is_not_empty);
    return check_result();
}
