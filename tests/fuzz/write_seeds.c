/* write_seeds CORPUS: the seeds that no program of relif writes: data sets, and files
 * that claim or point to what they do not hold. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char *corpus;

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", corpus, name);
    return path;
}

static void write_bytes(const char *name, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(path_of(name), "wb");
    if (!file || fwrite(bytes, 1, n_bytes, file) != n_bytes || fclose(file) != 0) exit(1);
}

/* For fuzz_idx.c: packing, first, count, bytes of labels, labels, images. */
static void write_idx(const char *name, unsigned packing, unsigned count,
                      unsigned claimed)
{
    enum { IMAGES = 2, SIDE = 4 };
    const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, IMAGES, 3, 7};
    unsigned char head[] = {0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    unsigned char bytes[256];
    size_t n = 0;
    if (claimed) memset(head + 4, 0xff, 4);
    bytes[n++] = (unsigned char)packing;
    bytes[n++] = 0;
    bytes[n++] = (unsigned char)count;
    bytes[n++] = sizeof labels;
    memcpy(bytes + n, labels, sizeof labels);
    n += sizeof labels;
    memcpy(bytes + n, head, sizeof head);
    n += sizeof head;
    for (int p = 0; p < IMAGES * SIDE * SIDE; p++) bytes[n++] = (unsigned char)(9 * p);
    write_bytes(name, bytes, n);
}

static void write_cifar(void)
{
    const unsigned char stand_in[] = {0x20, 0, 0, 7, 9}; /* two records, labels 7 and 9 */
    const unsigned char packed[] = {0x31, 1, 1, 0, 1, 2};
    unsigned char whole[3 + 3073] = {0, 0, 0, 5};
    write_bytes("cifar/good_stand_in", stand_in, sizeof stand_in);
    write_bytes("cifar/good_packed", packed, sizeof packed);
    write_bytes("cifar/good_record", whole, sizeof whole);
}

static void write_checkpoints(void)
{
    static const char header[] =
        "{\"kind\":\"training\",\"program\":\"relif 0.1.0\",\"config\":\"a: 1\\n\","
        "\"network_sha256\":null,\"dataset_sha256\":null,\"arrays\":[{\"name\":"
        "\"weights\",\"type\":\"f32\",\"count\":2},{\"name\":\"step\",\"type\":"
        "\"i64\",\"count\":1}]}";
    char bytes[512] = {0};
    const int n = snprintf(bytes, sizeof bytes, "%crelif-checkpoint 1 %zu\n%s\n", 1,
                           sizeof header - 1, header);
    write_bytes("checkpoint/good_sealed", bytes, (size_t)n + 16);
    bytes[0] = 2;
    write_bytes("checkpoint/good_without_seal", bytes, (size_t)n + 16);
}

typedef struct image_set {
    hid_t type;
    hsize_t images, labels, channels, side;
    hid_t list; /* creation of /images */
    int link;   /* 0: none, 1: soft, 2: external */
    int write;
} image_set;

static hid_t file_like_relif(const char *name)
{
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(creation, 0);
    const hid_t file = H5Fcreate(path_of(name), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    H5Pclose(creation);
    return file;
}

static void put(hid_t file, const char *name, hid_t type, int rank, const hsize_t *sizes,
                hid_t given, const void *values)
{
    const hid_t list =
        given == H5P_DEFAULT ? H5Pcreate(H5P_DATASET_CREATE) : H5Pcopy(given);
    H5Pset_obj_track_times(list, 0);
    const hid_t space = H5Screate_simple(rank, sizes, NULL);
    const hid_t array =
        H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (array < 0) exit(1);
    if (values) H5Dwrite(array, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(array);
    H5Sclose(space);
    H5Pclose(list);
}

static void write_images(const char *name, const image_set *set)
{
    unsigned char values[256];
    for (size_t p = 0; p < sizeof values; p++) values[p] = (unsigned char)(p % 5);
    const hsize_t sizes[] = {set->images, set->channels, set->side, set->side};
    const hid_t file = file_like_relif(name);
    if (set->link == 1)
        H5Lcreate_soft("/labels", file, "/images", H5P_DEFAULT, H5P_DEFAULT);
    else if (set->link == 2)
        H5Lcreate_external("/etc/passwd", "/", file, "/images", H5P_DEFAULT, H5P_DEFAULT);
    else
        put(file, "/images", set->type, 4, sizes, set->list, set->write ? values : NULL);
    put(file, "/labels", H5T_STD_U8LE, 1, &set->labels, H5P_DEFAULT, values);
    H5Fclose(file);
}

static void write_image_sets(void)
{
    const hsize_t chunk[] = {1, 2, 3, 3}, large[] = {1 << 8, 1 << 8, 1 << 7, 1 << 7};
    const hsize_t vast = (hsize_t)1 << 40;
    const hid_t packed = H5Pcreate(H5P_DATASET_CREATE), claim = H5Pcopy(packed);
    const hid_t elsewhere = H5Pcopy(packed), mosaic = H5Pcopy(packed);
    const hid_t space = H5Screate_simple(4, (hsize_t[]){3, 2, 3, 3}, NULL);
    H5Pset_chunk(packed, 4, chunk);
    H5Pset_shuffle(packed);
    H5Pset_deflate(packed, 9);
    H5Pset_chunk(claim, 4, large);
    H5Pset_deflate(claim, 9);
    H5Pset_external(elsewhere, "/etc/hostname", 0, H5F_UNLIMITED);
    H5Pset_virtual(mosaic, space, "/etc/hostname", "/x", space);
    image_set set = {H5T_STD_U8LE, 3, 3, 2, 3, H5P_DEFAULT, 0, 1};
    write_images("dataset/good_bytes.h5", &set);
    set.type = H5T_IEEE_F32LE;
    write_images("dataset/good_floats.h5", &set);
    set.list = packed;
    write_images("dataset/good_packed.h5", &set);
    set.link = 1;
    write_images("dataset/good_soft_link.h5", &set);
    set.link = 2;
    write_images("dataset/good_external_link.h5", &set);
    set = (image_set){H5T_STD_U8LE, 3, 3, 2, 3, elsewhere, 0, 0};
    write_images("dataset/good_external.h5", &set);
    set.list = mosaic;
    write_images("dataset/good_virtual.h5", &set);
    set = (image_set){H5T_STD_U8LE, vast, 3, 1, 28, H5P_DEFAULT, 0, 0};
    write_images("dataset/good_vast.h5", &set);
    set = (image_set){H5T_STD_U8LE, 1 << 8, 3, 1 << 8, 1 << 7, claim, 0, 0};
    write_images("dataset/good_vast_chunk.h5", &set);
    H5Sclose(space);
    H5Pclose(mosaic);
    H5Pclose(elsewhere);
    H5Pclose(claim);
    H5Pclose(packed);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    corpus = argv[1];
    write_idx("idx/good_plain", 0, 0, 0);
    write_idx("idx/good_packed", 0xf, 1, 0);
    write_idx("idx/good_claim", 0, 0, 1);
    write_cifar();
    write_checkpoints();
    write_image_sets();
    return 0;
}
