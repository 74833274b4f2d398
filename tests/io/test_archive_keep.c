/* Archives that are taken up where they were saved, and part files that must not be. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "relif/archive.h"
#include "relif/memory.h"
#include "scratch.h"

static relif_context *ctx;

enum { ROWS = 40, WIDTH = 23 };

static const relif_array rows = {.path = "/layers/fc1/rows",
                                 .type = RELIF_ARRAY_I32,
                                 .rank = 2,
                                 .dims = {ROWS, WIDTH},
                                 .units = "1",
                                 .description = "Rows."};
static const relif_array planes = {.path = "/planes",
                                   .type = RELIF_ARRAY_F64,
                                   .rank = 3,
                                   .dims = {3, ROWS, 2},
                                   .units = "1",
                                   .description = "Rows are the second dimension."};
static const relif_array list = {.path = "/list",
                                 .type = RELIF_ARRAY_I64,
                                 .rank = 1,
                                 .dims = {1000000000},
                                 .units = "1",
                                 .description = "As long as it gets."};

/* Rows first .. end - 1 of everything; turn changes who writes what. */
static void write_rows(relif_archive *archive, int64_t first, int64_t end, int turn)
{
    const int rank = (ctx->rank + turn) % ctx->size;
    const int64_t from = WIDTH * rank / ctx->size, to = WIDTH * (rank + 1) / ctx->size;
    const int64_t n = end - first;
    int32_t *values = relif_calloc((size_t)(n * (to - from)), sizeof *values);
    for (int64_t i = 0, at = 0; i < n; i++)
        for (int64_t j = from; j < to; j++)
            values[at++] = (int32_t)((first + i) * 100 + j + 1);
    const int64_t offset[] = {first, from}, count[] = {to > from ? n : 0, to - from};
    CHECK(relif_archive_write(archive, rows.path, offset, count, values) == RELIF_OK);
    free(values);
    double *plane = relif_calloc((size_t)(6 * n), sizeof *plane);
    for (int64_t i = 0; i < 6 * n; i++)
        plane[i] = (double)(i / (2 * n) * 1000 + (first * 2 + i % (2 * n))) + 0.5;
    const int64_t corner[] = {0, first, 0}, size[] = {rank == 0 ? 3 : 0, n, 2};
    CHECK(relif_archive_write(archive, planes.path, corner, size, plane) == RELIF_OK);
    free(plane);
    int64_t *entries = relif_calloc((size_t)(3 * n), sizeof *entries);
    for (int64_t i = 0; i < 3 * n; i++) entries[i] = 3 * first + i + 7;
    const int64_t place = 3 * first, length = rank == 0 ? 3 * n : 0;
    CHECK(relif_archive_write(archive, list.path, &place, &length, entries) == RELIF_OK);
    free(entries);
}

static relif_archive *begin(const char *path)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_create(ctx, path, "run", true, &archive) == RELIF_OK);
    CHECK(relif_archive_declare(archive, &rows) == RELIF_OK);
    CHECK(relif_archive_declare(archive, &planes) == RELIF_OK);
    CHECK(relif_archive_declare_at_most(archive, &list) == RELIF_OK);
    CHECK(relif_archive_set_text(archive, "/layers", "type", "linear") == RELIF_OK);
    CHECK(relif_archive_keep(archive) == RELIF_OK);
    return archive;
}

static void complete(relif_archive *archive)
{
    relif_archive_shorten(archive, list.path, (int64_t)3 * ROWS);
    CHECK(relif_archive_set_int(archive, "/layers", "total", 12) == RELIF_OK);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
}

static void expect_part(const char *path, bool there)
{
    char part[SCRATCH_SIZE + 8];
    snprintf(part, sizeof part, "%s.part", path);
    MPI_Barrier(ctx->comm);
    CHECK((access(part, F_OK) == 0) == there);
    MPI_Barrier(ctx->comm);
}

/* A state of its own, as if from a checkpoint. Caller destroys. */
static relif_state *save(relif_archive *archive)
{
    relif_state *borrowed = relif_state_create(), *state = relif_state_create();
    size_t bytes = 0;
    CHECK(relif_archive_save(archive, borrowed) == RELIF_OK);
    for (int i = 0; i < borrowed->n_arrays; i++)
        bytes += (size_t)borrowed->arrays[i].count * 8;
    char *at = state->bytes = relif_calloc(bytes, 1);
    for (int i = 0; i < borrowed->n_arrays; i++) {
        const relif_state_array *array = &borrowed->arrays[i];
        const size_t size =
            (size_t)array->count * (size_t)relif_array_type_size(array->type);
        memcpy(at, array->values, size);
        relif_state_put(state, array->name, array->type, array->count, at);
        at += size;
    }
    relif_state_destroy(borrowed);
    return state;
}

