#include "relif/error.h"

#include <threads.h>

#include "check.h"

static void without_a_failure_there_is_no_sentence(void)
{
    CHECK(strcmp(relif_error_sentence(), "") == 0);
}

static void a_failure_gives_its_code_and_its_sentence(void)
{
    CHECK(relif_fail(RELIF_ERR_DATA, "%d of %s", 3, "these") == RELIF_ERR_DATA);
    CHECK(strcmp(relif_error_sentence(), "3 of these") == 0);
    CHECK(relif_fail(RELIF_ERR_FILE, "later") == RELIF_ERR_FILE);
    CHECK(strcmp(relif_error_sentence(), "later") == 0);
}

static void a_sentence_may_quote_the_one_before(void)
{
    relif_fail(RELIF_ERR_FILE, "no such file");
    relif_fail(RELIF_ERR_CONFIG, "a.yaml: %s!", relif_error_sentence());
    CHECK(strcmp(relif_error_sentence(), "a.yaml: no such file!") == 0);
}

static void a_sentence_that_is_too_long_is_cut(void)
{
    relif_fail(RELIF_ERR_DATA, "%*d", 2 * RELIF_SENTENCE_SIZE, 1);
    CHECK(strlen(relif_error_sentence()) == RELIF_SENTENCE_SIZE - 1);
}

static int fail_elsewhere(void *nothing)
{
    (void)nothing;
    relif_fail(RELIF_ERR_DATA, "elsewhere");
    return strcmp(relif_error_sentence(), "elsewhere");
}

static void every_thread_has_its_own_sentence(void)
{
    thrd_t thread;
    int result = 1;
    relif_fail(RELIF_ERR_DATA, "here");
    CHECK(thrd_create(&thread, fail_elsewhere, NULL) == thrd_success);
    thrd_join(thread, &result);
    CHECK(result == 0);
    CHECK(strcmp(relif_error_sentence(), "here") == 0);
}

static void every_code_has_a_meaning_of_its_own(void)
{
    const relif_err codes[] = {RELIF_OK,
#define CODE(name, meaning) RELIF_ERR_##name,
                               RELIF_ERR_LIST(CODE)
#undef CODE
    };
    const int n = (int)(sizeof codes / sizeof codes[0]);
    for (int i = 0; i < n; i++) {
        CHECK(strcmp(relif_error_meaning(codes[i]), "unknown error") != 0);
        for (int j = 0; j < i; j++)
            CHECK(strcmp(relif_error_meaning(codes[i]), relif_error_meaning(codes[j])) !=
                  0);
    }
    CHECK(strcmp(relif_error_meaning((relif_err)n), "unknown error") == 0);
}

int main(void)
{
    RUN(without_a_failure_there_is_no_sentence);
    RUN(a_failure_gives_its_code_and_its_sentence);
    RUN(a_sentence_may_quote_the_one_before);
    RUN(a_sentence_that_is_too_long_is_cut);
    RUN(every_thread_has_its_own_sentence);
    RUN(every_code_has_a_meaning_of_its_own);
    return check_result();
}
