/**
 * What the program tells while it runs: lines and progress, on standard error.
 *
 *     relif_log *log = relif_log_create(rank == 0);
 *     relif_log_line(log, "reading %s", path);
 *     relif_progress_begin(log, "simulate", "images", 10000);
 *     relif_progress_note(log, "loss %.3f", loss);   what else a line says, if anything
 *     relif_progress_update(log, done);      as often as you like
 *     relif_progress_end(log);
 *
 * On a terminal the progress is one line that is redrawn; elsewhere (a batch log) it is
 * one line a minute. A log that is not speaking (every rank but one) swallows everything.
 */
#ifndef RELIF_LOG_H
#define RELIF_LOG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct relif_log relif_log;

/** Caller destroys. */
relif_log *relif_log_create(bool speaking);
void relif_log_destroy(relif_log *log);

void relif_log_line(relif_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Begin counting total units of work, named in the plural ("images"). */
void relif_progress_begin(relif_log *log, const char *work, const char *units,
                          int64_t total);

/** done of total were finished before: they do not count for the rate. */
void relif_progress_skip(relif_log *log, int64_t done);

/** done of total are finished; prints rate and estimated time left when a line is due. */
void relif_progress_update(relif_log *log, int64_t done);

/** What progress lines and the last one say beside the count, until another note; short.
 */
void relif_progress_note(relif_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Print the final count, time and rate. */
void relif_progress_end(relif_log *log);

#endif
