#include "relif/checksum.h"

#include "check.h"

enum { N = 1000 };

static float sample[N];

static uint64_t sum_of(int first, int end)
{
    return relif_checksum(RELIF_ARRAY_F32, first, end - first, sample + first);
}

static void parts_add_up_in_any_order(void)
{
    const uint64_t whole = sum_of(0, N);
    for (int cut = 0; cut <= N; cut += 77)
        CHECK(sum_of(cut, N) + sum_of(0, cut) == whole);
}

static void zeros_count_as_nothing(void)
{
    static const double zeros[N];
    CHECK(relif_checksum(RELIF_ARRAY_F64, 12, N, zeros) == 0);
    CHECK(relif_checksum(RELIF_ARRAY_U8, 0, 0, NULL) == 0);
}

static void one_flipped_bit_changes_it(void)
{
    const uint64_t whole = sum_of(0, N);
    for (int i = 0; i < 32 * N; i += 13) {
        unsigned char *byte = (unsigned char *)sample + i / 8;
        *byte ^= (unsigned char)(1 << i % 8);
        CHECK(sum_of(0, N) != whole);
        *byte ^= (unsigned char)(1 << i % 8);
    }
    CHECK(sum_of(0, N) == whole);
}

static void two_numbers_in_each_others_place_change_it(void)
{
    const int32_t one[] = {3, 4}, other[] = {4, 3};
    CHECK(relif_checksum(RELIF_ARRAY_I32, 0, 2, one) !=
          relif_checksum(RELIF_ARRAY_I32, 0, 2, other));
}

static void every_size_of_number_counts(void)
{
    const uint64_t bits = UINT64_C(0x0101010101010101);
    const uint64_t u8 = relif_checksum(RELIF_ARRAY_U8, 5, 1, &bits);
    const uint64_t i32 = relif_checksum(RELIF_ARRAY_I32, 5, 1, &bits);
    const uint64_t u64 = relif_checksum(RELIF_ARRAY_U64, 5, 1, &bits);
    CHECK(u8 != 0 && u8 != i32 && i32 != u64);
}

int main(void)
{
    for (int i = 0; i < N; i++) sample[i] = (float)(i * i + 1) / 7;
    RUN(parts_add_up_in_any_order);
    RUN(zeros_count_as_nothing);
    RUN(one_flipped_bit_changes_it);
    RUN(two_numbers_in_each_others_place_change_it);
    RUN(every_size_of_number_counts);
    return check_result();
}
