/** Changes to a good HDF5 file, chosen by bytes: other types, shapes, layouts, values,
 * links and attributes, all of them well-formed as far as the library is concerned. */
#ifndef RELIF_TESTS_FUZZ_HDF5_EDITS_H
#define RELIF_TESTS_FUZZ_HDF5_EDITS_H

#include "fuzz.h"

/** Edit the file at path until the bytes are used up, at most a few times. */
void hdf5_edits_apply(const char *path, fuzz_bytes *bytes);

#endif
