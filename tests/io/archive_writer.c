/*
 * Writes one archive with the same content however many ranks write it and in whatever
 * boxes:
 *     archive_writer <file> [batch=<rows a write>] [descending] [elements=<n>]
 *                    [fill=<file>] [text=<bytes>]
 *
 * fill: before the commit root fills the file system with that file; text: after that, a
 * long text is set.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/archive.h"
#include "relif/memory.h"
#include "relif/random.h"

typedef struct task {
    const relif_context *ctx;
    relif_archive *archive;
    int64_t batch;
    bool descending;
} task;

/* A number that depends on its place alone; many are small, as spike counts are. */
static double number_at(int64_t row, int64_t column)
{
    relif_random random = relif_random_stream((uint64_t)row, (uint64_t)column);
    const double u = relif_random_uniform(&random);
    return row % 3 ? (double)(int)(8 * u * u) : u;
}

static void store(relif_array_type type, void *values, int64_t i, double number)
{
    switch (type) {
    case RELIF_ARRAY_U8: ((uint8_t *)values)[i] = (uint8_t)number; break;
    case RELIF_ARRAY_I32: ((int32_t *)values)[i] = (int32_t)number; break;
    case RELIF_ARRAY_I64: ((int64_t *)values)[i] = (int64_t)number; break;
    case RELIF_ARRAY_U64: ((uint64_t *)values)[i] = (uint64_t)number; break;
    case RELIF_ARRAY_F32: ((float *)values)[i] = (float)number; break;
    case RELIF_ARRAY_F64: ((double *)values)[i] = number; break;
    }
}

/* Columns are cut unevenly; from 3 ranks on the last rank has none. */
static relif_err write_rows(const task *t, const relif_array *array, int64_t first,
                            int64_t rows)
{
    const int owners = t->ctx->size > 2 ? t->ctx->size - 1 : t->ctx->size;
    const int rank = t->ctx->rank < owners ? t->ctx->rank : owners;
    const int64_t columns = array->dims[1], sum = (int64_t)owners * (owners + 1) / 2;
    const int64_t from = columns * rank * (rank + 1) / 2 / sum;
    const int64_t to = rank < owners ? columns * (rank + 1) * (rank + 2) / 2 / sum : from;
    const int64_t offset[2] = {first, from}, count[2] = {rows, to - from};
    void *values = relif_calloc((size_t)(count[0] * count[1]),
                                (size_t)relif_array_type_size(array->type));
    for (int64_t r = 0; r < count[0]; r++)
        for (int64_t c = 0; c < count[1]; c++)
            store(array->type, values, r * count[1] + c, number_at(first + r, from + c));
    const relif_err err =
        relif_archive_write(t->archive, array->path, offset, count, values);
    free(values);
    return err;
}

static relif_err write_array(const task *t, const relif_array *array)
{
    const int64_t batches = (array->dims[0] + t->batch - 1) / t->batch;
    relif_err err = relif_archive_declare(t->archive, array);
    for (int64_t b = 0; err == RELIF_OK && b < batches; b++) {
        const int64_t first = (t->descending ? batches - 1 - b : b) * t->batch;
        const int64_t left = array->dims[0] - first;
        err = write_rows(t, array, first, left < t->batch ? left : t->batch);
    }
    return err;
}

static relif_err write_all(const task *t, int64_t elements)
{
    static const char *const names[] = {"zero", "one", "twenty-two"};
    const relif_array arrays[] = {
        {"/layers/fc1/spike_counts", RELIF_ARRAY_I32, 2, {301, 601}, "spikes", "Counts."},
        {"/layers/fc1/potential", RELIF_ARRAY_F32, 2, {301, 601}, "mV", "At the end."},
        {"/layers/b/bytes", RELIF_ARRAY_U8, 2, {130, 5000}, "1", "Bytes."},
        {"/layers/a/long_rows", RELIF_ARRAY_F64, 2, {5, 150001}, "1", "Split rows."},
        {"/empty", RELIF_ARRAY_U64, 2, {0, 7}, "1", "No rows."},
        {"/random", RELIF_ARRAY_F64, 2, {1, elements}, "1", "As long as asked for."}};
    const relif_array unwritten = {"/unwritten", RELIF_ARRAY_I64, 4, {7, 5, 300, 30},
                                   "1",          "Nobody writes."};
    const relif_array half = {"/half", RELIF_ARRAY_F64, 2, {900, 300}, "1", "Half."};
    relif_err err =
        relif_archive_write_names(t->archive, "/labels/names", names, 3, "Classes.");
    for (size_t i = 0; err == RELIF_OK && i < sizeof arrays / sizeof *arrays; i++)
        err = write_array(t, &arrays[i]);
    if (err == RELIF_OK) err = relif_archive_declare(t->archive, &unwritten);
    if (err == RELIF_OK) err = relif_archive_declare(t->archive, &half);
    if (err == RELIF_OK) err = write_rows(t, &half, 300, 450);
    if (err == RELIF_OK)
        err = relif_archive_set_text(t->archive, "/", "config", "dt: 0.01\n");
    if (err == RELIF_OK)
        err = relif_archive_set_double(t->archive, "/layers", "dt", 0.01);
    return err;
}

static void fill_disk(const task *t, const char *path)
{
    static const char block[4096] = {1};
    if (relif_context_is_root(t->ctx)) {
        FILE *file = fopen(path, "w");
        while (file && fwrite(block, 1, sizeof block, file) == sizeof block) continue;
        if (file) fclose(file);
    }
    MPI_Barrier(t->ctx->comm);
}

static relif_err set_long_text(const task *t, size_t length)
{
    char *text = relif_calloc(length + 1, 1);
    memset(text, 'x', length);
    const relif_err err = relif_archive_set_text(t->archive, "/", "long", text);
    free(text);
    return err;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    task t = {.ctx = ctx, .batch = 64};
    int64_t elements = 1000, text = 0;
    const char *fill = NULL;
    for (int a = 2; a < argc; a++) {
        if (strncmp(argv[a], "batch=", 6) == 0) t.batch = atoll(argv[a] + 6);
        if (strncmp(argv[a], "elements=", 9) == 0) elements = atoll(argv[a] + 9);
        if (strncmp(argv[a], "text=", 5) == 0) text = atoll(argv[a] + 5);
        if (strncmp(argv[a], "fill=", 5) == 0) fill = argv[a] + 5;
        if (strcmp(argv[a], "descending") == 0) t.descending = true;
    }
    relif_err err = relif_archive_create(ctx, argv[1], "test", true, &t.archive);
    if (err == RELIF_OK) err = write_all(&t, elements);
    if (err == RELIF_OK && fill) fill_disk(&t, fill);
    if (err == RELIF_OK && text) err = set_long_text(&t, (size_t)text);
    if (err == RELIF_OK) err = relif_archive_commit(t.archive);
    if (err != RELIF_OK && relif_context_is_root(ctx))
        fprintf(stderr, "archive_writer: %s\n", relif_error_sentence());
    relif_archive_close(t.archive);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return err == RELIF_OK ? 0 : 1;
}
