/**
 * Confusion matrix: how often which class was predicted for which reference class.
 *
 *     relif_confusion matrix = relif_confusion_create(10, truth, predicted, n);
 *     relif_confusion_sum(ctx, &matrix);
 *     relif_confusion_print(&matrix, "SNN against truth", "true", "SNN", stdout);
 *     relif_confusion_release(&matrix);
 */
#ifndef RELIF_ANALYSIS_CONFUSION_H
#define RELIF_ANALYSIS_CONFUSION_H

#include <stdint.h>
#include <stdio.h>

#include "relif/context.h"

typedef struct relif_confusion {
    int classes;
    int64_t *counts; /* [reference][predicted]. Owned */
} relif_confusion;

/** Count n images, whose labels are 0 .. classes - 1. Not collective. Caller releases. */
relif_confusion relif_confusion_create(int classes, const int32_t *reference,
                                       const int32_t *predicted, int64_t n);
void relif_confusion_release(relif_confusion *matrix);

/** Counts of all ranks together, on every rank. Collective on ctx. */
void relif_confusion_sum(const relif_context *ctx, relif_confusion *matrix);

/** Images whose classes are equal, and all images. Not collective. */
int64_t relif_confusion_equal(const relif_confusion *matrix);
int64_t relif_confusion_total(const relif_confusion *matrix);

/** Images of one reference class. Not collective. */
int64_t relif_confusion_row(const relif_confusion *matrix, int reference);

/** Aligned text with row totals; rows and columns are the names of the two sides.
 * Matrices that no page can hold are left to the file. Not collective. */
void relif_confusion_print(const relif_confusion *matrix, const char *title,
                           const char *rows, const char *columns, FILE *out);

#endif
