/** The readers of HDF5 files, each through everything that reads such a file. */
#ifndef RELIF_TESTS_FUZZ_READERS_H
#define RELIF_TESTS_FUZZ_READERS_H

void fuzz_read_network(const char *path);
void fuzz_read_dataset(const char *path);
void fuzz_read_archive(const char *path);  /* relif info, sweep, collect */
void fuzz_read_analysis(const char *path); /* the analysis programs */

#endif
