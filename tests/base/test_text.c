#include "relif/text.h"

#include "check.h"
#include "relif/random.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *never_a_number[] = {
    "",   " ",  "5k",  "0x10", "-0x10", "0X1p3", "nan",  "NAN",     "inf", "-inf",
    " 1", "1 ", "\t1", "1\n",  "--1",   "+-1",   "1,5",  "1.2.3",   "e5",  ".",
    "-",  "+",  "1e",  "1e+",  "1_000", "one",   "0b11", "infinity"};

static void what_is_not_wholly_a_number_is_refused(void)
{
    for (int i = 0; i < COUNT(never_a_number); i++) {
        double real = 7;
        int64_t whole = 7;
        CHECK(!relif_text_to_double(never_a_number[i], &real));
        CHECK(!relif_text_to_int64(never_a_number[i], &whole));
        CHECK(real == 7 && whole == 7);
    }
}

static void a_number_beyond_its_type_is_refused(void)
{
    double real = 7;
    int64_t whole = 7;
    CHECK(!relif_text_to_double("1e400", &real));
    CHECK(!relif_text_to_double("-1e400", &real));
    CHECK(!relif_text_to_int64("9223372036854775808", &whole));
    CHECK(!relif_text_to_int64("-9223372036854775809", &whole));
    CHECK(real == 7 && whole == 7);
}

static void reals_are_read_to_the_last_bit(void)
{
    const struct {
        const char *text;
        double value;
    } cases[] = {{"0", 0},
                 {"+5", 5},
                 {".5", 0.5},
                 {"5.", 5},
                 {"-1E-3", -1e-3},
                 {"0.1", 0.1},
                 {"1e308", 1e308},
                 {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
                 {"007.25", 7.25},
                 {"2.2250738585072014e-308", 0x1p-1022},
                 {"5e-324", 0x1p-1074}};
    for (int i = 0; i < COUNT(cases); i++) {
        double value = NAN;
        CHECK(relif_text_to_double(cases[i].text, &value));
        CHECK(value == cases[i].value);
    }
}

static void integers_are_decimal_and_whole(void)
{
    int64_t value = 0;
    CHECK(relif_text_to_int64("9223372036854775807", &value) && value == INT64_MAX);
    CHECK(relif_text_to_int64("-9223372036854775808", &value) && value == INT64_MIN);
    CHECK(relif_text_to_int64("010", &value) && value == 10);
    CHECK(relif_text_to_int64("+3", &value) && value == 3);
    value = 7;
    CHECK(!relif_text_to_int64("5.0", &value));
    CHECK(!relif_text_to_int64("1e3", &value));
    CHECK(value == 7);
}

static void only_true_and_false_are_truth_values(void)
{
    const char *refused[] = {"",  "True", "FALSE", "yes",   "no",
                             "1", "0",    "true ", "falsee"};
    bool value = false;
    CHECK(relif_text_to_bool("true", &value) && value);
    for (int i = 0; i < COUNT(refused); i++)
        CHECK(!relif_text_to_bool(refused[i], &value));
    CHECK(value);
    CHECK(relif_text_to_bool("false", &value) && !value);
}

static const char *written(double value)
{
    static char text[32];
    relif_text_from_double(value, text);
    return text;
}

static void times_are_read_as_slurm_writes_them(void)
{
    const struct {
        const char *text;
        double seconds;
    } times[] = {{"90", 90},       {"1.5", 1.5},       {"05:30", 330},
                 {"100:00", 6000}, {"01:00:05", 3605}, {"48:00:00", 172800},
                 {"2-00", 172800}, {"1-02:03", 93780}, {"1-02:03:04", 93784}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        double seconds = -1;
        CHECK(relif_text_to_seconds(times[i].text, &seconds));
        CHECK(seconds == times[i].seconds);
    }
}

static void what_is_no_time_is_refused(void)
{
    const char *const texts[] = {"",       ":",       "1:",       ":1",    "1:60",
                                 "1:2:60", "1:2:3:4", "a",        "1:b",   "-1:00",
                                 "1-",     "1-2-3",   "1.5:00",   "1 :00", "9999999999:0",
                                 "1:-2",   "+1:00",   "1-02:03:", "inf",   "2-00 "};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double seconds = -1;
        CHECK(!relif_text_to_seconds(texts[i], &seconds));
        CHECK(seconds == -1);
    }
}