/* Saved after some rows, written on, closed: what a kill leaves. */
static relif_state *stop_after(const char *path, int64_t saved, int64_t written)
{
    relif_archive *archive = begin(path);
    if (saved > 0) write_rows(archive, 0, saved, 0);
    relif_state *state = save(archive);
    if (written > saved) write_rows(archive, saved, written, 1);
    relif_archive_close(archive);
    expect_part(path, true);
    CHECK(access(path, F_OK) != 0);
    return state;
}

static relif_archive *resume(const char *path, const relif_state *state)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_resume(ctx, path, "run", false, state, &archive) == RELIF_OK);
    return archive;
}

static bool same_bytes(const char *a, const char *b)
{
    char command[3 * SCRATCH_SIZE];
    int result = 1;
    MPI_Barrier(ctx->comm);
    snprintf(command, sizeof command, "cmp -s '%s' '%s'", a, b);
    if (relif_context_is_root(ctx)) result = system(command);
    relif_context_broadcast(ctx, &result, sizeof result);
    return result == 0;
}

static void write_whole(const char *path)
{
    relif_archive *archive = begin(path);
    write_rows(archive, 0, ROWS, 0);
    complete(archive);
}

static void a_resumed_archive_has_the_same_bytes(void)
{
    static const int64_t saved[] = {0, 1, 17, ROWS}, written[] = {0, 9, 17, ROWS};
    char whole[SCRATCH_SIZE], path[SCRATCH_SIZE];
    write_whole(scratch_path(whole, "whole.h5"));
    scratch_path(path, "resumed.h5");
    for (int i = 0; i < 4; i++) {
        relif_state *state = stop_after(path, saved[i], written[i]);
        relif_archive *archive = resume(path, state);
        if (saved[i] < ROWS) write_rows(archive, saved[i], ROWS, 2);
        complete(archive);
        CHECK(same_bytes(whole, path));
        expect_part(path, false);
        relif_state_destroy(state);
        if (relif_context_is_root(ctx)) unlink(path);
        MPI_Barrier(ctx->comm);
    }
}

static void an_archive_is_resumed_again_and_again(void)
{
    char whole[SCRATCH_SIZE], path[SCRATCH_SIZE];
    write_whole(scratch_path(whole, "whole.h5"));
    relif_state *state = stop_after(scratch_path(path, "often.h5"), 0, 3);
    for (int64_t row = 0; row < ROWS; row += 5) {
        relif_archive *archive = resume(path, state);
        relif_state_destroy(state);
        write_rows(archive, row, row + 5, (int)row);
        state = save(archive);
        relif_archive_close(archive);
    }
    complete(resume(path, state));
    relif_state_destroy(state);
    CHECK(same_bytes(whole, path));
}

static void flip_bit(const char *path, int64_t at)
{
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) {
        unsigned char byte = 0;
        const int file = open(path, O_RDWR);
        CHECK(pread(file, &byte, 1, (off_t)at) == 1);
        byte ^= 2;
        CHECK(pwrite(file, &byte, 1, (off_t)at) == 1);
        close(file);
    }
    MPI_Barrier(ctx->comm);
}

/* Where the part file keeps a number that is in it once. */
static int64_t find_bytes(const char *path, const void *bytes, size_t n)
{
    struct stat status;
    int64_t found = -1;
    char buffer[1 << 16];
    const int file = open(path, O_RDONLY);
    CHECK(fstat(file, &status) == 0);
    const ssize_t got = pread(file, buffer, sizeof buffer, 0);
    for (ssize_t at = 0; at + (ssize_t)n <= got && found < 0; at++)
        if (memcmp(buffer + at, bytes, n) == 0) found = at;
    close(file);
    CHECK(found >= 0);
    return found;
}

static void refuse(const char *path, const relif_state *state, const char *text)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_resume(ctx, path, "run", false, state, &archive) ==
          RELIF_ERR_FORMAT);
    CHECK(!archive);
    CHECK_TEXT(relif_error_sentence(), ".h5.part': ");
    CHECK_TEXT(relif_error_sentence(), text);
}

