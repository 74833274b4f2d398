/* CIFAR-10: how the file is packed, first image, number of images, then its bytes; a
 * last byte says how often the rest of a record is repeated. */
#include "fuzz.h"
#include "packed.h"
#include "relif/dataset.h"

enum { RECORD = 3073 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    fuzz_bytes rest = {bytes, n_bytes};
    const unsigned packed = fuzz_take(&rest), records = packed >> 4;
    relif_dataset_options options = {.format = RELIF_DATASET_CIFAR10};
    relif_dataset *dataset = NULL;
    options.first = fuzz_take(&rest);
    options.count = fuzz_take(&rest);
    /* A fuzzer hardly grows its inputs to whole records: let some bytes stand for them.
     */
    uint8_t *file = relif_calloc(rest.left + records * RECORD, 1);
    for (size_t r = 0; r < records; r++)
        file[r * RECORD] = rest.left ? rest.at[r % rest.left] : 0;
    if (records == 0 && rest.left) memcpy(file, rest.at, rest.left);
    options.files[options.n_files++] =
        packed_file("batch", packed, file, records ? records * RECORD : rest.left);
    if (packed & 8) options.files[options.n_files++] = options.files[0];
    if (relif_dataset_read(fuzz_context(), &options, &dataset) == RELIF_OK)
        fuzz_expect(dataset->count > 0 && dataset->n_classes == 10, "ten classes");
    relif_dataset_destroy(dataset);
    free(file);
    return 0;
}
