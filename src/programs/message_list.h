/* The messages of a tick as text, for a simulator of networks. Private to src/programs.
 */
#ifndef RELIF_PROGRAMS_MESSAGE_LIST_H
#define RELIF_PROGRAMS_MESSAGE_LIST_H

#include "relif/error.h"
#include "relif/scaling.h"

/*
 * A tick of one group in which all layers fire. First the line
 *     relif-messages 1 <ranks of the group> <seconds of a tick> <latency> <bandwidth>
 * then for each rank
 *     <rank> <seconds of computing and handling> <n> <to> <bytes> ... n pairs
 * Not collective. RELIF_ERR_FILE.
 */
relif_err message_list_write(const char *path, const relif_scaling *scaling,
                             const relif_scaling_point *point);

#endif
