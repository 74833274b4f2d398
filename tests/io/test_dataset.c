/* IDX, CIFAR-10 and drawn data sets: what is read, and each kind of damage by name. */
#include "relif/dataset.h"

#include <lzma.h>
#include <zlib.h>

#include "check.h"
#include "dataset_folder.h"
#include "relif/digits.h"

enum { N = 5, ROWS = 2, COLUMNS = 3, SIZE = ROWS * COLUMNS, RECORD = 3073 };
enum { IMAGE_BYTES = 16 + N * SIZE, LABEL_BYTES = 8 + N };

static uint8_t image_file[IMAGE_BYTES] = {0, 0, 8, 3,    0, 0, 0, N,
                                          0, 0, 0, ROWS, 0, 0, 0, COLUMNS};
static const uint8_t label_file[LABEL_BYTES] = {0, 0, 8, 1, 0, 0, 0, N, 3, 1, 4, 1, 0};

/* A gzip file in memory; returns its size. */
static size_t gzip(const void *bytes, size_t n_bytes, uint8_t *out, size_t n_most)
{
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)n_bytes;
    z.next_out = out;
    z.avail_out = (uInt)n_most;
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return n_most - z.avail_out;
}

/* The same as an xz file. */
static size_t xz(const void *bytes, size_t n_bytes, uint8_t *out, size_t n_most)
{
    size_t n = 0;
    CHECK(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, bytes, n_bytes, out, &n,
                                  n_most) == LZMA_OK);
    return n;
}

/* The ways to compress. */
static const struct compressor {
    const char *name;
    size_t n_magic; /* bytes that a file is known by */
    size_t (*pack)(const void *bytes, size_t n_bytes, uint8_t *out, size_t n_most);
} compressors[] = {{"gzip", 2, gzip}, {"xz", 6, xz}};

enum { COMPRESSORS = sizeof compressors / sizeof compressors[0] };

static relif_dataset_options idx(const char *images, const char *labels)
{
    relif_dataset_options options = relif_dataset_options_default();
    options.files[options.n_files++] = images;
    options.labels = labels;
    return options;
}

static relif_dataset_options good_idx(void)
{
    for (int p = 0; p < N * SIZE; p++) image_file[16 + p] = (uint8_t)(p * 8);
    return idx(folder_write("images", image_file, IMAGE_BYTES),
               folder_write("labels", label_file, LABEL_BYTES));
}

static relif_dataset_options cifar(const char *first, const char *second)
{
    relif_dataset_options options = {.format = RELIF_DATASET_CIFAR10};
    options.files[options.n_files++] = first;
    if (second) options.files[options.n_files++] = second;
    return options;
}

/* The image file with one 32-bit number of its header changed. */
static const char *with_number(int offset, uint32_t value)
{
    uint8_t bytes[IMAGE_BYTES];
    memcpy(bytes, image_file, sizeof bytes);
    for (int i = 0; i < 4; i++) bytes[offset + i] = (uint8_t)(value >> (24 - 8 * i));
    return folder_write("changed", bytes, sizeof bytes);
}

static void idx_gives_its_images_and_labels_on_every_rank(void)
{
    const relif_dataset_options options = good_idx();
    relif_dataset *dataset = NULL;
    float pixels[SIZE];
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) return;
    CHECK(dataset->count == N && dataset->n_classes == 5 && !dataset->values);
    CHECK(dataset->shape.channels == 1 && dataset->shape.height == ROWS &&
          dataset->shape.width == COLUMNS);
    CHECK(memcmp(dataset->labels, label_file + 8, N) == 0);
    CHECK(memcmp(dataset->bytes, image_file + 16, N * SIZE) == 0);
    relif_dataset_image(dataset, 2, pixels);
    CHECK(pixels[0] == 96.0f / 255.0f && pixels[5] == 136.0f / 255.0f);
    relif_dataset_destroy(dataset);
}

static void the_digest_is_that_of_the_files_in_order(void)
{
    const relif_dataset_options options = good_idx();
    relif_dataset *dataset = NULL;
    char text[RELIF_DIGEST_TEXT];
    relif_digest *digest = relif_digest_create();
    relif_digest_add(digest, image_file, IMAGE_BYTES);
    relif_digest_add(digest, label_file, LABEL_BYTES);
    relif_digest_finish(digest, text);
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    CHECK(dataset && strcmp(dataset->digest, text) == 0);
    relif_dataset_destroy(dataset);
}

