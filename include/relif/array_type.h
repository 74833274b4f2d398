/**
 * The types of numbers that relif's files hold.
 */
#ifndef RELIF_ARRAY_TYPE_H
#define RELIF_ARRAY_TYPE_H

#include <stdbool.h>

/* name, its word in files, bytes of one number */
#define RELIF_ARRAY_TYPE_LIST(X)                                                         \
    X(U8, "u8", 1)                                                                       \
    X(I32, "i32", 4)                                                                     \
    X(I64, "i64", 8)                                                                     \
    X(U64, "u64", 8)                                                                     \
    X(F32, "f32", 4)                                                                     \
    X(F64, "f64", 8)

typedef enum relif_array_type {
#define RELIF_ARRAY_TYPE_ENUM(name, word, bytes) RELIF_ARRAY_##name,
    RELIF_ARRAY_TYPE_LIST(RELIF_ARRAY_TYPE_ENUM)
#undef RELIF_ARRAY_TYPE_ENUM
} relif_array_type;

/** Bytes of one number. */
int relif_array_type_size(relif_array_type type);

/** The word for a type: "f32". Static text. */
const char *relif_array_type_name(relif_array_type type);

/** The type of a word; false if there is none. */
bool relif_array_type_find(const char *name, relif_array_type *type);

#endif
