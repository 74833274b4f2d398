#include "relif/memory.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void new_arrays_are_zero(void)
{
    unsigned char *array = relif_calloc(1000, 3);
    unsigned char *aligned = relif_calloc_aligned(1001, 3);
    int sum = 0;
    for (int i = 0; i < 3000; i++) sum += array[i] + aligned[i];
    CHECK(sum == 0);
    CHECK((uintptr_t)aligned % 64 == 0);
    free(array);
    free(aligned);
}

static void an_array_of_nothing_is_not_null(void)
{
    void *arrays[] = {relif_calloc(0, 8), relif_calloc_aligned(0, 8),
                      relif_realloc(NULL, 0, 8)};
    for (int i = 0; i < 3; i++) {
        CHECK(arrays[i] != NULL);
        free(arrays[i]);
    }
}

static void a_resized_array_keeps_its_elements(void)
{
    int *array = relif_calloc(2, sizeof *array);
    array[1] = 7;
    array = relif_realloc(array, 1000, sizeof *array);
    CHECK(array[0] == 0 && array[1] == 7);
    free(array);
}

static void a_copied_string_is_another_one(void)
{
    char text[] = "relif";
    char *copy = relif_strdup(text);
    text[0] = 'X';
    CHECK(strcmp(copy, "relif") == 0);
    free(copy);
}

static volatile size_t huge = SIZE_MAX / 4; /* times 8 does not fit */

static void want_zeroed(void)
{
    free(relif_calloc(huge, 8));
}

static void want_aligned(void)
{
    free(relif_calloc_aligned(huge, 8));
}

static void want_resized(void)
{
    free(relif_realloc(NULL, huge, 8));
}

/* Exit status of a process of its own; what it prints is not shown. */
static int status_of(void (*want)(void))
{
    const pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(0);
        want();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void more_memory_than_there_is_ends_the_process(void)
{
    CHECK(status_of(want_zeroed) != 0);
    CHECK(status_of(want_aligned) != 0);
    CHECK(status_of(want_resized) != 0);
}

int main(void)
{
    RUN(new_arrays_are_zero);
    RUN(an_array_of_nothing_is_not_null);
    RUN(a_resized_array_keeps_its_elements);
    RUN(a_copied_string_is_another_one);
    RUN(more_memory_than_there_is_ends_the_process);
    return check_result();
}