static void first_and_count_choose_and_classes_stay_those_of_all(void)
{
    relif_dataset_options options = good_idx();
    relif_dataset *dataset = NULL;
    options.first = 3;
    options.count = 1;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    CHECK(dataset && dataset->count == 1 && dataset->n_classes == 5);
    CHECK(dataset && dataset->labels[0] == 1);
    CHECK(dataset && memcmp(dataset->bytes, image_file + 16 + 3 * SIZE, SIZE) == 0);
    relif_dataset_destroy(dataset);
    options.count = 0;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    CHECK(dataset && dataset->count == 2);
    relif_dataset_destroy(dataset);
}

static void asking_for_more_than_there_is_names_both_numbers(void)
{
    relif_dataset_options options = good_idx();
    options.first = 2;
    options.count = 4;
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "4 images from number 2 on are asked for, there are 5 images");
    options.first = 5;
    options.count = 0;
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "images from number 5 on are asked for, there are 5");
    options.first = -1;
    CHECK(refuses(&options, RELIF_ERR_DATA));
    options.first = 1;
    options.count = INT64_MAX;
    CHECK(refuses(&options, RELIF_ERR_DATA));
}

static void check_members(const struct compressor *compressor)
{
    uint8_t packed[1024];
    relif_dataset_options options = good_idx();
    size_t n_bytes = compressor->pack(image_file, 20, packed, sizeof packed);
    n_bytes += compressor->pack(image_file + 20, IMAGE_BYTES - 20, packed + n_bytes,
                                sizeof packed - n_bytes);
    options.files[0] = folder_write("images", packed, n_bytes);
    n_bytes = compressor->pack(label_file, LABEL_BYTES, packed, sizeof packed);
    options.labels = folder_write("labels", packed, n_bytes);
    relif_dataset *dataset = NULL;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    CHECK(dataset && memcmp(dataset->bytes, image_file + 16, N * SIZE) == 0);
    CHECK(dataset && memcmp(dataset->labels, label_file + 8, N) == 0);
    relif_dataset_destroy(dataset);
}

static void a_compressed_file_holds_the_same_data_in_one_or_more_members(void)
{
    for (int c = 0; c < COMPRESSORS; c++) check_members(&compressors[c]);
}

/* The file of images, packed. */
typedef struct packed_images {
    relif_dataset_options options; /* files[0] is to be set */
    uint8_t bytes[512];
    size_t n_bytes;
} packed_images;

static packed_images pack_images(const struct compressor *compressor)
{
    packed_images packed = {.options = good_idx()};
    packed.n_bytes =
        compressor->pack(image_file, IMAGE_BYTES, packed.bytes, sizeof packed.bytes);
    return packed;
}

/* The first n bytes, written under a name, are refused with this sentence. */
static void check_refused(packed_images *packed, const char *name, size_t n,
                          const char *sentence)
{
    packed->options.files[0] = folder_write(name, packed->bytes, n);
    CHECK(refuses(&packed->options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), sentence);
}

static void every_truncation_of_a_compressed_file_is_refused(void)
{
    for (int c = 0; c < COMPRESSORS; c++) {
        packed_images packed = pack_images(&compressors[c]);
        char sentence[64];
        snprintf(sentence, sizeof sentence, "cut': truncated %s stream after ",
                 compressors[c].name);
        for (size_t n = compressors[c].n_magic; n < packed.n_bytes; n++)
            check_refused(&packed, "cut", n, sentence);
    }
}

/* A checksum: of gzip 8 bytes before the end; of xz in the block, before the index. */
static void damage_in_a_compressed_file_is_refused(void)
{
    for (int c = 0; c < COMPRESSORS; c++) {
        packed_images packed = pack_images(&compressors[c]);
        uint8_t *checksum = packed.bytes + packed.n_bytes - (c == 0 ? 8 : 28);
        uint8_t *rest = packed.bytes + packed.n_bytes;
        char sentence[64];
        snprintf(sentence, sizeof sentence, "': damaged %s stream after 46 bytes",
                 compressors[c].name);
        *checksum ^= 1;
        check_refused(&packed, "damaged", packed.n_bytes, sentence);
        *checksum ^= 1;
        memset(rest, 'x', 20);
        check_refused(&packed, "trailing", packed.n_bytes + 20, sentence);
        check_refused(&packed, "trailing", packed.n_bytes + 1, "trailing': ");
    }
}

