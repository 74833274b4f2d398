#include "build_facts.h"

#include <cblas.h>
#include <hdf5.h>
#include <mpi.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include <zlib.h>

#include "relif_revision.h"

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

json_t *relif_build_facts(void)
{
    json_t *facts = json_object();
    const bool known = RELIF_REVISION[0] != '\0';
    json_object_set_new(facts, "revision",
                        known ? json_string(RELIF_REVISION) : json_null());
    json_object_set_new(facts, "dirty",
                        known ? json_boolean(RELIF_REVISION_DIRTY) : json_null());
    set_text(facts, "compiler", RELIF_COMPILER);
    set_text(facts, "type", RELIF_BUILD_TYPE);
    set_text(facts, "flags", RELIF_FLAGS);
    return facts;
}

/* "Open MPI v4.1.4, package: ..., repo rev: ..." up to the first comma. */
static void add_mpi(json_t *facts)
{
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    set_text(facts, "MPI", text);
}

static void add_hdf5(json_t *facts)
{
    unsigned major = 0, minor = 0, release = 0;
    char text[48];
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "%u.%u.%u", major, minor, release);
    set_text(facts, "HDF5", text);
}

json_t *relif_library_facts(bool with_scalapack)
{
    json_t *facts = json_object();
    add_mpi(facts);
    add_hdf5(facts);
    set_text(facts, "OpenBLAS", openblas_get_config());
    if (with_scalapack) set_text(facts, "ScaLAPACK", RELIF_SCALAPACK_VERSION);
    set_text(facts, "zlib", zlibVersion());
    set_text(facts, "libyaml", yaml_get_version_string());
    set_text(facts, "jansson", jansson_version_str());
    set_text(facts, "OpenSSL", OpenSSL_version(OPENSSL_VERSION));
    return facts;
}
