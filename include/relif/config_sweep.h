/**
 * The points of a sweep: every combination of its axes' values, numbered from 0, the
 * first axis going slowest.
 *
 *     for (int64_t p = 0; p < relif_config_points(&config->sweep); p++) {
 *         const relif_config at = relif_config_at(config, p);
 *         ... at.coding.coding_range ...
 *     }
 */
#ifndef RELIF_CONFIG_SWEEP_H
#define RELIF_CONFIG_SWEEP_H

#include "relif/config.h"

/** The number of points; 1 for an empty sweep. */
int64_t relif_config_points(const relif_config_sweep *sweep);

/** Which of its values an axis has at a point. */
int relif_config_point_value(const relif_config_sweep *sweep, int axis, int64_t point);

/** The configuration at a point. What it points to is borrowed from config: never
 * destroyed. */
relif_config relif_config_at(const relif_config *config, int64_t point);

/** Append "key=value, key=value". */
void relif_config_point_print(const relif_config_sweep *sweep, int64_t point,
                              relif_text *out);

#endif