/* A header may ask for a dictionary of 4 GiB: that is refused, not allocated. */
static void an_xz_file_that_needs_too_much_memory_is_refused(void)
{
    uint8_t packed[512];
    size_t n_bytes = 0;
    lzma_options_lzma lzma;
    lzma_lzma_preset(&lzma, 0);
    lzma.dict_size = 1U << 30;
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &lzma}, {LZMA_VLI_UNKNOWN, NULL}};
    relif_dataset_options options = good_idx();
    CHECK(lzma_stream_buffer_encode((lzma_filter *)filters, LZMA_CHECK_CRC64, NULL,
                                    image_file, IMAGE_BYTES, packed, &n_bytes,
                                    sizeof packed) == LZMA_OK);
    options.files[0] = folder_write("large.xz", packed, n_bytes);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "large.xz': damaged xz stream after 0 bytes");
}

static void a_missing_file_is_named_on_every_rank(void)
{
    relif_dataset_options options = good_idx();
    options.labels = folder_path("nowhere");
    CHECK(refuses(&options, RELIF_ERR_FILE));
    CHECK_TEXT(relif_error_sentence(), "nowhere': No such file or directory");
    options.files[0] = folder_name;
    CHECK(refuses(&options, RELIF_ERR_FILE));
    CHECK_TEXT(relif_error_sentence(), "Is a directory");
}

static void swapped_files_are_named_by_their_magic_numbers(void)
{
    const relif_dataset_options good = good_idx();
    relif_dataset_options options = idx(good.labels, good.files[0]);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "magic number 0x00000801, expected 0x00000803 (IDX images)");
    options = idx(good.files[0], good.files[0]);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "magic number 0x00000803, expected 0x00000801 (IDX labels)");
}

static void a_file_shorter_or_longer_than_its_header_says_is_refused(void)
{
    relif_dataset_options options = good_idx();
    options.files[0] = folder_write("short", image_file, IMAGE_BYTES - 1);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "29 bytes of images, expected 30");
    options.files[0] = with_number(4, N - 1);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "more than the 24 bytes of images");
    options.files[0] = folder_write("short", image_file, 10);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "10 bytes, expected a header of 16 bytes");
    options.files[0] = folder_write("short", image_file, 0);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "0 bytes, expected a header");
}

/* 2^32 - 1 images of 2^30 pixels: 4 EiB, which no machine could give. */
static void a_huge_claim_is_refused_without_allocating_it(void)
{
    relif_dataset_options options = good_idx();
    uint8_t bytes[IMAGE_BYTES];
    memcpy(bytes, image_file, sizeof bytes);
    memset(bytes + 4, 0xff, 4);
    memcpy(bytes + 8, (uint8_t[]){0, 0, 0x80, 0, 0, 0, 0x80, 0}, 8);
    options.files[0] = folder_write("huge", bytes, sizeof bytes);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(),
               "30 bytes of images, expected 4611686017353646080");
}

static void impossible_sides_are_refused(void)
{
    relif_dataset_options options = good_idx();
    options.files[0] = with_number(8, 0);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "images of 1 channels, 0 rows, 3 columns");
    options.files[0] = with_number(12, 0xffffffffu);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    options.files[0] = with_number(8, 0x40000000u);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "at most 2147483647 pixels");
}

static void images_without_labels_are_refused(void)
{
    relif_dataset_options options = good_idx();
    const uint8_t fewer[] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 1};
    options.labels = folder_write("fewer", fewer, sizeof fewer);
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "5 images, but 2 labels in '");
    options.labels = NULL;
    CHECK(refuses(&options, RELIF_ERR_CONFIG));
}

static void an_empty_data_set_is_refused(void)
{
    const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 0};
    uint8_t images[16];
    memcpy(images, image_file, sizeof images);
    images[7] = 0;
    const relif_dataset_options options =
        idx(folder_write("none", images, sizeof images),
            folder_write("no_labels", labels, sizeof labels));
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(), "there are 0 images");
}

static void label_255_is_out_of_range(void)
{
    relif_dataset_options options = good_idx();
    uint8_t bytes[LABEL_BYTES];
    memcpy(bytes, label_file, sizeof bytes);
    bytes[9] = 255;
    options.labels = folder_write("label255", bytes, sizeof bytes);
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "labels out of range: label number 1 is 255, expected 0 to 254");
}

/* Record r has label r; its byte number i is i + r, modulo 256. */
static void fill_records(uint8_t *bytes, int n_records)
{
    for (int r = 0; r < n_records; r++) {
        bytes[r * RECORD] = (uint8_t)r;
        for (int i = 0; i < RECORD - 1; i++)
            bytes[r * RECORD + 1 + i] = (uint8_t)(i / 7 + r);
    }
}

