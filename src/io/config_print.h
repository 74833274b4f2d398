/**
 * Keys as text: the names of a printed configuration, the documented list.
 */
#ifndef RELIF_CONFIG_PRINT_H
#define RELIF_CONFIG_PRINT_H

#include "config_keys.h"

/** Append the key of a path and ":", indented, below the sections that the path printed
 * before ("" at first) had not opened. */
void relif_config_print_name(const char *path, const char *before, int indent,
                             relif_text *out);

/** Append each key with what it expects, its default and its meaning. restriction names
 * what a key is only for. */
void relif_config_describe_keys(
    const relif_config_key *keys, int n_keys, const void *defaults,
    void (*restriction)(const relif_config_key *, relif_text *), relif_text *out);

#endif
