/**
 * Variables of the environment in paths: ${NAME} and ${NAME:-default}.
 */
#ifndef RELIF_CONFIG_PATH_H
#define RELIF_CONFIG_PATH_H

#include "relif/text.h"

/**
 * Append a written path with its variables replaced. An empty variable counts as unset if
 * there is a default. On trouble: what was wrong, as a clause about the path, in
 * *problem.
 * @return true if *out was completed
 */
bool relif_config_path_expand(const char *written, relif_text *out, relif_text *problem);

#endif
