/* The bytes are a file for RELIF_FUZZ_READER. */
#include "fuzz.h"
#include "readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    RELIF_FUZZ_READER(fuzz_file("fuzz.h5", bytes, n_bytes));
    fuzz_expect_no_handles();
    return 0;
}
