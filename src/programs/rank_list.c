#include "rank_list.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

static bool read_number(const char *text, int *ranks)
{
    int64_t value = 0;
    if (!relif_text_to_int64(text, &value) || value < 1 || value > RANK_LIST_LARGEST)
        return false;
    *ranks = (int)value;
    return true;
}

static bool add(struct rank_list *list, int ranks)
{
    if (list->n == RANK_LIST_MOST) return false;
    list->ranks[list->n++] = ranks;
    return true;
}

/* A number, or first..last. */
static bool read_item(char *item, struct rank_list *list)
{
    char *dots = strstr(item, "..");
    int first = 0, last = 0;
    if (!dots) return read_number(item, &first) && add(list, first);
    *dots = '\0';
    if (!read_number(item, &first) || !read_number(dots + 2, &last) || last < first)
        return false;
    for (int ranks = first; ranks < last; ranks *= 2)
        if (!add(list, ranks)) return false;
    return add(list, last);
}

relif_err rank_list_read(const char *text, struct rank_list *list)
{
    char *copy = relif_strdup(text), *item = copy;
    bool good = true;
    *list = (struct rank_list){0};
    while (good && item) {
        char *comma = strchr(item, ',');
        if (comma) *comma = '\0';
        good = read_item(item, list);
        item = comma ? comma + 1 : NULL;
    }
    free(copy);
    if (good) return RELIF_OK;
    return relif_fail(
        RELIF_ERR_USAGE,
        "--ranks %s: expected at most %d numbers from 1 to %d, separated by "
        "commas, or FIRST..LAST, which doubles",
        text, RANK_LIST_MOST, RANK_LIST_LARGEST);
}
