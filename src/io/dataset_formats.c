/* What the readers share: choosing images, labels, shapes and the order of pixels. */
#include "dataset_formats.h"

#include <limits.h>
#include <string.h>

#include "relif/memory.h"

relif_err relif_dataset_choose(const relif_dataset_options *options, int64_t n_there,
                               int64_t *count)
{
    const char *path = options->files[0];
    const int64_t first = options->first, asked = options->count;
    if (first < 0 || asked < 0)
        return relif_fail(RELIF_ERR_DATA,
                          "read data set '%s': %lld images from number %lld on are asked "
                          "for, expected numbers >= 0",
                          path, (long long)asked, (long long)first);
    if (first >= n_there)
        return relif_fail(RELIF_ERR_DATA,
                          "read data set '%s': images from number %lld on are asked for, "
                          "there are %lld images",
                          path, (long long)first, (long long)n_there);
    if (asked > n_there - first)
        return relif_fail(RELIF_ERR_DATA,
                          "read data set '%s': %lld images from number %lld on are asked "
                          "for, there are %lld images",
                          path, (long long)asked, (long long)first, (long long)n_there);
    *count = asked > 0 ? asked : n_there - first;
    return RELIF_OK;
}

relif_err relif_dataset_take_labels(relif_dataset *dataset, const char *path,
                                    const int64_t *labels, int64_t n_labels,
                                    int64_t first, int64_t largest)
{
    int64_t largest_found = 0;
    for (int64_t i = 0; i < n_labels; i++) {
        if (labels[i] < 0 || labels[i] > largest)
            return relif_fail(
                RELIF_ERR_DATA,
                "read data set '%s': labels out of range: label number %lld "
                "is %lld, expected 0 to %lld",
                path, (long long)i, (long long)labels[i], (long long)largest);
        if (labels[i] > largest_found) largest_found = labels[i];
    }
    dataset->n_classes = (int)largest_found + 1;
    dataset->labels = relif_calloc((size_t)dataset->count, 1);
    for (int64_t i = 0; i < dataset->count; i++)
        dataset->labels[i] = (uint8_t)labels[first + i];
    return RELIF_OK;
}

relif_err relif_dataset_set_shape(relif_dataset *dataset, const char *path,
                                  uint64_t channels, uint64_t height, uint64_t width)
{
    const uint64_t most = INT_MAX;
    /* each factor is at most 2^31 - 1 before it is multiplied: nothing overflows */
    if (channels < 1 || height < 1 || width < 1 || channels > most || height > most ||
        width > most || height * width > most || channels * (height * width) > most)
        return relif_fail(RELIF_ERR_FORMAT,
                          "read data set '%s': images of %llu channels, %llu rows, %llu "
                          "columns, expected sides >= 1 and at most %d pixels",
                          path, (unsigned long long)channels, (unsigned long long)height,
                          (unsigned long long)width, INT_MAX);
    dataset->shape = (relif_shape){(int)channels, (int)height, (int)width};
    return RELIF_OK;
}

void relif_dataset_interleave(relif_shape shape, const void *planes, void *pixels,
                              size_t size)
{
    const size_t positions = (size_t)shape.height * (size_t)shape.width;
    const size_t channels = (size_t)shape.channels;
    for (size_t c = 0; c < channels; c++)
        for (size_t p = 0; p < positions; p++)
            memcpy((char *)pixels + (p * channels + c) * size,
                   (const char *)planes + (c * positions + p) * size, size);
}
