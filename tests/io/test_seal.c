/* No byte of a file of relif's changes unnoticed. */
#include "relif/seal.h"

#include "check.h"
#include "network_samples.h"
#include "relif/archive.h"
#include "relif/weights.h"
#include "scratch.h"

static relif_context *ctx;

static void write_archive(const char *path)
{
    relif_archive *archive = NULL;
    const relif_array array = {.path = "/group/values",
                               .type = RELIF_ARRAY_F64,
                               .rank = 1,
                               .dims = {100},
                               .units = "1",
                               .description = "a hundred zeros"};
    CHECK(relif_archive_create(ctx, path, "test", false, &archive) == RELIF_OK);
    CHECK(relif_archive_set_text(archive, "/", "config", "name: test\n") == RELIF_OK);
    CHECK(relif_archive_declare(archive, &array) == RELIF_OK);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
}

/* Root: the size of a file. */
static long size_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = 0;
    if (file && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (file) fclose(file);
    return size;
}

/* Root: flips bits of one byte. */
static void flip(const char *path, long at, int bits)
{
    FILE *file = fopen(path, "r+b");
    fseek(file, at, SEEK_SET);
    const int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ bits, file);
    fclose(file);
}

static void check_damage(const char *path)
{
    bool sealed = false;
    CHECK(relif_seal_check(ctx, path, &sealed) == RELIF_OK && sealed);
    long size = relif_context_is_root(ctx) ? size_of(path) : 0;
    relif_context_broadcast(ctx, &size, sizeof size);
    relif_random random = relif_random_stream(3, 0);
    for (int trial = 0; trial < 200; trial++) {
        const long at = (long)relif_random_below(&random, size);
        const int bits = 1 << relif_random_below(&random, 8);
        /* without its signature it is no HDF5 file: that is for others to say */
        if (at >= RELIF_SEAL_BYTES && at < RELIF_SEAL_BYTES + 8) continue;
        if (relif_context_is_root(ctx)) flip(path, at, bits);
        CHECK(relif_seal_check(ctx, path, &sealed) == RELIF_ERR_FORMAT);
        CHECK_TEXT(relif_error_sentence(), path);
        CHECK_TEXT(relif_error_sentence(), "it is damaged or was changed");
        if (relif_context_is_root(ctx)) flip(path, at, bits);
    }
    if (relif_context_is_root(ctx)) CHECK(truncate(path, size - 1) == 0);
    CHECK(relif_seal_check(ctx, path, &sealed) == RELIF_ERR_FORMAT);
}

static void a_flipped_bit_of_an_archive_is_noticed(void)
{
    char path[SCRATCH_SIZE];
    write_archive(scratch_path(path, "archive.h5"));
    check_damage(path);
}

static void a_flipped_bit_of_a_network_is_noticed(void)
{
    char path[SCRATCH_SIZE];
    relif_network *network = odd_network();
    CHECK(relif_weights_write(ctx, scratch_path(path, "network.h5"), network) ==
          RELIF_OK);
    check_damage(path);
    relif_network_destroy(network);
}

static void a_file_without_a_seal_has_none(void)
{
    char path[SCRATCH_SIZE], archive[SCRATCH_SIZE];
    bool sealed = true;
    write_archive(scratch_path(archive, "whole.h5"));
    scratch_path(path, "bare.h5");
    if (relif_context_is_root(ctx)) { /* as other programs would write it */
        FILE *from = fopen(archive, "rb"), *to = fopen(path, "wb");
        fseek(from, RELIF_SEAL_BYTES, SEEK_SET);
        for (int byte; (byte = fgetc(from)) != EOF;) fputc(byte, to);
        fclose(from);
        fclose(to);
    }
    CHECK(relif_seal_check(ctx, path, &sealed) == RELIF_OK && !sealed);
    sealed = true;
    CHECK(relif_seal_check(ctx, scratch_path(path, "nothing.h5"), &sealed) == RELIF_OK);
    CHECK(!sealed);
    CHECK(relif_seal_put(path) == RELIF_ERR_FILE);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    RUN(a_flipped_bit_of_an_archive_is_noticed);
    RUN(a_flipped_bit_of_a_network_is_noticed);
    RUN(a_file_without_a_seal_has_none);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
