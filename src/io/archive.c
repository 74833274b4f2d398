#include "relif/archive.h"

int relif_array_type_size(relif_array_type type)
{
    switch (type) {
    case RELIF_ARRAY_U8: return 1;
    case RELIF_ARRAY_I32:
    case RELIF_ARRAY_F32: return 4;
    case RELIF_ARRAY_I64:
    case RELIF_ARRAY_U64:
    case RELIF_ARRAY_F64: return 8;
    }
    return 0;
}