static void cifar_planes_become_pixels_of_three_channels(void)
{
    static uint8_t bytes[3 * RECORD], packed[4 * RECORD];
    fill_records(bytes, 3);
    const size_t n_bytes = gzip(bytes + 2 * RECORD, RECORD, packed, sizeof packed);
    relif_dataset_options options = cifar(folder_write("a.bin", bytes, 2 * RECORD),
                                          folder_write("b.bin.gz", packed, n_bytes));
    relif_dataset *dataset = NULL;
    options.first = 1;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) return;
    CHECK(dataset->count == 2 && dataset->n_classes == 10);
    CHECK(dataset->labels[0] == 1 && dataset->labels[1] == 2);
    CHECK(dataset->shape.channels == 3 && dataset->shape.height == 32 &&
          dataset->shape.width == 32);
    for (int i = 0; i < 2; i++)
        for (int p = 0; p < 1024; p++)
            for (int c = 0; c < 3; c++)
                if (dataset->bytes[(i * 1024 + p) * 3 + c] !=
                    bytes[(1 + i) * RECORD + 1 + c * 1024 + p])
                    CHECK(!"the pixels are those of the planes");
    relif_dataset_destroy(dataset);
}

static void a_cifar_file_of_another_length_is_named(void)
{
    static uint8_t bytes[2 * RECORD];
    fill_records(bytes, 2);
    const relif_dataset_options options = cifar(folder_write("a.bin", bytes, 2 * RECORD),
                                                folder_write("c.bin", bytes, RECORD + 1));
    CHECK(refuses(&options, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "c.bin': 3074 bytes, expected a multiple of 3073 "
                                       "(one label and 3 x 32 x 32 pixels)");
    const relif_dataset_options empty = cifar(folder_write("c.bin", bytes, 0), NULL);
    CHECK(refuses(&empty, RELIF_ERR_FORMAT));
    CHECK_TEXT(relif_error_sentence(), "c.bin': 0 bytes, expected a multiple");
}

static void a_cifar_label_above_9_is_named(void)
{
    static uint8_t bytes[2 * RECORD];
    bytes[RECORD] = 10;
    const relif_dataset_options options =
        cifar(folder_write("a.bin", bytes, 2 * RECORD), NULL);
    CHECK(refuses(&options, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(),
               "labels out of range: image number 1 has label 10, expected 0 to 9");
}

static void a_drawn_data_set_holds_the_digits_from_first_on(void)
{
    const relif_dataset_options options = {
        .format = RELIF_DATASET_SYNTHETIC, .first = 40, .count = 7, .seed = 5};
    relif_dataset *dataset = NULL;
    uint8_t image[28 * 28];
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) return;
    CHECK(dataset->count == 7 && dataset->n_classes == 10);
    CHECK(relif_digits_draw(5, 43, image) == dataset->labels[3]);
    CHECK(memcmp(image, dataset->bytes + 3 * sizeof image, sizeof image) == 0);
    CHECK(strlen(dataset->digest) == 64);
    relif_dataset_destroy(dataset);
    relif_dataset_options none = options;
    none.count = 0;
    CHECK(refuses(&none, RELIF_ERR_DATA));
    CHECK_TEXT(relif_error_sentence(), "at least one image");
}

static void formats_have_their_words(void)
{
    CHECK_TEXT(relif_dataset_format_name(RELIF_DATASET_CIFAR10), "cifar10");
    CHECK_TEXT(relif_dataset_format_name(RELIF_DATASET_SYNTHETIC), "synthetic");
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    folder_begin();
    RUN(idx_gives_its_images_and_labels_on_every_rank);
    RUN(the_digest_is_that_of_the_files_in_order);
    RUN(first_and_count_choose_and_classes_stay_those_of_all);
    RUN(asking_for_more_than_there_is_names_both_numbers);
    RUN(a_compressed_file_holds_the_same_data_in_one_or_more_members);
    RUN(every_truncation_of_a_compressed_file_is_refused);
    RUN(damage_in_a_compressed_file_is_refused);
    RUN(an_xz_file_that_needs_too_much_memory_is_refused);
    RUN(a_missing_file_is_named_on_every_rank);
    RUN(swapped_files_are_named_by_their_magic_numbers);
    RUN(a_file_shorter_or_longer_than_its_header_says_is_refused);
    RUN(a_huge_claim_is_refused_without_allocating_it);
    RUN(impossible_sides_are_refused);
    RUN(images_without_labels_are_refused);
    RUN(an_empty_data_set_is_refused);
    RUN(label_255_is_out_of_range);
    RUN(cifar_planes_become_pixels_of_three_channels);
    RUN(a_cifar_file_of_another_length_is_named);
    RUN(a_cifar_label_above_9_is_named);
    RUN(a_drawn_data_set_holds_the_digits_from_first_on);
    RUN(formats_have_their_words);
    folder_end();
    MPI_Finalize();
    return check_result();
}
