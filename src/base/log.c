#include "relif/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "relif/clock.h"
#include "relif/memory.h"

struct relif_log {
    bool speaking;
    bool terminal;
    const char *work;
    const char *units;
    int64_t total;
    int64_t done;
    int64_t skipped; /* of done, before the start */
    char note[96];
    double start;
    double last_line;
};

static const double terminal_interval = 0.2, batch_interval = 60.0; /* s */

relif_log *relif_log_create(bool speaking)
{
    relif_log *log = relif_calloc(1, sizeof *log);
    log->speaking = speaking;
    log->terminal = isatty(STDERR_FILENO);
    return log;
}

void relif_log_destroy(relif_log *log)
{
    free(log);
}

void relif_log_line(relif_log *log, const char *format, ...)
{
    if (!log->speaking) return;
    va_list arguments;
    va_start(arguments, format);
    if (log->terminal) fputs("\r\033[K", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(stderr);
}

void relif_progress_begin(relif_log *log, const char *work, const char *units,
                          int64_t total)
{
    log->work = work;
    log->units = units;
    log->total = total;
    log->done = 0;
    log->skipped = 0;
    log->note[0] = '\0';
    log->start = relif_clock_now();
    log->last_line = log->start;
}

static double rate_of(const relif_log *log, double now)
{
    const double seconds = now - log->start;
    return seconds > 0 ? (double)(log->done - log->skipped) / seconds : 0;
}

void relif_progress_skip(relif_log *log, int64_t done)
{
    log->done = log->skipped = done;
}

void relif_progress_update(relif_log *log, int64_t done)
{
    log->done = done;
    const double now = relif_clock_now();
    const double interval = log->terminal ? terminal_interval : batch_interval;
    if (!log->speaking || now - log->last_line < interval) return;
    log->last_line = now;
    const double rate = rate_of(log, now);
    const double left = rate > 0 ? (double)(log->total - done) / rate : 0;
    fprintf(stderr, "%s%s: %lld of %lld %s, %.3g/s, %.0f s left%s%s%s",
            log->terminal ? "\r\033[K" : "", log->work, (long long)done,
            (long long)log->total, log->units, rate, left, log->note[0] ? ", " : "",
            log->note, log->terminal ? "" : "\n");
    fflush(stderr);
}

void relif_progress_note(relif_log *log, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(log->note, sizeof log->note, format, arguments);
    va_end(arguments);
}

void relif_progress_end(relif_log *log)
{
    if (!log->speaking) return;
    const double now = relif_clock_now();
    fprintf(stderr, "%s%s: %lld %s in %.1f s (%.4g/s)%s%s\n",
            log->terminal ? "\r\033[K" : "", log->work, (long long)log->done, log->units,
            now - log->start, rate_of(log, now), log->note[0] ? ", " : "", log->note);
    fflush(stderr);
}
