/*
 * CIFAR-10, the binary version, plain, gzip or xz: records of one label byte and 3 x 32 x
 * 32 bytes, the planes of red, green and blue. A data set is one or more files, in order.
 */
#include <stdlib.h>
#include <string.h>

#include "byte_stream.h"
#include "dataset_formats.h"
#include "relif/memory.h"

enum { CHANNELS = 3, SIDE = 32, PIXELS = CHANNELS * SIDE * SIDE, RECORD = 1 + PIXELS };
enum { CLASSES = 10 };

/* The records of all files so far. */
typedef struct cifar_records {
    uint8_t *bytes; /* [count][RECORD] */
    int64_t count;
} cifar_records;

static relif_err check_labels(const char *path, const uint8_t *records, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (records[i * RECORD] >= CLASSES)
            return relif_fail(
                RELIF_ERR_DATA,
                "read data set '%s': labels out of range: image number %llu "
                "has label %d, expected 0 to %d",
                path, (unsigned long long)i, records[i * RECORD], CLASSES - 1);
    return RELIF_OK;
}

static relif_err append_file(const char *path, relif_digest *digest,
                             cifar_records *records)
{
    relif_byte_stream *stream = NULL;
    uint8_t *bytes = NULL;
    uint64_t n_bytes = 0;
    relif_err err = relif_byte_stream_open(path, digest, &stream);
    if (err == RELIF_OK)
        err = relif_byte_stream_take(stream, UINT64_MAX, &bytes, &n_bytes);
    if (err == RELIF_OK && (n_bytes == 0 || n_bytes % RECORD != 0))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "read data set '%s': %llu bytes, expected a multiple of %d (one "
                         "label and 3 x 32 x 32 pixels)",
                         path, (unsigned long long)n_bytes, RECORD);
    if (err == RELIF_OK) err = check_labels(path, bytes, n_bytes / RECORD);
    if (err == RELIF_OK) {
        const size_t before = (size_t)records->count * RECORD;
        records->bytes = relif_realloc(records->bytes, before + n_bytes, 1);
        memcpy(records->bytes + before, bytes, n_bytes);
        records->count += (int64_t)(n_bytes / RECORD);
    }
    free(bytes);
    relif_byte_stream_close(stream);
    return err;
}

static void take_records(const cifar_records *records, int64_t first,
                         relif_dataset *dataset)
{
    dataset->bytes = relif_calloc((size_t)dataset->count, PIXELS);
    dataset->labels = relif_calloc((size_t)dataset->count, 1);
    for (int64_t i = 0; i < dataset->count; i++) {
        const uint8_t *record = records->bytes + (size_t)(first + i) * RECORD;
        dataset->labels[i] = record[0];
        relif_dataset_interleave(dataset->shape, record + 1,
                                 dataset->bytes + (size_t)i * PIXELS, 1);
    }
}

relif_err relif_dataset_read_cifar10(const relif_dataset_options *options,
                                     relif_digest *digest, relif_dataset *dataset)
{
    cifar_records records = {0};
    relif_err err = RELIF_OK;
    if (options->n_files < 1)
        return relif_fail(RELIF_ERR_CONFIG,
                          "read data set: no files, expected one or more (cifar10)");
    dataset->shape = (relif_shape){CHANNELS, SIDE, SIDE};
    dataset->n_classes = CLASSES;
    for (int f = 0; f < options->n_files && err == RELIF_OK; f++)
        err = append_file(options->files[f], digest, &records);
    if (err == RELIF_OK)
        err = relif_dataset_choose(options, records.count, &dataset->count);
    if (err == RELIF_OK) take_records(&records, options->first, dataset);
    free(records.bytes);
    return err;
}