static void numbers_are_written_as_people_write_them(void)
{
    CHECK(strcmp(written(0), "0") == 0);
    CHECK(strcmp(written(0.01), "0.01") == 0);
    CHECK(strcmp(written(10), "10") == 0);
    CHECK(strcmp(written(-3), "-3") == 0);
    CHECK(strcmp(written(100000000000000), "100000000000000") == 0);
    CHECK(strcmp(written(0.1 + 0.2), "0.30000000000000004") == 0);
    CHECK(strcmp(written(2.5e-7), "2.5e-07") == 0);
}

/* Digits between the first and the last that are not 0. */
static int significant_digits(const char *text)
{
    int digits = 0, last = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9') continue;
        if (digits || *text != '0') digits++;
        if (*text != '0') last = digits;
    }
    return last;
}

static void every_double_reads_back_from_its_text(void)
{
    relif_random random = relif_random_stream(1, 0);
    for (int i = 0; i < 20000; i++) {
        const uint64_t bits = relif_random_next(&random);
        double value, back = NAN;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        CHECK(relif_text_to_double(written(value), &back));
        CHECK(memcmp(&value, &back, sizeof value) == 0);
    }
    CHECK(strlen(written(-0x1.fffffffffffffp1023)) < 32);
}

static void no_digit_is_written_without_need(void)
{
    relif_random random = relif_random_stream(2, 0);
    for (int digits = 1; digits <= 17; digits++)
        for (int i = 0; i < 200; i++) {
            char given[40];
            snprintf(given, sizeof given, "%.*e", digits - 1,
                     relif_random_normal(&random) * pow(10, i % 40 - 20));
            double value = 0;
            CHECK(relif_text_to_double(given, &value));
            CHECK(significant_digits(written(value)) <= digits);
        }
}

static void the_empty_text_is_a_string(void)
{
    relif_text text = {0};
    CHECK(strcmp(relif_text_string(&text), "") == 0);
    relif_text_append(&text, "%s", "");
    CHECK(text.length == 0 && strcmp(relif_text_string(&text), "") == 0);
    relif_text_release(&text);
    relif_text_release(&text);
    CHECK(text.bytes == NULL && strcmp(relif_text_string(&text), "") == 0);
}

static void a_growing_text_keeps_every_character(void)
{
    enum { PIECES = 3000 };
    relif_text text = {0};
    for (int i = 0; i < PIECES; i++) relif_text_append(&text, "%05d,", i);
    CHECK(text.length == 6 * PIECES && strlen(relif_text_string(&text)) == text.length);
    for (int i = 0; i < PIECES; i++) CHECK(atoi(relif_text_string(&text) + 6 * i) == i);
    relif_text_release(&text);
}

static void a_piece_longer_than_the_text_fits(void)
{
    relif_text text = {0};
    relif_text_append(&text, "x");
    relif_text_append(&text, "%*d", 10000, 5);
    CHECK(text.length == 10001);
    CHECK(relif_text_string(&text)[0] == 'x' && relif_text_string(&text)[10000] == '5');
    relif_text_release(&text);
}

int main(void)
{
    RUN(what_is_not_wholly_a_number_is_refused);
    RUN(a_number_beyond_its_type_is_refused);
    RUN(reals_are_read_to_the_last_bit);
    RUN(integers_are_decimal_and_whole);
    RUN(only_true_and_false_are_truth_values);
    RUN(times_are_read_as_slurm_writes_them);
    RUN(what_is_no_time_is_refused);
    RUN(numbers_are_written_as_people_write_them);
    RUN(every_double_reads_back_from_its_text);
    RUN(no_digit_is_written_without_need);
    RUN(the_empty_text_is_a_string);
    RUN(a_growing_text_keeps_every_character);
    RUN(a_piece_longer_than_the_text_fits);
    return check_result();
}
