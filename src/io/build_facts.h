/** What this program was built from and runs with; private to src/io. */
#ifndef RELIF_IO_BUILD_FACTS_H
#define RELIF_IO_BUILD_FACTS_H

#include <jansson.h>
#include <stdbool.h>

/** Revision (null if not known) and whether files differed from it, compiler, flags. A
 * new object. */
json_t *relif_build_facts(void);

/** Names of the libraries with the versions that are loaded; of ScaLAPACK, which does not
 * say its version at run time, the one compiled with. A new object. */
json_t *relif_library_facts(bool with_scalapack);

#endif
