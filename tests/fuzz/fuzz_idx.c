/* IDX: how the two files are packed, first image, number of images, bytes of the labels
 * file, then the labels file and the images file. */
#include "fuzz.h"
#include "packed.h"
#include "relif/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    fuzz_bytes rest = {bytes, n_bytes};
    const unsigned packed = fuzz_take(&rest);
    relif_dataset_options options = relif_dataset_options_default();
    relif_dataset *dataset = NULL;
    options.first = fuzz_take(&rest);
    options.count = fuzz_take(&rest);
    const size_t asked = fuzz_take(&rest);
    const size_t n_labels = asked < rest.left ? asked : rest.left;
    options.labels = packed_file("labels", packed, rest.at, n_labels);
    options.files[options.n_files++] =
        packed_file("images", packed >> 2, rest.at + n_labels, rest.left - n_labels);
    if (relif_dataset_read(fuzz_context(), &options, &dataset) == RELIF_OK) {
        float *pixels =
            relif_calloc((size_t)relif_shape_size(dataset->shape), sizeof *pixels);
        relif_dataset_image(dataset, dataset->count - 1, pixels);
        fuzz_expect(dataset->labels[dataset->count - 1] < dataset->n_classes,
                    "labels of the classes");
        free(pixels);
    }
    relif_dataset_destroy(dataset);
    return 0;
}
