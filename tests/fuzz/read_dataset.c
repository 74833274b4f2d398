#include "fuzz.h"
#include "readers.h"
#include "relif/dataset.h"

void fuzz_read_dataset(const char *path)
{
    relif_dataset_options options = {.format = RELIF_DATASET_HDF5, .first = 1};
    relif_dataset *dataset = NULL;
    options.files[options.n_files++] = path;
    if (relif_dataset_read(fuzz_context(), &options, &dataset) == RELIF_OK)
        fuzz_expect(dataset->count > 0 && (!dataset->bytes != !dataset->values),
                    "images of one type");
    relif_dataset_destroy(dataset);
}
