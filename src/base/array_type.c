#include "relif/array_type.h"

#include <string.h>

static const struct {
    const char *name;
    int size;
} types[] = {
#define TYPE_ROW(name, word, bytes) {word, bytes},
    RELIF_ARRAY_TYPE_LIST(TYPE_ROW)
#undef TYPE_ROW
};

int relif_array_type_size(relif_array_type type)
{
    return types[type].size;
}

const char *relif_array_type_name(relif_array_type type)
{
    return types[type].name;
}

bool relif_array_type_find(const char *name, relif_array_type *type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, name) == 0) {
            *type = (relif_array_type)i;
            return true;
        }
    return false;
}
