/**
 * Data sets: images with labels, from files or drawn.
 *
 *     relif_dataset_options options = relif_dataset_options_default();
 *     options.format = RELIF_DATASET_IDX;
 *     options.files[options.n_files++] = "t10k-images-idx3-ubyte.gz";
 *     options.labels = "t10k-labels-idx1-ubyte.gz";
 *     relif_dataset *dataset = NULL;
 *     relif_err err = relif_dataset_read(ctx, &options, &dataset);
 *     relif_dataset_image(dataset, i, pixels);
 *     relif_dataset_destroy(dataset);
 *
 * Pixels are in [0, 1] (8-bit values divided by 255 in float) and come in
 * canonical order: row, column, channel.
 */
#ifndef RELIF_DATASET_H
#define RELIF_DATASET_H

#include <stdint.h>

#include "relif/context.h"
#include "relif/digest.h"
#include "relif/error.h"
#include "relif/network.h"

/* name, word in the config */
#define RELIF_DATASET_FORMAT_LIST(X)                                                     \
    X(IDX, "idx")                                                                        \
    X(CIFAR10, "cifar10")                                                                \
    X(HDF5, "hdf5")                                                                      \
    X(SYNTHETIC, "synthetic")

typedef enum relif_dataset_format {
#define RELIF_DATASET_FORMAT_ENUM(name, word) RELIF_DATASET_##name,
    RELIF_DATASET_FORMAT_LIST(RELIF_DATASET_FORMAT_ENUM)
#undef RELIF_DATASET_FORMAT_ENUM
        RELIF_N_DATASET_FORMATS
} relif_dataset_format;

enum { RELIF_DATASET_MAX_FILES = 16 };

typedef struct relif_dataset_options {
    relif_dataset_format format;
    const char *files[RELIF_DATASET_MAX_FILES]; /* idx: one images file; cifar10: the
                                                   batches, in order; hdf5: one file;
                                                   synthetic: none. Borrowed */
    int n_files;
    const char *labels; /* idx: the labels file. Borrowed */
    int64_t first;      /* index of the first image to use */
    int64_t count; /* number of images to use; 0: all from first on. synthetic: > 0 */
    uint64_t seed; /* synthetic */
} relif_dataset_options;

typedef struct relif_dataset {
    relif_shape shape;
    int64_t count;
    int n_classes;   /* 1 + the largest label of the whole data set (synthetic: 10)
                      */
    uint8_t *bytes;  /* [count][height][width][channels], or NULL */
    float *values;   /* the same shape, for float data; NULL if bytes are there */
    uint8_t *labels; /* [count] */
    char digest[RELIF_DIGEST_TEXT]; /* SHA-256, hexadecimal, of the input files'
                                       bytes in order (images, then labels); of
                                       the pixels if synthetic */
} relif_dataset;

relif_dataset_options relif_dataset_options_default(void);

/**
 * Read (or draw) the chosen images on every rank: root reads, all receive.
 *
 * Collective on ctx. Caller destroys *dataset. Fails on all ranks, naming the
 * file, with RELIF_ERR_FILE (missing, unreadable), RELIF_ERR_FORMAT (wrong
 * magic, truncated or damaged, sizes that do not fit the file, more images than
 * labels), RELIF_ERR_DATA (labels out of range, pixels below 0 or not finite,
 * more images asked for than there are). What a header claims is checked
 * against the bytes that are there before anything is allocated.
 */
relif_err relif_dataset_read(const relif_context *ctx,
                             const relif_dataset_options *options,
                             relif_dataset **dataset);
void relif_dataset_destroy(relif_dataset *dataset);

/** Pixels of image i in canonical order, [relif_shape_size(shape)]. Not
 * collective. */
void relif_dataset_image(const relif_dataset *dataset, int64_t i, float *pixels);

/** The word for a format in the config. Static text. */
const char *relif_dataset_format_name(relif_dataset_format format);

#endif
