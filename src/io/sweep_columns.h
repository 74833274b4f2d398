/** The numbers that are kept of each point of a sweep, and of each layer at it. */
#ifndef RELIF_SWEEP_COLUMNS_H
#define RELIF_SWEEP_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "relif/archive.h"

/** Eight bytes of a relif_summary (or relif_summary_layer). */
typedef struct relif_sweep_column {
    const char *name;
    relif_array_type type; /* F64 or I64 */
    size_t offset;
    const char *units, *description;
    bool recorded_only;
} relif_sweep_column;

/** Static. */
const relif_sweep_column *relif_sweep_columns(int *n);
const relif_sweep_column *relif_sweep_layer_columns(int *n);

#endif
