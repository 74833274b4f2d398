#include "relif/spikes.h"

#include "check.h"
#include "random_spikes.h"

enum { SIZE = 400, TRIALS = 3000 };

static const relif_range whole = {0, SIZE};

static int bit_of(relif_word word, int bit)
{
    return (int)(word >> bit & 1);
}

static void an_empty_range_has_no_words(void)
{
    CHECK(relif_spikes_words((relif_range){0, 0}) == 0);
    CHECK(relif_spikes_words((relif_range){70, 70}) == 0);
    CHECK(relif_spikes_words((relif_range){0, 1}) == 1);
    CHECK(relif_spikes_words((relif_range){0, 64}) == 1);
    CHECK(relif_spikes_words((relif_range){0, 65}) == 2);
    CHECK(relif_spikes_words((relif_range){63, 65}) == 2);
    CHECK(relif_spikes_words((relif_range){64, 128}) == 1);
    CHECK(relif_spikes_words((relif_range){127, 257}) == 4);
}

static void ranges_share_what_both_hold(void)
{
    const relif_range range =
        relif_range_intersect((relif_range){3, 9}, (relif_range){5, 20});
    CHECK(range.first == 5 && range.end == 9);
    CHECK(relif_range_size(
              relif_range_intersect((relif_range){3, 5}, (relif_range){5, 9})) == 0);
    CHECK(relif_range_size(
              relif_range_intersect((relif_range){7, 9}, (relif_range){0, 3})) == 0);
    CHECK(relif_range_size(
              relif_range_intersect((relif_range){7, 7}, (relif_range){0, 30})) == 0);
}

static void edges_cut_a_word_to_the_range(void)
{
    const relif_range ranges[] = {{0, 400}, {0, 1},    {63, 64},  {63, 65},
                                  {64, 65}, {65, 127}, {64, 128}, {100, 300}};
    for (int r = 0; r < (int)(sizeof ranges / sizeof ranges[0]); r++)
        for (int word = ranges[r].first / 64; word * 64 < ranges[r].end; word++) {
            const relif_word edge = relif_spikes_edge(ranges[r], word);
            for (int bit = 0; bit < 64; bit++) {
                const int neuron = 64 * word + bit;
                CHECK(bit_of(edge, bit) ==
                      (neuron >= ranges[r].first && neuron < ranges[r].end));
            }
        }
}

static void what_is_set_is_tested_and_counted(void)
{
    relif_random random = relif_random_stream(1, 0);
    for (int trial = 0; trial < TRIALS / 10; trial++) {
        const relif_range range = random_range(&random, whole);
        relif_word *mask = empty_mask(range);
        random_spikes(&random, relif_random_uniform(&random), range, mask);
        int64_t count = 0;
        for (int i = range.first; i < range.end; i++)
            count += relif_spikes_test(mask, range, i);
        CHECK(relif_spikes_count(mask, range) == count);
        free(mask);
    }
}

static void bits_put_across_a_word_boundary_arrive_in_place(void)
{
    relif_random random = relif_random_stream(2, 0);
    for (int trial = 0; trial < TRIALS; trial++) {
        const relif_range range = random_range(&random, whole);
        if (relif_range_size(range) == 0) continue;
        const int at =
            range.first + (int)relif_random_below(&random, relif_range_size(range));
        const int room = range.end - at < 64 ? range.end - at : 64;
        relif_word bits = relif_random_next(&random) >> (64 - room);
        if (trial % 3 == 0) bits = ~(relif_word)0 >> (64 - room);
        uint8_t bytes[SIZE] = {0};
        relif_word *mask = empty_mask(range);
        relif_spikes_set(mask, range, range.first);
        bytes[range.first] = 1;
        for (int b = 0; b < room; b++) bytes[at + b] |= (uint8_t)bit_of(bits, b);
        relif_spikes_put(mask, range, at, bits);
        CHECK(wrong_spikes(mask, range, bytes) == 0);
        free(mask);
    }
}

static void a_list_holds_the_spikes_of_the_part_ascending(void)
{
    relif_random random = relif_random_stream(3, 0);
    for (int trial = 0; trial < TRIALS; trial++) {
        const relif_range range = random_range(&random, whole);
        const relif_range part = random_range(&random, range);
        relif_word *mask = empty_mask(range);
        random_spikes(&random, relif_random_uniform(&random), range, mask);
        int ids[SIZE + RELIF_SPIKES_FEW], next = 0;
        const int n = relif_spikes_list(mask, range, part, ids);
        int wrong = 0;
        for (int i = part.first; i < part.end; i++)
            if (relif_spikes_test(mask, range, i)) wrong += next >= n || ids[next++] != i;
        CHECK(wrong == 0 && next == n);
        free(mask);
    }
}

static void a_merge_adds_the_part_and_nothing_else(void)
{
    relif_random random = relif_random_stream(4, 0);
    for (int trial = 0; trial < TRIALS; trial++) {
        const relif_range from_range = random_range(&random, whole);
        const relif_range to_range = random_range(&random, whole);
        const relif_range both = relif_range_intersect(from_range, to_range);
        const relif_range part = random_range(&random, both);
        relif_word *from = empty_mask(from_range), *to = empty_mask(to_range);
        random_spikes(&random, 0.5, from_range, from);
        random_spikes(&random, 0.3, to_range, to);
        uint8_t bytes[SIZE] = {0};
        for (int i = to_range.first; i < to_range.end; i++)
            bytes[i] = relif_spikes_test(to, to_range, i);
        for (int i = part.first; i < part.end; i++)
            bytes[i] |= relif_spikes_test(from, from_range, i);
        relif_spikes_merge(to, to_range, from, from_range, part);
        CHECK(wrong_spikes(to, to_range, bytes) == 0);
        free(from);
        free(to);
    }
}

static void an_empty_part_touches_no_memory(void)
{
    int ids[1] = {-1};
    CHECK(relif_spikes_list(NULL, (relif_range){5, 5}, (relif_range){5, 5}, ids) == 0);
    relif_spikes_merge(NULL, (relif_range){0, 0}, NULL, (relif_range){9, 9},
                       (relif_range){9, 9});
    CHECK(relif_spikes_count(NULL, (relif_range){64, 64}) == 0);
    CHECK(ids[0] == -1);
}

int main(void)
{
    RUN(an_empty_range_has_no_words);
    RUN(ranges_share_what_both_hold);
    RUN(edges_cut_a_word_to_the_range);
    RUN(what_is_set_is_tested_and_counted);
    RUN(bits_put_across_a_word_boundary_arrive_in_place);
    RUN(a_list_holds_the_spikes_of_the_part_ascending);
    RUN(a_merge_adds_the_part_and_nothing_else);
    RUN(an_empty_part_touches_no_memory);
    return check_result();
}