static void a_damaged_part_file_is_refused_by_name(void)
{
    char path[SCRATCH_SIZE], part[SCRATCH_SIZE];
    scratch_path(path, "damaged.h5");
    scratch_path(part, "damaged.h5.part");
    relif_state *state = stop_after(path, 20, 25);
    const int32_t in_rows = 13 * 100 + 5, beyond = 22 * 100 + 5;
    const int64_t at = find_bytes(part, &in_rows, sizeof in_rows);
    flip_bit(part, at);
    refuse(path, state, "'/layers/fc1/rows' does not hold what was written");
    flip_bit(part, at);
    const double in_planes = 2000 + 15 + 0.5;
    const int64_t at_plane = find_bytes(part, &in_planes, sizeof in_planes);
    flip_bit(part, at_plane + 6);
    refuse(path, state, "'/planes' does not hold what was written");
    flip_bit(part, at_plane + 6);
    flip_bit(part, find_bytes(part, &beyond, sizeof beyond)); /* not saved: no matter */
    relif_archive_close(resume(path, state));
    const int64_t at_head = find_bytes(part, "OHDR", 4);
    flip_bit(part, at_head + 20);
    refuse(path, state, "");
    flip_bit(part, at_head + 20);
    relif_archive_close(resume(path, state));
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) CHECK(truncate(part, 2000) == 0);
    MPI_Barrier(ctx->comm);
    refuse(path, state, "");
    MPI_Barrier(ctx->comm);
    relif_archive_forget(ctx, path);
    MPI_Barrier(ctx->comm);
    relif_archive *archive = NULL;
    CHECK(relif_archive_resume(ctx, path, "run", false, state, &archive) ==
          RELIF_ERR_FILE);
    relif_state_destroy(state);
}

static void what_changes_on_disk_is_not_committed(void)
{
    char path[SCRATCH_SIZE], part[SCRATCH_SIZE];
    relif_archive *archive = begin(scratch_path(path, "changed.h5"));
    const int32_t in_rows = 13 * 100 + 5;
    write_rows(archive, 0, ROWS, 0);
    relif_state_destroy(save(archive));
    scratch_path(part, "changed.h5.part");
    flip_bit(part, find_bytes(part, &in_rows, sizeof in_rows));
    relif_archive_shorten(archive, list.path, (int64_t)3 * ROWS);
    CHECK(relif_archive_commit(archive) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "'/layers/fc1/rows' is damaged");
    relif_archive_close(archive);
    CHECK(access(path, F_OK) != 0);
    expect_part(path, true);
}

static void lists_and_late_attributes_are_as_they_were_at_last(void)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = NULL;
    relif_array found;
    int64_t total = 0, entries[3 * ROWS] = {0};
    const int64_t first = 0, all = (int64_t)3 * ROWS;
    write_whole(scratch_path(path, "late.h5"));
    CHECK(relif_archive_open(ctx, path, "run", &archive) == RELIF_OK);
    CHECK(relif_archive_get_int(archive, "/layers", "total", &total) == RELIF_OK);
    CHECK(total == 12);
    CHECK(relif_archive_describe(archive, list.path, &found) == RELIF_OK);
    CHECK(found.rank == 1 && found.dims[0] == all);
    CHECK(relif_archive_read(archive, list.path, RELIF_ARRAY_I64, &first, &all,
                             entries) == RELIF_OK);
    for (int64_t i = 0; i < all; i++) CHECK(entries[i] == i + 7);
    relif_archive_close(archive);
}

static void an_empty_list_is_a_list(void)
{
    char path[SCRATCH_SIZE];
    relif_array found;
    relif_archive *archive = begin(scratch_path(path, "empty.h5"));
    relif_archive_shorten(archive, list.path, 0);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
    CHECK(relif_archive_open(ctx, path, "run", &archive) == RELIF_OK);
    CHECK(relif_archive_describe(archive, list.path, &found) == RELIF_OK);
    CHECK(found.rank == 1 && found.dims[0] == 0);
    relif_archive_close(archive);
}

static void an_output_that_appeared_is_not_resumed(void)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = NULL;
    relif_state *state = stop_after(scratch_path(path, "taken.h5"), 3, 3);
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) close(open(path, O_CREAT | O_WRONLY, 0666));
    MPI_Barrier(ctx->comm);
    CHECK(relif_archive_resume(ctx, path, "run", false, state, &archive) ==
          RELIF_ERR_EXISTS);
    CHECK(relif_archive_resume(ctx, path, "run", true, state, &archive) == RELIF_OK);
    relif_archive_close(archive);
    relif_state_destroy(state);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    RUN(a_resumed_archive_has_the_same_bytes);
    RUN(an_archive_is_resumed_again_and_again);
    RUN(a_damaged_part_file_is_refused_by_name);
    RUN(what_changes_on_disk_is_not_committed);
    RUN(lists_and_late_attributes_are_as_they_were_at_last);
    RUN(an_empty_list_is_a_list);
    RUN(an_output_that_appeared_is_not_resumed);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    const int result = check_result();
    MPI_Finalize();
    return result;
}
