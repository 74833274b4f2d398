/**
 * The section sweep: keys and the values they go through, as lists or ranges.
 */
#ifndef RELIF_CONFIG_AXIS_H
#define RELIF_CONFIG_AXIS_H

#include "config_value.h"

/** Every value is checked like one of the key itself. RELIF_ERR_CONFIG. */
relif_err relif_config_axes_read(const relif_config_source *source,
                                 relif_config_sweep *sweep);

/** Append one line for each key, each after a line break, indented by 2; ranges as the
 * values they stand for. */
void relif_config_axes_print(const relif_config_sweep *sweep, relif_text *out);
void relif_config_axes_release(relif_config_sweep *sweep);

#endif
