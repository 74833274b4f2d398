#include "relif/log.h"

#include <unistd.h>

#include "check.h"

/* Standard error goes to a file while something is said; it is no terminal then. */
static const char *said(bool speaking, void (*say)(relif_log *))
{
    static char text[4096];
    FILE *file = tmpfile();
    fflush(stderr);
    const int before = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    relif_log *log = relif_log_create(speaking);
    say(log);
    relif_log_destroy(log);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void say_everything(relif_log *log)
{
    relif_log_line(log, "reading %s", "a.h5");
    relif_progress_begin(log, "simulate", "images", 100);
    for (int i = 1; i <= 100; i++) relif_progress_update(log, i);
    relif_progress_end(log);
}

static void say_a_note(relif_log *log)
{
    relif_progress_begin(log, "train", "images", 100);
    relif_progress_note(log, "loss %.1f", 2.3);
    relif_progress_note(log, "loss %.1f", 1.7);
    relif_progress_update(log, 100);
    relif_progress_end(log);
}

static void say_a_note_of_another(relif_log *log)
{
    say_a_note(log);
    say_everything(log);
}

static void say_nothing_done(relif_log *log)
{
    relif_progress_begin(log, "simulate", "images", 0);
    relif_progress_end(log);
}

static void a_log_that_does_not_speak_swallows_everything(void)
{
    CHECK(strcmp(said(false, say_everything), "") == 0);
}

static void a_file_gets_whole_lines_and_no_redrawing(void)
{
    const char *text = said(true, say_everything);
    CHECK(strncmp(text, "reading a.h5\n", 13) == 0);
    CHECK_TEXT(text, "simulate: 100 images in ");
    CHECK(strpbrk(text, "\r\033") == NULL);
    CHECK(text[0] && text[strlen(text) - 1] == '\n');
}

static void the_last_note_stands_in_the_line_until_the_next_work(void)
{
    const char *text = said(true, say_a_note);
    CHECK_TEXT(text, "/s), loss 1.7\n");
    CHECK(strstr(text, "2.3") == NULL);
    text = said(true, say_a_note_of_another);
    CHECK(strstr(strstr(text, "simulate"), "loss") == NULL);
}

static void a_fast_loop_leaves_one_line_of_progress(void)
{
    const char *text = said(true, say_everything);
    int lines = 0;
    for (; *text; text++) lines += *text == '\n';
    CHECK(lines == 2);
}

static void no_work_has_a_rate_that_is_a_number(void)
{
    const char *text = said(true, say_nothing_done);
    CHECK_TEXT(text, "simulate: 0 images in 0.0 s (0/s)");
}

int main(void)
{
    RUN(a_log_that_does_not_speak_swallows_everything);
    RUN(a_file_gets_whole_lines_and_no_redrawing);
    RUN(the_last_note_stands_in_the_line_until_the_next_work);
    RUN(a_fast_loop_leaves_one_line_of_progress);
    RUN(no_work_has_a_rate_that_is_a_number);
    relif_log_destroy(NULL);
    return check_result();
}
