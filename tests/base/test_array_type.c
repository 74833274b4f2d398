#include "relif/array_type.h"

#include <stdint.h>

#include "check.h"

static void sizes_are_those_of_the_c_types(void)
{
    CHECK(relif_array_type_size(RELIF_ARRAY_U8) == sizeof(uint8_t));
    CHECK(relif_array_type_size(RELIF_ARRAY_I32) == sizeof(int32_t));
    CHECK(relif_array_type_size(RELIF_ARRAY_I64) == sizeof(int64_t));
    CHECK(relif_array_type_size(RELIF_ARRAY_U64) == sizeof(uint64_t));
    CHECK(relif_array_type_size(RELIF_ARRAY_F32) == sizeof(float));
    CHECK(relif_array_type_size(RELIF_ARRAY_F64) == sizeof(double));
}

static void a_type_is_found_by_its_name(void)
{
    relif_array_type type;
    for (relif_array_type t = RELIF_ARRAY_U8; t <= RELIF_ARRAY_F64; t++)
        CHECK(relif_array_type_find(relif_array_type_name(t), &type) && type == t);
    CHECK(!relif_array_type_find("f16", &type));
}

int main(void)
{
    RUN(sizes_are_those_of_the_c_types);
    RUN(a_type_is_found_by_its_name);
    return check_result();
}
