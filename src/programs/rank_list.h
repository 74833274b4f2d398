/* Numbers of ranks as the command line lists them. Private to src/programs. */
#ifndef RELIF_PROGRAMS_RANK_LIST_H
#define RELIF_PROGRAMS_RANK_LIST_H

#include "relif/error.h"

enum { RANK_LIST_MOST = 64, RANK_LIST_LARGEST = 1 << 20 };

struct rank_list {
    int n;
    int ranks[RANK_LIST_MOST];
};

/*
 * "1,2,6" or "1..64" (doubled as long as it is at most the last, which is always there)
 * or both: "1..64,96". Not collective. RELIF_ERR_USAGE: anything else, 0 ranks, too many
 * numbers.
 */
relif_err rank_list_read(const char *text, struct rank_list *list);

#endif
